import { describe, expect, test } from '@jest/globals';
import { checkPlan, type RoutingPlan, solveRoutes } from '../../domain/index.ts';
import type { RouteRequest } from '../../workflows/route-planning/contracts.ts';
import { plannedRoute, routeRecord, vehicle } from '../platform/testing/route-world.ts';
import type { Wave } from './plan-wave.ts';
import { type ReplanProblem, replanProblem } from './replan-problem.ts';
import { type ReplannedWave, replannedWave } from './replan-wave.ts';
import { estimateMatrix } from './road-network.ts';
import { frozenThrough, isChangeable, type RunningRoute, remainingStops } from './running-route.ts';

const NOW = Date.parse('2026-03-02T08:14:00Z');

const request = (orderId: string, rest: Partial<RouteRequest> = {}): RouteRequest => ({
  orderId,
  cycle: 1,
  depotId: 'd1',
  customerId: `c-${orderId}`,
  position: [8.5 + Number(orderId.match(/\d+/)?.[0]) / 100, 47.3],
  promise: { from: '2026-03-02T07:00:00Z', to: '2026-03-02T14:00:00Z', version: 1 },
  serviceSeconds: 120,
  volumeM3: 1,
  weightKg: 1,
  tier: 'standard',
  requestedAt: '2026-03-02T07:00:00Z',
  state: 'ASSIGNED',
  ...rest,
});

/** Six stops on a line away from the depot, ten minutes apart; the first is reached at 08:15. */
const stops = [1, 2, 3, 4, 5, 6].map((sequence) => ({
  stopId: `stop-o${sequence}`,
  sequence,
  position: [8.5 + sequence / 100, 47.3] as [number, number],
  orders: [{ orderId: `o${sequence}`, cycle: 1 }],
  serviceSeconds: 120,
  plannedArrivalAt: new Date(Date.parse('2026-03-02T08:05:00Z') + sequence * 600_000).toISOString(),
  plannedDepartureAt: new Date(Date.parse('2026-03-02T08:07:00Z') + sequence * 600_000).toISOString(),
  legSeconds: 480,
  legMeters: 760,
}));

const running = (rest: Partial<RunningRoute> = {}, requests: readonly RouteRequest[] = []): RunningRoute => ({
  route: routeRecord({ ...plannedRoute({ stops, loadVolumeM3: 6 }), status: 'ACCEPTED' }),
  vehicle: vehicle('v1', { capacity: { volumeM3: 7 }, routeId: plannedRoute().routeId }),
  hasDeparted: true,
  nextSequence: 1,
  position: [8.509, 47.3],
  requests: new Map(
    [...stops.map(({ orders }) => request(orders[0]?.orderId ?? '')), ...requests].map((each) => [each.orderId, each]),
  ),
  ...rest,
});

const wave = (requests: readonly RouteRequest[] = [], rest: Partial<Wave> = {}): Wave => ({
  waveId: 'w2',
  depotId: 'd1',
  depotPosition: [8.5, 47.3],
  requests,
  vehicles: [],
  nowMs: NOW,
  ...rest,
});

const searched: { problem: ReplanProblem; plan: RoutingPlan }[] = [];
const replan = async (given: Wave, routes: readonly RunningRoute[]): Promise<ReplannedWave> => {
  searched.length = 0;
  const problem = replanProblem(given, routes, 'strict');
  const matrix = estimateMatrix(problem.positions);
  const search = async (each: ReplanProblem) => {
    const plan = solveRoutes({ ...each, iterations: 500, matrix });
    expect(checkPlan({ ...each, matrix }, plan)).toEqual([]);
    searched.push({ problem: each, plan });
    return plan;
  };
  return replannedWave({ wave: given, running: routes, problem, matrix, plan: await search(problem), search });
};

const sequenceOf = (planned: ReplannedWave) =>
  planned.changes[0]?.route.stops.map(({ orders }) => orders[0]?.orderId).join(' ');

describe('a route under way', () => {
  test('freezes what is driven to and what would be reached before the driver knew', () => {
    const each = running();
    expect(remainingStops(each, NOW).map(({ isFrozen }) => isFrozen)).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
    expect(frozenThrough(each, NOW)).toBe(1);
    expect(frozenThrough(running({ hasDeparted: false }), NOW)).toBe(0);
  });

  test('expects what it is late already for all that comes', () => {
    const late = remainingStops(running(), NOW + 660_000);
    expect(late[1]?.expectedMs).toBe(Date.parse('2026-03-02T08:35:00Z'));
  });

  test('is left alone when nothing asks for a change', async () => {
    expect(await replan(wave(), [running()])).toMatchObject({ routes: [], changes: [], unassigned: [] });
  });

  test('serves an amended order within its new window, and nothing before the frozen stop moves', async () => {
    const amended = request('o5', {
      promise: { from: '2026-03-02T08:00:00Z', to: '2026-03-02T08:27:00Z', version: 2 },
    });
    const planned = await replan(wave(), [running({}, [amended])]);
    const [change] = planned.changes;
    expect(sequenceOf(planned)).toMatch(/^o1 (o2 )?o5 /);
    expect(change?.frozenThrough).toBe(1);
    expect(change?.route.stops[0]).toEqual(stops[0]);
    expect(change?.route.stops.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6]);
    const moved = change?.stops.find(({ stopId }) => stopId === 'stop-o5');
    expect(moved).toMatchObject({ before: { sequence: 5 } });
    expect(Date.parse(moved?.after.arrivalAt ?? '')).toBeLessThan(Date.parse('2026-03-02T08:27:00Z'));
    expect(change).toMatchObject({ from: { version: 0, status: 'ACCEPTED', hasDeparted: true }, legs: 5, added: [] });
    expect(change?.changedLegs).toBeLessThan(5);
    expect(change?.extraMeters).toBeGreaterThan(0);
  });

  test('keeps all that is aboard where a promise cannot be kept any more', async () => {
    const hopeless = request('o6', {
      promise: { from: '2026-03-02T08:00:00Z', to: '2026-03-02T08:15:00Z', version: 2 },
    });
    const planned = await replan(wave(), [running({}, [hopeless])]);
    expect(searched).toHaveLength(2);
    expect(planned.unassigned).toEqual([]);
    for (const { route } of planned.changes) expect(route.stops).toHaveLength(6);
  });

  test('takes no order that is not aboard', async () => {
    const planned = await replan(wave([request('o7', { state: 'CLAIMED' })]), [running()]);
    expect(planned.changes).toEqual([]);
    expect(planned.unassigned).toMatchObject([{ orderId: 'o7', reasons: [expect.stringMatching(/^v1: /)] }]);
  });

  test('says when its vehicle could bring, on its next trip, what is not aboard', async () => {
    const pending = request('o7', { state: 'CLAIMED' });
    const planned = await replan(wave([pending]), [running()]);
    const [left] = planned.unassigned;
    expect(left?.nextTrip?.vehicleId).toBe('v1');
    const homeMs = Date.parse(plannedRoute().plannedReturnAt);
    expect(Date.parse(left?.nextTrip?.arrivalAt ?? '')).toBeGreaterThan(homeMs);
    expect(left?.reasons[0]).toContain(left?.nextTrip?.arrivalAt);
    expect(planned.routes).toEqual([]);
  });

  test('counts into its next trip that a change brings it back later, and says when that is too late', async () => {
    const toBeBackAt = '2026-03-02T08:45:00.000Z';
    const each = running(
      { route: routeRecord({ ...plannedRoute({ stops, plannedReturnAt: toBeBackAt }), status: 'ACCEPTED' }) },
      [request('o6', { promise: { from: '2026-03-02T08:00:00Z', to: '2026-03-02T08:30:00Z', version: 2 } })],
    );
    const waiting = (to: string) => {
      const { promise, ...rest } = request('o7', { state: 'CLAIMED' });
      return replan(wave([{ ...rest, promise: { ...promise, to } }]), [each]);
    };
    const planned = await waiting('2026-03-02T14:00:00Z');
    const backMs = Date.parse(planned.changes[0]?.route.plannedReturnAt ?? '');
    expect(backMs).toBeGreaterThan(Date.parse(toBeBackAt));
    const arrivalAt = planned.unassigned[0]?.nextTrip?.arrivalAt ?? '';
    expect(Date.parse(arrivalAt)).toBeGreaterThan(backMs + 15 * 60_000);
    const [late] = (await waiting(new Date(Date.parse(arrivalAt) - 1_000).toISOString())).unassigned;
    expect(late).not.toHaveProperty('nextTrip');
    expect(late?.reasons[0]).toMatch(/^v1: LOADED: .* could be there at .*, which is too late$/);
  });

  test('promises no next trip where its shift, or a window, leaves no time for one', async () => {
    const pending = request('o7', { state: 'CLAIMED' });
    const soon = request('o7', { state: 'CLAIMED', promise: { ...pending.promise, to: '2026-03-02T09:30:00Z' } });
    const short = vehicle('v1', { shift: { from: '2026-03-02T07:00:00Z', to: '2026-03-02T10:05:00Z' } });
    const plans = await Promise.all([
      replan(wave([soon]), [running()]),
      replan(wave([pending]), [running({ vehicle: { ...short, routeId: plannedRoute().routeId } })]),
    ]);
    expect(plans.map(({ unassigned }) => unassigned.map(({ nextTrip }) => nextTrip))).toEqual([
      [undefined],
      [undefined],
    ]);
    expect(plans[0]?.unassigned[0]?.reasons[1]).toMatch(/^v1 \(next trip\): WINDOW/);
  });

  test('makes nobody wait for its return whom a free vehicle could serve', async () => {
    const pending = request('o7', { state: 'CLAIMED' });
    const planned = await replan(wave([pending], { vehicles: [vehicle('v2')] }), [running()]);
    expect(planned.routes).toMatchObject([{ vehicleId: 'v2' }]);
    expect(planned.unassigned).toEqual([]);
  });

  test('without sight of its vehicle starts at the stop before', () => {
    const { position: _, ...unseen } = running({ nextSequence: 3 });
    expect(replanProblem(wave(), [unseen], 'strict').positions.at(-1)).toEqual(stops[1]?.position);
  });
});

describe('a route that has not left', () => {
  const early = Date.parse('2026-03-02T07:30:00Z');
  const waiting = (rest: Partial<RunningRoute> = {}) => running({ hasDeparted: false, ...rest });

  test('is changed until it is being loaded', () => {
    expect([isChangeable(waiting(), early), isChangeable(waiting(), NOW)]).toEqual([true, false]);
    expect(isChangeable(running({ nextSequence: 6 }), NOW)).toBe(false);
  });

  test('takes a pending order where it fits, with little change', async () => {
    const pending = request('o35', { position: [8.535, 47.3], state: 'CLAIMED', cycle: 2 });
    const planned = await replan(wave([pending], { nowMs: early }), [waiting()]);
    expect(sequenceOf(planned)).toBe('o1 o2 o3 o35 o4 o5 o6');
    const [change] = planned.changes;
    expect(change?.added).toEqual([{ orderId: 'o35', cycle: 2 }]);
    expect(change?.stops.find(({ before }) => before === null)).toMatchObject({
      orderIds: ['o35'],
      after: { sequence: 4 },
    });
    expect(change?.changedLegs).toBe(1);
    expect(change?.route).toMatchObject({ version: 1, loadVolumeM3: 7, waveId: plannedRoute().waveId });
    expect(planned.unassigned).toEqual([]);
  });

  test('does not take what would overload it, and says so', async () => {
    const pending = request('o35', { position: [8.535, 47.3], state: 'CLAIMED', volumeM3: 2 });
    const planned = await replan(wave([pending], { nowMs: early }), [waiting()]);
    expect(planned.changes).toEqual([]);
    expect(planned.unassigned[0]?.reasons[0]).toMatch(/^v1: CAPACITY/);
  });

  test('leaves to a free vehicle what is better there, as a route of the wave', async () => {
    const pending = request('o7', { position: [8.4, 47.3], state: 'CLAIMED', volumeM3: 2 });
    const planned = await replan(wave([pending], { nowMs: early, vehicles: [vehicle('v2')] }), [waiting()]);
    expect(planned.routes).toMatchObject([{ routeId: expect.stringMatching(/^w2-r/), vehicleId: 'v2' }]);
    expect(planned.changes).toEqual([]);
  });
});
