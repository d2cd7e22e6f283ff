import { describe, expect, test } from '@jest/globals';
import { checkPlan } from './check-plan.ts';
import type { RoutingProblem, RoutingStop, RoutingVehicle, TravelMatrix } from './port.ts';
import { solveRoutes } from './solve.ts';
import { HOUR, onLine, stop, van, window } from './testing/line-problem.ts';

const two = onLine([100, 200], [stop('a'), stop('b')], [van(), van({ vehicleId: 'w' })]);
const withVan = (changes: Partial<RoutingVehicle>): RoutingProblem => ({ ...two, vehicles: [van(changes)] });
const withStop = (changes: Partial<RoutingStop>): RoutingProblem => ({
  ...two,
  stops: [stop('a', changes), stop('b')],
});
const withMatrix = (changes: Partial<TravelMatrix>): RoutingProblem => ({
  ...two,
  matrix: { ...two.matrix, ...changes },
});
const lunch = { breakId: 'lunch', durationSeconds: 1800, window: window(1, 2) };
const slot = (fromMs: number, cells = 9) => ({ fromMs, durationsSeconds: new Float64Array(cells) });

describe('what is no problem at all is refused by name', () => {
  test.each<[string, RoutingProblem]>([
    ['nowMs NaN', { ...two, nowMs: Number.NaN }],
    ['iterations NaN', { ...two, iterations: Number.NaN }],
    ['objective perSecondLate -1', { ...two, objective: { kind: 'weighted', perSecondLate: -1 } }],
    ['stop a is listed twice', { ...two, stops: [stop('a'), stop('a')] }],
    ['stop a has a window from NaN', withStop({ window: { fromMs: Number.NaN, toMs: 1 } })],
    ['stop a has a negative load, or one that is no number: NaN', withStop({ load: [Number.NaN] })],
    ['stop a has a load without end: Infinity', withStop({ load: [Infinity] })],
    ['stop a has a negative service time, or none that ends: NaN', withStop({ serviceSeconds: Number.NaN })],
    ['stop a has priority NaN', withStop({ priority: Number.NaN })],
    ['stop a has latestMs 1 before its window ends', withStop({ latestMs: 1 })],
    ['stop a is loaded on vehicle x, which is not in the problem', withStop({ loadedOn: 'x' })],
    ['vehicle v is listed twice', { ...two, vehicles: [van(), van()] }],
    ['vehicle v has a negative capacity, or one that is no number: NaN', withVan({ capacity: [Number.NaN] })],
    ['vehicle v has a shift from NaN', withVan({ shift: { fromMs: Number.NaN, toMs: 1 } })],
    ['vehicle v has a shift that ends before it starts', withVan({ shift: window(2, 1) })],
    ['vehicle v starts at matrix index 0.5', withVan({ startIndex: 0.5 })],
    ['vehicle v ends at matrix index 3', withVan({ endIndex: 3 })],
    ['vehicle v has maxTrips 0', withVan({ maxTrips: 0 })],
    ['vehicle v has reloadSeconds NaN', withVan({ reloadSeconds: Number.NaN })],
    ['break lunch of vehicle v is listed twice', withVan({ breaks: [lunch, lunch] })],
    ['break lunch of vehicle v lasts NaN s', withVan({ breaks: [{ ...lunch, durationSeconds: Number.NaN }] })],
    ['break lunch of vehicle v has a window that ends', withVan({ breaks: [{ ...lunch, window: window(2, 1) }] })],
    ['frozen stop x of vehicle v is not in the problem', withVan({ frozenStopIds: ['x'] })],
    ['stop a is frozen on vehicle v and on it once more', withVan({ frozenStopIds: ['a', 'a'] })],
    [
      'stop a is frozen on vehicle w and on vehicle v',
      { ...two, vehicles: [van({ frozenStopIds: ['a'] }), van({ vehicleId: 'w', frozenStopIds: ['a'] })] },
    ],
    [
      'stop a is frozen on vehicle v and loaded on w',
      { ...withStop({ loadedOn: 'w' }), vehicles: [van({ frozenStopIds: ['a'] }), van({ vehicleId: 'w' })] },
    ],
    ['matrix of size 3 needs 9 durations', withMatrix({ durationsSeconds: new Float64Array(4) })],
    ['matrix slot 1 begins at 5, not after', withMatrix({ slots: [slot(5), slot(5)] })],
    ['matrix slot 0 has 4 durations', withMatrix({ slots: [slot(5, 4)] })],
  ])('%s', (message, problem) => {
    expect(() => solveRoutes(problem)).toThrow(RangeError);
    expect(() => solveRoutes(problem)).toThrow(message);
  });

  test('a frozen part along which the matrix has no way', () => {
    const cut = onLine([100, Infinity], [stop('a'), stop('b')], [van({ frozenStopIds: ['a', 'b'] })]);
    expect(() => solveRoutes(cut)).toThrow(/no way to/);
  });
});

describe('what is impossible gets its reason, and the rest a plan', () => {
  const reasonsOf = (problem: RoutingProblem) => {
    const plan = solveRoutes(problem);
    expect(checkPlan(problem, plan)).toEqual([]);
    return plan.unassigned.flatMap(({ stopId, reasons }) => reasons.map(({ constraint }) => `${stopId} ${constraint}`));
  };

  test.each<[string, RoutingProblem, string[]]>([
    [
      'a window that the depot is too far from',
      { ...withStop({ window: window(0, 0.01) }), vehicles: [van()] },
      ['a WINDOW'],
    ],
    ['demand above every vehicle', withStop({ load: [11] }), ['a CAPACITY', 'a CAPACITY']],
    ['a shift of zero length', withVan({ shift: window(1, 1) }), ['a SHIFT', 'b SHIFT']],
    ['a shift that is over', withVan({ shift: window(-2, -1) }), ['a SHIFT', 'b SHIFT']],
    ['a skill that nobody has', withStop({ skills: ['crane'] }), ['a SKILL', 'a SKILL']],
    [
      'a break longer than the shift',
      withVan({ breaks: [{ ...lunch, window: window(0, 0), durationSeconds: 11 * 3600 }] }),
      ['a SHIFT', 'b SHIFT'],
    ],
    ['no vehicles', { ...two, vehicles: [] }, ['a NO_VEHICLE', 'b NO_VEHICLE']],
    ['no stops', { ...two, stops: [] }, []],
    ['coincident points', onLine([0, 0], [stop('a'), stop('b')], [van()]), []],
  ])('%s', (_, problem, expected) => {
    expect(reasonsOf(problem)).toEqual(expected);
  });

  test.each([-1, Number.NaN, Infinity])('a stop to which the matrix says %d', (seconds) => {
    const durationsSeconds = two.matrix.durationsSeconds.map((value, cell) =>
      cell % 3 === 1 && cell !== 4 ? seconds : value,
    );
    const problem = { ...withMatrix({ durationsSeconds }), vehicles: [van()] };
    expect(reasonsOf(problem)).toEqual(['a UNREACHABLE']);
    // A way without a length is no way either.
    const unmeasured = { ...withMatrix({ distancesMeters: durationsSeconds }), vehicles: [van()] };
    expect(reasonsOf(unmeasured)).toEqual(['a UNREACHABLE']);
  });
});

describe('a frozen part that breaks rules by itself', () => {
  test('stays as it is and says how late it is; the others are planned around it', () => {
    const late = [
      stop('late', { window: window(0, 0.01) }),
      stop('big', { load: [12], skills: ['crane'] }),
      stop('free'),
    ];
    for (const rich of [{}, { maxTrips: 2 }, { breaks: [lunch] }]) {
      const vehicles = [van({ frozenStopIds: ['late', 'big'], ...rich }), van({ vehicleId: 'w' })];
      const problem = onLine([100, 200, 300], late, vehicles);
      const plan = solveRoutes(problem);
      expect(checkPlan(problem, plan)).toEqual([]);
      const route = plan.routes.find(({ vehicleId }) => vehicleId === 'v');
      expect(route?.stops.slice(0, 2)).toMatchObject([{ stopId: 'late', lateSeconds: 64 }, { stopId: 'big' }]);
      expect(plan.unassigned).toEqual([]);
    }
  });

  test('overruns its shift alone', () => {
    const stops = [stop('long', { serviceSeconds: 11 * 3600 }), stop('free')];
    const problem = onLine([100, 200], stops, [van({ frozenStopIds: ['long'] })]);
    const plan = solveRoutes(problem);
    expect(checkPlan(problem, plan)).toEqual([]);
    expect(plan.routes[0]?.stops).toHaveLength(1);
    expect(plan.unassigned[0]?.reasons[0]?.also ?? plan.unassigned[0]?.reasons).toMatchObject([
      { constraint: 'SHIFT' },
    ]);
  });

  test('takes its break when it first can, and no later', () => {
    const long = stop('long', { serviceSeconds: 3 * 3600 });
    const problem = onLine(
      [100, 200],
      [long, stop('free')],
      [van({ frozenStopIds: ['long'], breaks: [{ ...lunch, window: window(0.5, 0.6) }], startIndex: 0 })],
    );
    const plan = solveRoutes(problem);
    expect(checkPlan(problem, plan)).toEqual([]);
    expect(plan.routes[0]?.breaks).toMatchObject([{ breakId: 'lunch', startMs: 0.5 * HOUR, afterStops: 0 }]);
  });
});

describe('a very large problem', () => {
  test('of 800 stops that no fleet could serve is planned and explained within bounded time', () => {
    const count = 800;
    const places = Array.from({ length: count }, (_, index) => 60 + (index % 600));
    const stops = places.map((_, index) => stop(`s${index}`, { window: window(0, 3) }));
    const problem = {
      ...onLine(places, stops, [van({ capacity: [60] }), van({ vehicleId: 'w', capacity: [60], maxTrips: 2 })]),
      iterations: 3,
    };
    const plan = solveRoutes(problem);
    expect(checkPlan(problem, plan)).toEqual([]);
    expect(plan.unassigned.length).toBeGreaterThan(500);
  });
});
