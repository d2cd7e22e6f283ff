import { describe, expect, test } from '@jest/globals';
import { MILESTONES, SIGNAL_KINDS, type SignalKind } from '../../../workflows/order-lifecycle/contracts.ts';
import type { StoredSignal } from '../tables.ts';
import { clock } from '../testing/order-world.ts';
import { byOccurrence, decide, relation, type Standing } from './decision.ts';

const signal = (kind: SignalKind, rest: Partial<StoredSignal> = {}): StoredSignal => ({
  schemaVersion: 1,
  signalId: `${kind}#o-1#${rest.cycle ?? 2}`,
  orderId: 'o-1',
  kind,
  cycle: 2,
  at: clock('09:00'),
  acceptedAt: clock('09:01'),
  arrival: 5,
  detail: {},
  ...rest,
});
const wait = (awaits: Standing['awaits'], rest: Partial<Standing> = {}): Standing => ({ awaits, cycle: 2, ...rest });

/** What each kind, in the cycle of the wait, is to each of the six waits: answers, pending, superseded, noted. */
const TABLE: Readonly<Record<SignalKind, string>> = {
  RoutePlanned: 'A S S S S S',
  RouteAccepted: 'A A S S S S',
  DepartedDepot: 'A A A S S S',
  ApproachingStop: 'A A A A S S',
  ArrivedAtStop: 'A A A A A S',
  Delivered: 'A A A A A A',
  AttemptFailed: 'P A A A A A',
  RouteWithdrawn: 'P A A A A A',
  RouteUnavailable: 'A S S S S S',
  Cancelled: 'A A A A A A',
  Amended: 'A A A A A A',
  EtaSlipped: 'N N N N N N',
  EtaRecovered: 'N N N N N N',
};
const LETTERS = { answers: 'A', pending: 'P', superseded: 'S', noted: 'N' } as const;

describe('what a signal is to a wait', () => {
  test.each(SIGNAL_KINDS)('%s of the cycle of the wait is what the table says', (kind) => {
    const meanings = MILESTONES.map((awaits) => LETTERS[relation(signal(kind), wait(awaits))]);
    expect(meanings.join(' ')).toBe(TABLE[kind]);
  });

  const ofACycle = SIGNAL_KINDS.filter((kind) => !'Cancelled Amended EtaSlipped EtaRecovered'.includes(kind));
  test.each(ofACycle)('%s of an earlier cycle is superseded and of a later one waits, whatever is awaited', (kind) => {
    for (const awaits of MILESTONES) {
      expect(relation(signal(kind, { cycle: 1 }), wait(awaits))).toBe('superseded');
      expect(relation(signal(kind, { cycle: 3 }), wait(awaits))).toBe('pending');
    }
  });

  test('a cancellation and an amendment answer whatever cycle they name', () => {
    for (const kind of ['Cancelled', 'Amended'] as const) {
      for (const cycle of [1, 2, 3]) expect(relation(signal(kind, { cycle }), wait('Delivered'))).toBe('answers');
    }
  });

  test('an amendment that was applied, or happened before one that was, is superseded', () => {
    const amendedThrough = { at: clock('09:00'), arrival: 5 };
    const standing = wait('RouteAccepted', { amendedThrough });
    expect(relation(signal('Amended'), standing)).toBe('superseded');
    expect(relation(signal('Amended', { at: clock('08:59'), arrival: 9 }), standing)).toBe('superseded');
    expect(relation(signal('Amended', { arrival: 6 }), standing)).toBe('answers');
    expect(relation(signal('Amended', { at: clock('09:01'), arrival: 1 }), standing)).toBe('answers');
  });
});

describe('the signal that answers a wait', () => {
  test('is none while there is none for it', () => {
    expect(decide(wait('RoutePlanned'), [])).toBeUndefined();
    expect(decide(wait('RoutePlanned'), [signal('AttemptFailed'), signal('EtaSlipped')])).toBeUndefined();
  });

  test('R5: is the first by occurrence, however late it arrived, and by arrival at the same time', () => {
    const late = signal('Cancelled', { at: clock('08:30'), arrival: 9 });
    const early = signal('RouteAccepted', { at: clock('08:40'), arrival: 1 });
    expect(decide(wait('RouteAccepted'), [early, late])?.signal).toBe(late);
    const tied = signal('Amended', { at: clock('08:30'), arrival: 8 });
    expect(decide(wait('RouteAccepted'), [late, tied, early])?.signal).toBe(tied);
  });

  test('is compared by time and not by text', () => {
    const before = { at: '2026-03-02T10:30:00+02:00', arrival: 2 };
    expect(byOccurrence(before, { at: '2026-03-02T09:00:00Z', arrival: 1 })).toBeLessThan(0);
  });

  test('brings a milestone as success, with its detail and its arrival', () => {
    const proof = { photoKey: 'p' };
    const match = decide(wait('Delivered'), [signal('Delivered', { by: 'driver-1', detail: { proof } })]);
    expect(match).toMatchObject({
      outcome: 'success',
      reached: {
        kind: 'Delivered',
        at: clock('09:00'),
        signalId: 'Delivered#o-1#2',
        by: 'driver-1',
        detail: { proof, arrival: 5 },
      },
    });
    expect(match?.reached.implied).toBeUndefined();
  });

  test('stands in for a milestone that was not seen, and keeps its own facts to itself', () => {
    const match = decide(wait('DepartedDepot'), [signal('Delivered', { detail: { reason: 'x' } })]);
    expect(match?.outcome).toBe('success');
    expect(match?.reached).toEqual({
      kind: 'DepartedDepot',
      at: clock('09:00'),
      signalId: 'Delivered#o-1#2',
      implied: true,
      detail: {},
    });
  });

  test.each(['AttemptFailed', 'RouteWithdrawn', 'Cancelled', 'Amended'] as const)('fails the wait: %s', (kind) => {
    const match = decide(wait('ArrivedAtStop'), [signal(kind, { detail: { reason: 'why' } })]);
    expect(match).toMatchObject({ outcome: 'failure', reached: { kind, detail: { reason: 'why', arrival: 5 } } });
  });

  test('R4: is the same for a wait that is opened again, and never the one of another standing', () => {
    const signals = [signal('RouteAccepted', { arrival: 2 }), signal('DepartedDepot', { arrival: 3 })];
    const first = decide(wait('RouteAccepted'), signals);
    expect(decide(wait('RouteAccepted'), [...signals].reverse())).toEqual(first);
    expect(decide(wait('RouteAccepted', { cycle: 3 }), signals)).toBeUndefined();
  });
});
