/**
 * The SLA watch: once a minute, everything whose deadline has passed. A breach is written in one transaction with its
 * event, so it fires once per order, stage and promise version however often the watch looks, and never stops the
 * order. The common minute is one query that finds nothing.
 */
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { stageOfStatus } from '../../domain/index.ts';
import { TransientError } from '../../workflows/order-lifecycle/errors.ts';
import { BOARD_CLOCK, type BoardClockItem } from '../platform/board-items.ts';
import { changeOrder, type OrderEventFacts, readOrder } from '../platform/order-record.ts';
import { breachOf, dueOf } from '../platform/stage-clock.ts';
import type { Breach, OrderRecord } from '../platform/tables.ts';

export interface WatchSlasPorts {
  readonly documents: DynamoDBDocumentClient;
  readonly ordersTable: string;
  readonly boardTable: string;
  readonly topics: SNSClient;
  readonly alarmTopicArn: string;
  readonly now: () => Date;
  readonly count: (metric: string, amount?: number) => void;
  readonly log: Pick<Console, 'warn' | 'error'>;
}

export interface WatchResult {
  readonly due: number;
  readonly breaches: number;
  /** Orders that moved on while they were looked at, or could not be written: the next minute sees them again. */
  readonly left: number;
}

/** Bounds one run; what is left over is still due a minute later. */
export const MAX_ORDERS_PER_RUN = 500;
const PAGE = 100;
const NOTHING: WatchResult = { due: 0, breaches: 0, left: 0 };

/** Operators see by it how fresh the board is, and what time it is where the clock is not that of their machine. */
export async function tickBoard({ documents, boardTable, now }: WatchSlasPorts): Promise<void> {
  const Item: BoardClockItem = { orderId: BOARD_CLOCK, at: now().toISOString() };
  await documents.send(new PutCommand({ TableName: boardTable, Item }));
}

/** @throws what the query throws; an order that fails is logged, counted in `left` and does not stop the others */
export async function watchSlas(ports: WatchSlasPorts): Promise<WatchResult> {
  const firedAt = ports.now().toISOString();
  const orderIds = await dueOrders(firedAt, ports);
  if (orderIds.length === 0) return NOTHING;
  let breaches = 0;
  let left = 0;
  for (const orderId of orderIds) {
    try {
      breaches += await settle(orderId, firedAt, ports);
    } catch (error) {
      left += 1;
      const log = error instanceof TransientError ? ports.log.warn : ports.log.error;
      log.call(ports.log, 'deadlines of this order are looked at again in a minute', { orderId, error });
    }
  }
  if (breaches > 0) ports.count('SlaBreaches', breaches);
  if (left > 0) ports.count('SlaWatchLeftOver', left);
  return { due: orderIds.length, breaches, left };
}

async function dueOrders(now: string, { documents, ordersTable }: WatchSlasPorts): Promise<string[]> {
  const orderIds: string[] = [];
  let startKey: Record<string, unknown> | undefined;
  do {
    const page = await documents.send(
      new QueryCommand({
        TableName: ordersTable,
        IndexName: 'due',
        KeyConditionExpression: 'dueShard = :due AND dueAt <= :now',
        ExpressionAttributeValues: { ':due': 'DUE', ':now': now },
        Limit: PAGE,
        ...(startKey === undefined ? {} : { ExclusiveStartKey: startKey }),
      }),
    );
    for (const item of page.Items ?? []) orderIds.push(item['orderId']);
    startKey = page.LastEvaluatedKey;
  } while (startKey !== undefined && orderIds.length < MAX_ORDERS_PER_RUN);
  return orderIds;
}

/** @returns how many breaches were fired */
async function settle(orderId: string, firedAt: string, ports: WatchSlasPorts): Promise<number> {
  // The index lags behind the record, and the record decides.
  const record = await readOrder(ports.documents, ports.ordersTable, orderId);
  if (record === undefined) return 0;
  const { deadlines, fired, events } = passedDeadlines(record, firedAt);
  if (
    Object.keys(deadlines).length === Object.keys(record.deadlines).length &&
    record.dueAt === dueOf(deadlines).dueAt
  ) {
    return 0;
  }
  const set = { deadlines, breaches: [...record.breaches, ...fired], ...dueOf(deadlines) };
  const outcome = await changeOrder(ports.documents, ports.ordersTable, record, { set, events });
  if (outcome === 'already' || fired.length === 0) return 0;
  await alert(record, fired, ports);
  return fired.length;
}

/** What stays open, and what is to be fired, of an order at that time. Pure. */
export function passedDeadlines(
  record: OrderRecord,
  firedAt: string,
): { deadlines: Record<string, string>; fired: Breach[]; events: OrderEventFacts[] } {
  const deadlines: Record<string, string> = {};
  const fired: Breach[] = [];
  const events: OrderEventFacts[] = [];
  for (const [stage, deadline] of Object.entries(record.deadlines)) {
    if (!isRunning(record, stage)) continue;
    if (deadline > firedAt) {
      deadlines[stage] = deadline;
      continue;
    }
    const breach = breachOf(record, stage, deadline, firedAt);
    if (breach === undefined) continue;
    fired.push(breach.breach);
    events.push(breach.event);
  }
  return { deadlines, fired, events };
}

/** A failed order is still owed to its customer: its clocks run on. An order that has ended owes nothing. */
const isRunning = ({ status }: OrderRecord, stage: string): boolean => {
  if (status === 'FAILED') return true;
  const current = stageOfStatus(status);
  return current !== undefined && (current !== 'close' || stage === 'close');
};

/** The event stands whatever happens here; a topic that cannot be reached must not fire the breach again. */
async function alert(
  { orderId, status, tier, depotId }: OrderRecord,
  fired: readonly Breach[],
  { topics, alarmTopicArn, count, log }: WatchSlasPorts,
): Promise<void> {
  for (const breach of fired) {
    try {
      await topics.send(
        new PublishCommand({
          TopicArn: alarmTopicArn,
          Subject: `SLA breached: ${breach.stage}`,
          Message: JSON.stringify({
            schemaVersion: 1,
            kind: 'sla-breached',
            orderId,
            status,
            tier,
            depotId,
            ...breach,
          }),
        }),
      );
    } catch (error) {
      count('SlaAlertsFailed');
      log.error('the alarm topic did not take the alert; the event SlaBreached stands', { orderId, breach, error });
    }
  }
}
