import { describe, expect, test } from '@jest/globals';
import type { OrderPage } from '../../operations/index.ts';
import { failureTable } from './failure-text.ts';
import { orderTable } from './order-table.ts';
import { spanText, withoutColors } from './terminal.ts';
import { orderView } from './testing/made-trace.ts';
import { waitTable } from './wait-text.ts';

const page = (given: Partial<OrderPage>): OrderPage => ({
  orders: [orderView()],
  total: 1,
  offset: 0,
  now: '2018-07-23T12:00:00.000Z',
  ...given,
});
const textOf = (given: Partial<OrderPage>, width = 100): string => withoutColors(orderTable(page(given), width));

describe('A page of orders in the terminal', () => {
  test('says which part of the whole it is and how to get the next', () => {
    expect(textOf({ total: 120 })).toContain('1 to 1 of 120 orders, at 2018-07-23 12:00:00, the next with --offset 1');
  });

  test('says so when no order matches, or none is left on this page', () => {
    expect(textOf({ orders: [], total: 0 })).toBe('No order matches, at 2018-07-23 12:00:00.');
    expect(textOf({ orders: [], total: 3, offset: 50 })).toBe('Only 3 orders match: there is nothing from 50 on.');
  });

  test('has no column that is empty in every row', () => {
    expect(textOf({})).not.toContain('route');
    expect(textOf({ orders: [orderView({ routeId: 'r-1' })] })).toContain('r-1');
  });

  test('keeps order, status and promise on a narrow terminal', () => {
    const narrow = textOf({}, 50);
    expect(narrow.split('\n')[0]).toMatch(/^order +status +for +promise/);
    for (const line of narrow.split('\n').slice(0, 3)) expect(line.length).toBeLessThanOrEqual(50);
  });
});

describe('Lists that are empty', () => {
  test('say so in a sentence', () => {
    expect(failureTable([], 80)).toBe('No execution has failed.');
    expect(waitTable([], 80)).toBe('Nothing is stuck.');
  });
});

describe('Spans of time', () => {
  test.each([
    [0, '0 s'],
    [0.25, '0.3 s'],
    [12, '12 s'],
    [200, '3 min 20 s'],
    [7_500, '2 h 5 min'],
    [273_600, '3 d 4 h'],
    [-60, '-1 min'],
  ])('of %d seconds read %s', (seconds, text) => expect(spanText(seconds)).toBe(text));
});
