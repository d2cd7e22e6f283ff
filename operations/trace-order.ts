/**
 * Everything that is known of one order, as text: where it stands, its stages with their times, the events it wrote,
 * the signals of its ledger with what became of them, the open wait, and the states of its execution.
 */
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { OrderRecord, RejectionRecord, StoredSignal, StoredWait } from '../functions/platform/tables.ts';
import type { Deployed } from './deployed.ts';
import { countTransitions, ExecutionBook } from './execution-book.ts';
import { OrderBook, type OrderEventItem } from './order-book.ts';

export interface OrderTrace {
  readonly record?: OrderRecord;
  readonly rejections: readonly RejectionRecord[];
  readonly events: readonly OrderEventItem[];
  readonly signals: readonly (StoredSignal & { readonly fate: string })[];
  readonly wait?: StoredWait;
  /** Absent when no execution of this order was ever started. */
  readonly history?: readonly HistoryEvent[];
}

/** @returns undefined when nothing is known under this id */
export async function traceOrder(deployed: Deployed, orderId: string): Promise<OrderTrace | undefined> {
  const book = new OrderBook(deployed);
  const record = await book.order(orderId);
  const rejections = await book.rejections(orderId);
  if (record === undefined && rejections.length === 0) return undefined;
  const { Item: ledger = {} } = await deployed.documents.send(
    new GetCommand({ TableName: deployed.output('LedgerTableName'), Key: { orderId }, ConsistentRead: true }),
  );
  const history = await new ExecutionBook(deployed).history(orderId);
  return {
    ...(record === undefined ? {} : { record }),
    rejections,
    events: await book.events(orderId),
    signals: signalsOf(ledger),
    ...(ledger['wait'] === undefined ? {} : { wait: ledger['wait'] as StoredWait }),
    ...(history === undefined ? {} : { history }),
  };
}

/** The ledger keeps a signal under `s#<id>`, its arrival under `a#<id>` and what became of it under `f#<id>`. */
function signalsOf(ledger: Readonly<Record<string, unknown>>): OrderTrace['signals'] {
  const signals = Object.entries(ledger).flatMap(([name, value]) => {
    if (!name.startsWith('s#')) return [];
    const signalId = name.slice(2);
    const arrival = Number(ledger[`a#${signalId}`] ?? 0);
    return [{ ...(value as StoredSignal), arrival, fate: fateText(ledger[`f#${signalId}`]) }];
  });
  return signals.sort((a, b) => a.arrival - b.arrival);
}

/** A fate that belongs to one wait bears that wait's token beside its name. */
function fateText(fate: unknown): string {
  if (fate === undefined) return 'waiting';
  return typeof fate === 'string' ? fate : String((fate as { readonly fate?: unknown }).fate ?? 'unknown');
}

export function traceText(orderId: string, trace: OrderTrace): string {
  const sections = [
    headOf(orderId, trace),
    section('Refused', trace.rejections.flatMap(rejectionLines)),
    section('Stages', trace.record === undefined ? [] : stageLines(trace.record)),
    section('Breaches', (trace.record?.breaches ?? []).map(breachLine)),
    section('Events', trace.events.map(eventLine)),
    section('Signals', trace.signals.map(signalLine)),
    section('Open wait', waitLines(trace)),
    section(`States (${countTransitions(trace.history ?? [])} transitions)`, stateLines(trace.history ?? [])),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

const section = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : [title, ...lines.map((line) => `  ${line}`)].join('\n');

function headOf(orderId: string, { record }: OrderTrace): string {
  if (record === undefined) return `Order ${orderId}: no order of this id was accepted`;
  const { status, statusAt, cause, cycle, attempts, promise, place, verdict } = record;
  const perfect = verdict === undefined ? 'open' : verdict.perfect ? 'perfect' : 'not perfect';
  const lines = [
    `Order ${orderId}: ${status} since ${statusAt} (${cause})`,
    `  depot ${record.depotId}, customer ${record.customerId}, tier ${record.tier}, cycle ${cycle}, attempts ${attempts}`,
    `  promise ${promise.from} to ${promise.to}, version ${promise.version}`,
    ...(place === undefined
      ? []
      : [`  route ${place.routeId}, vehicle ${place.vehicleId}, driver ${place.driverId}, stop ${place.stopSequence}`]),
    `  verdict: ${perfect}`,
    ...(verdict?.reasons ?? []).map(({ part, code, detail }) => `    ${part}: ${code}, ${detail}`),
    ...(record.reason === undefined ? [] : [`  reason: ${record.reason}`]),
  ];
  return lines.join('\n');
}

const rejectionLines = ({ line, rejectedAt, refusals }: RejectionRecord): string[] =>
  refusals.map(
    ({ field, value, remedy }) =>
      `${rejectedAt}  ${line === undefined ? '' : `line ${line}, `}${field} = ${JSON.stringify(value)}: ${remedy}`,
  );

function stageLines({ times }: OrderRecord): string[] {
  const known = Object.entries(times).filter(([, at]) => at !== undefined) as [string, string][];
  known.sort(([, a], [, b]) => (a < b ? -1 : a > b ? 1 : 0));
  return known.map(([name, at], index) => {
    const before = known[index - 1]?.[1];
    return `${at}  ${name.replace(/At$/, '').padEnd(10)}${before === undefined ? '' : `  +${span(before, at)}`}`;
  });
}

function span(from: string, to: string): string {
  const seconds = Math.round((Date.parse(to) - Date.parse(from)) / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${seconds} s`;
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const breachLine = ({ stage, deadline, firedAt, promiseVersion }: OrderRecord['breaches'][number]): string =>
  `${firedAt}  ${stage}: deadline was ${deadline} (promise version ${promiseVersion})`;

const eventLine = ({ at, detailType, status, cause }: OrderEventItem): string =>
  `${at}  ${detailType.padEnd(18)}  ${status.padEnd(16)}  ${cause}`;

const signalLine = ({ at, kind, cycle, fate, by }: OrderTrace['signals'][number]): string =>
  `${at}  ${kind.padEnd(16)}  ${cycle === undefined ? 'any cycle' : `cycle ${cycle}  `}  ${fate}${by === undefined ? '' : `, by ${by}`}`;

function waitLines({ wait, record }: OrderTrace): string[] {
  if (wait === undefined || record?.times.closedAt !== undefined) return [];
  const state = wait.match === undefined ? 'waiting' : `answered by ${wait.match.signalId} at ${wait.match.matchedAt}`;
  return [`${wait.openedAt}  ${wait.awaits}, cycle ${wait.cycle}: ${state}`];
}

function stateLines(history: readonly HistoryEvent[]): string[] {
  return history.flatMap((event) => {
    const at = event.timestamp?.toISOString() ?? '';
    const type = event.type ?? '';
    const entered = event.stateEnteredEventDetails?.name;
    if (entered !== undefined) return [`${at}  ${entered}`];
    const failure =
      event.taskFailedEventDetails ?? event.taskTimedOutEventDetails ?? event.executionFailedEventDetails ?? undefined;
    if (failure !== undefined) return [`${at}    ${type}: ${failure.error ?? ''} ${failure.cause ?? ''}`.trimEnd()];
    return type.startsWith('Execution') ? [`${at}  (${type})`] : [];
  });
}
