/** Who the caller is, as STS says, and what that identity may do here. IAM decides in the end; this is for the screen. */
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { OPERATOR_ROLES } from '../functions/platform/tables.ts';
import type { Deployed } from './deployed.ts';
import type { Identity } from './model/actions.ts';
import { OperationError, operationErrorOf } from './operation-error.ts';

/** @throws OperationError LOGIN_EXPIRED, UNREACHABLE */
export async function whoAmI({ identities }: Pick<Deployed, 'identities'>): Promise<Identity> {
  try {
    const { Arn = 'unknown' } = await identities.send(new GetCallerIdentityCommand({}));
    return { arn: Arn, role: isViewer(Arn) ? 'viewer' : 'operator' };
  } catch (error) {
    throw operationErrorOf(error) ?? error;
  }
}

/** An assumed role's ARN ends in `assumed-role/<role>/<session>`. */
const isViewer = (arn: string): boolean => arn.split(/[:/]/).includes(OPERATOR_ROLES.viewer);

/** @throws OperationError FORBIDDEN: said before anything is asked of AWS */
export function requireOperator({ arn, role }: Identity): void {
  if (role === 'operator') return;
  throw new OperationError(
    'FORBIDDEN',
    `${arn} may look and not change`,
    `Assume the role ${OPERATOR_ROLES.operator}.`,
  );
}

/** @throws OperationError BAD_INPUT */
export function requireReason(why: string): string {
  const reason = why.trim();
  if (reason.length > 0 && reason.length <= MAX_REASON) return reason;
  throw new OperationError(
    'BAD_INPUT',
    reason === '' ? 'there is no reason' : `the reason has ${reason.length} characters`,
    `Say in 1 to ${MAX_REASON} characters why this is done.`,
  );
}
const MAX_REASON = 500;
