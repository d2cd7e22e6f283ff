import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { BoardItem } from '../../functions/platform/board-items.ts';
import { failureGroups } from '../replay/failure-groups.ts';
import { summaryOf } from './board-summary.ts';
import { searchOrders } from './order-query.ts';
import { promiseStateOf, rowOf } from './order-row.ts';
import { OrderStore } from './order-store.ts';

const NOW = '2026-01-31T12:00:00.000Z';
const hour = (at: number): string => `2026-01-31T${String(at).padStart(2, '0')}:00:00.000Z`;

const item = (orderId: string, rest: Partial<BoardItem> = {}): BoardItem => ({
  orderId,
  changeShard: '0',
  changedAt: hour(9),
  ordersSeq: '001',
  customerId: `customer-of-${orderId}`,
  depotId: 'DLA9',
  tier: 'standard',
  status: 'PLANNED',
  statusAt: hour(9),
  cause: 'planned',
  cycle: 1,
  attempts: 0,
  placedAt: hour(8),
  promiseFrom: hour(10),
  promiseTo: hour(14),
  promiseVersion: 1,
  committedTo: hour(14),
  position: [-118, 34],
  breaches: [],
  reasons: [],
  replays: 0,
  ...rest,
});
const failure = (state: string, error: string): NonNullable<BoardItem['failure']> => ({
  executionArn: 'arn:x',
  redriveCount: 0,
  executionStatus: 'FAILED',
  state,
  error,
  cause: `${error} at order 7`,
  pattern: `${error} at order <n>`,
  failedAt: hour(11),
  failedIn: 'PLANNED',
  failedInAt: hour(9),
});
const breach = { stage: 'dispatch', deadline: hour(10), promiseVersion: 1, firedAt: hour(10) };

const ITEMS = [
  item('a-on-time', { driverId: 'Driver-9', routeId: 'r2' }),
  item('b-late', { committedTo: hour(11), promiseTo: hour(11) }),
  item('c-eta', { etaAt: hour(15), slipSeconds: 3600, depotId: 'DBO1', routeId: 'r1' }),
  item('d-breach', { breaches: [breach] }),
  item('e-due', { stage: 'dispatch', stageDueAt: hour(11) }),
  item('f-failed', { status: 'FAILED', failure: failure('CloseOrder', 'Boom') }),
  item('g-met', { status: 'ARCHIVED', deliveredAt: hour(11), perfect: true, closedAt: hour(11) }),
  item('h-damaged', { status: 'ARCHIVED', deliveredAt: hour(11), perfect: false, reasons: ['DAMAGED'] }),
  item('i-missed', { status: 'ARCHIVED', deliveredAt: hour(15), perfect: false, reasons: ['LATE'] }),
  item('j-excluded', { status: 'CANCELLED', perfect: false, excluded: true, reasons: ['CANCELLED'] }),
  item('k-returned', { status: 'RETURNED' }),
  item('l-just-delivered', { status: 'DELIVERED', deliveredAt: hour(12) }),
];
const STATES = {
  'a-on-time': 'ON_TIME',
  'b-late': 'LATE',
  'c-eta': 'AT_RISK',
  'd-breach': 'AT_RISK',
  'e-due': 'AT_RISK',
  'f-failed': 'AT_RISK',
  'g-met': 'MET',
  'h-damaged': 'MET',
  'i-missed': 'MISSED',
  'j-excluded': 'EXCLUDED',
  'k-returned': 'MISSED',
  'l-just-delivered': 'MET',
};

let store: OrderStore;
beforeEach(() => {
  store = new OrderStore(undefined, 'test');
  store.upsert(ITEMS);
  store.index();
});
afterEach(() => store.close());

const ids = (query: Parameters<typeof searchOrders>[1]): string[] =>
  searchOrders(store, query, NOW).orders.map(({ orderId }) => orderId);

describe('the board', () => {
  test('says how each promise stands, the same in SQL as in code', () => {
    const { orders } = searchOrders(store, { sort: 'orderId' }, NOW);
    expect(Object.fromEntries(orders.map(({ orderId, promiseState }) => [orderId, promiseState]))).toEqual(STATES);
    for (const each of ITEMS) {
      const row = rowOf(each);
      expect(row && promiseStateOf(row, each.excluded === true, NOW)).toBe(STATES[each.orderId as keyof typeof STATES]);
    }
  });

  test('counts what the rows say', () => {
    expect(summaryOf(store, 4, NOW)).toEqual({
      now: NOW,
      total: 12,
      open: 7,
      byStatus: { PLANNED: 5, FAILED: 1, ARCHIVED: 3, CANCELLED: 1, RETURNED: 1, DELIVERED: 1 },
      byPromiseState: { ON_TIME: 1, LATE: 1, AT_RISK: 4, MET: 3, MISSED: 2, EXCLUDED: 1 },
      byDepot: [
        { depotId: 'DBO1', open: 1, late: 0 },
        { depotId: 'DLA9', open: 6, late: 1 },
      ],
      perfectShare: 1 / 3,
      perfect: 1,
      counted: 3,
      breaches: 1,
      failed: 1,
      stuck: 4,
    });
  });

  test('finds by any part of an id, whatever its case, and by all conditions together', () => {
    expect(ids({ text: 'DRIVER-9' })).toEqual(['a-on-time']);
    expect(ids({ text: 'of-b-l' })).toEqual(['b-late']);
    expect(ids({ status: ['PLANNED'], depotId: ['DBO1'] })).toEqual(['c-eta']);
    expect(ids({ promiseState: ['LATE', 'MISSED'], sort: 'orderId' })).toEqual(['b-late', 'i-missed', 'k-returned']);
    expect(ids({ breachedStage: 'dispatch' })).toEqual(['d-breach']);
    expect(ids({ reason: 'LATE' })).toEqual(['i-missed']);
    expect(ids({ minStageAgeSeconds: 4 * 3600 })).toEqual([]);
    expect(ids({ closedFrom: hour(11), closedTo: hour(12) })).toEqual(['g-met']);
  });

  test('sorts with rows that have no value last both ways, and pages', () => {
    expect(ids({ sort: 'routeId', limit: 3 })).toEqual(['c-eta', 'a-on-time', 'b-late']);
    expect(ids({ sort: 'routeId', descending: true, limit: 2 })).toEqual(['a-on-time', 'c-eta']);
    const page = searchOrders(store, { sort: 'orderId', limit: 2, offset: 10 }, NOW);
    expect([page.total, page.orders.map(({ orderId }) => orderId)]).toEqual([12, ['k-returned', 'l-just-delivered']]);
  });

  test('refuses a query that makes no sense, with what would', () => {
    expect(() => ids({ limit: 501 })).toThrow('limit is 501');
    expect(() => ids({ sort: 'password' as never })).toThrow("not sorted by 'password'");
    expect(() => ids({ status: ['LOST' as never] })).toThrow("no order is ever 'LOST'");
    expect(() => ids({ placedFrom: 'yesterday' })).toThrow("'yesterday' is not a time");
  });

  test('takes an item once, and never an older one for a newer', () => {
    expect(store.upsert(ITEMS)).toEqual([]);
    expect(store.upsert([item('a-on-time', { ordersSeq: '002', status: 'DISPATCHED' })])).toEqual(['a-on-time']);
    expect(store.upsert([item('a-on-time', { ordersSeq: '001' })])).toEqual([]);
    expect(store.upsert([item('a-on-time', { ordersSeq: '002', ledgerSeq: '001', pendingSignals: 2 })])).toHaveLength(
      1,
    );
    expect(store.row('a-on-time')).toMatchObject({ pendingSignals: 2 });
    const { ordersSeq: _none, ...signalsOnly } = item('z-signals-first', { ledgerSeq: '1' });
    expect(store.upsert([signalsOnly])).toEqual([]);
  });

  test('groups failures by state, error and pattern, and one ended order whose archiving failed is among them', () => {
    store.upsert([
      item('m', { status: 'FAILED', failure: failure('CloseOrder', 'Boom'), depotId: 'DBO1' }),
      item('n', { status: 'CANCELLED', failure: failure('ArchiveOrder', 'Boom') }),
    ]);
    const groups = failureGroups({ store });
    expect(groups.map(({ state, count, byDepot, examples }) => [state, count, byDepot, examples])).toEqual([
      ['CloseOrder', 2, { DLA9: 1, DBO1: 1 }, ['f-failed', 'm']],
      ['ArchiveOrder', 1, { DLA9: 1 }, ['n']],
    ]);
    expect(failureGroups({ store }, { depotId: ['DBO1'] })).toMatchObject([
      { count: 1, exampleCause: 'Boom at order 7' },
    ]);
  });
});
