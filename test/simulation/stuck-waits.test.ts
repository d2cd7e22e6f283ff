/** Each kind of stuck wait, brought about in a small region by what could bring it about, found, and remedied. */
import { DescribeExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { SimulatedDay } from '../../cli/simulation/simulated-day.ts';
import { rehearsalGate } from '../../console/index.ts';
import type { OrderRecord } from '../../functions/platform/tables.ts';
import {
  type ActionRecord,
  applyRemedy,
  type Board,
  type Deployed,
  ExecutionBook,
  freezeSelection,
  ledgerView,
  OrderBook,
  openBoard,
  type RemedyKind,
  type ReplayJob,
  runReplay,
  type StuckKind,
  type StuckWait,
  stuckWaits,
} from '../../operations/index.ts';
import { at, orderOf, runDay, smallDay } from './days.ts';
import { asOperator, OPERATOR } from './operator.ts';

const TAMPERED_AT = 20;
/** All of it has stood for long when it is looked at from there, and nothing has been answered meanwhile. */
const LOOKED_FROM = at(20 * 60);
const SETTLED_MS = 60_000;
const why = 'found stuck';
const day = smallDay(6, 1);
const [overdue = '', tokenless = '', waitless = '', littered = '', outlived = '', sound = ''] = day.orders.map(
  ({ orderId }) => orderId,
);

interface Seen {
  found: readonly StuckWait[];
  left: readonly StuckWait[];
  actions: Partial<Record<StuckKind, ActionRecord>>;
  awaited: string | undefined;
  awaitedNext: string | undefined;
  fate: string | undefined;
  execution: Record<string, string | undefined>;
  replayed: ReplayJob;
  wrongRemedy: unknown;
}

const seen: Partial<Seen> & Pick<Seen, 'actions' | 'execution'> = { actions: {}, execution: {} };
let result: SimulatedDay;

const of = (orderId: string, kind: StuckKind): StuckWait => {
  const found = seen.found?.find((stuck) => stuck.orderId === orderId && stuck.kind === kind);
  if (found === undefined) throw new Error(`${orderId} has no ${kind}: ${JSON.stringify(seen.found)}`);
  return found;
};

const recordOf = async (deployed: Deployed, orderId: string): Promise<OrderRecord> => {
  const record = await new OrderBook(deployed).order(orderId);
  if (record === undefined) throw new Error(`there is no order ${orderId}`);
  return record;
};

async function put(deployed: Deployed, record: OrderRecord): Promise<void> {
  await deployed.documents.send(new PutCommand({ TableName: deployed.output('OrdersTableName'), Item: { ...record } }));
}

async function tamper(deployed: Deployed): Promise<void> {
  const arnOf = (orderId: string): string => new ExecutionBook(deployed).orderExecutionArn(orderId);
  // The stop of an execution that nobody heard of: the record stands as it stood before.
  const before = await recordOf(deployed, tokenless);
  await deployed.machines.send(new StopExecutionCommand({ executionArn: arnOf(tokenless), error: 'Lost', cause: why }));
  // A ledger that lost its wait.
  const TableName = deployed.output('LedgerTableName');
  const lost = { UpdateExpression: 'REMOVE #wait', ExpressionAttributeNames: { '#wait': 'wait' } };
  await deployed.documents.send(new UpdateCommand({ TableName, Key: { orderId: waitless }, ...lost }));
  // A signal of a cycle that never comes.
  const signal = { schemaVersion: 1, signalId: 'stray', orderId: littered, kind: 'Delivered', cycle: 99, detail: {} };
  const MessageBody = JSON.stringify({ ...signal, at: deployed.now() });
  await deployed.queues.send(new SendMessageCommand({ QueueUrl: deployed.output('SignalsQueueUrl'), MessageBody }));
  // An order that somebody wrote off by hand.
  await put(deployed, { ...(await recordOf(deployed, outlived)), status: 'CANCELLED', statusAt: deployed.now() });
  await deployed.time.pause(SETTLED_MS);
  await unfail(deployed, before);
  await deployed.time.pause(SETTLED_MS);
}

/** The record and the event of its failure were written as one. */
async function unfail(deployed: Deployed, before: OrderRecord): Promise<void> {
  const { orderId } = before;
  const failed = (await new OrderBook(deployed).events(orderId)).find(({ status }) => status === 'FAILED');
  const TableName = deployed.output('OrdersTableName');
  await deployed.documents.send(new DeleteCommand({ TableName, Key: { orderId, sk: failed?.sk } }));
  await put(deployed, before);
}

async function look(deployed: Deployed, board: Board): Promise<readonly StuckWait[]> {
  await board.sync();
  return stuckWaits(deployed, board, LOOKED_FROM);
}

async function operateDay(deployed: Deployed): Promise<void> {
  await tamper(deployed);
  const board = openBoard(deployed);
  seen.found = await look(deployed, board);
  seen.awaited = (await ledgerView(deployed, overdue))?.wait?.awaits;
  const remedy = async (orderId: string, kind: StuckKind, remedyKind: RemedyKind): Promise<ActionRecord> =>
    applyRemedy(deployed, OPERATOR, { stuck: of(orderId, kind), kind: remedyKind, why });
  seen.wrongRemedy = await remedy(waitless, 'WAIT_WITHOUT_TOKEN', 'supersede').catch((error: unknown) => error);
  seen.actions = {
    OVERDUE_WAIT: await remedy(overdue, 'OVERDUE_WAIT', 'signal'),
    TOKEN_WITHOUT_WAIT: await remedy(tokenless, 'TOKEN_WITHOUT_WAIT', 'redrive'),
    WAIT_WITHOUT_TOKEN: await remedy(waitless, 'WAIT_WITHOUT_TOKEN', 'stop-execution'),
    SIGNAL_WITHOUT_TAKER: await remedy(littered, 'SIGNAL_WITHOUT_TAKER', 'supersede'),
    EXECUTION_OUTLIVES_ORDER: await remedy(outlived, 'EXECUTION_OUTLIVES_ORDER', 'stop-execution'),
  };
  await deployed.time.pause(SETTLED_MS);
  seen.awaitedNext = (await ledgerView(deployed, overdue))?.wait?.awaits;
  seen.fate = (await ledgerView(deployed, littered))?.signals.find(({ signalId }) => signalId === 'stray')?.fate;
  for (const orderId of [tokenless, outlived]) {
    const executionArn = new ExecutionBook(deployed).orderExecutionArn(orderId);
    seen.execution[orderId] = (await deployed.machines.send(new DescribeExecutionCommand({ executionArn }))).status;
  }
  seen.left = (await look(deployed, board)).filter(({ kind }) => kind !== 'OVERDUE_WAIT');
  // The one whose execution was stopped has failed by that, and is taken up like any that failed.
  const selection = { orderIds: [waitless], why, mode: 'auto', ratePerSecond: 1, identity: OPERATOR } as const;
  const { jobId } = await freezeSelection(deployed, board, selection);
  seen.replayed = await runReplay(deployed, jobId, OPERATOR, { mayResume: rehearsalGate(deployed) });
  board.close();
}

beforeAll(async () => {
  result = await runDay(day.orders, {
    fleet: day.fleet,
    prepare: (region) => {
      const deployed = asOperator(region);
      region.clock.at(Date.parse(at(TAMPERED_AT)), () => region.spawn(() => operateDay(deployed)));
    },
  });
}, 120_000);

describe('what is stuck', () => {
  test('is found, each with its kind, and an order that does well only for being overdue', () => {
    const kinds = (orderId: string) => seen.found?.filter((stuck) => stuck.orderId === orderId).map(({ kind }) => kind);
    expect(kinds(overdue)).toEqual(['OVERDUE_WAIT']);
    expect(kinds(tokenless)).toEqual(['TOKEN_WITHOUT_WAIT']);
    expect(kinds(waitless)).toEqual(['WAIT_WITHOUT_TOKEN']);
    expect(kinds(littered)?.sort()).toEqual(['OVERDUE_WAIT', 'SIGNAL_WITHOUT_TAKER']);
    expect(kinds(outlived)).toEqual(['EXECUTION_OUTLIVES_ORDER']);
    expect(kinds(sound)).toEqual(['OVERDUE_WAIT']);
  });

  test('is remedied by what is offered, and by nothing else', () => {
    expect(Object.values(seen.actions).map(({ outcome }) => outcome)).toEqual(Array(5).fill('done'));
    expect(seen.wrongRemedy).toMatchObject({ code: 'BAD_INPUT' });
    expect(seen.left).toEqual([]);
  });
});

describe('the remedy', () => {
  test('signal takes an overdue order on to its next wait', () => {
    expect(seen.awaitedNext).toBeDefined();
    expect(seen.awaitedNext).not.toBe(seen.awaited);
  });

  test('redrive takes up an order whose stop was never recorded', () => {
    expect(seen.execution[tokenless]).toBe('RUNNING');
    expect(orderOf(result, tokenless).status).toBe('ARCHIVED');
  });

  test('stop-execution makes an order that waits in vain one that can be replayed', () => {
    expect(seen.replayed).toMatchObject({ state: 'DONE', counts: { SUCCEEDED: 1 } });
    expect(orderOf(result, waitless).status).toBe('ARCHIVED');
  });

  test('supersede gives a stray signal up, and the order goes on', () => {
    expect(seen.fate).toBe('superseded');
    expect(orderOf(result, littered).status).toBe('ARCHIVED');
  });

  test('stop-execution ends an execution that outlived its order, which stays as it was', () => {
    expect(seen.execution[outlived]).toBe('ABORTED');
    expect(orderOf(result, outlived).status).toBe('CANCELLED');
  });

  test('tells nobody twice', () => {
    const keys = result.report.notifications.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
