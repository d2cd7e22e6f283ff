import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isTerminal, ORDER_STATUSES } from '../order/status.ts';
import { SLA_POLICIES, STAGES, slaPolicy, stageDeadline, stageOfStatus } from './policy.ts';
import { percentile, percentiles, perfectOrderSummary } from './summary.ts';
import { type Verdict, type VerdictRecord, verdict } from './verdict.ts';

const promise = { from: '2026-01-31T10:00:00Z', to: '2026-01-31T20:00:00Z' };
const { standard, express } = SLA_POLICIES;

describe('a stage', () => {
  test('is due at its budget once the window is open', () => {
    expect(stageDeadline(standard, 'plan', { beganAt: '2026-01-31T18:00:00Z', promise })).toBe(
      '2026-01-31T19:00:00.000Z',
    );
  });

  test('is due at its share of the window when it began long before', () => {
    expect(stageDeadline(standard, 'plan', { beganAt: '2026-01-30T07:00:00Z', promise })).toBe(
      '2026-01-31T14:00:00.000Z',
    );
    expect(stageDeadline(express, 'plan', { beganAt: '2026-01-30T07:00:00Z', promise })).toBe(
      '2026-01-31T12:00:00.000Z',
    );
  });

  test('delivers until the end of the promise, however late it began', () => {
    const beganAt = '2026-02-01T07:00:00Z';
    expect(stageDeadline(standard, 'deliver', { beganAt, promise })).toBe('2026-01-31T20:00:00.000Z');
  });

  test('is judged by the committed window when the carrier moved it', () => {
    const moved = { from: '2026-02-01T10:00:00Z', to: '2026-02-01T20:00:00Z', committed: promise };
    expect(stageDeadline(standard, 'deliver', { beganAt: promise.from, promise: moved })).toBe(
      '2026-01-31T20:00:00.000Z',
    );
  });

  test('is due in the order of the stages, for an order placed the day before', () => {
    const due = STAGES.slice(1, 5).map((stage) =>
      stageDeadline(standard, stage, { beganAt: '2026-01-30T10:00:00Z', promise }),
    );
    expect([...due].sort()).toEqual(due);
  });

  test('runs for every status that is not an end, and for no other', () => {
    for (const status of ORDER_STATUSES)
      expect([status, stageOfStatus(status) === undefined]).toEqual([status, isTerminal(status)]);
  });

  test('is refused a time that is none', () => {
    expect(() => stageDeadline(standard, 'plan', { beganAt: 'today', promise })).toThrow("'today' is not a time");
    expect(slaPolicy(undefined)).toBe(standard);
  });
});

const delivered: VerdictRecord = {
  status: 'DELIVERED',
  promise,
  items: [{ sku: 'parcel', quantity: 2 }],
  deliveredAt: '2026-01-31T15:00:00Z',
  proof: { delivered: [{ sku: 'parcel', quantity: 2 }], damaged: false, documents: ['photo'] },
};
const codes = (record: VerdictRecord, policy = standard) =>
  verdict(record, policy).reasons.map(({ part, code }) => `${part} ${code}`);

describe('the perfect-order verdict', () => {
  test('is perfect when on time, in full, undamaged and documented', () => {
    expect(verdict(delivered, standard)).toEqual({
      perfect: true,
      onTime: true,
      inFull: true,
      undamaged: true,
      documented: true,
      excluded: false,
      reasons: [],
    });
  });

  test('counts the last moment of the promise as on time, and a millisecond later as late', () => {
    expect(codes({ ...delivered, deliveredAt: '2026-01-31T20:00:00.000Z' })).toEqual([]);
    expect(codes({ ...delivered, deliveredAt: '2026-01-31T20:00:00.001Z' })).toEqual(['onTime LATE']);
  });

  test('counts an early delivery as a miss only where the tier says so', () => {
    const early = { ...delivered, deliveredAt: '2026-01-31T09:59:59Z' };
    expect(codes(early, standard)).toEqual([]);
    expect(codes(early, express)).toEqual(['onTime EARLY']);
  });

  test('names what is missing, too many, damaged and undocumented', () => {
    const proof = {
      delivered: [
        { sku: 'parcel', quantity: 1 },
        { sku: 'tv', quantity: 1 },
      ],
      damaged: true,
      documents: [],
    };
    const result = verdict({ ...delivered, proof }, standard);
    expect(result.reasons.map(({ part, code, detail }) => [part, code, detail])).toEqual([
      ['inFull', 'SHORT', '1 of parcel missing'],
      ['inFull', 'EXCESS', '1 of tv more than ordered'],
      ['undamaged', 'DAMAGED', 'the driver reported damage'],
      ['documented', 'NO_DOCUMENT', 'the proof has no photo or signature'],
    ]);
    expect(result).toMatchObject({ perfect: false, onTime: true, inFull: false, undamaged: false, documented: false });
  });

  test('adds up lines of one article', () => {
    const items = [
      { sku: 'parcel', quantity: 1 },
      { sku: 'parcel', quantity: 1 },
    ];
    expect(codes({ ...delivered, items })).toEqual([]);
  });

  test('fails three parts without proof', () => {
    const { proof: _, ...bare } = delivered;
    expect(codes(bare)).toEqual(['inFull NO_PROOF', 'undamaged NO_PROOF', 'documented NO_PROOF']);
  });

  test.each(['RETURNED', 'CANCELLED', 'REJECTED', 'FAILED'] as const)(
    'fails all parts of an order that is %s',
    (status) => {
      const { proof: _, deliveredAt: __, ...bare } = delivered;
      expect(codes({ ...bare, status })).toEqual(
        ['onTime', 'inFull', 'undamaged', 'documented'].map((part) => `${part} ${status}`),
      );
    },
  );

  test('excludes only what the customer cancelled', () => {
    const { proof: _, deliveredAt: __, ...bare } = delivered;
    expect(verdict({ ...bare, status: 'CANCELLED', cancelledBy: 'customer' }, standard).excluded).toBe(true);
    expect(verdict({ ...bare, status: 'CANCELLED', cancelledBy: 'carrier' }, standard).excluded).toBe(false);
    expect(verdict({ ...bare, status: 'RETURNED', cancelledBy: 'customer' }, standard).excluded).toBe(false);
  });
});

describe('the summary', () => {
  const perfect = verdict(delivered, standard);
  const late: Verdict = { ...perfect, perfect: false, onTime: false };
  const short: Verdict = { ...perfect, perfect: false, inFull: false };

  test('reports the share of perfect orders and, beside it, the product of the rates', () => {
    const summary = perfectOrderSummary([perfect, perfect, late, short, { ...late, excluded: true }]);
    expect(summary).toMatchObject({
      orders: 5,
      excluded: 1,
      counted: 4,
      perfect: 2,
      perfectOrderShare: 0.5,
      otif: 0.5,
    });
    expect(summary.rates).toEqual({ onTime: 0.75, inFull: 0.75, undamaged: 1, documented: 1 });
    expect(summary.apqcPerfectOrderIndex).toBeCloseTo(0.5625);
  });

  test('has no rates without orders', () => {
    expect(perfectOrderSummary([])).toMatchObject({
      counted: 0,
      perfectOrderShare: null,
      otif: null,
      apqcPerfectOrderIndex: null,
    });
  });

  test('takes percentiles by nearest rank', () => {
    const values = [15, 20, 35, 40, 50];
    expect([5, 30, 40, 50, 100].map((percent) => percentile(values, percent))).toEqual([15, 20, 20, 35, 50]);
    expect(percentiles(values)).toEqual({ count: 5, p50: 35, p95: 50, p99: 50 });
    expect(percentiles([])).toBeUndefined();
    expect(() => percentile(values, 0)).toThrow('not 0');
  });

  test('takes percentiles that leave at least that share at or below them', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), fc.integer({ min: 1, max: 100 }), (values, percent) => {
        const value = percentile(values, percent) as number;
        expect(values.filter((other) => other <= value).length).toBeGreaterThanOrEqual((percent / 100) * values.length);
        expect(values.filter((other) => other < value).length).toBeLessThan((percent / 100) * values.length);
      }),
    );
  });
});
