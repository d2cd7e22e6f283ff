import { describe, expect, test } from '@jest/globals';
import { checkPlan } from './check-plan.ts';
import type { PlannedRoute, RoutingPlan, RoutingProblem, RoutingStop, RoutingVehicle } from './port.ts';
import { solveRoutes } from './solve.ts';
import { HOUR, onLine, stop, van, window } from './testing/line-problem.ts';

const lunch = { breakId: 'lunch', durationSeconds: 1800, window: window(0.02, 1) };
const busy = van({ capacity: [2], maxTrips: 2, reloadSeconds: 300, breaks: [lunch], skills: ['lift'] });
const problem = onLine([100, 200, 300], [stop('a', { skills: ['lift'] }), stop('b'), stop('c')], [busy]);
const plan = solveRoutes(problem);
const route = plan.routes[0]!;
const first = route.stops[0]!.stopId;
const rest = route.breaks![0]!;
const reload = route.reloads![0]!;

const withVan = (changes: Partial<RoutingVehicle>): RoutingProblem => ({
  ...problem,
  vehicles: [{ ...busy, ...changes }],
});
const withStop = (stopId: string, changes: Partial<RoutingStop>): RoutingProblem => ({
  ...problem,
  stops: problem.stops.map((each) => (each.stopId === stopId ? { ...each, ...changes } : each)),
});
const withRoute = (changes: Partial<PlannedRoute>): RoutingPlan => ({ ...plan, routes: [{ ...route, ...changes }] });

describe('the independent check of a route', () => {
  test('has nothing against a plan with a reload and a break', () => {
    expect(plan.unassigned).toEqual([]);
    expect(checkPlan(problem, plan)).toEqual([]);
  });

  test.each<[string, RoutingProblem, RoutingPlan]>([
    ['V1: load 1 of trip 1 exceeds capacity 0.5', withVan({ capacity: [0.5] }), plan],
    ['s late and not 0 s', withStop(first, { window: window(0, 0), latestMs: 10 * HOUR }), plan],
    ['V2: stop', withStop(first, { window: window(0, 0), latestMs: 0 }), plan],
    [
      'V4: stop a has reasons for no vehicle',
      problem,
      { ...plan, unassigned: [{ stopId: 'a', orderIds: [], reasons: [] }] },
    ],
    [
      'V5: reload 1 is reached at another time',
      problem,
      withRoute({ reloads: [{ ...reload, arrivalMs: reload.arrivalMs + 9 }] }),
    ],
    ['V6: stop a asks for lift', withVan({ skills: [] }), plan],
    ['is frozen', withVan({ frozenStopIds: [route.stops[1]!.stopId] }), plan],
    ['V7: vehicle v has frozen stops and no route', withVan({ frozenStopIds: ['a'] }), { ...plan, routes: [] }],
    ['is loaded on w', { ...withStop('b', { loadedOn: 'w' }), vehicles: [busy, { ...busy, vehicleId: 'w' }] }, plan],
    ['is not on board of a vehicle under way', withVan({ isUnderWay: true }), plan],
    ['V9: 2 trips are too many', withVan({ maxTrips: 1 }), plan],
    ['V9: a stop is on a trip that is not open', problem, withRoute({ reloads: [] })],
    ['V9: reload 1 leaves no time to load', withVan({ reloadSeconds: 9000 }), plan],
    ['V10: break lunch is not taken', problem, withRoute({ breaks: [] })],
    ['V10: break lunch is not taken whole', problem, withRoute({ breaks: [{ ...rest, endMs: rest.startMs + 5 }] })],
    ['V10: break lunch is taken twice', problem, withRoute({ breaks: [rest, rest] })],
    ['V10: break tea is not', problem, withRoute({ breaks: [rest, { ...rest, breakId: 'tea' }] })],
    ['V10: break lunch begins outside its window', withVan({ breaks: [{ ...lunch, window: window(2, 3) }] }), plan],
    [
      'V10: the vehicle does not stand still',
      problem,
      withRoute({ breaks: [{ ...rest, startMs: rest.startMs + 60_000, endMs: rest.endMs + 60_000 }] }),
    ],
  ])('finds that %s', (fault, against, broken) => {
    expect(checkPlan(against, broken).join('\n')).toContain(fault);
  });

  test('takes a break that opens after the route, or was over before it, for no part of it', () => {
    const without = withRoute({ breaks: [] });
    expect(checkPlan(withVan({ breaks: [{ ...lunch, window: window(5, 6) }] }), without)).toEqual([]);
    expect(checkPlan(withVan({ breaks: [{ ...lunch, window: window(-2, -1) }] }), without)).toEqual([]);
  });
});
