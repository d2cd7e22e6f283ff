/**
 * The console over a region whose projection holds a hundred thousand orders, by its port alone: how long it takes until
 * all orders are there, what a page of the table, a search and the counts take through the HTTP API, how long the board
 * takes to load in a browser, and what memory the console takes. The region and who asks share a process; the console and
 * the browser have their own.
 */
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { ensureAssembly } from '../../cli/assembly.ts';
import { serveDay } from '../../cli/simulation/serve-day.ts';
import { createPrng } from '../../domain/index.ts';
import { connectAws, type Deployed, type OrderQuery } from '../../operations/index.ts';
import { openRegion } from '../../region/index.ts';
import { launchChromium, openPage, VIEWS } from '../../test/console/browser.ts';
import { BOARD_NOW, boardItems, boardQueries } from '../board-orders.ts';
import { figure, printTable, quantile, timed } from '../measure.ts';
import { type ConsoleProcess, startConsole } from './console-process.ts';

const ORDERS = 100_000;
const TARGET_QUERY_P95_MS = 100;
const TARGET_LOAD_MS = 2_000;
const LOADS = 7;
const BATCH = 25;
const BATCHES_AT_ONCE = 8;

async function fill({ documents, output }: Deployed): Promise<void> {
  const table = output('BoardTableName');
  const items = boardItems(ORDERS, 1);
  const batches = Array.from({ length: Math.ceil(items.length / BATCH) }, (_, n) =>
    items.slice(n * BATCH, (n + 1) * BATCH).map((Item) => ({ PutRequest: { Item } })),
  );
  const work = async (): Promise<void> => {
    for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) {
      const { UnprocessedItems = {} } = await documents.send(
        new BatchWriteCommand({ RequestItems: { [table]: batch } }),
      );
      if (Object.keys(UnprocessedItems).length > 0) throw new Error('the region has left items unwritten');
    }
  };
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, work));
}

function addressOf(query: OrderQuery): string {
  const params = new URLSearchParams({ limit: '50' });
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) params.append(name, String(one));
  }
  return `orders?${params}`;
}

interface Api {
  readonly get: (path: string) => Promise<unknown>;
}

function apiOf(url: string): Api {
  const { origin, searchParams } = new URL(url);
  const headers = { authorization: `Bearer ${searchParams.get('token')}` };
  return {
    get: async (path) => {
      const answer = await fetch(`${origin}/api/${path}`, { headers });
      const body: unknown = await answer.json();
      if (!answer.ok) throw new Error(`${path}: ${JSON.stringify(body)}`);
      return body;
    },
  };
}

async function timesOf(paths: readonly string[], { get }: Api): Promise<number[]> {
  const times: number[] = [];
  for (const path of paths) times.push(await timed(async () => void (await get(path))));
  return times;
}

const timesRow = (name: string, times: readonly number[]): string[] => [
  name,
  figure(times.length),
  quantile(times, 0.5).toFixed(1),
  quantile(times, 0.95).toFixed(1),
  Math.max(...times).toFixed(1),
];

/** From the address to rows in the table, each time in a browser that has nothing in its cache. */
async function loadTimes(url: string): Promise<number[]> {
  const browser = await launchChromium();
  const [view] = VIEWS;
  if (view === undefined) throw new Error('there is no view');
  const times: number[] = [];
  try {
    for (let load = 0; load < LOADS; load += 1) {
      const fromMs = performance.now();
      const { page, context, errors } = await openPage(browser, url, view);
      await page.getByRole('table', { name: 'Orders', exact: true }).locator('tbody tr').nth(49).waitFor();
      times.push(performance.now() - fromMs);
      if (errors.length > 0) throw new Error(errors.join('\n'));
      await context.close();
    }
  } finally {
    await browser.close();
  }
  return times;
}

async function measured(endpoint: string): Promise<void> {
  const deployed = await connectAws({ endpoint });
  const filledMs = await timed(() => fill(deployed));
  const opened = await startConsole(endpoint);
  try {
    await report(opened, filledMs);
  } finally {
    await opened.end();
  }
}

async function report(opened: ConsoleProcess, filledMs: number): Promise<void> {
  const api = apiOf(opened.url);
  const emptyMib = opened.memoryMib();
  const readMs = await timed(async () => {
    const { total } = (await api.get('summary')) as { readonly total: number };
    if (total !== ORDERS) throw new Error(`the board has ${total} of ${ORDERS} orders`);
  });
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
  const searches = boardQueries(createPrng(2)).map(addressOf);
  await timesOf(searches.slice(0, 26), api);
  const searchTimes = await timesOf(searches, api);
  const pages = Array.from({ length: 100 }, (_, n) =>
    addressOf({ sort: 'placedAt', descending: true, offset: n * 1_000 }),
  );
  const pageTimes = await timesOf(pages, api);
  const countTimes = await timesOf(Array<string>(50).fill('summary'), api);
  const failureTimes = await timesOf(Array<string>(20).fill('failures'), api);
  const loads = await loadTimes(opened.url);
  printTable(
    `The console over ${figure(ORDERS)} orders`,
    ['', ''],
    [
      ['the region takes them', seconds(filledMs)],
      ['the console listens', seconds(opened.startMs)],
      ['it has read all orders after', seconds(readMs)],
      ['its memory before', `${figure(emptyMib)} MiB`],
      ['its memory with them, pages open', `${figure(opened.memoryMib())} MiB`],
    ],
  );
  printTable(
    'Milliseconds',
    ['', 'times', 'p50', 'p95', 'slowest'],
    [
      timesRow('search and filter, first 50 rows and the count', searchTimes),
      timesRow('a page of the whole table, any depth', pageTimes),
      timesRow('the counts', countTimes),
      timesRow('the failure groups', failureTimes),
      timesRow('the board in Chromium, empty cache, to its rows', loads),
    ],
  );
  const p95 = quantile([...searchTimes, ...pageTimes], 0.95);
  if (p95 > TARGET_QUERY_P95_MS) throw new Error(`queries: p95 ${p95.toFixed(1)} ms, target ${TARGET_QUERY_P95_MS} ms`);
  const load = quantile(loads, 0.5);
  if (load > TARGET_LOAD_MS) throw new Error(`the page loads in ${load.toFixed(0)} ms, target ${TARGET_LOAD_MS} ms`);
}

const region = await openRegion({
  assembly: ensureAssembly(() => undefined),
  clock: { mode: 'auto-skip', startAt: BOARD_NOW },
  seed: 1,
});
try {
  const ending = new AbortController();
  let asked = Promise.resolve();
  const onListen = (endpoint: string): void => {
    asked = measured(endpoint).finally(() => ending.abort());
    asked.catch(() => undefined);
  };
  await serveDay(region, { port: 0, speed: 1, onListen, signal: ending.signal });
  await asked;
} finally {
  await region.close();
}
