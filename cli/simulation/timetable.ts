/** When a simulated day begins, when each line is sent, and when waiting for an end makes no sense any more. */
import { type Fleet, msOf } from '../../domain/index.ts';
import type { OrderLine } from '../../operations/index.ts';
import { CommandFailure } from '../failures.ts';

export interface Timetable {
  readonly startMs: number;
  /** Lines by the time at which they are sent, earliest first; those of one time in the order of the file. */
  readonly sendings: readonly { readonly atMs: number; readonly lines: readonly OrderLine[] }[];
  /** Whatever has no end by then will have none. */
  readonly horizonMs: number;
}

const BEFORE_FIRST_MS = 5 * 60_000;
const AFTER_LAST_MS = 3 * 24 * 3_600_000;
/** A mistyped year would have the region tick through decades. */
const LONGEST_SPAN_MS = 400 * 24 * 3_600_000;

/** @throws CommandFailure PO-103 naming the line whose time is too far from the others */
export function timetableOf(lines: readonly OrderLine[], fleet: Fleet): Timetable {
  const placed = lines.flatMap(({ placedMs }) => (placedMs === undefined ? [] : [placedMs]));
  const shiftsFrom = fleet.vehicles.map(({ shift }) => msOf(shift.from));
  const shiftsTo = fleet.vehicles.map(({ shift }) => msOf(shift.to));
  const firstMs = least([...placed, ...shiftsFrom]);
  if (firstMs === undefined) {
    throw new CommandFailure('PO-103', 'no order and no vehicle has a time', 'give orders with placedAt, or vehicles');
  }
  const startMs = firstMs - BEFORE_FIRST_MS;
  checkSpan(lines, startMs);
  const byTime = new Map<number, OrderLine[]>();
  for (const line of lines) {
    const atMs = line.placedMs ?? startMs;
    const group = byTime.get(atMs);
    if (group === undefined) byTime.set(atMs, [line]);
    else group.push(line);
  }
  const sendings = [...byTime].map(([atMs, group]) => ({ atMs, lines: group })).sort((a, b) => a.atMs - b.atMs);
  const promises = lines.flatMap(({ parsed }) => (parsed.ok ? [msOf(parsed.order.promise.to)] : []));
  const lastMs = Math.max(firstMs, ...placed, ...shiftsTo, ...promises.filter((ms) => ms < startMs + LONGEST_SPAN_MS));
  return { startMs, sendings, horizonMs: lastMs + AFTER_LAST_MS };
}

function checkSpan(lines: readonly OrderLine[], startMs: number): void {
  const far = lines.find(({ placedMs }) => placedMs !== undefined && placedMs - startMs > LONGEST_SPAN_MS);
  if (far?.placedMs === undefined) return;
  throw new CommandFailure(
    'PO-103',
    `line ${far.line} is placed at ${new Date(far.placedMs).toISOString()}, more than 400 days after the first time of the day, ${new Date(startMs).toISOString()}`,
    'correct the time, or simulate the orders of each year by themselves',
  );
}

const least = (values: readonly number[]): number | undefined =>
  values.reduce<number | undefined>((min, value) => (min === undefined || value < min ? value : min), undefined);
