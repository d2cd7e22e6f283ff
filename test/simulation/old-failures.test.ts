/** A job of mode auto: Step Functions redrives what stopped within 14 days; the rest is resumed, if a rehearsal lets it. */
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { beforeAll, expect, test } from '@jest/globals';
import { rehearsalGate } from '../../console/index.ts';
import {
  type Deployed,
  ExecutionBook,
  forecastReplay,
  freezeSelection,
  openBoard,
  type ReplayForecast,
  type ReplayItem,
  replayItems,
  runReplay,
} from '../../operations/index.ts';
import { at, runDay, smallDay } from './days.ts';
import { asOperator, OPERATOR } from './operator.ts';

const DAY = 24 * 60;
const day = smallDay(3, 1);
const [old = '', spoilt = '', young = ''] = day.orders.map(({ orderId }) => orderId);
const why = 'two weeks of failures';
let forecast: ReplayForecast;
let items: readonly ReplayItem[];

async function stop(deployed: Deployed, orderIds: readonly string[]): Promise<void> {
  for (const orderId of orderIds) {
    const executionArn = new ExecutionBook(deployed).orderExecutionArn(orderId);
    await deployed.machines.send(new StopExecutionCommand({ executionArn, error: 'Drill', cause: 'stopped' }));
  }
}

async function operateDay(deployed: Deployed): Promise<void> {
  const board = openBoard(deployed);
  await board.sync();
  const selection = { query: {}, why, mode: 'auto', ratePerSecond: 10, identity: OPERATOR } as const;
  const { jobId } = await freezeSelection(deployed, board, selection);
  board.close();
  forecast = await forecastReplay(deployed, jobId);
  const gate = rehearsalGate(deployed);
  await runReplay(deployed, jobId, OPERATOR, {
    follow: false,
    mayResume: async (item) => (item.orderId === spoilt ? { ok: false, reason: 'its state is gone' } : gate(item)),
  });
  items = (await replayItems(deployed, jobId)).items;
}

beforeAll(async () => {
  const late = { placedAt: at(14 * DAY), promise: { from: at(14 * DAY + 60), to: at(14 * DAY + 240) } };
  const last = { ...day.orders[0], orderId: 'last', placedAt: at(15 * DAY), items: [] };
  const orders = day.orders.map((order) => (order.orderId === young ? { ...order, ...late } : order));
  await runDay([...orders, last], {
    fleet: day.fleet,
    prepare: (region) => {
      const deployed = asOperator(region);
      const plan = (minutes: number, work: () => Promise<void>) =>
        region.clock.at(Date.parse(at(minutes)), () => region.spawn(work));
      plan(20, () => stop(deployed, [old, spoilt]));
      plan(14 * DAY + 5, () => stop(deployed, [young]));
      plan(14 * DAY + 120, () => operateDay(deployed));
    },
  });
}, 240_000);

test('says in its dry run how each would be taken up', () => {
  expect(forecast).toMatchObject({ total: 3, willRedrive: 1, willResume: 2, refused: [] });
});

test('redrives what it can, resumes what is too old for that, and leaves what the rehearsal refuses', () => {
  const became = Object.fromEntries(items.map(({ orderId, state, mode }) => [orderId, [state, mode]]));
  expect(became).toEqual({
    [old]: ['STARTED', 'resume'],
    [spoilt]: ['REFUSED', undefined],
    [young]: ['STARTED', 'redrive'],
  });
  const refusal = items.find(({ orderId }) => orderId === spoilt)?.reason;
  expect(refusal).toMatch(/^no redrive: .+; no resume: the rehearsal says no: its state is gone$/);
});
