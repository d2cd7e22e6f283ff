/**
 * Proof that a replay did nothing twice, from what is there afterwards: the reports of a run before and after it, and the
 * tables of what is deployed. Each check has its figures.
 */
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Deployed, LineReport, NotificationReport } from '../../operations/index.ts';

export interface Check {
  readonly name: string;
  readonly holds: boolean;
  readonly figures: string;
}

/** What `orders.jsonl` and `notifications.jsonl` of a run say. */
export interface Reported {
  readonly orders: readonly LineReport[];
  readonly notifications: readonly NotificationReport[];
}

const check = (name: string, holds: boolean, figures: string): Check => ({ name, holds, figures });

/** What is there more than once. */
function repeated(keys: readonly string[]): string[] {
  const seen = new Set<string>();
  return keys.filter((key) => seen.has(key) || !seen.add(key));
}

const breachKeys = ({ orderId, breaches }: Pick<LineReport, 'orderId' | 'breaches'>): string[] =>
  (breaches ?? []).map(({ stage, promiseVersion, deadline }) => `${orderId} ${stage} ${promiseVersion} ${deadline}`);

export function reportChecks(
  { orders: before, notifications: toldBefore }: Reported,
  { orders: after, notifications: told }: Reported,
): Check[] {
  const earlier = new Map(before.map((order) => [order.orderId, order]));
  const failed = new Set(before.flatMap(({ orderId = '', status }) => (status === 'FAILED' ? [orderId] : [])));
  const ended = after.filter(({ status }) => status === 'ARCHIVED');
  const delivered = told.filter(({ kind }) => kind === 'delivered').map(({ orderId }) => orderId);
  const late = told.slice(toldBefore.length);
  const keys = told.map(({ key, channel }) => `${channel} ${key}`);
  const breaches = after.flatMap(breachKeys);
  const changedTimes = after.filter((order) =>
    Object.entries(earlier.get(order.orderId)?.times ?? {}).some(
      ([name, at]) => at !== null && order.times?.[name as keyof typeof order.times] !== at,
    ),
  );
  const lostBreaches = after.filter(({ orderId, breaches: now }) => {
    const then = earlier.get(orderId)?.breaches ?? [];
    return JSON.stringify(now?.slice(0, then.length)) !== JSON.stringify(then);
  });
  const otherPromise = after.filter(
    ({ orderId, promise }) => JSON.stringify(promise) !== JSON.stringify(earlier.get(orderId)?.promise),
  );
  const untouched = after.filter(
    (order) => !failed.has(order.orderId ?? '') && JSON.stringify(order) !== JSON.stringify(earlier.get(order.orderId)),
  );
  return [
    check(
      'every order came to its end',
      ended.length === after.length,
      `${failed.size} had failed, ${ended.length} of ${after.length} are ARCHIVED`,
    ),
    check(
      'no order was delivered twice',
      repeated(delivered).length === 0 && delivered.length === ended.length,
      `${delivered.length} told of their delivery, ${repeated(delivered).length} twice`,
    ),
    check(
      'every order took one attempt',
      after.every(({ attempts }) => attempts === 1),
      `${after.filter(({ attempts }) => attempts !== 1).length} did not`,
    ),
    check(
      'no notification was sent twice',
      repeated(keys).length === 0,
      `${told.length} sent, ${late.length} of them after the replay began, ${repeated(keys).length} keys twice`,
    ),
    check(
      'what was told before stands first',
      JSON.stringify(told.slice(0, toldBefore.length)) === JSON.stringify(toldBefore),
      `${toldBefore.length} before`,
    ),
    check(
      'the replay told only customers of failed orders',
      late.every(({ orderId }) => failed.has(orderId)),
      `${new Set(late.map(({ orderId }) => orderId)).size} orders`,
    ),
    check(
      'no breach fired twice',
      repeated(breaches).length === 0,
      `${breaches.length} breaches, ${repeated(breaches).length} twice`,
    ),
    check(
      'breaches from before the replay stand as they fired',
      lostBreaches.length === 0,
      `${before.flatMap(breachKeys).length} before, of ${lostBreaches.length} orders changed`,
    ),
    check(
      'times reached before the replay are kept',
      changedTimes.length === 0,
      `of ${changedTimes.length} orders changed`,
    ),
    check(
      'promises and their versions are kept',
      otherPromise.length === 0,
      `of ${otherPromise.length} orders changed`,
    ),
    check(
      'orders that had not failed were not touched',
      untouched.length === 0,
      `${after.length - failed.size} of them, ${untouched.length} changed`,
    ),
  ];
}

async function scan({ documents }: Deployed, TableName: string): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await documents.send(
      new ScanCommand({ TableName, ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey }) }),
    );
    items.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return items;
}

/** By scans of whole tables: for a region, or a small account. */
export async function tableChecks(deployed: Deployed): Promise<Check[]> {
  const items = await scan(deployed, deployed.output('OrdersTableName'));
  const records = items.filter(({ sk }) => sk === 'ORDER');
  const events = items.filter(({ sk }) => String(sk).startsWith('EVENT#'));
  const fired = events
    .filter(({ detailType }) => detailType === 'SlaBreached')
    .map(({ orderId, facts, promiseVersion }) => {
      const { stage, deadline } = JSON.parse(String(facts)) as { readonly stage: string; readonly deadline: string };
      return `${String(orderId)} ${stage} ${String(promiseVersion)} ${deadline}`;
    });
  const breaches = records.flatMap((record) => breachKeys(record as unknown as LineReport));
  const deliveries = events.filter(
    ({ status, sk }) => status === 'DELIVERED' && String(sk).includes('OrderStatusChanged'),
  );
  const replays = events.filter(({ detailType }) => detailType === 'OrderReplayed');
  const actions = await scan(deployed, deployed.output('ActionsTableName'));
  const claims = actions.filter(({ sk }) => sk === 'CLAIM');
  const sent = await scan(deployed, deployed.output('IdempotencyTableName'));
  const unsure = sent.filter(({ status }) => status !== 'COMPLETED');
  const ids = (rows: readonly Record<string, unknown>[]): string[] => rows.map(({ orderId }) => String(orderId));
  return [
    check(
      'one event of each delivery',
      repeated(ids(deliveries)).length === 0,
      `${deliveries.length} of ${records.length} orders`,
    ),
    check(
      'one event of each breach',
      repeated(fired).length === 0 && fired.length === breaches.length,
      `${fired.length} events, ${breaches.length} breaches on the records`,
    ),
    check(
      'one claim and one event of each replay',
      replays.length === claims.length && repeated(ids(claims)).length === 0,
      `${claims.length} claims, ${replays.length} events`,
    ),
    check(
      'every sending of a notification is settled',
      unsure.length === 0,
      `${sent.length} keys, ${unsure.length} not COMPLETED`,
    ),
  ];
}
