import { describe, expect, test } from '@jest/globals';
import type { OrderQuery } from '../api/shapes.ts';
import { addressOfQuery, boardLink, conditionsOf, queryFromAddress } from './query-address.ts';

const FULL: OrderQuery = {
  text: 'van-7 & co',
  status: ['PLACED', 'FAILED'],
  depotId: ['DLA9', 'DBO2'],
  customerId: 'c-1',
  driverId: 'd-1',
  vehicleId: 'v-1',
  routeId: 'r-1',
  tier: 'express',
  promiseState: ['AT_RISK', 'LATE'],
  perfect: false,
  reason: 'LATE',
  breached: true,
  breachedStage: 'plan',
  minStageAgeSeconds: 3600,
  placedFrom: '2018-07-20T00:00:00.000Z',
  placedTo: '2018-07-21T00:00:00.000Z',
  closedFrom: '2018-07-20T00:00:00.000Z',
  closedTo: '2018-07-22T00:00:00.000Z',
  sort: 'slipSeconds',
  descending: true,
  limit: 100,
  offset: 200,
};

describe('the address of a board view', () => {
  test('gives back every condition it was made from', () => {
    const read = queryFromAddress(new URLSearchParams(addressOfQuery(FULL).toString()));
    expect(read).toEqual({ query: FULL, refused: [] });
  });

  test('is the same whatever the order in which the conditions were chosen', () => {
    const reversed = Object.fromEntries(Object.entries(FULL).reverse()) as OrderQuery;
    expect(boardLink(reversed)).toBe(boardLink(FULL));
  });

  test('names what it does not understand and keeps the rest', () => {
    const read = queryFromAddress(
      new URLSearchParams('status=FAILED&status=LOST&limit=9000&placedFrom=yesterday&colour=red&sort=price&text=a'),
    );
    expect(read.query).toEqual({ status: ['FAILED'], text: 'a' });
    expect(read.refused).toEqual(['status=LOST', 'limit=9000', 'placedFrom=yesterday', 'colour=red', 'sort=price']);
  });

  test('of no condition is the board itself', () => {
    expect(boardLink({})).toBe('/');
    expect(boardLink({ text: '' })).toBe('/');
  });

  test('leaves sorting and paging out of the conditions', () => {
    expect(conditionsOf({ text: 'a', sort: 'orderId', descending: true, limit: 10, offset: 20 })).toEqual({
      text: 'a',
    });
  });
});
