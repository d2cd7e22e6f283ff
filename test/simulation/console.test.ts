/** The console over a region's port, as over an account: from what failed to a replay that brings every order home. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { readFaults } from '../../cli/fault-file.ts';
import { serveDay } from '../../cli/simulation/serve-day.ts';
import { type ConsoleOperations, openConsole, operationsOf, type Problem } from '../../console/index.ts';
import { endpointsOf } from '../../console/server/api.ts';
import type { ReplayRunner } from '../../console/server/replay-runner.ts';
import {
  type BoardSummary,
  connectAws,
  type FailureGroup,
  type OrderPage,
  type OrderTraceView,
  type ReplayForecast,
  type ReplayJob,
} from '../../operations/index.ts';
import { runDay, smallDay } from './days.ts';

const day = smallDay(20, 2);
const PERIOD = 'from=2026-01-31&to=2026-02-02';
const why = 'the incident is over';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}
interface Page {
  get(path: string): Promise<Answer>;
  post(path: string, body?: object): Promise<Answer>;
}

/** Runs a page's calls against a console of the region at this address. */
async function withPage<T>(endpoint: string, actAs: string | undefined, use: (page: Page) => Promise<T>): Promise<T> {
  const operations = operationsOf(await connectAws({ endpoint, ...(actAs !== undefined && { actAs }) }));
  const onProblem = (problem: Problem): void => void problems.push(problem);
  const console = await openConsole({ operations, port: 0, hasPage: false, onProblem });
  const { origin, searchParams } = new URL(console.url);
  const headers = {
    authorization: `Bearer ${searchParams.get('token') ?? ''}`,
    'content-type': 'application/json',
  };
  const answerOf = async (response: Response): Promise<Answer> => ({
    status: response.status,
    body: await response.json(),
  });
  try {
    return await use({
      get: async (path) => answerOf(await fetch(`${origin}${path}`, { headers })),
      post: async (path, body = {}) =>
        answerOf(await fetch(`${origin}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })),
    });
  } finally {
    await console.close();
  }
}

const problems: Problem[] = [];
const seen = {} as {
  groups: readonly FailureGroup[];
  before: BoardSummary;
  trace: OrderTraceView;
  forecast: ReplayForecast;
  ended: ReplayJob;
  again: Answer;
  after: BoardSummary;
  found: OrderPage;
  reads: Readonly<Record<string, Answer>>;
  refusals: readonly Answer[];
};

async function operate(page: Page): Promise<void> {
  seen.before = (await page.get('/api/summary')).body as BoardSummary;
  seen.groups = (await page.get('/api/failures')).body as readonly FailureGroup[];
  const groupIds = seen.groups.map(({ groupId }) => groupId);
  const [orderId = ''] = seen.groups[0]?.examples ?? [];
  seen.trace = (await page.get(`/api/orders/${orderId}`)).body as OrderTraceView;
  const selection = { groupIds, mode: 'redrive', ratePerSecond: 50, why };
  const { jobId } = (await page.post('/api/replays', selection)).body as ReplayJob;
  seen.forecast = (await page.post(`/api/replays/${jobId}/forecast`)).body as ReplayForecast;
  expect((await page.post('/api/rehearse', { jobId })).body).toMatchObject({ total: seen.before.failed, failed: [] });
  expect((await page.post(`/api/replays/${jobId}/run`)).status).toBe(202);
  const read = async () => (await page.get(`/api/replays/${jobId}`)).body as ReplayJob;
  let job = await read();
  while (job.state !== 'DONE') job = await read();
  seen.ended = job;
  seen.again = await page.post(`/api/replays/${jobId}/run`);
  const isOver = (summary: BoardSummary): boolean => summary.byStatus.ARCHIVED === day.orders.length;
  do seen.after = (await page.get('/api/summary')).body as BoardSummary;
  while (!isOver(seen.after));
  seen.found = (await page.get('/api/orders?text=PORTOLAN&status=ARCHIVED&sort=orderId&limit=5')).body as OrderPage;
}

async function readAll(page: Page, orderId: string, executionArn: string, jobId: string): Promise<void> {
  const execution = encodeURIComponent(executionArn);
  const paths = {
    readSession: '/api/me',
    readSummary: '/api/summary',
    searchOrders: '/api/orders?limit=500',
    readMap: '/api/map',
    traceOrder: `/api/orders/${orderId}`,
    readExecution: `/api/executions/${execution}`,
    readHistory: `/api/executions/${execution}/events?from=5&limit=10`,
    readLedger: `/api/ledger/${orderId}`,
    listActions: '/api/actions',
    listFailures: '/api/failures',
    listReplays: '/api/replays',
    readReplay: `/api/replays/${jobId}`,
    listReplayItems: `/api/replays/${jobId}/items?state=SUCCEEDED`,
    audit: `/api/audit?${PERIOD}&by=depot&target=perfectShare%3D0.5`,
    verifyArchive: `/api/audit/verify?${PERIOD}`,
    listStuckWaits: '/api/waits',
  };
  const answers: Record<string, Answer> = {};
  for (const [name, path] of Object.entries(paths)) answers[name] = await page.get(path);
  seen.reads = answers;
  const cancel = { initiator: 'customer', why };
  seen.refusals = [
    await page.post(`/api/orders/${orderId}/cancel`, cancel),
    await page.post('/api/replays', { orderIds: [orderId], mode: 'redrive', ratePerSecond: 1, why }),
  ];
}

beforeAll(async () => {
  await runDay(day.orders, {
    fleet: day.fleet,
    faults: readFaults('incident'),
    handOver: async (_, region) => {
      const ending = new AbortController();
      let asked: Promise<void> | undefined;
      const onListen = (url: string): void => {
        asked = (async () => {
          await withPage(url, undefined, operate);
          const [visited] = seen.trace.executions;
          await withPage(url, 'PerfectOrderViewer', (page) =>
            readAll(page, seen.trace.order.orderId, visited?.executionArn ?? '', seen.ended.jobId),
          );
        })().finally(() => ending.abort());
      };
      await serveDay(region, { port: 0, speed: 60, onListen, signal: ending.signal });
      await asked;
    },
  });
}, 120_000);

describe('the console over the port of a region', () => {
  test('shows what failed, in groups, and where each order stopped', () => {
    expect(seen.before.failed).toBeGreaterThan(0);
    expect(seen.groups.reduce((sum, { count }) => sum + count, 0)).toBe(seen.before.failed);
    expect(seen.trace.order.status).toBe('FAILED');
    expect(seen.trace.executions[0]?.visits.at(-1)).toMatchObject({
      state: seen.trace.order.failure?.state,
      outcome: 'failed',
    });
  });

  test('replays it all once, to the end', () => {
    expect(seen.forecast).toMatchObject({ willRedrive: seen.before.failed, refused: [] });
    expect(seen.ended.counts).toMatchObject({ SUCCEEDED: seen.before.failed, FAILED_AGAIN: 0, REFUSED: 0 });
    expect(seen.again).toMatchObject({ status: 409, body: { error: { code: 'WRONG_STATE' } } });
    expect(seen.after).toMatchObject({ failed: 0, open: 0 });
    expect(seen.found).toMatchObject({ total: day.orders.length });
    expect(seen.found.orders).toHaveLength(5);
  });

  // The schemas alone are wanted.
  const endpoints = new Map(
    endpointsOf({} as ConsoleOperations, {} as ReplayRunner).map((endpoint) => [endpoint.name, endpoint]),
  );

  test('gives a viewer whatever is only read, in the shapes that its document says', () => {
    for (const [name, { status, body }] of Object.entries(seen.reads)) {
      expect([name, status]).toEqual([name, 200]);
      expect(endpoints.get(name)?.answer.parse(body)).toEqual(body);
    }
    const unread = [...endpoints.values()].filter(({ method, name }) => method === 'get' && !(name in seen.reads));
    expect(unread).toEqual([]);
    expect(seen.reads['readSession']?.body).toMatchObject({ identity: { role: 'viewer' }, isRegion: true });
  });

  test('lets a viewer change nothing', () => {
    expect(seen.refusals.map(({ status }) => status)).toEqual([403, 403]);
  });

  test('had nothing to complain of', () => {
    expect(problems).toEqual([]);
  });
});
