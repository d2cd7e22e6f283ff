/**
 * The audit's figures counted again, from the report of the same run and by nothing of the code that audits: SCOR share,
 * its four parts and reasons, OTIF, APQC index, stages, attempts and breaches.
 *
 *   perfect-order audit --from 2026-01-31 --to 2026-02-02 --json --endpoint URL > audit.json
 *   tsx test/simulation/recount.ts --orders OUT/served/orders.jsonl --audit audit.json
 *
 * Prints each figure as the audit and as the recount have it; ends with 1 when two differ, with 2 for files of which nothing
 * can be compared.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

interface ReportedOrder {
  readonly orderId?: string;
  readonly attempts: number;
  readonly promise: { readonly from: string; readonly to: string } | null;
  readonly times: Readonly<Record<string, string | null>>;
  readonly verdict: {
    readonly excluded: boolean;
    readonly reasons: readonly { readonly part: string; readonly code: string }[];
  };
  readonly breaches: readonly { readonly stage: string }[];
  readonly refusals?: unknown;
  readonly duplicateOfLine?: number;
}

interface Audited {
  readonly request: { readonly from: string; readonly to: string };
  readonly whole: Readonly<Record<string, unknown>> & {
    readonly parts: Readonly<Record<string, number | null>>;
    readonly reasons: readonly { readonly part: string; readonly code: string; readonly count: number }[];
    readonly metrics: readonly (Readonly<Record<string, unknown>> & { readonly name: string })[];
    readonly breaches: readonly { readonly stage: string; readonly count: number }[];
  };
}

type Figures = ReadonlyMap<string, number | null>;

const PARTS = ['onTime', 'inFull', 'undamaged', 'documented'];
const STAGES: Readonly<Record<string, readonly [from: string, to: string]>> = {
  accept: ['placedAt', 'acceptedAt'],
  plan: ['acceptedAt', 'plannedAt'],
  dispatch: ['plannedAt', 'dispatchedAt'],
  depart: ['dispatchedAt', 'departedAt'],
  deliver: ['departedAt', 'deliveredAt'],
  close: ['deliveredAt', 'archivedAt'],
  whole: ['placedAt', 'deliveredAt'],
};
const NOT_IN_REPORT = 'delayLead, falseAlerts, missedAlerts, waitAge, eventToLedger, eventToWorkflow, replaysPerOrder';

/** Of an order that was delivered, lateness follows from its times alone: what the verdict says is not asked. */
function failedParts({ times, promise, verdict }: ReportedOrder): Set<string> {
  const failed = new Set(verdict.reasons.filter(({ code }) => code !== 'LATE').map(({ part }) => part));
  const { deliveredAt } = times;
  if (typeof deliveredAt !== 'string') return new Set(PARTS);
  if (promise !== null && Date.parse(deliveredAt) > Date.parse(promise.to)) failed.add('onTime');
  return failed;
}

function tally(names: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** Nearest rank: the smallest value that at least `percent` of all are not above. */
function ranked(values: readonly number[], percent: number): number | null {
  const sorted = Float64Array.from(values).sort();
  for (const value of sorted) {
    const notAbove = sorted.reduce((sum, each) => sum + (each <= value ? 1 : 0), 0);
    if (notAbove * 100 >= percent * sorted.length) return value;
  }
  return null;
}

function recounted(orders: readonly ReportedOrder[]): Figures {
  const figures = new Map<string, number | null>();
  const counted = orders.filter(({ verdict }) => !verdict.excluded);
  const failures = counted.map(failedParts);
  const share = (holds: (failed: Set<string>) => boolean): number | null =>
    counted.length === 0 ? null : failures.filter(holds).length / counted.length;
  figures.set('orders', orders.length);
  figures.set('counted', counted.length);
  figures.set('excluded', orders.length - counted.length);
  figures.set('perfect', failures.filter(({ size }) => size === 0).length);
  figures.set(
    'perfectShare',
    share(({ size }) => size === 0),
  );
  let product: number | null = counted.length === 0 ? null : 1;
  for (const part of PARTS) {
    const rate = share((failed) => !failed.has(part));
    figures.set(`parts.${part}`, rate);
    product = product === null || rate === null ? null : product * rate;
  }
  figures.set('apqcIndex', product);
  figures.set(
    'otif',
    share((failed) => !failed.has('onTime') && !failed.has('inFull')),
  );
  const reasons = counted.flatMap(({ verdict }) => [
    ...new Set(verdict.reasons.map(({ part, code }) => `reasons.${part}.${code}`)),
  ]);
  for (const [name, count] of tally(reasons)) figures.set(name, count);
  for (const [stage, [from, to]] of Object.entries(STAGES)) addStage(figures, stage, secondsBetween(orders, from, to));
  addAttempts(figures, orders);
  const breaches = orders.flatMap((order) => order.breaches.map(({ stage }) => `breaches.${stage}`));
  for (const [name, count] of tally(breaches)) figures.set(name, count);
  return figures;
}

function secondsBetween(orders: readonly ReportedOrder[], from: string, to: string): number[] {
  return orders.flatMap(({ times }) => {
    const [began, ended] = [times[from], times[to]];
    return typeof began === 'string' && typeof ended === 'string'
      ? [(Date.parse(ended) - Date.parse(began)) / 1000]
      : [];
  });
}

function addStage(figures: Map<string, number | null>, stage: string, values: readonly number[]): void {
  figures.set(`${stage}.count`, values.length);
  for (const percent of [50, 95, 99]) figures.set(`${stage}.p${percent}`, ranked(values, percent));
}

function addAttempts(figures: Map<string, number | null>, orders: readonly ReportedOrder[]): void {
  const tried = orders.filter(({ attempts }) => attempts > 0);
  const atOnce = tried.filter(({ attempts, times }) => attempts === 1 && typeof times['deliveredAt'] === 'string');
  const attempts = tried.reduce((sum, order) => sum + order.attempts, 0);
  figures.set('attemptsPerOrder', tried.length === 0 ? null : attempts / tried.length);
  figures.set('firstAttemptSuccess', tried.length === 0 ? null : atOnce.length / tried.length);
}

function audited({ whole }: Audited): Figures {
  const figures = new Map<string, number | null>();
  const figure = (value: unknown): number | null => (typeof value === 'number' ? value : null);
  for (const name of ['orders', 'counted', 'excluded', 'perfect', 'perfectShare', 'apqcIndex', 'otif']) {
    figures.set(name, figure(whole[name]));
  }
  for (const [part, rate] of Object.entries(whole.parts)) figures.set(`parts.${part}`, rate);
  for (const { part, code, count } of whole.reasons) figures.set(`reasons.${part}.${code}`, count);
  for (const metric of whole.metrics) {
    if (metric.name in STAGES) {
      for (const field of ['count', 'p50', 'p95', 'p99']) figures.set(`${metric.name}.${field}`, figure(metric[field]));
    }
    if (metric.name === 'attemptsPerOrder' || metric.name === 'firstAttemptSuccess') {
      figures.set(metric.name, figure(metric['value']));
    }
  }
  for (const { stage, count } of whole.breaches) {
    figures.set(`breaches.${stage}`, (figures.get(`breaches.${stage}`) ?? 0) + count);
  }
  return figures;
}

/** The orders that the audit had to find: accepted, and in the archive. */
function archivedOrders(path: string, { from, to }: Audited['request']): ReportedOrder[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  const orders = lines.flatMap((line) => (line === '' ? [] : [JSON.parse(line) as ReportedOrder]));
  const archived = orders.filter(
    ({ refusals, duplicateOfLine, times }) =>
      refusals === undefined && duplicateOfLine === undefined && typeof times['archivedAt'] === 'string',
  );
  const outside = archived.find(({ times }) => {
    const [placedMs, archivedMs] = [Date.parse(times['placedAt'] ?? ''), Date.parse(times['archivedAt'] ?? '')];
    return !(placedMs >= Date.parse(from) && archivedMs < Date.parse(to));
  });
  if (archived.length > 0 && outside === undefined) return archived;
  const problem = outside === undefined ? 'no order is archived' : `order ${outside.orderId} is out of the period`;
  process.stderr.write(`${path}: ${problem}: audit the whole period of the run.\n`);
  process.exit(2);
}

const text = (value: number | null | undefined): string => String(value ?? 'none');
const isSame = (left: number | null | undefined, right: number | null | undefined): boolean =>
  left === right ||
  (typeof left === 'number' && typeof right === 'number' && Math.abs(left - right) <= 1e-12 * Math.abs(right));

const { values } = parseArgs({ options: { orders: { type: 'string' }, audit: { type: 'string' } } });
if (values.orders === undefined || values.audit === undefined) {
  process.stderr.write('Give --orders, the orders.jsonl of a report, and --audit, the audit of its region as JSON.\n');
  process.exit(2);
}
const report = JSON.parse(readFileSync(values.audit, 'utf8')) as Audited;
const ours = recounted(archivedOrders(values.orders, report.request));
const theirs = audited(report);
const names = [...new Set([...ours.keys(), ...theirs.keys()])];
let different = 0;
process.stdout.write(`${'figure'.padEnd(28)}${'audit'.padEnd(24)}${'recount'.padEnd(24)}equal\n`);
for (const name of names) {
  const isEqual = isSame(theirs.get(name), ours.get(name));
  if (!isEqual) different += 1;
  const cells = `${name.padEnd(28)}${text(theirs.get(name)).padEnd(24)}${text(ours.get(name)).padEnd(24)}`;
  process.stdout.write(`${cells}${isEqual ? 'yes' : 'NO'}\n`);
}
process.stdout.write(`${names.length} figures, ${different} differ. Not in the report of a run: ${NOT_IN_REPORT}.\n`);
if (different > 0) process.exitCode = 1;
