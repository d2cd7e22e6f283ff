/** A definition with a defect is deployed, orders fail on it; it is repaired, rehearsed, and they are resumed under it. */
import { DescribeStateMachineCommand, ListExecutionsCommand, UpdateStateMachineCommand } from '@aws-sdk/client-sfn';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { SimulatedDay } from '../../cli/simulation/simulated-day.ts';
import { rehearsalGate } from '../../console/index.ts';
import type { OrderRecord } from '../../functions/platform/tables.ts';
import {
  type Deployed,
  type ExecutionHistory,
  type FailureGroup,
  failureGroups,
  forecastReplay,
  freezeSelection,
  OrderBook,
  type OrderTraceView,
  openBoard,
  orderHistories,
  type ReplayForecast,
  type ReplayItem,
  type ReplayJob,
  replayItems,
  runReplay,
  traceOrder,
} from '../../operations/index.ts';
import { at, runDay, smallDay } from './days.ts';
import { asOperator, OPERATOR } from './operator.ts';

const DEPLOYED_AT = -10;
/** Long after the last window, so that every deadline that can be missed by the failure is missed before the replay. */
const OPERATED_AT = 16 * 60;
const WATCHED_UNTIL = 18 * 60;
const MACHINES = ['OrderLifecycleMachineArn', 'OrderReplayMachineArn'] as const;
const SOUND = '{% $states.input %}';
const DEFECT = '{% $states.input.lastFrame.orderId %}';

const day = smallDay(12, 2);
const why = 'the definition is repaired';
const orderIds = day.orders.map(({ orderId }) => orderId);

interface Definition {
  States: Record<string, { Arguments?: { Payload: { frame: string } } }>;
}

interface Job {
  forecast: ReplayForecast;
  ended: ReplayJob;
  items: readonly ReplayItem[];
}

interface Seen {
  groups: readonly FailureGroup[];
  before: readonly OrderRecord[];
  unrehearsed: unknown;
  refused: Job;
  resumedAfterRefusal: number;
  halfRepaired: unknown;
  rehearsed: readonly boolean[];
  resumed: Job;
  after: readonly OrderRecord[];
  traces: readonly (OrderTraceView | undefined)[];
  histories: readonly ExecutionHistory[];
  nothingLeft: unknown;
}

const seen = {} as Seen;
let result: SimulatedDay;

async function change(
  { machines, output }: Deployed,
  names: readonly (typeof MACHINES)[number][],
  edit: (definition: Definition) => void,
): Promise<void> {
  for (const name of names) {
    const stateMachineArn = output(name);
    const { definition = '' } = await machines.send(new DescribeStateMachineCommand({ stateMachineArn }));
    const changed = JSON.parse(definition) as Definition;
    edit(changed);
    await machines.send(new UpdateStateMachineCommand({ stateMachineArn, definition: JSON.stringify(changed) }));
  }
}

const withFrame =
  (frame: string) =>
  ({ States }: Definition): void => {
    const payload = States['AwaitArrival']?.Arguments?.Payload;
    if (payload === undefined) throw new Error('the definition has no AwaitArrival that invokes a function');
    payload.frame = frame;
  };

/** AwaitArrival under another name: no execution that stands at it can go on there. */
const renamed = (definition: Definition): void => {
  const text = JSON.stringify(definition.States).replaceAll('"AwaitArrival"', '"AwaitDoor"');
  definition.States = JSON.parse(text) as Definition['States'];
};
const renamedBack = (definition: Definition): void => {
  const text = JSON.stringify(definition.States).replaceAll('"AwaitDoor"', '"AwaitArrival"');
  definition.States = JSON.parse(text) as Definition['States'];
};

async function resume(deployed: Deployed, groupIds: readonly string[]): Promise<Job> {
  const board = openBoard(deployed);
  await board.sync();
  const { jobId } = await freezeSelection(deployed, board, {
    groupIds,
    why,
    mode: 'resume',
    ratePerSecond: 10,
    identity: OPERATOR,
  });
  board.close();
  const forecast = await forecastReplay(deployed, jobId);
  seen.unrehearsed ??= await runReplay(deployed, jobId, OPERATOR).catch((error: unknown) => error);
  const ended = await runReplay(deployed, jobId, OPERATOR, { mayResume: rehearsalGate(deployed) });
  return { forecast, ended, items: (await replayItems(deployed, jobId)).items };
}

const records = async (deployed: Deployed): Promise<OrderRecord[]> => {
  const book = new OrderBook(deployed);
  const found = await Promise.all(orderIds.map((orderId) => book.order(orderId)));
  return found.filter((record) => record !== undefined);
};

async function operateDay(deployed: Deployed): Promise<void> {
  const board = openBoard(deployed);
  await board.sync();
  seen.groups = failureGroups(board);
  seen.before = await records(deployed);
  const groupIds = seen.groups.map(({ groupId }) => groupId);

  await change(deployed, ['OrderReplayMachineArn'], renamed);
  seen.refused = await resume(deployed, groupIds);
  const replays = new ListExecutionsCommand({ stateMachineArn: deployed.output('OrderReplayMachineArn') });
  seen.resumedAfterRefusal = (await deployed.machines.send(replays)).executions?.length ?? 0;

  await change(deployed, ['OrderReplayMachineArn'], renamedBack);
  await change(deployed, ['OrderLifecycleMachineArn'], withFrame(SOUND));
  const [any] = seen.refused.items;
  if (any !== undefined) seen.halfRepaired = await rehearsalGate(deployed)(any);
  await change(deployed, ['OrderReplayMachineArn'], withFrame(SOUND));
  const gate = rehearsalGate(deployed);
  seen.rehearsed = await Promise.all(
    seen.refused.items.map(async ({ orderId, executionArn }) => (await gate({ orderId, executionArn })).ok),
  );
  seen.resumed = await resume(deployed, groupIds);
  await board.sync();
  seen.nothingLeft = await freezeSelection(deployed, board, {
    query: {},
    why,
    mode: 'auto',
    ratePerSecond: 10,
    identity: OPERATOR,
  }).catch((error: unknown) => error);
  board.close();
}

beforeAll(async () => {
  // The day lasts from the first line to the last: these are refused, and nobody is told of them.
  const refused = { ...day.orders[0], items: [] };
  const first = { ...refused, orderId: 'first', placedAt: at(DEPLOYED_AT) };
  const last = { ...refused, orderId: 'last', placedAt: at(WATCHED_UNTIL) };
  result = await runDay([first, ...day.orders, last], {
    fleet: day.fleet,
    prepare: (region) => {
      const deployed = asOperator(region);
      region.spawn(() => change(deployed, MACHINES, withFrame(DEFECT)));
      region.clock.at(Date.parse(at(OPERATED_AT)), () => region.spawn(() => operateDay(deployed)));
    },
    onEnd: async (deployed) => {
      seen.after = await records(deployed);
    },
    handOver: async (_, region) => {
      const deployed = asOperator(region);
      seen.traces = await Promise.all(orderIds.map((orderId) => traceOrder(deployed, orderId)));
      seen.histories = await orderHistories(deployed, orderIds[0] ?? '');
    },
  });
}, 240_000);

describe('orders that failed on a defect of the definition', () => {
  test('are one group: the state, and that its expression cannot be evaluated', () => {
    expect(seen.groups.map(({ state, error, count }) => ({ state, error, count }))).toEqual([
      { state: 'AwaitArrival', error: 'States.QueryEvaluationError', count: 12 },
    ]);
  });

  test('are not resumed without a rehearsal', () => {
    expect(seen.unrehearsed).toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('rehearsal') });
  });

  test('are not resumed where the rehearsal says that they cannot go on', () => {
    expect(seen.refused.ended).toMatchObject({ state: 'DONE', counts: { REFUSED: 12, SUCCEEDED: 0 } });
    for (const { reason } of seen.refused.items) {
      expect(reason).toMatch(/^the rehearsal says no: it stands at 'AwaitArrival'.*does not have there$/);
    }
    expect(seen.resumedAfterRefusal).toBe(0);
  });

  test('are not resumed where the repair stands in one of the two machines only', () => {
    expect(seen.halfRepaired).toMatchObject({
      ok: false,
      reason: expect.stringContaining('deploy the repair to both'),
    });
  });

  test('are resumed under the repaired definition, each as the first replay of its order, to their end', () => {
    expect(seen.rehearsed).toEqual(orderIds.map(() => true));
    expect(seen.resumed.forecast).toMatchObject({ total: 12, willResume: 12, willRedrive: 0, refused: [] });
    expect(seen.resumed.ended).toMatchObject({ state: 'DONE', counts: { SUCCEEDED: 12 } });
    expect(seen.resumed.items.map(({ orderId, mode, replayedArn }) => [orderId, mode, replayedArn]).sort()).toEqual(
      orderIds.map((orderId) => [orderId, 'resume', expect.stringMatching(`:order-replay:${orderId}\\.r1$`)]).sort(),
    );
    expect(seen.after.map(({ status, replays }) => [status, replays])).toEqual(orderIds.map(() => ['ARCHIVED', 1]));
    expect(seen.nothingLeft).toMatchObject({ code: 'NOTHING_SELECTED' });
  });
});

describe('an order that was resumed', () => {
  test('keeps its times, promise and attempts; it was delivered when the driver delivered it', () => {
    for (const [index, before] of seen.before.entries()) {
      const after = seen.after[index];
      expect(after).toMatchObject({ promise: before.promise, cycle: before.cycle, attempts: 1 });
      expect(after?.times).toMatchObject(before.times);
      expect(Date.parse(after?.times.deliveredAt ?? '')).toBeLessThan(Date.parse(at(OPERATED_AT)));
      expect(after?.verdict).toMatchObject({ perfect: true, onTime: true });
    }
  });

  test('keeps the breaches that fired meanwhile, and none fires again', () => {
    expect(seen.before.flatMap(({ breaches }) => breaches).length).toBeGreaterThan(0);
    for (const [index, { breaches }] of seen.before.entries()) {
      const now = seen.after[index]?.breaches ?? [];
      expect(now.slice(0, breaches.length)).toEqual(breaches);
      // It was delivered in time, and lay there unclosed from then until it was replayed.
      expect(now.slice(breaches.length).map(({ stage }) => stage)).toEqual(['close']);
    }
    for (const trace of seen.traces) {
      const fired = trace?.events.filter(({ type }) => type === 'SlaBreached') ?? [];
      expect(fired).toHaveLength(trace?.order.breaches.length ?? -1);
      const stages = fired.map(({ facts, promiseVersion }) => `${String(facts['stage'])} ${promiseVersion}`);
      expect(new Set(stages).size).toBe(stages.length);
    }
  });

  test('is delivered once, and its customer is told of each thing once', () => {
    for (const trace of seen.traces) {
      expect(
        trace?.events.filter(({ status, type }) => type === 'OrderStatusChanged' && status === 'DELIVERED'),
      ).toHaveLength(1);
      expect(trace?.events.filter(({ type }) => type === 'OrderReplayed')).toHaveLength(1);
    }
    const keys = result.report.notifications.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(result.report.summary.notifications['delivered']).toBe(orderIds.length);
  });

  test('shows both executions in its trace, and both in its histories', () => {
    for (const trace of seen.traces) {
      expect(trace?.executions.map(({ machine, status }) => [machine, status])).toEqual([
        ['order-lifecycle', 'FAILED'],
        ['order-replay', 'SUCCEEDED'],
      ]);
    }
    expect(seen.histories.slice(0, 2).map(({ machine, name }) => [machine, name])).toEqual([
      ['order-lifecycle', orderIds[0]],
      ['order-replay', `${orderIds[0]}.r1`],
    ]);
    const replay = JSON.parse(seen.histories[1]?.definition ?? '{}') as Definition;
    expect(replay.States['AwaitArrival']?.Arguments?.Payload.frame).toBe(SOUND);
  });
});
