/** The period and the split of an audit as the page's address and back. */
import { AUDIT_DIMENSIONS, type AuditDimension } from '../../../operations/model/audit.ts';

export interface AuditView {
  readonly from: string;
  readonly to: string;
  readonly by: readonly AuditDimension[];
}

const DAY_MS = 86_400_000;
const USUAL_DAYS = 30;

/** The last whole days up to and with `today`, e.g. `2018-07-20`. */
export function lastDays(today: string, days: number): Pick<AuditView, 'from' | 'to'> {
  const endMs = Date.parse(`${today}T00:00:00.000Z`) + DAY_MS;
  return { from: new Date(endMs - days * DAY_MS).toISOString(), to: new Date(endMs).toISOString() };
}

/** What is not understood falls back to the usual: thirty days, by depot and day. */
export function auditFromAddress(params: URLSearchParams, today: string): AuditView {
  const usual = lastDays(today, USUAL_DAYS);
  const time = (name: string): string | undefined => {
    const ms = Date.parse(params.get(name) ?? '');
    return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
  };
  return {
    from: time('from') ?? usual.from,
    to: time('to') ?? usual.to,
    by: params.has('by') ? AUDIT_DIMENSIONS.filter((each) => params.getAll('by').includes(each)) : ['depot', 'day'],
  };
}

/** `by=` alone says that there is no split, which is not the usual. */
export function auditAddress({ from, to, by }: AuditView): URLSearchParams {
  const params = new URLSearchParams({ from, to });
  for (const dimension of by.length === 0 ? [''] : by) params.append('by', dimension);
  return params;
}
