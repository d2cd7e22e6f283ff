/** AWS STS: tells callers who they are. Asking needs no permission. */
import type { CallContext, Principal, RegionPorts, Service } from '../../service.ts';

interface CallerIdentity {
  readonly UserId: string;
  readonly Account: string;
  readonly Arn: string;
}

/** Name of the session that a role's callers have in the region. */
const SESSION = 'region';

function identityOf(principal: Principal, { accountId, partition }: RegionPorts): CallerIdentity {
  if (principal.kind === 'role') {
    const name = principal.arn.split('/').at(-1) ?? '';
    const Arn = `arn:${partition}:sts::${accountId}:assumed-role/${name}/${SESSION}`;
    return { UserId: `${name}:${SESSION}`, Account: accountId, Arn };
  }
  return { UserId: accountId, Account: accountId, Arn: `arn:${partition}:iam::${accountId}:root` };
}

export function createSts(ports: RegionPorts): Service {
  return {
    name: 'sts',
    operations: {
      GetCallerIdentity: (_: object, { principal }: CallContext) => identityOf(principal, ports),
    },
    permissions: { GetCallerIdentity: () => [] },
    resources: {},
  };
}
