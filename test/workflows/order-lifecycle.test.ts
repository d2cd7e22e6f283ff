/** The order's machine as it is deployed, on the engine: every state, edge, retrier and catcher is passed here. */
import { describe, expect, test } from '@jest/globals';
import { assertCoverage, crashEverywhere, type LiveRun, mocksFromHistory } from '../../engine/testkit/index.ts';
import { relation } from '../../functions/platform/ledger/decision.ts';
import {
  awaitRequestSchema,
  EXCEPTIONS,
  type ExceptionKind,
  MILESTONES,
  type Milestone,
  type OrderFrame,
  type TurnResult,
  turnRequestSchema,
} from '../../workflows/order-lifecycle/contracts.ts';
import { type End, endOf, payloadOf, returned, Workflow } from './workflow.ts';

const START = Date.UTC(2026, 2, 2, 8);
const workflow = new Workflow('order-lifecycle');
const iso = (minutes: number) => new Date(START + minutes * 60_000).toISOString();
const WAITS = [
  'AwaitRoute',
  'AwaitDispatch',
  'AwaitDeparture',
  'AwaitApproach',
  'AwaitArrival',
  'AwaitDelivery',
] as const;
type Wait = (typeof WAITS)[number];
const milestoneOf = (wait: Wait): Milestone => MILESTONES[WAITS.indexOf(wait)] as Milestone;

const FRAME: OrderFrame = {
  orderId: 'o-1',
  depotId: 'D1',
  tier: 'standard',
  cycle: 1,
  promiseTo: iso(360),
  waitUntil: iso(360 + 1_440),
};
let order: LiveRun;

const reached = (wait: Wait) => ({ kind: milestoneOf(wait), at: iso(WAITS.indexOf(wait)), detail: { arrival: 1 } });
const cause = (kind: ExceptionKind) => JSON.stringify({ kind, at: iso(30), detail: { arrival: 9, reason: 'why' } });
const signal = (wait: Wait, kind: ExceptionKind) => order.fail(wait, kind, cause(kind));

/** The order stands in this wait. */
async function at(wait: Wait, frame = FRAME): Promise<void> {
  order = await workflow.start(frame, START);
  for (const passed of WAITS.slice(0, WAITS.indexOf(wait))) await order.succeed(passed, reached(passed));
}

/** What turn-order answers: the frame of the request, changed, and where it goes on. */
async function turn(state: string, rest: Partial<TurnResult>): Promise<void> {
  const { frame, awaits, error } = turnRequestSchema.parse(payloadOf(order, state));
  const answer: TurnResult = {
    frame,
    planAgain: true,
    resumeAt: 'RoutePlanned',
    awaits,
    error: { Error: error.Error, Cause: error.Cause ?? '' },
    ...rest,
  };
  await order.succeed(state, returned(answer));
}

/** From CloseOrder, or from where a turn ended the order, to the end. */
async function archived(): Promise<End> {
  expect(payloadOf(order, 'ArchiveOrder')).toEqual({ frame: expect.anything(), executionArn: order.executionArn });
  await order.succeed('ArchiveOrder', returned({ orderId: 'o-1', status: 'ARCHIVED' }));
  const end = await endOf(order);
  expect(end).toMatchObject({ status: 'SUCCEEDED', output: { orderId: 'o-1', status: 'ARCHIVED' } });
  expect(end.entered.slice(-2)).toEqual(['ArchiveOrder', 'OrderArchived']);
  return end;
}

const requestOf = (wait: Wait) => awaitRequestSchema.parse(payloadOf(order, wait));

describe('an order that nothing disturbs', () => {
  test('is delivered in nine transitions', async () => {
    await at('AwaitDelivery');
    await order.succeed('AwaitDelivery', reached('AwaitDelivery'));
    expect(payloadOf(order, 'CloseOrder')).toEqual({ frame: { ...FRAME, reached: reached('AwaitDelivery') } });
    await order.succeed('CloseOrder', returned({ perfect: true }));
    expect((payloadOf(order, 'ArchiveOrder')['frame'] as OrderFrame).reached).toEqual(reached('AwaitDelivery'));
    const { entered } = await archived();
    expect(entered).toEqual([...WAITS, 'CloseOrder', 'ArchiveOrder', 'OrderArchived']);
    expect(entered.length).toBeLessThanOrEqual(10);
  });

  test.each(WAITS)('hands the ledger in %s what opens the wait: frame, token, place among retries', async (wait) => {
    await at(wait);
    const previous = WAITS[WAITS.indexOf(wait) - 1];
    expect(requestOf(wait)).toEqual({
      frame: previous === undefined ? FRAME : { ...FRAME, reached: reached(previous) },
      awaits: milestoneOf(wait),
      token: order.task(wait).taskToken,
      enteredAt: iso(0),
      redriveCount: 0,
      retryCount: 0,
      executionArn: order.executionArn,
    });
  });
});

describe('a signal that fails a wait', () => {
  const pairs = WAITS.flatMap((wait) => EXCEPTIONS.map((kind) => [kind, wait] as const));

  test.each(pairs)(
    '%s in %s is routed at once if the ledger would send it, and retried in no case',
    async (kind, wait) => {
      await at(wait);
      await signal(wait, kind);
      const { entered, status, error } = await endOf(order);
      const standing = { awaits: milestoneOf(wait), cycle: 1 };
      const stored = {
        schemaVersion: 1,
        signalId: 's',
        orderId: 'o-1',
        kind,
        cycle: 1,
        at: iso(30),
        detail: {},
      } as const;
      const isSent = relation({ ...stored, arrival: 9, acceptedAt: iso(30) }, standing) === 'answers';
      const target = {
        Cancelled: 'CancelOrder',
        Amended: 'AmendPromise',
        AttemptFailed: 'RecordFailedAttempt',
        RouteWithdrawn: 'ReleaseRoute',
        RouteUnavailable: 'ReturnOrder',
      }[kind];
      if (!isSent) expect([status, error]).toEqual(['FAILED', kind]);
      else {
        expect(entered.at(-1)).toBe(target);
        expect(turnRequestSchema.parse(payloadOf(order, target))).toMatchObject({
          turn: target,
          awaits: milestoneOf(wait),
          frame: { orderId: 'o-1', cycle: 1 },
          error: { Error: kind, Cause: cause(kind) },
          executionArn: order.executionArn,
        });
      }
    },
  );
});

describe('an order that is cancelled', () => {
  test.each(WAITS)('in %s is ended and archived', async (wait) => {
    await at(wait);
    await signal(wait, 'Cancelled');
    await turn('CancelOrder', { planAgain: false });
    expect((await archived()).entered).toContain('CancelOrder');
  });
});

describe('an order whose promise is amended', () => {
  const frame = { ...FRAME, promiseTo: iso(720), amendedThrough: { at: iso(30), arrival: 9 } };

  test.each(WAITS.slice(1))(
    'in %s waits there again, behind the amendment and with nothing reached anew',
    async (wait) => {
      await at(wait);
      const { token } = requestOf(wait);
      await signal(wait, 'Amended');
      await turn('AmendPromise', { resumeAt: milestoneOf(wait), frame: { ...frame, reached: reached(wait) } });
      expect(requestOf(wait)).toMatchObject({ awaits: milestoneOf(wait), frame });
      expect(requestOf(wait).frame.reached).toBeUndefined();
      expect(requestOf(wait).token).not.toBe(token);
    },
  );

  test.each(['AwaitRoute', 'AwaitDispatch', 'AwaitDelivery'] as const)('in %s may need another route', async (wait) => {
    await at(wait);
    await signal(wait, 'Amended');
    await turn('AmendPromise', { frame: { ...frame, cycle: 2 } });
    expect(requestOf('AwaitRoute').frame).toEqual({ ...requestOf('AwaitRoute').frame, ...frame, cycle: 2 });
  });
});

describe('an order that could not be handed over', () => {
  test('is planned again while an attempt is left, and delivered in the next cycle', async () => {
    await at('AwaitDelivery');
    await signal('AwaitDelivery', 'AttemptFailed');
    await turn('RecordFailedAttempt', { frame: { ...FRAME, cycle: 2 } });
    expect(requestOf('AwaitRoute').frame).toEqual({ ...FRAME, cycle: 2 });
    for (const wait of WAITS) await order.succeed(wait, reached(wait));
    await order.succeed('CloseOrder', returned({ perfect: true }));
    expect((await archived()).entered.filter((state) => state === 'AwaitDelivery')).toHaveLength(2);
  });

  test('goes back to the depot when no attempt is left', async () => {
    await at('AwaitDelivery');
    await signal('AwaitDelivery', 'AttemptFailed');
    await turn('RecordFailedAttempt', { planAgain: false });
    expect(turnRequestSchema.parse(payloadOf(order, 'ReturnOrder'))).toMatchObject({
      awaits: 'Delivered',
      error: { Error: 'AttemptFailed', Cause: cause('AttemptFailed') },
    });
    await turn('ReturnOrder', { planAgain: false });
    const { entered } = await archived();
    expect(entered.slice(-5, -2)).toEqual(['RecordFailedAttempt', 'IsAttemptLeft', 'ReturnOrder']);
  });
});

describe('an order whose route is given up', () => {
  test.each(WAITS.slice(1))('in %s is planned again', async (wait) => {
    await at(wait);
    await signal(wait, 'RouteWithdrawn');
    await turn('ReleaseRoute', { frame: { ...FRAME, cycle: 2 } });
    expect(requestOf('AwaitRoute').frame.cycle).toBe(2);
  });

  test('too often goes back', async () => {
    await at('AwaitDispatch');
    await signal('AwaitDispatch', 'RouteWithdrawn');
    await turn('ReleaseRoute', { planAgain: false });
    await turn('ReturnOrder', { planAgain: false });
    await archived();
  });

  test('before there was one, because none can be found, goes back with the reason', async () => {
    await at('AwaitRoute');
    await signal('AwaitRoute', 'RouteUnavailable');
    expect(payloadOf(order, 'ReturnOrder')).toMatchObject({
      awaits: 'RoutePlanned',
      error: { Error: 'RouteUnavailable' },
    });
    await turn('ReturnOrder', { planAgain: false });
    await archived();
  });
});

describe('a wait that nobody answers', () => {
  test.each(WAITS)('%s ends a day after the promise', async (wait) => {
    await at(wait);
    expect(await order.timeOut(wait)).toBe((360 + 1_440) * 60_000);
    const target = wait === 'AwaitRoute' ? 'ReturnOrder' : 'ReleaseRoute';
    const request = turnRequestSchema.parse(payloadOf(order, target));
    expect(request).toMatchObject({ awaits: milestoneOf(wait), error: { Error: 'States.Timeout' } });
  });

  test.each(WAITS)('%s of an order that is overdue still gets a minute', async (wait) => {
    await at(wait, { ...FRAME, waitUntil: iso(-60) });
    expect(await order.timeOut(wait)).toBe(60_000);
  });
});

/** The order stands in this task, whichever it is. */
async function stand(state: string): Promise<void> {
  const before: Readonly<Record<string, readonly [Wait, ExceptionKind]>> = {
    CancelOrder: ['AwaitRoute', 'Cancelled'],
    AmendPromise: ['AwaitRoute', 'Amended'],
    RecordFailedAttempt: ['AwaitDelivery', 'AttemptFailed'],
    ReleaseRoute: ['AwaitDispatch', 'RouteWithdrawn'],
    ReturnOrder: ['AwaitRoute', 'RouteUnavailable'],
  };
  const failing = before[state];
  if (failing !== undefined) {
    await at(failing[0]);
    await signal(...failing);
  } else if (state === 'CloseOrder' || state === 'ArchiveOrder') {
    await at('AwaitDelivery');
    await order.succeed('AwaitDelivery', reached('AwaitDelivery'));
    if (state === 'ArchiveOrder') await order.succeed('CloseOrder', returned({ perfect: false }));
  } else {
    await at(state as Wait);
  }
}

const { States: states } = JSON.parse(workflow.text) as { States: Record<string, { readonly Type: string }> };
const tasks = Object.keys(states).filter((name) => states[name]?.Type === 'Task');
const works = tasks.filter((name) => !(WAITS as readonly string[]).includes(name));

describe('a task that fails', () => {
  test('is one of thirteen', () => {
    expect(tasks).toHaveLength(13);
    expect(works).toHaveLength(7);
  });

  test.each(tasks)(
    '%s is tried again, six times, later and later but within a minute, and then fails',
    async (state) => {
      await stand(state);
      const delays: number[] = [];
      for (const error of ['TransientError', 'Lambda.TooManyRequestsException', 'TypeError', 'Any', 'Any', 'Any']) {
        await order.fail(state, error);
        delays.push(await order.jump());
      }
      // Half of 2, 4, 8, 16, 32 and 60 seconds: the jitter of this host.
      expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000]);
      await order.fail(state, 'Any');
      expect(await endOf(order)).toMatchObject({ status: 'FAILED', error: 'Any' });
    },
  );

  test.each(WAITS)('%s gets another token and its place behind the try before', async (wait) => {
    await stand(wait);
    const { token } = requestOf(wait);
    await order.fail(wait, 'TransientError');
    await order.jump();
    expect(requestOf(wait)).toMatchObject({ retryCount: 1, token: expect.not.stringContaining(token) });
    await order.succeed(wait, reached(wait));
    expect(order.pending).toHaveLength(1);
  });

  test.each(works)('%s that does not answer within five minutes is tried again', async (state) => {
    await stand(state);
    expect(await order.timeOut(state)).toBe(300_000);
    expect(await order.jump()).toBe(1_000);
    expect(order.task(state)).toBeDefined();
  });

  test.each(tasks)('%s is not tried again on an order that is not what it was taken for', async (state) => {
    await stand(state);
    await order.fail(state, 'OrderStateError', 'closed');
    expect(await endOf(order)).toMatchObject({ status: 'FAILED', error: 'OrderStateError' });
  });
});

describe('a crash at every transition', () => {
  const plannedTwice = async () => {
    await at('AwaitDelivery');
    await signal('AwaitDelivery', 'AttemptFailed');
    await turn('RecordFailedAttempt', { frame: { ...FRAME, cycle: 2 } });
    await order.fail('AwaitRoute', 'TransientError');
    await order.jump();
    for (const wait of WAITS) await order.succeed(wait, reached(wait));
    await order.succeed('CloseOrder', returned({ perfect: true }));
    await archived();
  };
  const amended = async () => {
    await at('AwaitArrival');
    await signal('AwaitArrival', 'Amended');
    await turn('AmendPromise', { resumeAt: 'ArrivedAtStop', frame: FRAME });
    await order.timeOut('AwaitArrival');
    await turn('ReleaseRoute', { planAgain: false });
    await turn('ReturnOrder', { planAgain: false });
    await archived();
  };
  const stories = { plannedTwice, amended };

  test.each(['plannedTwice', 'amended'] as const)('changes nothing of an order that is %s', async (story) => {
    await stories[story]();
    const { history, events } = await order.result();
    const report = await crashEverywhere({ ...workflow.options(FRAME, START), mocks: mocksFromHistory(history) });
    expect(report.differences).toEqual([]);
    expect(report.crashed.events.map(({ type }) => type)).toEqual(events.map(({ type }) => type));
    expect(report.crashes).toBeGreaterThan(15);
  });
});

describe('the definition', () => {
  test('has no part that these scenarios do not pass', async () => {
    const coverage = await workflow.coverage();
    expect(coverage.parts.length).toBeGreaterThan(100);
    assertCoverage(coverage, { errors: 100 });
  });
});
