/** Task ClaimRequests of route-planning. */
import { waveInputSchema } from '../../workflows/route-planning/contracts.ts';
import { documents } from '../platform/clients.ts';
import { readConfig } from '../platform/config.ts';
import { count, identify, lambda, logger, now } from '../platform/powertools.ts';
import { claimWave } from './claim-wave.ts';

const ports = { ...readConfig('planningTable'), documents: documents(), now };

export const handler = lambda(async (event: unknown) => {
  const input = waveInputSchema.parse(event);
  identify({ waveId: input.waveId, depotId: input.depotId });
  const result = await claimWave(input, ports);
  count('RequestsClaimed', result.requestCount);
  logger.info('wave claimed', { requestCount: result.requestCount });
  return result;
});
