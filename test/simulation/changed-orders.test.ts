/** Operators change orders on their way: a new promise, a cancellation; and the board that a tool keeps between runs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SimulatedDay } from '../../cli/simulation/simulated-day.ts';
import {
  type ActionRecord,
  amendOrder,
  type BoardChange,
  cancelOrder,
  connectAws,
  type Deployed,
  openBoard,
  openDeployed,
} from '../../operations/index.ts';
import type { Region } from '../../region/index.ts';
import { at, orderOf, runDay, smallDay } from './days.ts';
import { asOperator, OPERATOR } from './operator.ts';

const day = smallDay(4, 1);
const [amended = '', cancelled = '', kept = ''] = day.orders.map(({ orderId }) => orderId);
const why = 'the customer called';
const WINDOW = { from: at(120), to: at(400) };
const folder = mkdtempSync(join(tmpdir(), 'board-'));
const file = join(folder, 'board.sqlite');

interface Seen {
  amendment: ActionRecord;
  cancellation: ActionRecord;
  refusals: unknown[];
  first: BoardChange;
  second: BoardChange;
  rows: [unknown, unknown];
  foreign: BoardChange;
  clockless: string;
  untold: string;
  told: string;
}

const seen = {} as Seen;
let result: SimulatedDay;

const failed = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

async function operateDay(deployed: Deployed, region: Region): Promise<void> {
  const amend = { orderId: amended, promise: WINDOW, initiator: 'customer', why } as const;
  const cancel = { orderId: cancelled, initiator: 'customer', why } as const;
  seen.refusals = [
    await failed(amendOrder(deployed, { ...OPERATOR, role: 'viewer' }, amend)),
    await failed(amendOrder(deployed, OPERATOR, { ...amend, promise: { from: WINDOW.to, to: WINDOW.from } })),
    await failed(amendOrder(deployed, OPERATOR, { ...amend, promise: { from: at(1), to: at(2) } })),
    await failed(cancelOrder(deployed, OPERATOR, { ...cancel, why: ' ' })),
    await failed(cancelOrder(deployed, OPERATOR, { ...cancel, orderId: 'nobody' })),
  ];
  seen.amendment = await amendOrder(deployed, OPERATOR, amend);
  seen.cancellation = await cancelOrder(deployed, OPERATOR, cancel);
  const board = openBoard(deployed, { file });
  seen.first = await board.sync();
  board.close();
  await deployed.time.pause(120_000);
  await keepBoard(deployed, region);
}

async function keepBoard(deployed: Deployed, region: Region): Promise<void> {
  const again = openBoard(deployed, { file });
  seen.second = await again.sync();
  const fresh = openBoard(deployed);
  await fresh.sync();
  const rows = [again, fresh].map((board) => day.orders.map(({ orderId }) => board.row(orderId)));
  seen.rows = [rows[0], rows[1]];
  again.close();
  fresh.close();
  const sdk: Region['sdk'] = (Client) => region.sdk(Client);
  const target = { region: 'eu-west-1' };
  const elsewhere = openDeployed({ sdk, outputs: region.outputs(), time: deployed.time, target });
  const other = openBoard(elsewhere, { file });
  seen.foreign = await other.sync();
  other.close();
}

/** By the port, of a region whose projection was never told the time; then of one that has nothing at all. */
async function tellTime(region: Region): Promise<void> {
  const { url, close } = await region.listen(0);
  seen.told = (await connectAws({ endpoint: url })).now();
  const deployed = asOperator(region);
  const forget = async (orderId: string) => {
    const TableName = deployed.output('BoardTableName');
    await deployed.documents.send(new DeleteCommand({ TableName, Key: { orderId } }));
  };
  await forget('#clock');
  seen.clockless = (await connectAws({ endpoint: url })).now();
  for (const { orderId } of day.orders) await forget(orderId);
  seen.untold = (await connectAws({ endpoint: url })).now();
  await close();
}

beforeAll(async () => {
  result = await runDay(day.orders, {
    fleet: day.fleet,
    prepare: (region) => {
      const deployed = asOperator(region);
      region.clock.at(Date.parse(at(12)), () => region.spawn(() => operateDay(deployed, region)));
    },
    handOver: async (_, region) => tellTime(region),
  });
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('an order that an operator amends', () => {
  test('gets the new window as another version of its promise, and is delivered by it', () => {
    expect(seen.amendment).toMatchObject({ kind: 'amend', outcome: 'done', by: OPERATOR.arn, why });
    const { status, promise } = orderOf(result, amended);
    expect(status).toBe('ARCHIVED');
    expect(promise).toEqual({ ...WINDOW, version: 2 });
  });
});

describe('an order that an operator cancels', () => {
  test('ends cancelled, its customer is told once, and its neighbours are delivered', () => {
    expect(seen.cancellation).toMatchObject({ kind: 'cancel', outcome: 'done', orderId: cancelled });
    expect(orderOf(result, cancelled)).toMatchObject({ status: 'CANCELLED', verdict: { excluded: true } });
    expect(orderOf(result, kept).status).toBe('ARCHIVED');
    const told = result.report.notifications.filter(({ orderId }) => orderId === cancelled);
    expect(told.filter(({ kind }) => kind === 'cancelled')).toHaveLength(1);
    expect(told.filter(({ kind }) => kind === 'delivered')).toEqual([]);
  });

  test('is not changed by one who may not, for no reason, or by a window that makes no sense', () => {
    expect(seen.refusals.map((refusal) => (refusal as { readonly code: string }).code)).toEqual([
      'FORBIDDEN',
      'BAD_INPUT',
      'BAD_INPUT',
      'BAD_INPUT',
      'UNKNOWN_ORDER',
    ]);
  });
});

describe('a board that is kept in a file', () => {
  test('is read whole the first time, and by its changes the next', () => {
    expect(seen.first.isFull).toBe(true);
    expect(seen.second.isFull).toBe(false);
    expect(seen.second.orderIds).toContain(cancelled);
    expect(seen.rows[0]).toEqual(seen.rows[1]);
  });

  test('is read whole again for another deployment', () => {
    expect(seen.foreign.isFull).toBe(true);
  });
});

describe('the time of a region behind its port', () => {
  test('is what its projection was told, else that of the newest change, else the host’s', () => {
    expect(seen.told > at(12)).toBe(true);
    expect(seen.clockless > at(12) && seen.clockless <= seen.told).toBe(true);
    expect(Math.abs(Date.parse(seen.untold) - Date.now())).toBeLessThan(60_000);
  });
});
