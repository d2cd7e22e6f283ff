/** What became of each line of an orders file: the order it made, the one it repeats, or why it was refused. */
import {
  committedWindow,
  type OrderStatus,
  orderContentKey,
  type Refusal,
  slaPolicy,
  type Verdict,
  verdict,
} from '../domain/index.ts';
import type { Breach, OrderRecord, RejectionRecord } from '../functions/platform/tables.ts';
import type { OrderBookContent } from './order-book.ts';
import type { OrderLine } from './order-lines.ts';
import type { LocalRefusal } from './place-orders.ts';

export const REPORTED_TIMES = [
  'placedAt',
  'acceptedAt',
  'plannedAt',
  'dispatchedAt',
  'departedAt',
  'arrivedAt',
  'deliveredAt',
  'archivedAt',
] as const;
export type ReportedTime = (typeof REPORTED_TIMES)[number];

/** Null where there is none. */
export interface LineReport {
  /** Absent where the line has no readable id. */
  readonly orderId?: string;
  readonly line?: number;
  readonly status: OrderStatus;
  readonly attempts: number;
  readonly depotId: string | null;
  readonly vehicleId: string | null;
  readonly routeId: string | null;
  readonly stopSequence: number | null;
  /** The window the order is judged by. */
  readonly promise: { readonly from: string; readonly to: string; readonly version: number } | null;
  readonly times: Readonly<Record<ReportedTime, string | null>>;
  readonly verdict: Verdict;
  readonly breaches: readonly Breach[];
  readonly stateTransitions: number;
  readonly executionArn: string | null;
  readonly reason?: string;
  readonly refusals?: readonly Pick<Refusal, 'field' | 'value' | 'remedy'>[];
  /** The line that holds the order which this one repeats. */
  readonly duplicateOfLine?: number;
}

/** A line about which the system knows nothing: neither an order nor a refusal. */
export interface LostLine {
  readonly line: number;
  readonly orderId?: string;
}

export interface RunLines {
  /** One per line that was accounted for, in the order of the file. */
  readonly reports: readonly LineReport[];
  readonly lost: readonly LostLine[];
}

export interface RunFacts extends OrderBookContent {
  readonly lines: readonly OrderLine[];
  readonly localRefusals: readonly LocalRefusal[];
}

type Execution = { readonly transitions: number; readonly arn: string };

/** @param execution of an order that was accepted */
export function reportLines(facts: RunFacts, execution: (orderId: string) => Execution | undefined): RunLines {
  const records = new Map(facts.orders.map((record) => [record.orderId, record]));
  const refused = new Map<number, Pick<RejectionRecord, 'refusals'>>();
  for (const rejection of facts.rejections) if (rejection.line !== undefined) refused.set(rejection.line, rejection);
  for (const local of facts.localRefusals) refused.set(local.line, local);
  const reports: LineReport[] = [];
  const lost: LostLine[] = [];
  for (const line of facts.lines) {
    const report = reportOf(line, refused.get(line.line), records, execution);
    if (report !== undefined) reports.push(report);
    else lost.push({ line: line.line, ...(line.orderId === undefined ? {} : { orderId: line.orderId }) });
  }
  return { reports, lost };
}

/** Whether every line has left a trace. */
export function areAllKnown(facts: RunFacts): boolean {
  return reportLines(facts, () => undefined).lost.length === 0;
}

function reportOf(
  line: OrderLine,
  refusal: Pick<RejectionRecord, 'refusals'> | undefined,
  records: ReadonlyMap<string, OrderRecord>,
  execution: (orderId: string) => Execution | undefined,
): LineReport | undefined {
  if (refusal !== undefined) return refusedReport(line, refusal.refusals);
  const record = line.orderId === undefined ? undefined : records.get(line.orderId);
  if (record === undefined) return undefined;
  if (record.line === line.line) return orderReport(record, execution(record.orderId));
  if (!line.parsed.ok || orderContentKey(line.parsed.order) !== orderContentKey(record.order)) return undefined;
  return {
    ...orderReport(record, execution(record.orderId)),
    line: line.line,
    ...(record.line === undefined ? {} : { duplicateOfLine: record.line }),
  };
}

function orderReport(record: OrderRecord, execution: Execution | undefined): LineReport {
  const { orderId, status, attempts, depotId, place, promise, times, breaches, reason } = record;
  const { from, to } = committedWindow(promise);
  return {
    orderId,
    status,
    attempts,
    depotId,
    vehicleId: place?.vehicleId ?? null,
    routeId: place?.routeId ?? null,
    stopSequence: place?.stopSequence ?? null,
    promise: { from, to, version: promise.version },
    times: timesOf(times),
    verdict: record.verdict ?? openVerdict(record),
    breaches,
    stateTransitions: execution?.transitions ?? 0,
    executionArn: record.executionArn ?? execution?.arn ?? null,
    ...(reason === undefined ? {} : { reason }),
  };
}

/** Of an order whose life has not come to a verdict. */
function openVerdict({ status, promise, order, tier }: OrderRecord): Verdict {
  return verdict({ status, promise, items: order.items }, slaPolicy(tier));
}

function refusedReport({ line, orderId, placedMs }: OrderLine, refusals: RejectionRecord['refusals']): LineReport {
  const window = { from: '', to: '' };
  return {
    ...(orderId === undefined ? {} : { orderId }),
    line,
    status: 'REJECTED',
    attempts: 0,
    depotId: null,
    vehicleId: null,
    routeId: null,
    stopSequence: null,
    promise: null,
    times: timesOf(placedMs === undefined ? {} : { placedAt: new Date(placedMs).toISOString() }),
    verdict: verdict({ status: 'REJECTED', promise: window, items: [] }, { earlyIsMiss: false }),
    breaches: [],
    stateTransitions: 0,
    executionArn: null,
    refusals: refusals.map(({ field, value, remedy }) => ({ field, value, remedy })),
  };
}

const timesOf = (times: Readonly<Partial<Record<ReportedTime, string>>>): LineReport['times'] =>
  Object.fromEntries(REPORTED_TIMES.map((name) => [name, times[name] ?? null])) as LineReport['times'];
