import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  checkPlan,
  createPrng,
  haversineMeters,
  type Position,
  type RoutingPlan,
  type RoutingProblem,
  solveRoutes,
} from '../../../domain/index.ts';
import { DocumentTables } from '../../platform/testing/document-tables.ts';
import { homeLeg, type WaveProblem } from '../plan-wave.ts';
import type { BlockAnswer, RoadBlock } from '../road-network.ts';
import { buyPlan } from './buy-plan.ts';
import { DEFAULT_MATRIX_POLICY, type MatrixPolicy } from './matrix-policy.ts';
import { stretchesOf } from './week-slots.ts';

/** Cells of the matrix, so that what is asked is what is meant. */
const cell = (degrees: number): number => Math.round(degrees * 1e4) / 1e4;
const at = (time: string): number => Date.parse(`2026-03-02T${time}:00Z`);
const MINUTE_MS = 60_000;
const DEPOT: Position = [0, 47];
const SLOT = { name: 'midday', departMs: at('12:30') };
/** On the meridian the sun's hours are those of UTC. */
const RUSH = { fromMs: at('16:00'), toMs: at('19:00') };

let tables: DocumentTables;
let asked: RoadBlock[];
let failures: string[];

beforeEach(() => {
  tables = new DocumentTables({ planning: ['pk', 'sk'] });
  asked = [];
  failures = [];
});

const stopsOf = (count: number, seed: string, windowOf: (index: number) => { fromMs: number; toMs: number }) => {
  const prng = createPrng(seed);
  return Array.from({ length: count }, (_, index) => ({
    stopId: `s${index}`,
    orderIds: [`o${index}`],
    position: [cell(prng.next() / 10), cell(47 + prng.next() / 10)] as Position,
    serviceSeconds: 240,
    window: windowOf(index),
    load: [1],
    priority: 0,
  }));
};

const problemOf = (stops: ReturnType<typeof stopsOf>, vehicles: number): WaveProblem => ({
  depot: DEPOT,
  positions: [DEPOT, ...stops.map(({ position }) => position)],
  stops,
  vehicles: Array.from({ length: vehicles }, (_, index) => ({
    vehicleId: `v${index}`,
    driverId: `d${index}`,
    capacity: [1_000],
    shift: { fromMs: at('10:00'), toMs: at('22:00') },
  })),
  nowMs: at('10:00'),
  iterations: 1_000,
  seed: 'w1',
});

/** Promises of 25 minutes, one after the other through the rush. */
const rushHours = (seed = 'rush'): WaveProblem =>
  problemOf(
    stopsOf(20, seed, (index) => ({
      fromMs: at('16:00') + index * 6 * MINUTE_MS,
      toMs: at('16:25') + index * 6 * MINUTE_MS,
    })),
    8,
  );

const flight = (from: Position, to: Position): number => haversineMeters(from, to) / 8;
const factorAt = (ms: number, slowness: number): number => (ms >= RUSH.fromMs && ms < RUSH.toMs ? slowness : 1);

const service =
  (slowness: number) =>
  async (request: RoadBlock): Promise<BlockAnswer> => {
    asked.push(request);
    const factor = factorAt(Date.parse(request.departAt), slowness);
    const ways = request.origins.flatMap((from) => request.destinations.map((to) => flight(from, to)));
    return { seconds: Float64Array.from(ways, (way) => way * factor), meters: Float64Array.from(ways) };
  };

const buy = (
  problem: WaveProblem,
  block: (request: RoadBlock) => Promise<BlockAnswer>,
  policy: Partial<MatrixPolicy> = {},
  solve: (given: RoutingProblem) => RoutingPlan = solveRoutes,
) =>
  buyPlan(problem, SLOT, { ...DEFAULT_MATRIX_POLICY, ...policy }, async (given) => solve(given), {
    documents: tables.client,
    planningTable: 'planning',
    block,
    now: () => new Date(problem.nowMs),
    wait: async () => undefined,
    onFailure: ({ error }) => failures.push(String(error)),
    onCacheFailure: (what) => failures.push(what),
  });

/** A day without slots, on tables of its own. */
const oneSlot = async (problem: WaveProblem, block: (request: RoadBlock) => Promise<BlockAnswer>) => {
  const result = await buy(problem, block, { slotPairs: 0 });
  tables = new DocumentTables({ planning: ['pk', 'sk'] });
  asked = [];
  return result;
};

/** Drives a plan second by second on the true roads; @returns stops at which the promise is missed. */
function missedPromises({ routes }: RoutingPlan, { stops }: WaveProblem, slowness: number): string[] {
  const stopOf = new Map(stops.map((stop) => [stop.stopId, stop]));
  return routes.flatMap((route) => {
    let [here, ms] = [DEPOT, route.departMs];
    return route.stops.flatMap(({ stopId }) => {
      const { position, window, serviceSeconds } = stopOf.get(stopId)!;
      for (let left = flight(here, position); left > 0; ) {
        const step = Math.min(1, left * factorAt(ms, slowness));
        left -= step / factorAt(ms, slowness);
        ms += step * 1000;
      }
      here = position;
      const start = Math.max(ms, window.fromMs);
      ms = start + serviceSeconds * 1000;
      // The driving above is exact to a second or two.
      return start > window.toMs + 2_000 ? [stopId] : [];
    });
  });
}

const askedElsewhen = (): RoadBlock[] => asked.filter(({ departAt }) => Date.parse(departAt) !== SLOT.departMs);
const pairsIn = (blocks: readonly RoadBlock[]): number =>
  blocks.reduce((sum, { origins, destinations }) => sum + origins.length * destinations.length, 0);

describe('a plan through several slots of the week', () => {
  test('keeps promises in the rush that the plan of one slot misses', async () => {
    const problem = rushHours();
    const plain = await oneSlot(problem, service(1.6));
    expect(plain.plan.unassigned).toEqual([]);
    expect(missedPromises(plain.plan, problem, 1.6).length).toBeGreaterThan(2);

    const { plan, matrix, report } = await buy(problem, service(1.6));
    expect(plan.unassigned).toEqual([]);
    expect(missedPromises(plan, problem, 1.6)).toEqual([]);
    expect(checkPlan({ ...problem, matrix }, plan)).toEqual([]);
    expect(report.slots.find(({ slot }) => slot === 'evening')).toMatchObject({ isPlanned: true });
    expect(report.slots.find(({ slot }) => slot === 'evening')?.ratio).toBeCloseTo(1.6, 9);
    // The rush ends: after it the ways are the wave's own again.
    expect(matrix.slots?.map(({ fromMs }) => fromMs)).toEqual([RUSH.fromMs, RUSH.toMs]);
    expect(matrix.slots?.[1]?.durationsSeconds).toBe(matrix.durationsSeconds);
    expect(failures).toEqual([]);
  });

  test('says how long the way home takes then', async () => {
    const problem = rushHours();
    const { plan, matrix } = await buy(problem, service(1.6));
    for (const route of plan.routes) {
      const last = route.stops.at(-1)!;
      const row = problem.stops.findIndex(({ stopId }) => stopId === last.stopId) + 1;
      const { seconds, meters } = homeLeg(matrix, row, route);
      expect(last.departureMs + seconds * 1000).toBe(route.returnMs);
      expect(meters).toBeCloseTo(flight(problem.positions[row]!, DEPOT), 6);
    }
  });

  test('is the very plan of one slot where the time of the day makes no difference', async () => {
    const problem = rushHours();
    const plain = await oneSlot(problem, service(1));
    const { plan, matrix, report } = await buy(problem, service(1));
    expect(plan).toEqual(plain.plan);
    expect(matrix).toEqual(plain.matrix);
    expect(matrix.slots).toBeUndefined();
    expect(report.slots).toEqual([expect.objectContaining({ slot: 'evening', ratio: 1, isPlanned: false })]);
    expect(report.askedPairs).toBe(plain.report.askedPairs + pairsIn(askedElsewhen()));
    expect(report.askedDollars).toBeCloseTo(report.askedPairs * 0.0005, 9);
    expect({ ...report, slots: [], ...costOf(plain.report) }).toEqual(plain.report);
  });

  test('takes for its own a slot that is hardly slower', async () => {
    const problem = rushHours();
    const plain = await oneSlot(problem, service(1.02));
    const { plan, report } = await buy(problem, service(1.02));
    expect(plan).toEqual(plain.plan);
    expect(report.slots[0]?.ratio).toBeCloseTo(1.02, 9);
    expect(report.slots[0]?.isPlanned).toBe(false);
  });

  test('stands where nobody answers for the other slot', async () => {
    const problem = rushHours();
    const plain = await oneSlot(problem, service(1.6));
    const { plan, matrix, report } = await buy(problem, async (request) => {
      if (Date.parse(request.departAt) !== SLOT.departMs) throw new Error('down');
      return service(1.6)(request);
    });
    expect(plan).toEqual(plain.plan);
    expect(matrix).toEqual(plain.matrix);
    expect(report.slots).toEqual([expect.objectContaining({ ways: 0, ratio: null, isPlanned: false })]);
    expect(report.failedRequests).toBe(failures.length);
    expect(failures.length).toBeGreaterThan(0);
  });

  test('asks few ways, which it knows, at a time of the slot, and no more than are left to buy', async () => {
    const problem = problemOf(
      stopsOf(60, 'many', (index) =>
        index % 2 === 0 ? { fromMs: at('12:00'), toMs: at('16:00') } : { fromMs: at('16:30'), toMs: at('18:30') },
      ),
      4,
    );
    const { report } = await buy(problem, service(1.3));
    const others = askedElsewhen();
    expect(report.slots.map(({ slot }) => slot)).toContain('evening');
    expect(pairsIn(others)).toBe(report.slots.length * DEFAULT_MATRIX_POLICY.slotPairs);
    const known = new Set(
      asked
        .filter(({ departAt }) => Date.parse(departAt) === SLOT.departMs)
        .flatMap(({ origins, destinations }) => origins.flatMap((from) => destinations.map((to) => `${from}>${to}`))),
    );
    for (const { origins, destinations } of others) {
      for (const from of origins) for (const to of destinations) expect(known).toContain(`${from}>${to}`);
    }
    for (const { slot, departAt } of report.slots) {
      const ms = Date.parse(departAt);
      expect(stretchesOf({ fromMs: ms, toMs: ms }, DEPOT).map(({ name }) => name)).toEqual([slot]);
    }

    tables = new DocumentTables({ planning: ['pk', 'sk'] });
    asked = [];
    const poor = await buy(problem, service(1.3), { pairsPerPlace: 8 });
    expect(pairsIn(asked)).toBeLessThanOrEqual(8 * poor.report.places);
  });

  test('knows every slot that its last plan passes through', async () => {
    // Slow from the beginning, the vehicle comes into hours that the plan of one slot does not see.
    const problem = problemOf(
      stopsOf(24, 'late', () => ({ fromMs: at('16:00'), toMs: at('21:30') })),
      1,
    );
    const plain = await oneSlot(problem, service(2.5));
    const passes = ({ routes }: RoutingPlan): string[] =>
      stretchesOf({ fromMs: routes[0]!.departMs, toMs: routes[0]!.returnMs }, DEPOT).map(({ name }) => name);
    const { plan, report, matrix } = await buy(problem, service(2.5));
    expect(passes(plain.plan)).not.toContain('night');
    expect(passes(plan)).toContain('night');
    const told = ['midday', ...report.slots.map(({ slot }) => slot)];
    for (const name of passes(plan)) expect(told).toContain(name);
    expect(new Set(told).size).toBe(told.length);
    expect(checkPlan({ ...problem, matrix }, plan)).toEqual([]);
  });

  test('is searched shortly, from the plan, or from the routes that drivers have where changes have a price', async () => {
    const problem = { ...rushHours(), iterations: 2_000 };
    const given: RoutingProblem[] = [];
    const solve = (each: RoutingProblem): RoutingPlan => {
      given.push(each);
      return solveRoutes({ ...each, iterations: 50 });
    };
    await buy(problem, service(1.6), {}, solve);
    const last = given.at(-1)!;
    expect(last.matrix.slots).toBeDefined();
    expect(last.iterations).toBe(1_500);
    const before = solveRoutes({ ...given.at(-2)!, iterations: 50 });
    expect(last.previous?.routes.map(({ stopIds }) => stopIds)).toEqual(
      before.routes.map(({ stops }) => stops.map(({ stopId }) => stopId)),
    );

    const previous = { routes: [{ vehicleId: 'v0', stopIds: ['s0', 's10'] }] };
    const objective = { kind: 'weighted', perSecond: 1, perChange: 600 } as const;
    given.length = 0;
    await buy({ ...problem, previous, objective }, service(1.6), {}, solve);
    expect(given.at(-1)?.matrix.slots).toBeDefined();
    expect(given.at(-1)?.previous).toBe(previous);
    // So do all plans on the way.
    expect(given.map((each) => each.previous === previous)).toEqual(given.map(() => true));
  });
});

function costOf({
  askedPairs,
  usefulPairs,
  askedDollars,
  requests,
  priceShare,
}: Awaited<ReturnType<typeof buy>>['report']) {
  return { askedPairs, usefulPairs, askedDollars, requests, priceShare };
}
