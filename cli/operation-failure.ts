/** What operations refuse, and what AWS or the network does, with the codes of the command line. */
import { OperationError, type OperationErrorCode, operationErrorOf } from '../operations/index.ts';
import { CommandFailure, type FailureCode } from './failures.ts';

const CODES: Readonly<Record<OperationErrorCode, FailureCode>> = {
  UNKNOWN_ORDER: 'PO-201',
  UNKNOWN_JOB: 'PO-206',
  UNKNOWN_GROUP: 'PO-207',
  UNKNOWN_DEPOT: 'PO-213',
  NOTHING_SELECTED: 'PO-109',
  TOO_MANY: 'PO-110',
  BAD_INPUT: 'PO-100',
  WRONG_STATE: 'PO-402',
  NO_ROUTES: 'PO-403',
  WAVE_RUNNING: 'PO-404',
  WAVE_FAILED: 'PO-405',
  WAVE_UNENDED: 'PO-406',
  NOT_DEPLOYED: 'PO-208',
  LOGIN_EXPIRED: 'PO-209',
  FORBIDDEN: 'PO-210',
  UNREACHABLE: 'PO-200',
  THROTTLED: 'PO-211',
};

/** @returns the error itself where it is a fault of this program, to be shown with its stack */
export function commandFailureOf(error: unknown): unknown {
  const known = error instanceof OperationError ? error : operationErrorOf(error);
  if (known === undefined || error instanceof CommandFailure) return error;
  return new CommandFailure(CODES[known.code], known.message, known.remedy, { cause: error });
}
