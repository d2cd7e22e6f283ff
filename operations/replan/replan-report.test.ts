import { describe, expect, test } from '@jest/globals';
import type { RouteChange } from '../../workflows/route-planning/contracts.ts';
import { replannedRoute } from './replan-report.ts';

const at = (minute: number): string => `2026-03-02T09:${String(minute).padStart(2, '0')}:00.000Z`;

type Stop = RouteChange['stops'][number];

/** A stop of the order of its name, from a place and minute to another. */
const stop = (name: string, before: readonly [number, number] | null, after: readonly [number, number]): Stop => ({
  // The same customer twice on one route: a name says nothing.
  stopId: 'stop-of-c1',
  orderIds: [name],
  before: before === null ? null : { sequence: before[0], arrivalAt: at(before[1]) },
  after: { sequence: after[0], arrivalAt: at(after[1]) },
});

const change = (stops: readonly Stop[]): RouteChange => ({
  route: {
    routeId: 'r1',
    waveId: 'w1',
    depotId: 'd1',
    depotPosition: [8.5, 47.3],
    vehicleId: 'v1',
    driverId: 'driver-1',
    plannedDepartureAt: at(0),
    plannedReturnAt: at(59),
    returnLegSeconds: 60,
    returnLegMeters: 500,
    distanceMeters: 5_000,
    loadVolumeM3: 1,
    loadWeightKg: 1,
    stops: [],
    version: 1,
  },
  from: { version: 0, status: 'ACCEPTED', hasDeparted: true },
  frozenThrough: 1,
  added: [],
  stops: [...stops],
  legs: 3,
  changedLegs: 2,
  extraSeconds: 90,
  extraMeters: 700,
});

describe('a changed route', () => {
  test('says which stops are kept, moved and added; one that came in between changes no leg', () => {
    const route = replannedRoute(
      change([
        stop('o2', [2, 10], [2, 10]),
        stop('new', null, [3, 15]),
        stop('o3', [3, 20], [4, 24]),
        stop('o4', [4, 30], [5, 34]),
      ]),
      new Map(),
    );
    expect(route.stops.map((each) => each.change)).toEqual(['kept', 'inserted', 'kept', 'kept']);
    expect(route).toMatchObject({ settledStops: 1, legs: 2, changedLegs: 0, extraSeconds: 90, extraMeters: 700 });
    expect(route.stops[1]).not.toHaveProperty('before');
  });

  test('counts the legs around a stop that went to another place', () => {
    const route = replannedRoute(
      change([
        stop('o5', [5, 40], [2, 11]),
        stop('o2', [2, 10], [3, 21]),
        stop('o3', [3, 20], [4, 31]),
        stop('o4', [4, 30], [5, 41]),
      ]),
      new Map(),
    );
    expect(route.stops.map((each) => each.change)).toEqual(['resequenced', 'kept', 'kept', 'kept']);
    expect(route).toMatchObject({ legs: 3, changedLegs: 1 });
  });

  test('names the promises that turn, either way, and none that stay as they were or are not known', () => {
    const promises = new Map(
      Object.entries({ o2: 15, o3: 25, o4: 50, o5: 20 }).map(([orderId, minute]) => [orderId, Date.parse(at(minute))]),
    );
    const route = replannedRoute(
      change([
        stop('o5', [5, 40], [2, 11]),
        stop('o2', [2, 10], [3, 21]),
        stop('o3', [3, 26], [4, 31]),
        stop('o4', [4, 30], [5, 41]),
        stop('unknown', [6, 45], [6, 55]),
      ]),
      promises,
    );
    expect([route.becomeLate, route.becomeKept]).toEqual([['o2'], ['o5']]);
  });
});
