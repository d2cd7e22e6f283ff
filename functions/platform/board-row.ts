/**
 * What the board shows of an order, as pure functions of the two items that know it: its record and its ledger item.
 * The projection writes these columns as the items change; a rebuild writes the same from the items as they are.
 */
import { committedWindow, stageOfStatus } from '../../domain/index.ts';
import type { BoardItem, BoardWait } from './board-items.ts';
import type { OrderRecord, StoredWait } from './tables.ts';

type LedgerColumn = 'etaAt' | 'slipSeconds' | 'wait' | 'pendingSignals' | 'oldestPendingAt';
type KeyColumn = 'orderId' | 'changeShard' | 'changedAt' | 'ordersSeq' | 'ledgerSeq';
type Columns<Name extends keyof BoardItem> = { readonly [Key in Name]-?: BoardItem[Key] | undefined };

/** Columns of one source; `undefined`: the column is to be removed. */
export type OrderColumns = Columns<Exclude<keyof BoardItem, LedgerColumn | KeyColumn>>;
export type LedgerColumns = Columns<LedgerColumn>;

export function orderColumns(record: OrderRecord): OrderColumns {
  const { order, promise, place, times, verdict, status } = record;
  const stage = stageOfStatus(status);
  return {
    customerId: record.customerId,
    depotId: record.depotId,
    tier: record.tier,
    status,
    statusAt: record.statusAt,
    cause: record.cause,
    cycle: record.cycle,
    attempts: record.attempts,
    placedAt: times.placedAt ?? order.placedAt,
    promiseFrom: promise.from,
    promiseTo: promise.to,
    promiseVersion: promise.version,
    committedTo: committedWindow(promise).to,
    routeId: place?.routeId,
    vehicleId: place?.vehicleId,
    driverId: place?.driverId,
    stopSequence: place?.stopSequence,
    plannedArrivalAt: place?.plannedArrivalAt,
    position: [order.deliverTo.position[0], order.deliverTo.position[1]],
    stage,
    stageDueAt: stage === undefined ? undefined : record.deadlines[stage],
    breaches: record.breaches,
    perfect: verdict?.perfect,
    excluded: verdict?.excluded === true ? true : undefined,
    reasons: [...new Set((verdict?.reasons ?? []).map(({ code }) => code))],
    deliveredAt: times.deliveredAt,
    closedAt: times.closedAt,
    archivedAt: times.archivedAt,
    executionArn: record.executionArn,
    failure: record.failure,
    replays: record.replays ?? 0,
  };
}

interface KeptSignal {
  readonly signalId: string;
  readonly kind: string;
  readonly cycle?: number;
  readonly at: string;
  readonly acceptedAt: string;
  readonly detail?: { readonly etaAt?: string; readonly slipSeconds?: number };
}

const ETA_NOTICES: readonly string[] = ['EtaSlipped', 'EtaRecovered'];

/** @param attributes of the ledger's item of the order, as they are stored; `{}` where there is none */
export function ledgerColumns(attributes: Readonly<Record<string, unknown>>): LedgerColumns {
  const signals = Object.entries(attributes)
    .filter(([name]) => name.startsWith('s#'))
    .map(([, value]) => value as KeptSignal);
  const pending = signals.filter(({ signalId }) => attributes[`f#${signalId}`] === undefined);
  const wait = attributes['wait'] as StoredWait | undefined;
  const notice = newestNotice(signals, wait?.cycle);
  return {
    etaAt: notice?.detail?.etaAt,
    slipSeconds: notice?.detail?.slipSeconds,
    wait: wait === undefined || attributes['closedAt'] !== undefined ? undefined : openWait(wait, attributes),
    pendingSignals: pending.length,
    oldestPendingAt: pending.map(({ acceptedAt }) => acceptedAt).sort()[0],
  };
}

/** An ETA belongs to the route of its cycle: one of an earlier cycle says nothing of the next. */
function newestNotice(signals: readonly KeptSignal[], cycle: number | undefined): KeptSignal | undefined {
  return signals
    .filter((signal) => ETA_NOTICES.includes(signal.kind) && (cycle === undefined || signal.cycle === cycle))
    .sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0))
    .at(-1);
}

/** The wait, unless its answer has arrived; one whose answer is under way or was lost is still shown, as matched. */
function openWait(wait: StoredWait, attributes: Readonly<Record<string, unknown>>): BoardWait | undefined {
  const { awaits, cycle, openedAt, executionArn, match, token } = wait;
  const fate = attributes[`f#${match?.signalId}`] as { fate?: string; token?: string } | undefined;
  if (match !== undefined && fate?.fate === 'delivered' && fate.token === token) return undefined;
  return { awaits, cycle, openedAt, executionArn, matched: match !== undefined };
}
