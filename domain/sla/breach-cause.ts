/** Why a stage missed its deadline, as far as the order's own events tell: what last threw the order back before. */
import type { ArchivedOrder } from '../archive/archived-order.ts';

/** Nothing threw the order back: the stage itself took longer than its budget. */
const NO_SETBACK = 'the stage took longer than its budget';

/** @returns text that is the same for breaches of the same cause */
export function breachCause(
  order: Pick<ArchivedOrder, 'events'>,
  breach: { readonly firedAt: string; readonly stage: string },
): string {
  const setback = order.events
    .filter((event) => event.at <= breach.firedAt && isSetback(event))
    .reduce<ArchivedOrder['events'][number] | undefined>(
      (last, event) => (last === undefined || event.at >= last.at ? event : last),
      undefined,
    );
  return setback === undefined ? NO_SETBACK : causeOf(setback);
}

const isSetback = ({ detailType, status, cycle }: ArchivedOrder['events'][number]): boolean =>
  detailType === 'OrderStatusChanged' &&
  (status === 'ATTEMPT_FAILED' || status === 'FAILED' || (status === 'PLACED' && cycle > 1));

/** Of a failed execution the error's name alone: its cause carries ids and times that no two orders share. */
function causeOf({ status, cause }: ArchivedOrder['events'][number]): string {
  if (status !== 'FAILED') return cause;
  const [error = cause] = cause.split(': ');
  return `the execution failed: ${error}`;
}
