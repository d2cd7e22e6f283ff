import { describe, expect, test } from '@jest/globals';
import type { Fence } from '../../domain/index.ts';
import type { Fix } from '../../workflows/route-dispatch/contracts.ts';
import type { FollowedRoute, RoutePlan } from './followed-route.ts';
import type { Segment } from './positions.ts';
import { routeMoves } from './route-moves.ts';

// On the equator: 0.001 degrees are 111 m. The depot stands at 0, stops at 0.05 (5.6 km) and 0.1.
const stop = (sequence: number, longitude: number) => ({
  stopId: `s${sequence}`,
  sequence,
  position: [longitude, 0] as [number, number],
  orders: [{ orderId: `o${sequence}`, cycle: 1 }],
  serviceSeconds: 60,
  plannedArrivalAt: '2026-03-02T10:10:00.000Z',
  plannedDepartureAt: '2026-03-02T10:11:00.000Z',
  legSeconds: 600,
  legMeters: 5600,
});
const plan: RoutePlan = {
  routeId: 'R1',
  depotPosition: [0, 0],
  plannedDepartureAt: '2026-03-02T10:00:00.000Z',
  stops: [stop(1, 0.05), stop(2, 0.1)],
};
const loading: FollowedRoute = {
  pk: 'VEHICLE#V1',
  sk: 'ACTIVE',
  routeId: 'R1',
  driverId: 'dr1',
  vehicleId: 'V1',
  depotId: 'D1',
  token: 't',
  heartbeatAt: '2026-03-02T09:50:00.000Z',
  nextSequence: 1,
  inside: ['R1.depot'],
};
const driving: FollowedRoute = {
  ...loading,
  inside: [],
  departedAt: '2026-03-02T10:00:00.000Z',
  odometerAtDeparture: 1,
};

const at = (seconds: number): string => new Date(Date.UTC(2026, 2, 2, 10) + seconds * 1000).toISOString();
const fix = (seconds: number, longitude: number, accuracyMeters = 5): Fix => ({
  vehicleId: 'V1',
  position: [longitude, 0],
  sampleTime: at(seconds),
  speedMps: 10,
  headingDegrees: 90,
  accuracyMeters,
  odometerMeters: 1000 + longitude * 111_000,
});
function path(...fixes: Fix[]): Segment[] {
  return fixes.map((now, index) => {
    const before = fixes[index - 1];
    return { sequenceNumber: String(index), now, ...(before === undefined ? {} : { before }) };
  });
}
const kinds = (route: FollowedRoute, fixes: Fix[], thePlan = plan, zones: Fence[] = []) =>
  routeMoves(route, thePlan, zones, path(...fixes)).moves.map(({ kind }) => kind);

describe('moves of a vehicle on its route', () => {
  test('a vehicle that leaves the depot departs, once, with its odometer', () => {
    const { moves, state } = routeMoves(
      loading,
      plan,
      [],
      path(fix(0, 0), fix(10, 0.001), fix(20, 0.002), fix(30, 0.003)),
    );
    expect(moves).toMatchObject([{ kind: 'DepartedDepot', at: at(20) }]);
    expect(state).toMatchObject({ inside: [], insideAt: at(20), departedAt: at(20) });
    expect(state?.odometerAtDeparture).toBeCloseTo(1222);
  });

  test('a vehicle being loaded is near no stop, however close the first one is (M1)', () => {
    const near = { ...plan, stops: [stop(1, 0.003)] };
    expect(kinds(loading, [fix(0, 0), fix(10, 0.0001)], near)).toEqual([]);
    expect(kinds(loading, [fix(0, 0), fix(10, 0.002)], near)).toEqual(['DepartedDepot', 'ApproachingStop']);
  });

  test('the next stop is approached at its ring and reached at its fence; later stops are not looked at', () => {
    const fixes = [fix(0, 0.04), fix(10, 0.046), fix(20, 0.0498), fix(30, 0.05)];
    const { moves, state } = routeMoves(driving, plan, [], path(...fixes));
    expect(moves).toMatchObject([
      { kind: 'ApproachingStop', at: at(10), stop: { stopId: 's1' } },
      { kind: 'ArrivedAtStop', at: at(20), stop: { stopId: 's1' } },
    ]);
    expect(state?.inside).toEqual(['R1.1.approach', 'R1.1']);
    expect(kinds(driving, [fix(0, 0.09), fix(10, 0.1)])).toEqual([]);
  });

  test('a stop that was passed between two fixes was approached and reached', () => {
    expect(kinds(driving, [fix(0, 0.04), fix(120, 0.06)])).toEqual(['ApproachingStop', 'ArrivedAtStop']);
  });

  test('a vehicle seen at a stop has departed, though no fix showed it (M2)', () => {
    const lost = { ...loading, inside: [] };
    expect(kinds(lost, [fix(0, 0.0499)])).toEqual(['DepartedDepot', 'ApproachingStop', 'ArrivedAtStop']);
  });

  test('the return is told when the depot is entered with every order settled', () => {
    const done = { ...driving, nextSequence: 3 };
    const { moves } = routeMoves(done, plan, [], path(fix(0, 0.01), fix(10, 0.001), fix(20, 0)));
    expect(moves).toMatchObject([{ kind: 'ReturnedToDepot', at: at(10) }]);
  });

  test('passing the depot with orders open is no return; a last outcome that comes late makes it one (M3)', () => {
    const arrived = routeMoves(driving, plan, [], path(fix(0, 0.01), fix(10, 0.001)));
    expect(arrived.moves).toEqual([]);
    const standing = { ...driving, ...arrived.state } as FollowedRoute;
    expect(standing.depotSince).toBe(at(10));
    expect(kinds(standing, [fix(20, 0.001)])).toEqual([]);
    const { moves } = routeMoves({ ...standing, nextSequence: 3 }, plan, [], path(fix(30, 0.001)));
    expect(moves).toMatchObject([{ kind: 'ReturnedToDepot', at: at(10) }]);
  });

  test('a vehicle that stands at the depot for a quarter of an hour is back, whatever was not reported (M3)', () => {
    const standing = { ...driving, inside: ['R1.depot'], insideAt: at(10), depotSince: at(10) };
    expect(kinds(standing, [fix(900, 0)])).toEqual([]);
    expect(kinds(standing, [fix(910, 0)])).toEqual(['ReturnedToDepot']);
  });

  test('fixes that were told before are passed over (M4)', () => {
    const fixes = [fix(0, 0.002), fix(10, 0.001), fix(20, 0.002)];
    expect(kinds({ ...loading, insideAt: at(20) }, fixes)).toEqual([]);
  });

  test('an inaccurate fix moves nothing and is not the start of a segment', () => {
    expect(kinds(driving, [fix(0, 0.04), fix(10, 0.05, 500), fix(20, 0.041)])).toEqual([]);
    const [, segment] = path(fix(0, 0.06, 500), fix(10, 0.04));
    expect(routeMoves(driving, plan, [], segment === undefined ? [] : [segment]).moves).toEqual([]);
  });

  test('zones of the admin are entered and left', () => {
    const zone = { fenceId: 'zone.school', center: [0.02, 0] as const, radiusMeters: 200 };
    expect(kinds(driving, [fix(0, 0.01), fix(60, 0.03)], plan, [zone])).toEqual(['EnteredZone', 'LeftZone']);
  });
});
