import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LiveFeed, MAX_WAITING_ORDERS } from './live-feed.ts';
import { type Caller, openCaller } from './testing/caller.ts';
import { fakeOperations, JOB, ORDER, SUMMARY } from './testing/fake-operations.ts';

interface LiveEvent {
  readonly topic: string;
  readonly data: unknown;
}

/** Reads events one by one from an open stream. */
function eventsOf(body: ReadableStream<Uint8Array>) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  const next = async (): Promise<LiveEvent | 'ended'> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        const [, topic, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
        if (topic !== undefined && data !== undefined) return { topic, data: JSON.parse(data) };
        continue;
      }
      const { done, value } = await reader.read();
      if (done) return 'ended';
      text += decoder.decode(value);
    }
  };
  const nextOf = async (wanted: string): Promise<unknown> => {
    for (;;) {
      const event = await next();
      if (event === 'ended') throw new Error(`the stream has ended before ${wanted}`);
      if (event.topic === wanted) return event.data;
    }
  };
  return { next, nextOf, leave: () => reader.cancel() };
}

describe('the live feed of an open console', () => {
  let caller: Caller;
  beforeEach(async () => {
    caller = await openCaller();
  });
  afterEach(() => caller.close());

  const live = async () => {
    const response = await caller.fetch('/api/live');
    if (response.body === null || !response.ok) throw new Error(`answered ${response.status}`);
    return eventsOf(response.body);
  };

  test('begins with the summary and tells of each order that changes', async () => {
    const events = await live();
    expect(await events.nextOf('summary')).toEqual(SUMMARY);
    caller.operations.changed.push(ORDER);
    expect(await events.nextOf('orders')).toEqual([ORDER]);
  });

  test('goes on at the pace of who looks, not of an idle console', async () => {
    const events = await live();
    const from = performance.now();
    for (let round = 0; round < 3; round += 1) await events.nextOf('summary');
    expect(performance.now() - from).toBeLessThan(6000);
  });

  test('tells how a replay comes along, to its end', async () => {
    const events = await live();
    expect((await caller.post('/api/replays/job-1/run')).status).toBe(202);
    expect(await events.nextOf('job')).toMatchObject({ jobId: JOB.jobId, state: 'RUNNING' });
    caller.operations.endRun?.();
    let last: unknown;
    do last = await events.nextOf('job');
    while ((last as { state: string }).state === 'RUNNING');
    expect(last).toMatchObject({ state: 'DONE', counts: { SUCCEEDED: 1 } });
  });

  test('ends when what is looked at is gone, is refused meanwhile, and comes back with it', async () => {
    const events = await live();
    await events.nextOf('summary');
    caller.operations.broken = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    await expect(events.nextOf('never')).rejects.toThrow('ended');
    expect(await caller.get('/api/live')).toMatchObject({ status: 503, body: { error: { code: 'UNREACHABLE' } } });
    expect(await caller.get('/api/summary')).toMatchObject({ status: 503, body: { error: { code: 'UNREACHABLE' } } });
    caller.operations.broken = undefined;
    let back = await caller.fetch('/api/live');
    while (back.status === 503) back = await caller.fetch('/api/live');
    expect(back.status).toBe(200);
    await back.body?.cancel();
    expect(caller.problems.map(({ code }) => code)).toEqual(['UNREACHABLE']);
  });

  test('goes on without the map when only the map cannot be read', async () => {
    const { operations } = caller;
    operations.map = () => Promise.reject(new Error('no fences today'));
    const events = await live();
    await events.nextOf('summary');
    operations.changed.push(ORDER);
    expect(await events.nextOf('orders')).toEqual([ORDER]);
    expect(caller.problems).toHaveLength(1);
  });

  test('says that the login has expired, and what to do', async () => {
    caller.operations.broken = Object.assign(new Error('the security token is expired'), {
      name: 'ExpiredTokenException',
    });
    let answer = await caller.get('/api/summary');
    while (answer.status === 200) answer = await caller.get('/api/summary');
    expect(answer).toMatchObject({ status: 401, body: { error: { code: 'LOGIN_EXPIRED' } } });
    expect(JSON.stringify(answer.body)).toContain('aws sso login');
  });
});

describe('a page that reads slowly', () => {
  test('gets the latest of each thing, and never more than a bounded number of orders', async () => {
    const feed = new LiveFeed();
    const stream = feed.open();
    for (let total = 0; total < 1000; total += 1) {
      feed.publish({
        summary: { ...SUMMARY, total },
        orders: [
          { ...ORDER, orderId: `order-${total}` },
          { ...ORDER, orderId: 'busy', replays: total },
        ],
      });
    }
    const events = eventsOf(stream);
    const summaries: unknown[] = [];
    const orders: { orderId: string; replays: number }[] = [];
    while (!orders.some(({ orderId }) => orderId === 'order-999')) {
      const event = await events.next();
      if (event === 'ended') break;
      if (event.topic === 'summary') summaries.push(event.data);
      if (event.topic === 'orders') orders.push(...(event.data as typeof orders));
    }
    expect(summaries.length).toBeLessThan(4);
    expect(summaries.at(-1)).toMatchObject({ total: 999 });
    expect(orders.length).toBeLessThanOrEqual(2 * MAX_WAITING_ORDERS);
    expect(orders.findLast(({ orderId }) => orderId === 'busy')).toMatchObject({ replays: 999 });
    feed.close();
  });

  test('leaves nothing behind when it is closed', async () => {
    const feed = new LiveFeed();
    const events = eventsOf(feed.open());
    expect(feed.pages).toBe(1);
    await events.leave();
    expect(feed.pages).toBe(0);
    feed.close();
  });
});

describe('replays and their console', () => {
  test('go on by themselves when they were running when the last console ended', async () => {
    const operations = fakeOperations();
    operations.jobList = [
      { ...JOB, state: 'RUNNING' },
      { ...JOB, jobId: 'job-2', state: 'STOPPED' },
    ];
    const caller = await openCaller(operations);
    while (caller.console.underWay().length === 0) await caller.get('/api/replays');
    expect(operations.deeds).toEqual([{ name: 'run', given: 'job-1' }]);
    await caller.close();
  });

  test('are not gone on with by a viewer', async () => {
    const operations = fakeOperations();
    operations.role = 'viewer';
    operations.jobList = [{ ...JOB, state: 'RUNNING' }];
    const caller = await openCaller(operations);
    await caller.get('/api/replays');
    expect(operations.deeds).toEqual([]);
    await caller.close();
  });

  test('run once, however often they are begun, and are not begun again when they are done', async () => {
    const caller = await openCaller();
    await Promise.all([1, 2, 3].map(() => caller.post('/api/replays/job-1/run')));
    expect(caller.operations.deeds).toHaveLength(1);
    expect((await caller.post('/api/replays/job-1/stop')).body).toMatchObject({ state: 'STOPPED' });
    await caller.post('/api/replays/job-1/run');
    expect(caller.operations.deeds).toHaveLength(2);
    caller.operations.endRun?.();
    while (caller.console.underWay().length > 0) await caller.get('/api/replays');
    const again = await caller.post('/api/replays/job-1/run');
    expect(again).toMatchObject({ status: 409, body: { error: { code: 'WRONG_STATE' } } });
    await caller.close();
  });

  test('go on after an outage that has ended them', async () => {
    const caller = await openCaller();
    await caller.post('/api/replays/job-1/run');
    const outage = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    caller.operations.broken = outage;
    caller.operations.endRun?.(outage);
    while ((await caller.get('/api/summary')).status === 200);
    expect(caller.console.underWay()).toEqual([]);
    caller.operations.jobList = [{ ...JOB, state: 'RUNNING' }];
    caller.operations.broken = undefined;
    while (caller.console.underWay().length === 0) await caller.get('/api/summary');
    expect(caller.operations.deeds.map(({ name }) => name)).toEqual(['run', 'run']);
    await caller.close();
  });
});
