/** An operator in the process of a simulated region: AWS's APIs, and the region's clock as the time. */
import { type Deployed, type Identity, openDeployed } from '../../operations/index.ts';
import type { Region } from '../../region/index.ts';

export const OPERATOR: Identity = { arn: 'arn:aws:iam::123456789012:user/olga', role: 'operator' };

export function asOperator(region: Region): Deployed {
  return openDeployed({
    sdk: (Client) => region.sdk(Client),
    outputs: region.outputs(),
    time: {
      now: () => new Date(region.clock.now()).toISOString(),
      saw: () => undefined,
      pause: (ms) => new Promise((resolve) => void region.clock.at(region.clock.now() + ms, resolve)),
    },
  });
}
