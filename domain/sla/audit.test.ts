import { describe, expect, test } from '@jest/globals';
import { type ArchivedOrder, parseArchived } from '../archive/archived-order.ts';
import { archiveOf, clock, type OrderSpecimen, PERFECT } from '../archive/testing/archived-orders.ts';
import { auditOf } from './audit.ts';
import type { AuditRequest, AuditSlice } from './audit-model.ts';
import { judgeTargets, targetNames } from './audit-targets.ts';

const PERIOD: AuditRequest = { from: '2026-03-02', to: '2026-03-03', by: [] };

function ordersOf(specimens: readonly OrderSpecimen[]): ArchivedOrder[] {
  return [...archiveOf(specimens).objects.values()].map((text) => {
    const parsed = parseArchived(text);
    if (!parsed.ok) throw new Error(parsed.problem);
    return parsed.order;
  });
}
const auditText = (specimens: readonly OrderSpecimen[], request = PERIOD) => auditOf(ordersOf(specimens), request);
const metric = (slice: AuditSlice, name: string) => slice.metrics.find((each) => each.name === name);

const times = { placedAt: clock('08:00'), acceptedAt: clock('08:01'), closedAt: clock('15:05') };
const LATE: OrderSpecimen = {
  orderId: 'late',
  closedAt: clock('15:05'),
  record: {
    attempts: 2,
    cycle: 2,
    times: { ...times, deliveredAt: clock('15:00') },
    verdict: { ...PERFECT, perfect: false, onTime: false, reasons: [{ part: 'onTime', code: 'LATE', detail: '1 h' }] },
    breaches: [{ stage: 'deliver', deadline: clock('14:00'), promiseVersion: 1, firedAt: clock('14:00') }],
  },
  events: [
    { status: 'PLACED', at: clock('08:01'), detailType: 'OrderPlaced' },
    { status: 'ATTEMPT_FAILED', at: clock('11:00'), cause: 'AttemptFailed: not home' },
    { status: 'FAILED', at: clock('14:30'), cause: 'Boom: at 14:30' },
    { status: 'FAILED', at: clock('14:31'), detailType: 'OrderReplayed' },
  ],
};
const RETURNED: OrderSpecimen = {
  orderId: 'returned',
  depotId: 'D2',
  closedAt: clock('16:00'),
  record: {
    depotId: 'D2',
    status: 'RETURNED',
    attempts: 2,
    times,
    verdict: {
      perfect: false,
      onTime: false,
      inFull: false,
      undamaged: false,
      documented: false,
      excluded: false,
      reasons: (['onTime', 'inFull', 'undamaged', 'documented'] as const).map((part) => ({
        part,
        code: 'RETURNED' as const,
        detail: 'not delivered',
      })),
    },
  },
};
const CANCELLED: OrderSpecimen = {
  orderId: 'cancelled',
  record: {
    status: 'CANCELLED',
    attempts: 0,
    times: { placedAt: clock('08:00'), acceptedAt: clock('08:01') },
    reason: 'Cancelled: changed my mind',
    verdict: {
      ...PERFECT,
      perfect: false,
      onTime: false,
      excluded: true,
      reasons: [{ part: 'onTime', code: 'CANCELLED', detail: '' }],
    },
  },
};
const slipped = (at: string, promiseVersion = 1) => ({
  's#slip': { signalId: 'slip', kind: 'EtaSlipped', at, acceptedAt: at, detail: { etaAt: at, promiseVersion } },
});
const DAY = [{ orderId: 'good' }, LATE, RETURNED, CANCELLED];

describe('the audit', () => {
  test('has the share of perfect orders, its parts, the index and OTIF, of the orders that count', () => {
    const { whole } = auditText(DAY);
    expect(whole).toMatchObject({ key: {}, orders: 4, counted: 3, excluded: 1, perfect: 1, otif: 1 / 3 });
    expect(whole.perfectShare).toBeCloseTo(1 / 3);
    expect(whole.parts).toEqual({ onTime: 1 / 3, inFull: 2 / 3, undamaged: 2 / 3, documented: 2 / 3 });
    expect(whole.apqcIndex).toBeCloseTo((1 / 3) * (2 / 3) ** 3);
  });

  test('gives the reasons of the orders that count, and the excluded orders by name', () => {
    const { whole, exclusions } = auditText(DAY);
    expect(whole.reasons).toHaveLength(5);
    expect(whole.reasons).toContainEqual({ part: 'onTime', code: 'LATE', count: 1 });
    expect(whole.reasons.map(({ code }) => code)).not.toContain('CANCELLED');
    expect(exclusions).toEqual([{ orderId: 'cancelled', reason: 'Cancelled: changed my mind' }]);
  });

  test('counts an order once for a reason that several of its lines have', () => {
    const short = { part: 'inFull' as const, code: 'SHORT' as const, detail: '1 of a missing' };
    const verdict = {
      ...PERFECT,
      perfect: false,
      inFull: false,
      reasons: [short, { ...short, detail: '2 of b missing' }],
    };
    expect(auditText([{ orderId: 'short', record: { verdict } }]).whole.reasons).toEqual([
      { part: 'inFull', code: 'SHORT', count: 1 },
    ]);
  });

  test('times stages between the events that it names', () => {
    const { whole } = auditText([{ orderId: 'good' }]);
    const seconds = Object.fromEntries(whole.metrics.map(({ name, value }) => [name, value]));
    expect(seconds).toMatchObject({
      accept: 60,
      plan: 1800,
      dispatch: 540,
      depart: 1200,
      deliver: 3 * 3600,
      close: 360,
      whole: 4 * 3600,
    });
    expect(metric(whole, 'plan')).toMatchObject({
      unit: 'seconds',
      p50: 1800,
      p95: 1800,
      p99: 1800,
      count: 1,
      startsAt: expect.stringContaining('acceptedAt'),
      stopsAt: expect.stringContaining('plannedAt'),
    });
  });

  test('names the start and the stop of every metric', () => {
    for (const { startsAt, stopsAt } of auditText([]).whole.metrics) {
      expect(startsAt.length).toBeGreaterThan(5);
      expect(stopsAt.length).toBeGreaterThan(5);
    }
  });

  test('counts attempts and replays', () => {
    const { whole } = auditText(DAY);
    expect(metric(whole, 'firstAttemptSuccess')).toMatchObject({ value: 1 / 3, count: 3 });
    expect(metric(whole, 'attemptsPerOrder')).toMatchObject({ value: 5 / 3, count: 3 });
    expect(metric(whole, 'replaysPerOrder')).toMatchObject({ value: 0.25, count: 4, note: '1 in all' });
  });

  test('judges alerts by what came of the delivery', () => {
    const late = (orderId: string, ledger: object): OrderSpecimen => ({
      ...LATE,
      orderId,
      ledger: { orderId, ...ledger },
    });
    const { whole } = auditText([
      late('warned', slipped(clock('13:00'))),
      late('warned-too-late', slipped(clock('14:20'))),
      late('unwarned', {}),
      late('warned-of-another-promise', slipped(clock('12:00'), 7)),
      { orderId: 'warned-in-vain', ledger: slipped(clock('11:00')) },
      { orderId: 'good' },
    ]);
    expect(metric(whole, 'delayLead')).toMatchObject({ value: 3600, count: 1 });
    expect(metric(whole, 'missedAlerts')).toMatchObject({ value: 3 / 4, count: 4 });
    expect(metric(whole, 'falseAlerts')).toMatchObject({ value: 1 / 3, count: 3 });
  });

  test('measures lateness against the window that the customer was told', () => {
    const window = { from: clock('10:00'), to: clock('14:00') };
    const moved = { from: clock('15:00'), to: clock('18:00'), version: 1, initial: window, committed: window };
    const { whole } = auditText([{ ...LATE, record: { ...LATE.record, promise: moved } }]);
    expect(metric(whole, 'missedAlerts')).toMatchObject({ value: 1, count: 1 });
  });

  test('measures waits and how soon an event reaches the workflow', () => {
    const signal = { signalId: 's', kind: 'Delivered', at: clock('12:00'), acceptedAt: clock('12:01') };
    const wait = {
      awaits: 'Delivered',
      openedAt: clock('11:50'),
      signalAt: clock('12:00'),
      answeredAt: clock('12:02'),
    };
    const { whole } = auditText([{ orderId: 'good', ledger: { 's#s': signal, 'w#Delivered#s': wait } }]);
    expect(metric(whole, 'waitAge')).toMatchObject({ value: 720, count: 1 });
    expect(metric(whole, 'eventToLedger')).toMatchObject({ value: 60, count: 1 });
    expect(metric(whole, 'eventToWorkflow')).toMatchObject({ value: 120, count: 1 });
  });

  test('gives breaches with what last threw the order back before them', () => {
    const slow = { ...LATE, orderId: 'slow', events: [{ status: 'PLACED', at: clock('08:01') }] };
    const failed = {
      ...LATE,
      orderId: 'failed',
      events: [{ status: 'FAILED', at: clock('13:00'), cause: 'Boom: at 13:00' }],
    };
    expect(auditText([LATE, slow, failed]).whole.breaches).toEqual([
      { stage: 'deliver', cause: 'AttemptFailed: not home', count: 1 },
      { stage: 'deliver', cause: 'the execution failed: Boom', count: 1 },
      { stage: 'deliver', cause: 'the stage took longer than its budget', count: 1 },
    ]);
  });

  test('has no shares of nothing', () => {
    const { whole, slices } = auditText([]);
    expect(whole).toMatchObject({ orders: 0, perfectShare: null, otif: null, apqcIndex: null, reasons: [] });
    expect(whole.metrics.every(({ value }) => value === null)).toBe(true);
    expect(slices).toEqual([]);
  });

  test('takes the orders closed from the start until before the end', () => {
    const closedAt = (orderId: string, at: string): OrderSpecimen => ({ orderId, closedAt: at });
    const orders = [
      closedAt('before', '2026-03-01T23:59:59.999Z'),
      closedAt('first', '2026-03-02T00:00:00.000Z'),
      closedAt('last', '2026-03-02T23:59:59.999Z'),
      closedAt('after', '2026-03-03T00:00:00.000Z'),
    ];
    expect(auditText(orders).whole.orders).toBe(2);
  });

  test('is cut by the combinations that occur, and adds up', () => {
    const { whole, slices } = auditText(DAY, { ...PERIOD, by: ['depot', 'driver', 'tier', 'day'] });
    expect(slices.map(({ key, orders }) => [key, orders])).toEqual([
      [{ depot: 'D1', driver: 'driver-1', tier: 'standard', day: '2026-03-02' }, 3],
      [{ depot: 'D2', driver: 'driver-1', tier: 'standard', day: '2026-03-02' }, 1],
    ]);
    expect(slices.reduce((sum, { perfect }) => sum + perfect, 0)).toBe(whole.perfect);
  });

  test('is confined to a depot, a driver or a tier', () => {
    expect(auditText(DAY, { ...PERIOD, depotId: 'D2' }).whole.orders).toBe(1);
    expect(auditText(DAY, { ...PERIOD, driverId: 'driver-2' }).whole.orders).toBe(0);
    expect(auditText(DAY, { ...PERIOD, tier: 'express' }).whole.orders).toBe(0);
  });

  test('is the same whatever the order of the records', () => {
    const request = { ...PERIOD, by: ['depot' as const] };
    const orders = ordersOf(DAY);
    expect(auditOf([...orders].reverse(), request)).toEqual(auditOf(orders, request));
  });
});

describe('a target', () => {
  const { whole } = auditText(DAY);
  test.each([
    ['perfectShare', 0.33, true],
    ['perfectShare', 0.34, false],
    ['onTime', 0.3, true],
    ['apqcIndex', 0.5, false],
    ['accept', 60, true],
    ['accept.p99', 59, false],
    ['attemptsPerOrder', 2, true],
    ['replaysPerOrder', 0.1, false],
    ['delayLead', 0, false],
  ])('of %s %d is met: %s', (name, target, met) => {
    expect(judgeTargets(whole, [{ metric: name, target }])).toMatchObject([{ metric: name, target, met }]);
  });

  test('of a figure that nobody has is refused with the names that there are', () => {
    expect(() => judgeTargets(whole, [{ metric: 'perfection', target: 1 }])).toThrow(/'perfection'.*perfectShare/);
    expect(targetNames(whole)).toContain('whole.p95');
  });
});
