/**
 * Proof that a replay did nothing twice, from what is there afterwards: the reports of `simulate --out` before and after
 * the replay, and, while the region is still served, the tables behind its port.
 *
 *   tsx test/simulation/prove-replay.ts --before OUT --after OUT/served
 *   tsx test/simulation/prove-replay.ts --endpoint URL
 *
 * Prints each check with its figures; ends with 1 when one does not hold.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { connectAws, type Deployed, type LineReport, type NotificationReport } from '../../operations/index.ts';

type Check = readonly [name: string, holds: boolean, figures: string];

const lines = <T>(folder: string, file: string): T[] =>
  readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);

/** What is there more than once. */
function repeated(keys: readonly string[]): string[] {
  const seen = new Set<string>();
  return keys.filter((key) => seen.has(key) || !seen.add(key));
}

const breachKeys = ({ orderId, breaches }: Pick<LineReport, 'orderId' | 'breaches'>): string[] =>
  (breaches ?? []).map(({ stage, promiseVersion, deadline }) => `${orderId} ${stage} ${promiseVersion} ${deadline}`);

function reportChecks(beforeFolder: string, afterFolder: string): Check[] {
  const [before, after] = [beforeFolder, afterFolder].map((folder) => lines<LineReport>(folder, 'orders.jsonl'));
  const [toldBefore, told] = [beforeFolder, afterFolder].map((folder) =>
    lines<NotificationReport>(folder, 'notifications.jsonl'),
  );
  if (before === undefined || after === undefined || toldBefore === undefined || told === undefined) return [];
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
    [
      'every order came to its end',
      ended.length === after.length,
      `${failed.size} had failed, ${ended.length} of ${after.length} are ARCHIVED`,
    ],
    [
      'no order was delivered twice',
      repeated(delivered).length === 0 && delivered.length === ended.length,
      `${delivered.length} told of their delivery, ${repeated(delivered).length} twice`,
    ],
    [
      'every order took one attempt',
      after.every(({ attempts }) => attempts === 1),
      `${after.filter(({ attempts }) => attempts !== 1).length} did not`,
    ],
    [
      'no notification was sent twice',
      repeated(keys).length === 0,
      `${told.length} sent, ${late.length} of them after the replay began, ${repeated(keys).length} keys twice`,
    ],
    [
      'what was told before stands first',
      JSON.stringify(told.slice(0, toldBefore.length)) === JSON.stringify(toldBefore),
      `${toldBefore.length} before`,
    ],
    [
      'the replay told only customers of failed orders',
      late.every(({ orderId }) => failed.has(orderId)),
      `${new Set(late.map(({ orderId }) => orderId)).size} orders`,
    ],
    [
      'no breach fired twice',
      repeated(breaches).length === 0,
      `${breaches.length} breaches, ${repeated(breaches).length} twice`,
    ],
    [
      'breaches from before the replay stand as they fired',
      lostBreaches.length === 0,
      `${before.flatMap(breachKeys).length} before, of ${lostBreaches.length} orders changed`,
    ],
    ['times reached before the replay are kept', changedTimes.length === 0, `of ${changedTimes.length} orders changed`],
    ['promises and their versions are kept', otherPromise.length === 0, `of ${otherPromise.length} orders changed`],
    [
      'orders that had not failed were not touched',
      untouched.length === 0,
      `${after.length - failed.size} of them, ${untouched.length} changed`,
    ],
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

async function tableChecks(endpoint: string): Promise<Check[]> {
  const deployed = await connectAws({ endpoint });
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
    [
      'one event of each delivery',
      repeated(ids(deliveries)).length === 0,
      `${deliveries.length} of ${records.length} orders`,
    ],
    [
      'one event of each breach',
      repeated(fired).length === 0 && fired.length === breaches.length,
      `${fired.length} events, ${breaches.length} breaches on the records`,
    ],
    [
      'one claim and one event of each replay',
      replays.length === claims.length && repeated(ids(claims)).length === 0,
      `${claims.length} claims, ${replays.length} events`,
    ],
    [
      'every sending of a notification is settled',
      unsure.length === 0,
      `${sent.length} keys, ${unsure.length} not COMPLETED`,
    ],
  ];
}

const { values } = parseArgs({
  options: { before: { type: 'string' }, after: { type: 'string' }, endpoint: { type: 'string' } },
});
const checks = [
  ...(values.before !== undefined && values.after !== undefined ? reportChecks(values.before, values.after) : []),
  ...(values.endpoint !== undefined ? await tableChecks(values.endpoint) : []),
];
if (checks.length === 0) throw new Error('Give --before and --after, or --endpoint.');
for (const [name, holds, figures] of checks) process.stdout.write(`${holds ? 'ok  ' : 'NOT '} ${name}: ${figures}\n`);
if (checks.some(([, holds]) => !holds)) process.exitCode = 1;
