import { describe, expect, test } from '@jest/globals';
import { amendPromise, committedWindow, newPromise } from './promise.ts';
import { canMove, isTerminal, ORDER_STATUSES, type OrderStatus, statusesBefore } from './status.ts';

const happyPath: OrderStatus[] = [
  'PLACED',
  'PLANNED',
  'DISPATCHED',
  'OUT_FOR_DELIVERY',
  'ARRIVING',
  'DELIVERED',
  'ARCHIVED',
];

describe('the statuses of an order', () => {
  test('allow the happy path, step by step', () => {
    for (const [index, from] of happyPath.slice(0, -1).entries()) {
      expect([from, canMove(from, happyPath[index + 1]!)]).toEqual([from, true]);
    }
  });

  test('never lead from a status to itself, nor out of an end', () => {
    for (const status of ORDER_STATUSES) expect(canMove(status, status)).toBe(false);
    for (const end of ['ARCHIVED', 'REJECTED', 'CANCELLED', 'RETURNED'] as const) {
      expect(ORDER_STATUSES.filter((to) => canMove(end, to))).toEqual([]);
      expect(isTerminal(end)).toBe(true);
    }
  });

  test('let an order be cancelled until it is delivered, and fail until it is over', () => {
    const open = ORDER_STATUSES.filter((status) => !isTerminal(status));
    for (const status of open) {
      expect([status, canMove(status, 'CANCELLED')]).toEqual([status, status !== 'DELIVERED']);
      expect([status, canMove(status, 'FAILED')]).toEqual([status, true]);
    }
  });

  test('let an order be planned again after a failed attempt or a withdrawn route, never after delivery', () => {
    expect(statusesBefore('PLACED')).toEqual([
      'PLANNED',
      'DISPATCHED',
      'OUT_FOR_DELIVERY',
      'ARRIVING',
      'ATTEMPT_FAILED',
      'FAILED',
    ]);
  });

  test('let a failed order go on where it stopped when it is replayed', () => {
    expect(isTerminal('FAILED')).toBe(true);
    for (const to of happyPath) expect([to, canMove('FAILED', to)]).toEqual([to, true]);
  });

  test('let every status be left or be an end', () => {
    for (const status of ORDER_STATUSES) {
      expect(isTerminal(status) || ORDER_STATUSES.some((to) => canMove(status, to))).toBe(true);
    }
  });
});

describe('a promise', () => {
  const window = { from: '2026-01-31T08:00:00Z', to: '2026-01-31T12:00:00Z' };
  const later = { from: '2026-01-31T14:00:00Z', to: '2026-01-31T16:00:00Z' };

  test('starts as version 1 and keeps its initial window', () => {
    expect(newPromise(window)).toEqual({ ...window, version: 1, initial: window });
  });

  test('gets a new version when the customer changes it', () => {
    const amended = amendPromise(newPromise(window), later, 'customer');
    expect(amended).toEqual({ ...later, version: 2, initial: window });
    expect(committedWindow(amended)).toEqual(later);
  });

  test('is still what the order is judged by when the carrier moves the window', () => {
    const moved = amendPromise(newPromise(window), later, 'carrier');
    expect(moved).toMatchObject({ ...later, version: 1 });
    expect(committedWindow(moved)).toEqual(window);
    expect(committedWindow(amendPromise(moved, { ...later, to: '2026-01-31T20:00:00Z' }, 'carrier'))).toEqual(window);
    expect(committedWindow(amendPromise(moved, later, 'customer'))).toEqual(later);
  });

  test('cannot end before it starts', () => {
    expect(() => amendPromise(newPromise(window), { from: later.to, to: later.from }, 'customer')).toThrow(
      'ends before',
    );
  });
});
