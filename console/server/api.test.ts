import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { endpointsOf } from './api.ts';
import type { ReplayRunner } from './replay-runner.ts';
import { type Caller, openCaller } from './testing/caller.ts';
import { fakeOperations, JOB, ORDER, SUMMARY, TRACE } from './testing/fake-operations.ts';

const ARN = encodeURIComponent('arn:aws:states:us-east-1:123456789012:execution:OrderLifecycle:order-1');
const PERIOD = 'from=2018-07-20&to=2018-07-21';

let caller: Caller;
beforeEach(async () => {
  caller = await openCaller();
});
afterEach(() => caller.close());

const codeOf = ({ body }: { readonly body: unknown }): string => (body as { error: { code: string } }).error.code;

describe('every address', () => {
  const READ: readonly (readonly [name: string, path: string])[] = [
    ['readSession', '/api/me'],
    ['readSummary', '/api/summary'],
    ['searchOrders', '/api/orders?status=FAILED'],
    ['readMap', '/api/map'],
    ['traceOrder', '/api/orders/order-1'],
    ['readExecution', `/api/executions/${ARN}`],
    ['readHistory', `/api/executions/${ARN}/events?from=0&limit=10`],
    ['readLedger', '/api/ledger/order-1'],
    ['listActions', '/api/actions'],
    ['listFailures', '/api/failures'],
    ['listReplays', '/api/replays'],
    ['readReplay', '/api/replays/job-1'],
    ['listReplayItems', '/api/replays/job-1/items'],
    ['audit', `/api/audit?${PERIOD}`],
    ['verifyArchive', `/api/audit/verify?${PERIOD}`],
    ['listStuckWaits', '/api/waits'],
  ];
  const WRITTEN: readonly (readonly [name: string, path: string, body: object])[] = [
    ['cancelOrder', '/api/orders/order-1/cancel', { initiator: 'customer', why: 'wished' }],
    [
      'amendOrder',
      '/api/orders/order-1/amend',
      { promise: { from: '2018-07-20T10:00:00Z', to: '2018-07-20T12:00:00Z' }, initiator: 'carrier', why: 'late' },
    ],
    ['freezeReplay', '/api/replays', { orderIds: ['order-1'], mode: 'redrive', ratePerSecond: 5, why: 'fixed' }],
    ['forecastReplay', '/api/replays/job-1/forecast', {}],
    ['runReplay', '/api/replays/job-1/run', {}],
    ['stopReplay', '/api/replays/job-1/stop', {}],
    ['rehearse', '/api/rehearse', { jobId: 'job-1' }],
    ['remedyWait', '/api/waits/remedy', { orderId: 'order-1', kind: 'OVERDUE_WAIT', remedy: 'settle', why: 'stuck' }],
  ];
  const endpoints = new Map(
    endpointsOf(fakeOperations(), {} as ReplayRunner).map((endpoint) => [endpoint.name, endpoint]),
  );

  test('of the document is tried here', () => {
    expect([...READ, ...WRITTEN].map(([name]) => name).sort()).toEqual([...endpoints.keys()].sort());
  });

  test.each(READ)('%s answers what its schema says', async (name, path) => {
    const { status, body } = await caller.get(path);
    expect(status).toBe(200);
    expect(endpoints.get(name)?.answer.parse(body)).toEqual(body);
  });

  test.each(WRITTEN)('%s answers what its schema says', async (name, path, given) => {
    const { status, body } = await caller.post(path, given);
    expect(status).toBe(endpoints.get(name)?.status ?? 200);
    expect(endpoints.get(name)?.answer.parse(body)).toEqual(body);
  });

  test.each(WRITTEN)('%s is an operator alone unless nothing changes', async (name, path, given) => {
    caller.operations.role = 'viewer';
    const answer = await caller.post(path, given);
    if (endpoints.get(name)?.role === 'operator') {
      expect([answer.status, codeOf(answer)]).toEqual([403, 'FORBIDDEN']);
    } else {
      expect(['forecastReplay', 'rehearse']).toContain(name);
      expect(answer.status).toBe(200);
    }
    expect(caller.operations.deeds).toEqual([]);
  });

  const ALL = [...READ.map(([name, path]) => [name, path, undefined] as const), ...WRITTEN];
  test.each(ALL)('%s is closed without the token', async (_, path, given) => {
    const response = await fetch(`${caller.url}${path}`, {
      method: given === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json' },
      ...(given !== undefined && { body: JSON.stringify(given) }),
    });
    expect([response.status, codeOf({ body: await response.json() })]).toEqual([401, 'TOKEN_MISSING']);
    expect(caller.operations.deeds).toEqual([]);
  });
});

describe('the answers', () => {
  test('are those of the operations', async () => {
    expect((await caller.get('/api/summary')).body).toEqual(SUMMARY);
    expect((await caller.get('/api/orders')).body).toMatchObject({ orders: [ORDER], total: 1 });
    expect((await caller.get('/api/orders/order-1')).body).toEqual(TRACE);
    expect((await caller.get('/api/replays')).body).toEqual([JOB]);
    expect((await caller.get('/api/me')).body).toMatchObject({ isRegion: true, endpoint: 'http://127.0.0.1:4566' });
  });

  test('carry conditions, sorting and paging to the search', async () => {
    await caller.get(
      '/api/orders?text=ann&status=FAILED&status=PLACED&depotId=DLA9&perfect=false&sort=statusAt&descending=true&limit=20&offset=40&placedFrom=2018-07-20',
    );
    expect(caller.operations.asked.find(({ name }) => name === 'search')?.given).toEqual({
      text: 'ann',
      status: ['FAILED', 'PLACED'],
      depotId: ['DLA9'],
      perfect: false,
      sort: 'statusAt',
      descending: true,
      limit: 20,
      offset: 40,
      placedFrom: '2018-07-20T00:00:00.000Z',
    });
  });

  test('take period, split and targets of an audit from the address', async () => {
    await caller.get(`/api/audit?${PERIOD}&by=depot&by=day&target=perfectShare%3D0.98`);
    await caller.get(`/api/audit?${PERIOD}&by=`);
    const period = { from: '2018-07-20T00:00:00.000Z', to: '2018-07-21T00:00:00.000Z' };
    expect(caller.operations.asked.filter(({ name }) => name === 'audit').map(({ given }) => given)).toEqual([
      [{ ...period, by: ['depot', 'day'] }, [{ metric: 'perfectShare', target: 0.98 }]],
      [{ ...period, by: [] }, []],
    ]);
  });

  test('say who did what to the operations, with the reason', async () => {
    await caller.post('/api/orders/order-1/cancel', { initiator: 'customer', why: ' wished ' });
    expect(caller.operations.deeds).toEqual([
      { name: 'cancel', given: { orderId: 'order-1', initiator: 'customer', why: 'wished' } },
    ]);
  });
});

describe('bad input', () => {
  test.each([
    ['a condition of no such name', '/api/orders?colour=red', /colour/],
    ['a status that there is not', '/api/orders?status=LOST', /status/],
    ['a page that is too large', '/api/orders?limit=501', /limit/],
    ['a time that is none', '/api/orders?placedFrom=yesterday', /placedFrom/],
    ['an audit without a period', '/api/audit', /from/],
    ['a target without a number', `/api/audit?${PERIOD}&target=perfectShare`, /perfectShare=0.98/],
  ])('%s is refused by name', async (_, path, words) => {
    const answer = await caller.get(path);
    expect([answer.status, codeOf(answer)]).toEqual([400, 'BAD_INPUT']);
    expect(JSON.stringify(answer.body)).toMatch(words);
  });

  test.each([
    ['without a reason', { orderIds: ['order-1'], mode: 'redrive', ratePerSecond: 5, why: '  ' }, /say why/],
    ['of nothing', { mode: 'redrive', ratePerSecond: 5, why: 'fixed' }, /one of groupIds/],
    ['of two selections', { orderIds: ['a'], groupIds: ['b'], mode: 'redrive', ratePerSecond: 5, why: 'x' }, /one of/],
    ['without a rate', { orderIds: ['a'], mode: 'redrive', why: 'x' }, /ratePerSecond/],
  ])('a replay %s is refused', async (_, body, words) => {
    const answer = await caller.post('/api/replays', body);
    expect([answer.status, codeOf(answer)]).toEqual([400, 'BAD_INPUT']);
    expect(JSON.stringify(answer.body)).toMatch(words);
    expect(caller.operations.deeds).toEqual([]);
  });

  test('a window that ends before it begins is refused', async () => {
    const promise = { from: '2018-07-20T12:00:00Z', to: '2018-07-20T10:00:00Z' };
    const answer = await caller.post('/api/orders/order-1/amend', { promise, initiator: 'customer', why: 'x' });
    expect(codeOf(answer)).toBe('BAD_INPUT');
  });

  test('an unknown order, execution, replay or address is said to be so', async () => {
    expect(codeOf(await caller.get('/api/orders/nobody'))).toBe('UNKNOWN_ORDER');
    expect(codeOf(await caller.get('/api/ledger/nobody'))).toBe('UNKNOWN_ORDER');
    expect(codeOf(await caller.get('/api/executions/none'))).toBe('UNKNOWN_EXECUTION');
    expect(codeOf(await caller.get('/api/replays/none'))).toBe('UNKNOWN_JOB');
    expect(codeOf(await caller.post('/api/replays/none/run'))).toBe('UNKNOWN_JOB');
    expect(codeOf(await caller.get('/api/nothing'))).toBe('NO_SUCH_ADDRESS');
    expect(codeOf(await caller.post('/api/summary'))).toBe('NO_SUCH_ADDRESS');
  });

  test('a body that is no JSON is refused', async () => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"why":' };
    const response = await caller.fetch('/api/orders/order-1/cancel', init);
    expect([response.status, codeOf({ body: await response.json() })]).toEqual([400, 'BAD_INPUT']);
  });
});
