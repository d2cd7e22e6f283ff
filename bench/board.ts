/**
 * The read model at a hundred thousand orders: how long it takes to fill, what its queries take (p50, p95, p99 over many
 * different ones), what a sync of a few hundred changes takes, and the memory it holds. Orders are made from a seed.
 */
import { createPrng } from '../domain/index.ts';
import { summaryOf } from '../operations/board/board-summary.ts';
import { searchOrders } from '../operations/board/order-query.ts';
import { OrderStore } from '../operations/board/order-store.ts';
import { BOARD_NOW, boardItems, boardQueries } from './board-orders.ts';
import { printTable, quantile } from './measure.ts';

const ORDERS = 100_000;
const TARGET_P95_MS = 100;
const CHANGED = 500;

function measure(work: () => void): number {
  const from = performance.now();
  work();
  return performance.now() - from;
}

export async function benchBoard(): Promise<void> {
  const items = boardItems(ORDERS, 1);
  const before = process.memoryUsage().rss;
  const store = new OrderStore(undefined, 'bench');
  const filledMs = measure(() => {
    for (let from = 0; from < items.length; from += CHANGED) store.upsert(items.slice(from, from + CHANGED));
  });
  const indexedMs = measure(() => store.index());
  const heldMib = (process.memoryUsage().rss - before) / 2 ** 20;
  const asked = boardQueries(createPrng(2));
  for (const query of asked.slice(0, 26)) searchOrders(store, query, BOARD_NOW);
  const timed = asked.map((query) => ({ query, ms: measure(() => searchOrders(store, query, BOARD_NOW)) }));
  const times = timed.map(({ ms }) => ms);
  const summaries = Array.from({ length: 20 }, () => measure(() => summaryOf(store, 0, BOARD_NOW)));
  const changed = items.slice(0, CHANGED).map((item) => ({ ...item, ordersSeq: `${item.ordersSeq}1`, attempts: 3 }));
  const syncedMs = measure(() => store.upsert(changed));
  const row = (name: string, value: number, unit = 'ms'): string[] => [name, value.toFixed(1), unit];
  printTable(
    `The read model of ${ORDERS} orders`,
    ['', 'value', ''],
    [
      row('filling', filledMs),
      row('building the indexes', indexedMs),
      row('memory held', heldMib, 'MiB'),
      row(`search, p50 of ${times.length}`, quantile(times, 0.5)),
      row('search, p95', quantile(times, 0.95)),
      row('search, p99', quantile(times, 0.99)),
      row('search, slowest', Math.max(...times)),
      row('summary, p50', quantile(summaries, 0.5)),
      row('summary, slowest', Math.max(...summaries)),
      row(`${CHANGED} changed rows`, syncedMs),
    ],
  );
  const slowest = [...timed].sort((a, b) => b.ms - a.ms).slice(0, 5);
  for (const { query, ms } of slowest) console.log(`  ${ms.toFixed(1)} ms  ${JSON.stringify(query)}`);
  const p95 = quantile(times, 0.95);
  if (p95 > TARGET_P95_MS) throw new Error(`search p95 ${p95.toFixed(1)} ms misses the target of ${TARGET_P95_MS} ms`);
}
