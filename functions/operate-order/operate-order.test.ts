import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { SNSClient } from '@aws-sdk/client-sns';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import type { OperateAnswer, ReplayRequest } from '../../workflows/order-lifecycle/operate-order.ts';
import { awaitSignal } from '../await-signal/await-signal.ts';
import { failOrder } from '../fail-order/fail-order.ts';
import { ACTION_KEYS, type ReplayClaim } from '../platform/action-items.ts';
import type { OrderRecord } from '../platform/tables.ts';
import {
  awaitRequest,
  clock,
  type OrderWorld,
  orderFrame,
  orderRecord,
  orderWorld,
  place,
} from '../platform/testing/order-world.ts';
import { watchSlas } from '../watch-slas/watch-slas.ts';
import { operateOrder } from './operate-order.ts';

const REPLAY_MACHINE = 'arn:aws:states:us-east-1:1:stateMachine:order-replay';
const ARN = 'arn:aws:states:us-east-1:1:execution:order-lifecycle:o-1';
const RESUMED = 'arn:aws:states:us-east-1:1:execution:order-replay:o-1.r1';
const client = new SFNClient({});
const machines = mockClient(client);
let world: OrderWorld;
let redrives: Record<string, number>;

/** The order waited for its departure when its execution stopped; it had missed the deadline of planning before. */
const breach = { stage: 'plan', deadline: clock('08:30'), promiseVersion: 1, firedAt: clock('08:31') };
const planned: Partial<OrderRecord> = {
  status: 'DISPATCHED',
  statusAt: clock('08:50'),
  cause: 'signal RouteAccepted',
  attempts: 1,
  cycle: 2,
  place,
  times: {
    placedAt: clock('08:00'),
    acceptedAt: clock('08:01'),
    plannedAt: clock('08:40'),
    dispatchedAt: clock('08:50'),
  },
  deadlines: { depart: clock('11:00'), deliver: clock('14:00') },
  dueAt: clock('11:00'),
  breaches: [breach],
};
const frame = orderFrame({ cycle: 2, reached: { kind: 'RouteAccepted', at: clock('08:50') } });
const ports = () => ({ ...world.ports, machines: client, replayMachineArn: REPLAY_MACHINE });
const stopped = (executionArn = ARN, redriveCount = 0, at = '09:10') =>
  failOrder(
    {
      detail: {
        executionArn,
        stateMachineArn:
          executionArn === ARN ? 'arn:aws:states:us-east-1:1:stateMachine:order-lifecycle' : REPLAY_MACHINE,
        name: executionArn.split(':').at(-1),
        status: 'FAILED',
        error: 'States.TaskFailed',
        cause: `route ${place.routeId} is lost`,
        stopDate: Date.parse(clock(at)),
        redriveCount,
      },
    },
    ports(),
  );
const replay = (rest: Partial<ReplayRequest> = {}): Promise<OperateAnswer> =>
  operateOrder(
    {
      operation: 'replay',
      orderId: 'o-1',
      mode: 'redrive',
      executionArn: ARN,
      redriveCount: 0,
      by: 'ann',
      why: 'the table is back',
      ...rest,
    },
    ports(),
  );
const claim = (arn = ARN, count = 0) => {
  const { pk, sk } = ACTION_KEYS.claim(arn, count);
  return world.tables.get('actions', pk, sk) as unknown as ReplayClaim | undefined;
};
const watch = () =>
  watchSlas({
    ...world.ports,
    boardTable: 'board',
    topics: { send: async () => ({}) } as unknown as SNSClient,
    alarmTopicArn: 'arn:alarms',
    count: () => undefined,
    log: console,
  });
/** What the state that stopped does when it is entered again. */
const enteredAgain = (redriveCount: number, executionArn = ARN) =>
  awaitSignal(
    awaitRequest({ frame, awaits: 'DepartedDepot', token: `token-${redriveCount}`, redriveCount, executionArn }),
    world.ports,
  );

beforeEach(async () => {
  world = orderWorld(orderRecord(planned));
  world.at = clock('09:12');
  redrives = { [ARN]: 0, [RESUMED]: 0 };
  machines.reset();
  machines.on(GetExecutionHistoryCommand).resolves({
    events: [
      { timestamp: new Date(), type: 'ExecutionFailed', id: 9 },
      { timestamp: new Date(), type: 'TaskFailed', id: 8 },
      {
        timestamp: new Date(),
        type: 'TaskStateEntered',
        id: 7,
        stateEnteredEventDetails: { name: 'AwaitDeparture', input: JSON.stringify(frame) },
      },
    ],
  });
  machines.on(DescribeExecutionCommand).callsFake(({ executionArn }) => ({
    redriveStatus: 'REDRIVABLE',
    redriveCount: redrives[executionArn],
  }));
  machines.on(RedriveExecutionCommand).callsFake(({ executionArn }) => {
    redrives[executionArn] = (redrives[executionArn] ?? 0) + 1;
    return {};
  });
  machines.on(StartExecutionCommand).resolves({});
  await stopped();
});

describe.each(['redrive', 'resume'] as const)('an order that is replayed by %s', (mode) => {
  const replayedArn = mode === 'redrive' ? ARN : RESUMED;

  test('stands where it stood: status, times, promise, attempts, deadlines and breaches', async () => {
    expect(world.order()).toMatchObject({
      status: 'FAILED',
      failure: { state: 'AwaitDeparture', failedIn: 'DISPATCHED' },
    });
    expect(await replay({ mode })).toEqual({
      orderId: 'o-1',
      operation: 'replay',
      outcome: 'started',
      mode,
      replayedArn,
      replay: 1,
    });
    const { cause, failure, replays, executionArn, replayedRun, ...kept } = world.order();
    const { cause: _, ...before } = orderRecord(planned);
    expect(kept).toEqual(before);
    expect({ cause, failure, replays, executionArn }).toEqual({
      cause: `replayed (${mode}) by ann: the table is back`,
      failure: undefined,
      replays: 1,
      executionArn: replayedArn,
    });
    expect(replayedRun).toEqual({ executionArn: replayedArn, redriveCount: mode === 'redrive' ? 1 : 0 });
  });

  test('tells nobody again what was told: one event of the replay, and none when the state is entered again', async () => {
    await replay({ mode });
    const told = world.events();
    expect(told).toEqual(['OrderStatusChanged#2#FAILED#2026-03-02T09:10:00.000Z', 'OrderReplayed#1']);
    await enteredAgain(mode === 'redrive' ? 1 : 0, replayedArn);
    expect(world.events()).toEqual(told);
    expect(world.order()).toMatchObject({ status: 'DISPATCHED', attempts: 1, cycle: 2 });
    expect((await world.ledgerItem()).wait).toMatchObject({ awaits: 'DepartedDepot', executionArn: replayedArn });
  });

  test('fires no breach a second time, and a deadline that passes later fires once, at its own time', async () => {
    world.at = clock('11:01');
    expect((await watch()).breaches).toBe(1);
    await replay({ mode });
    await enteredAgain(mode === 'redrive' ? 1 : 0, replayedArn);
    for (const time of ['11:02', '13:00', '14:01', '20:00']) {
      world.at = clock(time);
      await watch();
    }
    expect(world.order().breaches.map(({ stage, deadline }) => [stage, deadline])).toEqual([
      ['plan', clock('08:30')],
      ['depart', clock('11:00')],
      ['deliver', clock('14:00')],
    ]);
    expect(world.events().filter((key) => key.startsWith('SlaBreached'))).toHaveLength(2);
  });

  test('is taken up once, whoever asks and however it is asked', async () => {
    await replay({ mode });
    for (const other of ['redrive', 'resume'] as const) {
      expect(await replay({ mode: other, by: 'bob' })).toMatchObject({
        outcome: 'already',
        mode,
        by: 'ann',
        replayedArn,
      });
    }
    expect(machines.commandCalls(RedriveExecutionCommand)).toHaveLength(mode === 'redrive' ? 1 : 0);
    expect(machines.commandCalls(StartExecutionCommand)).toHaveLength(mode === 'resume' ? 1 : 0);
    expect(world.order().replays).toBe(1);
    expect(claim()).toMatchObject({ state: 'STARTED', by: 'ann', why: 'the table is back', replay: 1 });
  });

  test('that failed to be set going is set going by the next request, in the way that was claimed', async () => {
    const command = mode === 'redrive' ? RedriveExecutionCommand : StartExecutionCommand;
    machines
      .on(command as typeof StartExecutionCommand)
      .rejectsOnce(Object.assign(new Error('slow down'), { name: 'ThrottlingException' }));
    await expect(replay({ mode })).rejects.toThrow('slow down');
    expect(claim()?.state).toBe('CLAIMED');
    machines.on(command as typeof StartExecutionCommand).resolves({});
    expect(await replay({ mode: mode === 'redrive' ? 'resume' : 'redrive' })).toMatchObject({
      outcome: 'already',
      mode,
    });
    expect(claim()?.state).toBe('STARTED');
    expect(world.order().replays).toBe(1);
  });

  test('may stop again, and is then another run with another claim', async () => {
    await replay({ mode });
    const count = mode === 'redrive' ? 1 : 0;
    expect((await stopped(ARN, 0, '09:11')).outcome).toBe('resumed');
    expect((await stopped(replayedArn, count, '09:30')).outcome).toBe('failed');
    expect(world.order()).toMatchObject({
      status: 'FAILED',
      failure: { executionArn: replayedArn, failedIn: 'DISPATCHED' },
    });
    expect(await replay({ mode })).toMatchObject({ outcome: 'already' });
    const again = await replay({ mode: 'redrive', executionArn: replayedArn, redriveCount: count });
    expect(again).toMatchObject({ outcome: 'started', replay: 2, replayedArn });
    expect(world.order()).toMatchObject({ status: 'DISPATCHED', statusAt: clock('08:50'), replays: 2 });
  });

  test('that ended meanwhile is reported and not touched', async () => {
    world.tables.put('orders', { ...orderRecord(planned), status: 'DELIVERED' });
    const answer = await replay({ mode });
    expect(answer).toMatchObject({ outcome: 'skipped', reason: expect.stringContaining('the order is DELIVERED') });
    expect(world.order().replays).toBeUndefined();
    expect(claim()).toBeUndefined();
  });
});

describe('a resumed order', () => {
  test('enters the state that stopped with its recorded input, and waits a day again where the bound is near', async () => {
    world.at = '2026-03-05T00:00:00.000Z';
    await replay({ mode: 'resume' });
    const [call] = machines.commandCalls(StartExecutionCommand);
    expect(call?.args[0].input).toMatchObject({ stateMachineArn: REPLAY_MACHINE, name: 'o-1.r1' });
    expect(JSON.parse(call?.args[0].input.input ?? '')).toEqual({
      enter: 'AwaitDeparture',
      state: { ...frame, waitUntil: '2026-03-06T00:00:00.000Z' },
    });
  });

  test('is refused where the state is none of the machine any more, and nothing is changed', async () => {
    machines.on(GetExecutionHistoryCommand).resolves({
      events: [
        { timestamp: new Date(), type: 'TaskStateEntered', id: 7, stateEnteredEventDetails: { name: 'AwaitMoon' } },
      ],
    });
    expect(await replay({ mode: 'resume' })).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('AwaitMoon'),
    });
    expect(world.order().status).toBe('FAILED');
  });

  test('whose execution was started before the crash, and ended since, is not started twice', async () => {
    machines.on(StartExecutionCommand).rejects(Object.assign(new Error('exists'), { name: 'ExecutionAlreadyExists' }));
    expect(await replay({ mode: 'resume' })).toMatchObject({ outcome: 'started', replayedArn: RESUMED });
  });
});

describe('a redriven order', () => {
  test('is refused where Step Functions would refuse, with the other way as the remedy', async () => {
    machines.on(DescribeExecutionCommand).resolves({
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution redrivable period exceeded',
      redriveCount: 0,
    });
    const { outcome, reason } = await replay();
    expect([outcome, reason]).toEqual(['refused', expect.stringMatching(/period exceeded.*resume the order instead/)]);
    expect(world.order()).toMatchObject({ status: 'FAILED', failure: { redriveCount: 0 } });
  });

  test('that Step Functions refuses after all stands where it stood, and may be resumed', async () => {
    machines
      .on(RedriveExecutionCommand)
      .rejects(Object.assign(new Error('too old'), { name: 'ExecutionNotRedrivable' }));
    expect(await replay()).toMatchObject({ outcome: 'refused', reason: 'ExecutionNotRedrivable: too old' });
    expect(world.order()).toMatchObject({ status: 'FAILED', statusAt: clock('09:10'), failure: { executionArn: ARN } });
    expect(claim()?.state).toBe('REFUSED');
    expect(await replay({ mode: 'resume' })).toMatchObject({ outcome: 'started', replay: 2 });
    expect(claim()).toMatchObject({ state: 'STARTED', mode: 'resume' });
  });

  test.each(['redrive', 'resume'] as const)('that somebody redrove elsewhere is left alone by %s', async (mode) => {
    redrives[ARN] = 1;
    expect(await replay({ mode })).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('elsewhere') });
    expect(machines.commandCalls(StartExecutionCommand)).toHaveLength(0);
  });
});

describe('an order whose stop nobody recorded', () => {
  const unheard = (status: string) => {
    world = orderWorld(orderRecord(planned));
    world.at = clock('09:12');
    machines.on(DescribeExecutionCommand).resolves({
      executionArn: ARN,
      stateMachineArn: 'arn:aws:states:us-east-1:1:stateMachine:order-lifecycle',
      name: 'o-1',
      status: status as 'FAILED',
      stopDate: new Date(clock('09:10')),
      error: 'States.Runtime',
      redriveStatus: status === 'RUNNING' ? 'NOT_REDRIVABLE' : 'REDRIVABLE',
      redriveCount: 0,
    });
  };

  test('is recorded as failed and taken up in one request', async () => {
    unheard('FAILED');
    expect(await replay()).toMatchObject({ outcome: 'started', mode: 'redrive', replay: 1 });
    expect(claim()?.failure).toMatchObject({
      error: 'States.Runtime',
      state: 'AwaitDeparture',
      failedIn: 'DISPATCHED',
    });
    expect(world.order()).toMatchObject({ status: 'DISPATCHED', statusAt: clock('08:50'), replays: 1 });
  });

  test('is left alone while its execution is open', async () => {
    unheard('RUNNING');
    expect(await replay()).toMatchObject({ outcome: 'skipped', reason: expect.stringContaining('DISPATCHED') });
    expect(world.order().replays).toBeUndefined();
  });
});

describe('a request', () => {
  test.each([{ why: '  ' }, { mode: 'again' }, { redriveCount: -1 }])(
    'with %j is refused by its field',
    async (rest) => {
      await expect(replay(rest as Partial<ReplayRequest>)).rejects.toThrow(Object.keys(rest)[0]);
    },
  );

  test('of an unknown order is answered', async () => {
    expect(await replay({ orderId: 'o-9' })).toMatchObject({
      outcome: 'skipped',
      reason: expect.stringContaining('no such order'),
    });
  });
});

describe('the ledger of an order', () => {
  const ask = (operation: 'settle' | 'supersede', signalId = 'RouteAccepted#3') =>
    operateOrder(
      { operation, orderId: 'o-1', by: 'ann', why: 'stale', ...(operation === 'settle' ? {} : { signalId }) },
      ports(),
    );
  const signal = {
    schemaVersion: 1,
    signalId: 'RouteAccepted#3',
    orderId: 'o-1',
    kind: 'RouteAccepted',
    cycle: 3,
    at: clock('09:00'),
    detail: {},
  } as const;

  test('is settled on request', async () => {
    expect(await ask('settle')).toEqual({ orderId: 'o-1', operation: 'settle', outcome: 'done' });
  });

  test('gives a signal up once, and no later wait takes it', async () => {
    await world.ledger.accept(signal, world.at);
    expect(await ask('supersede')).toMatchObject({ outcome: 'done' });
    expect(await ask('supersede')).toMatchObject({ outcome: 'already' });
    expect(await ask('supersede', 'nothing')).toMatchObject({ outcome: 'refused' });
    await awaitSignal(
      awaitRequest({ frame: orderFrame({ cycle: 3 }), awaits: 'RouteAccepted', token: 't' }),
      world.ports,
    );
    expect(world.answered).toEqual([]);
    expect((await world.ledgerItem()).fates['RouteAccepted#3']).toEqual({ fate: 'superseded', by: 'ann: stale' });
  });
});
