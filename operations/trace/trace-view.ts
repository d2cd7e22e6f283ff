/**
 * Everything that is known of one order, put together for a screen: its record and events, the ledger, its executions
 * with the states they passed, its route, and all of it on one axis of time.
 */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { BoardItem } from '../../functions/platform/board-items.ts';
import type { OrderRecord } from '../../functions/platform/tables.ts';
import { ActionBook } from '../actions/action-book.ts';
import { promiseStateOf, rowOf, viewOf } from '../board/order-row.ts';
import { routeOfOrder } from '../board/route-view.ts';
import type { Deployed } from '../deployed.ts';
import { ExecutionBook } from '../execution-book.ts';
import type { OrderRow, OrderView } from '../model/orders.ts';
import type { ExecutionView, OrderEventView, OrderTraceView } from '../model/trace.ts';
import { OrderBook, type OrderEventItem, replayedArns } from '../order-book.ts';
import { ledgerView } from '../orders/ledger-view.ts';
import { etaSamples } from './eta-samples.ts';
import { executionView } from './execution-view.ts';
import { notificationsOf } from './notifications.ts';
import { stageDeadlines } from './stage-deadlines.ts';
import { timelineOf } from './timeline.ts';

/** @returns undefined when no order of this id was accepted */
export async function traceOrder(deployed: Deployed, orderId: string): Promise<OrderTraceView | undefined> {
  const book = new OrderBook(deployed);
  const [record, rejections, eventItems, ledger, projected, actions] = await Promise.all([
    book.order(orderId),
    book.rejections(orderId),
    book.events(orderId),
    ledgerView(deployed, orderId),
    projectedItem(deployed, orderId),
    new ActionBook(deployed).ofOrder(orderId),
  ]);
  if (record === undefined) return undefined;
  const events = eventItems.map(eventOf);
  const signals = ledger?.signals ?? [];
  const [executions, { route, vehicle }] = await Promise.all([
    orderExecutions(deployed, orderId, replayedArns(eventItems)),
    routeOfOrder(deployed, record),
  ]);
  const now = deployed.now();
  const order = orderView(record, projected, now);
  const times = Object.fromEntries(Object.entries(record.times).filter(([, at]) => at !== undefined));
  const eta = etaSamples(order, { events, signals });
  const notifications = notificationsOf(orderId, { events, signals });
  const deadlines = stageDeadlines(record);
  const { breaches } = record;
  return {
    now,
    order,
    content: record.order as unknown as OrderTraceView['content'],
    times,
    deadlines,
    rejections: rejections as unknown as OrderTraceView['rejections'],
    events,
    signals,
    ...(ledger?.wait === undefined ? {} : { wait: ledger.wait }),
    executions,
    notifications,
    eta,
    ...(route === undefined ? {} : { route }),
    ...(vehicle === undefined ? {} : { vehicle }),
    timeline: timelineOf({ executions, signals, events, notifications, deadlines, breaches, eta, actions }),
    actions,
  };
}

async function projectedItem({ documents, output }: Deployed, orderId: string): Promise<BoardItem | undefined> {
  const { Item } = await documents.send(
    new GetCommand({ TableName: output('BoardTableName'), Key: { orderId }, ConsistentRead: true }),
  );
  return Item as BoardItem | undefined;
}

/** The order's own execution first, then the resumed ones as the events of its replays name them. */
async function orderExecutions(
  deployed: Deployed,
  orderId: string,
  replayed: readonly string[],
): Promise<readonly ExecutionView[]> {
  const own = new ExecutionBook(deployed).orderExecutionArn(orderId);
  const found: (ExecutionView | undefined)[] = [];
  for (const arn of new Set([own, ...replayed])) found.push(await executionView(deployed, arn));
  return found.filter((execution) => execution !== undefined);
}

function eventOf({ sk, detailType, status, at, cause, cycle, promiseVersion, facts }: OrderEventItem): OrderEventView {
  return {
    key: sk.replace(/^EVENT#/, ''),
    type: detailType,
    status,
    at,
    cause,
    cycle: Number(cycle),
    promiseVersion: Number(promiseVersion),
    facts: JSON.parse(facts) as OrderEventView['facts'],
  };
}

/** The row of the projection, brought to the record, which may be a few seconds ahead of it. */
function orderView(record: OrderRecord, item: BoardItem | undefined, now: string): OrderView {
  const row = item === undefined ? undefined : rowOf(item);
  const { order, promise, place, times, verdict } = record;
  const { stopId: _stopId, ...onRoute }: Partial<NonNullable<OrderRecord['place']>> = place ?? {};
  const current: OrderRow = {
    position: [order.deliverTo.position[0], order.deliverTo.position[1]],
    committedTo: promise.to,
    replays: 0,
    pendingSignals: 0,
    changedAt: record.statusAt,
    ...row,
    ...onRoute,
    orderId: record.orderId,
    customerId: record.customerId,
    depotId: record.depotId,
    tier: record.tier,
    status: record.status,
    statusAt: record.statusAt,
    cause: record.cause,
    cycle: record.cycle,
    attempts: record.attempts,
    placedAt: times.placedAt ?? order.placedAt,
    promiseFrom: promise.from,
    promiseTo: promise.to,
    promiseVersion: promise.version,
    breaches: record.breaches,
    reasons: [...new Set((verdict?.reasons ?? []).map(({ code }) => code))],
  };
  return viewOf(current, promiseStateOf(current, item?.excluded === true || verdict?.excluded === true, now), now);
}
