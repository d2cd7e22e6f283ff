/** An operator's day: executions that fail on the way are found, frozen, rehearsed on paper, and taken up again. */
import { ListExecutionsCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { SimulatedDay } from '../../cli/simulation/simulated-day.ts';
import {
  ActionBook,
  type Board,
  cancelOrder,
  type Deployed,
  type FailureGroup,
  failureGroups,
  forecastReplay,
  freezeSelection,
  type Identity,
  mapPicture,
  OrderBook,
  type OrderTraceView,
  openBoard,
  type Rebuilt,
  type ReplayForecast,
  type ReplayJob,
  rebuildBoard,
  replayItems,
  runReplay,
  stuckWaits,
  traceOrder,
  whoAmI,
} from '../../operations/index.ts';
import { operate } from '../../operations/operate-call.ts';
import { at, runDay, smallDay } from './days.ts';
import { asOperator, OPERATOR } from './operator.ts';

const day = smallDay(12, 2);
const why = 'the carrier’s gateway is back';

interface Seen {
  identity: Identity;
  groups: readonly FailureGroup[];
  forecast: ReplayForecast;
  frozen: ReplayJob;
  stopped: ReplayJob;
  rebuilt: Rebuilt;
  isSame: [unknown, unknown];
  ended: ReplayJob;
  second: ReplayJob;
  failedTrace: OrderTraceView | undefined;
  endTrace: OrderTraceView | undefined;
  refusal: unknown;
  board: ReturnType<Board['summary']>;
  vehicles: number;
  stuckBefore: number;
  actions: Awaited<ReturnType<ActionBook['list']>>;
  items: Awaited<ReturnType<typeof replayItems>>;
}

const seen = {} as Seen;
let result: SimulatedDay;

async function stopSome(deployed: Deployed): Promise<void> {
  const { executions = [] } = await deployed.machines.send(
    new ListExecutionsCommand({
      stateMachineArn: deployed.output('OrderLifecycleMachineArn'),
      statusFilter: 'RUNNING',
    }),
  );
  for (const [index, { executionArn }] of executions.slice(0, 5).entries()) {
    const error = index < 3 ? 'GatewayDown' : 'Forgotten';
    await deployed.machines.send(new StopExecutionCommand({ executionArn, error, cause: `order at ${executionArn}` }));
  }
}

/** A run that is killed between taking an order up and writing that down leaves just this. */
async function claimAsKilledRun(deployed: Deployed, { jobId }: ReplayJob): Promise<void> {
  const { items } = await replayItems(deployed, jobId);
  const { orderId = '', executionArn = '' } = items.at(-1) ?? {};
  const request = { operation: 'replay', mode: 'redrive', orderId, executionArn, redriveCount: 0 } as const;
  const answer = await operate(deployed, { ...request, jobId, by: OPERATOR.arn, why });
  expect(answer.outcome).toBe('started');
}

async function operateDay(deployed: Deployed): Promise<void> {
  const board = openBoard(deployed);
  const first = await board.sync();
  expect(first.isFull).toBe(true);
  seen.identity = await whoAmI(deployed);
  seen.groups = failureGroups(board);
  seen.board = board.summary();
  seen.stuckBefore = (await stuckWaits(deployed, board)).length;
  seen.vehicles = (await mapPicture(deployed, board)).vehicles.length;
  const groupIds = seen.groups.map(({ groupId }) => groupId);
  const selection = { groupIds, why, mode: 'redrive', ratePerSecond: 10, identity: OPERATOR } as const;
  seen.frozen = await freezeSelection(deployed, board, selection);
  const rival = await freezeSelection(deployed, board, { ...selection, identity: { ...OPERATOR, arn: 'user/otto' } });
  seen.forecast = await forecastReplay(deployed, seen.frozen.jobId);
  const failedId = seen.groups[0]?.examples[0] ?? '';
  seen.failedTrace = await traceOrder(deployed, failedId);
  await claimAsKilledRun(deployed, seen.frozen);
  const stop = new AbortController();
  seen.stopped = await runReplay(deployed, seen.frozen.jobId, OPERATOR, {
    signal: stop.signal,
    onProgress: () => stop.abort(),
  });
  const running = runReplay(deployed, seen.frozen.jobId, OPERATOR);
  seen.second = await runReplay(deployed, rival.jobId, { ...OPERATOR, arn: 'user/otto' });
  seen.ended = await running;
  await board.sync();
  seen.items = await replayItems(deployed, seen.frozen.jobId);
  seen.endTrace = await traceOrder(deployed, failedId);
  seen.actions = await new ActionBook(deployed).list();
  seen.refusal = await cancelOrder(deployed, OPERATOR, { orderId: failedId, initiator: 'customer', why }).catch(
    (error: unknown) => error,
  );
  await rebuildLost(deployed, board);
  board.close();
}

/** Half the projection is lost, the other half is there: both are rebuilt to what they were. */
async function rebuildLost(deployed: Deployed, board: Board): Promise<void> {
  const rows = () => day.orders.map(({ orderId }) => ({ ...board.row(orderId), changedAt: '' }));
  const before = rows();
  for (const { orderId } of day.orders.slice(0, 6)) {
    const TableName = deployed.output('BoardTableName');
    await deployed.documents.send(new DeleteCommand({ TableName, Key: { orderId } }));
  }
  const orders = deployed.output('OrdersTableName');
  const forgotten = await new OrderBook(deployed).order(day.orders[0]?.orderId ?? '');
  const Key = { orderId: forgotten?.orderId, sk: 'ORDER' };
  await deployed.documents.send(new DeleteCommand({ TableName: orders, Key }));
  await deployed.time.pause(60_000);
  seen.rebuilt = await rebuildBoard(deployed);
  const fresh = openBoard(deployed);
  await fresh.sync();
  seen.isSame = [before, day.orders.map(({ orderId }) => ({ ...fresh.row(orderId), changedAt: '' }))];
  fresh.close();
  await deployed.documents.send(new PutCommand({ TableName: orders, Item: { ...forgotten } }));
}

beforeAll(async () => {
  result = await runDay(day.orders, {
    fleet: day.fleet,
    prepare: (region) => {
      const deployed = asOperator(region);
      region.clock.at(Date.parse(at(20)), () => region.spawn(() => stopSome(deployed)));
      region.clock.at(Date.parse(at(26)), () => region.spawn(() => operateDay(deployed)));
    },
  });
}, 120_000);

describe('orders whose executions were stopped', () => {
  test('are found in groups by error, with the pattern of their causes', () => {
    expect(seen.groups.map(({ error, count }) => [error, count])).toEqual([
      ['GatewayDown', 3],
      ['Forgotten', 2],
    ]);
    expect(seen.groups[0]?.pattern).toBe('order at <arn>');
    expect(seen.board).toMatchObject({ total: 12, failed: 5, byStatus: { FAILED: 5 } });
  });

  test('are frozen as a list, and a dry run says that all can be redriven', () => {
    expect(seen.frozen).toMatchObject({ state: 'FROZEN', total: 5, why, by: OPERATOR.arn, counts: { PENDING: 5 } });
    expect(seen.forecast).toMatchObject({ total: 5, willRedrive: 5, refused: [], seconds: 1 });
  });

  test('are replayed to their end, each once, although two operators ask', () => {
    expect(seen.ended.state).toBe('DONE');
    expect(seen.second.state).toBe('DONE');
    expect(seen.ended.counts.SUCCEEDED + seen.second.counts.SUCCEEDED).toBe(5);
    expect(seen.ended.counts.SKIPPED + seen.second.counts.SKIPPED).toBe(5);
    expect(result.report.unfinished).toEqual([]);
    expect(result.report.orders.map(({ status }) => status)).toEqual(day.orders.map(() => 'ARCHIVED'));
  });

  test('go on where a run was stopped or killed', () => {
    expect(seen.stopped).toMatchObject({ state: 'STOPPED', counts: { STARTED: 1, PENDING: 4 } });
    // The killed run's order was not written down, and yet it is this job's, not somebody else's.
    const last = seen.items.items.at(-1);
    expect(last).toMatchObject({ state: 'SUCCEEDED', mode: 'redrive' });
    expect(seen.items.total).toBe(5);
  });

  test('show the failure and the replay in their trace', () => {
    const { failedTrace, endTrace } = seen;
    expect(failedTrace?.order).toMatchObject({ status: 'FAILED', promiseState: 'AT_RISK' });
    expect(failedTrace?.executions[0]).toMatchObject({ status: 'ABORTED', redriveStatus: 'REDRIVABLE' });
    expect(failedTrace?.executions[0]?.visits.at(-1)?.outcome).toBe('aborted');
    expect(endTrace?.order).toMatchObject({ status: 'ARCHIVED', promiseState: 'MET', replays: 1 });
    expect(endTrace?.executions[0]).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
    expect(endTrace?.events.filter(({ type }) => type === 'OrderReplayed')).toHaveLength(1);
    expect(endTrace?.actions.filter(({ kind }) => kind === 'replay')).toHaveLength(1);
    expect(endTrace?.notifications.map(({ kind }) => kind)).toContain('delivered');
    expect(endTrace?.eta.map(({ source }) => source)).toEqual(expect.arrayContaining(['plan', 'delivery']));
    const lanes = new Set(endTrace?.timeline.map(({ lane }) => lane));
    expect([...lanes].sort()).toEqual(
      expect.arrayContaining(['event', 'notification', 'operator', 'signal', 'sla', 'state', 'token']),
    );
  });
});

describe('what operators did', () => {
  test('is recorded with who, why and what came of it', () => {
    expect(seen.actions.map(({ kind, by, why: reason, outcome }) => [kind, by, reason, outcome]).sort()).toEqual([
      ['replay', OPERATOR.arn, why, 'done'],
      ['replay', OPERATOR.arn, why, 'done'],
      ['replay', 'user/otto', why, 'done'],
    ]);
  });

  test('is refused where the order has ended', () => {
    expect(seen.refusal).toMatchObject({ code: 'WRONG_STATE' });
    expect(seen.identity.role).toBe('operator');
  });
});

describe('a projection that was lost in part', () => {
  test('is rebuilt from the records and the ledger to what it was', () => {
    expect(seen.rebuilt).toEqual({ fromTables: 11, fromArchive: 1, newer: 0, removed: 0 });
    expect(seen.isSame[1]).toEqual(seen.isSame[0]);
  });
});
