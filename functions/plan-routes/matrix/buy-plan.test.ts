import { beforeEach, describe, expect, test } from '@jest/globals';
import { createPrng, haversineMeters, type Position, type RoutingProblem, solveRoutes } from '../../../domain/index.ts';
import { DocumentTables } from '../../platform/testing/document-tables.ts';
import type { WaveProblem } from '../plan-wave.ts';
import type { BlockAnswer, RoadBlock } from '../road-network.ts';
import { BOUNDED_LIMITS } from './blocks.ts';
import { buyPlan } from './buy-plan.ts';
import { DEFAULT_MATRIX_POLICY, type MatrixPolicy } from './matrix-policy.ts';
import { rateLimit } from './rate-limit.ts';

const DAY = Date.parse('2026-03-02T08:00:00Z');
const SLOT = { name: 'midday', departMs: DAY };

let tables: DocumentTables;
let nowMs: number;
let asked: RoadBlock[];
let departures: number[];
let failures: string[];

beforeEach(() => {
  tables = new DocumentTables({ planning: ['pk', 'sk'] });
  nowMs = DAY;
  asked = [];
  departures = [];
  failures = [];
});

const scattered = (count: number, seed: string): Position[] => {
  const prng = createPrng(seed);
  return Array.from({ length: count }, () => [8 + prng.next() / 10, 47 + prng.next() / 10]);
};

const problemOf = (positions: readonly Position[]): WaveProblem => ({
  depot: [8, 47],
  positions: [[8, 47], ...positions],
  stops: positions.map((position, index) => ({
    stopId: `s${index}`,
    orderIds: [`o${index}`],
    position,
    serviceSeconds: 60,
    window: { fromMs: DAY, toMs: DAY + 36_000_000 },
    load: [1],
    priority: 0,
  })),
  vehicles: [{ vehicleId: 'v1', driverId: 'd1', capacity: [1_000], shift: { fromMs: DAY, toMs: DAY + 90_000_000 } }],
  nowMs: DAY,
  iterations: 300,
  seed: 'w1',
});

/** A service that counts, refuses what the real one refuses, and takes its time. */
const service =
  (secondsOf: (from: Position, to: Position) => number = crowFlight) =>
  async (request: RoadBlock): Promise<BlockAnswer> => {
    const { origins, destinations } = request;
    if (origins.length > BOUNDED_LIMITS.origins || destinations.length > BOUNDED_LIMITS.destinations) {
      throw new Error(`ValidationException: ${origins.length} x ${destinations.length}`);
    }
    asked.push(request);
    departures.push(nowMs);
    const ways = origins.flatMap((from) => destinations.map((to) => secondsOf(from, to)));
    return { seconds: Float64Array.from(ways), meters: Float64Array.from(ways, (seconds) => seconds * 10) };
  };
const crowFlight = (from: Position, to: Position): number => haversineMeters(from, to) / 8;

const buy = (
  positions: readonly Position[],
  block: (request: RoadBlock) => Promise<BlockAnswer>,
  policy: Partial<MatrixPolicy> = {},
  rest: object = {},
) =>
  buyPlan(
    problemOf(positions),
    SLOT,
    { ...DEFAULT_MATRIX_POLICY, ...policy },
    async (problem: RoutingProblem) => solveRoutes(problem),
    {
      documents: tables.client,
      planningTable: 'planning',
      block,
      now: () => new Date(nowMs),
      wait: async (ms) => {
        nowMs += ms;
      },
      onFailure: ({ error }) => failures.push(String(error)),
      onCacheFailure: (what) => failures.push(what),
      ...rest,
    },
  );

const idOf = (position: Position): string => position.join();
const askedPairs = (): string[] =>
  asked.flatMap(({ origins, destinations }) =>
    origins.flatMap((from) => destinations.map((to) => `${idOf(from)}>${idOf(to)}`)),
  );

describe('a matrix that is bought', () => {
  test('is a part of the whole, and the plan drives ways that are known', async () => {
    const { report, plan, matrix } = await buy(scattered(120, 'a'), service());
    expect(report.estimatedLegs).toBe(0);
    expect(report.askedPairs).toBe(askedPairs().length);
    expect(report.priceShare).toBeLessThan(0.25);
    expect(report.askedDollars).toBeCloseTo(report.askedPairs * 0.0005, 9);
    expect(plan.unassigned).toEqual([]);
    expect(matrix.durationsSeconds.every((seconds) => seconds >= 0 && seconds < Number.POSITIVE_INFINITY)).toBe(true);
    expect(failures).toEqual([]);
  });

  test('of a few places is whole after their neighbours are asked, and planned once', async () => {
    const { report } = await buy(scattered(6, 'few'), service());
    expect(report).toMatchObject({ rounds: 0, estimatedLegs: 0, askedPairs: report.fullPairs });
  });

  test('asks for a leg that a plan wants, however far the estimate thinks it is', async () => {
    const { report, plan } = await buy(scattered(60, 'b'), service(), { neighbours: 1, pairsPerPlace: 60 });
    expect(report.rounds).toBeGreaterThan(0);
    const asks = new Set(askedPairs());
    const rounded = ([longitude, latitude]: Position): string =>
      idOf([Math.round(longitude * 1e4) / 1e4, Math.round(latitude * 1e4) / 1e4]);
    const positions = new Map(problemOf(scattered(60, 'b')).stops.map(({ stopId, position }) => [stopId, position]));
    const stops = plan.routes[0]!.stops.map(({ stopId }) => rounded(positions.get(stopId)!));
    for (const [index, to] of stops.entries()) if (index > 0) expect(asks).toContain(`${stops[index - 1]}>${to}`);
    expect(report.estimatedLegs).toBe(0);
  });

  test('asks on the second day for new rows and columns, and for a few more ways that plans try', async () => {
    const yesterday = scattered(80, 'c');
    await buy(yesterday, service());
    const known = new Set(askedPairs());
    asked = [];
    const same = await buy(yesterday, service());
    // What is known ranks a few neighbours anew; nothing that was paid for is asked again.
    expect(same.report.askedPairs).toBeLessThan(known.size / 20);
    expect(same.report.estimatedLegs).toBe(0);
    asked = [];
    const fresh: Position = [8.0555, 47.0555];
    const { report } = await buy([...yesterday, fresh], service());
    expect(report.cachedPairs).toBeGreaterThan(0);
    const withoutFresh = asked.filter(
      ({ origins, destinations }) => ![...origins, ...destinations].some((position) => idOf(position) === idOf(fresh)),
    );
    expect(report.askedPairs).toBeLessThan(known.size / 4);
    expect(withoutFresh.flatMap(({ origins }) => origins).length).toBeLessThan(known.size / 8);
  });

  test('keeps to the rate of the service and to what may be spent', async () => {
    const { report } = await buy(scattered(150, 'd'), service(), { requestsPerSecond: 2, pairsPerPlace: 12 });
    expect(report.askedPairs).toBeLessThanOrEqual(12 * report.places);
    for (const [index, at] of departures.entries()) {
      expect(departures.filter((other, n) => n >= index && other < at + 1_000).length).toBeLessThanOrEqual(4);
    }
    expect(departures.at(-1)! - departures[0]!).toBeGreaterThan((departures.length - 4) * 500);
  });

  test('is estimated where the service fails, answers in part, or says that there is no way', async () => {
    let count = 0;
    const moody = async (request: RoadBlock): Promise<BlockAnswer> => {
      count += 1;
      if (count % 3 === 0) throw new Error('down');
      const answer = await service()(request);
      return { ...answer, seconds: answer.seconds.map((seconds, index) => (index % 4 === 0 ? Number.NaN : seconds)) };
    };
    const { report, plan } = await buy(scattered(60, 'e'), moody);
    expect(report.failedRequests).toBeGreaterThan(0);
    expect(plan.unassigned).toEqual([]);

    const island: Position = [8.05, 47.05];
    const sea = service((from, to) =>
      idOf(from) === idOf(island) || idOf(to) === idOf(island) ? Number.POSITIVE_INFINITY : crowFlight(from, to),
    );
    const cut = await buy([...scattered(40, 'f'), island], sea, { neighbours: 40, pairsPerPlace: 100 });
    expect(cut.plan.unassigned.map(({ stopId }) => stopId)).toEqual(['s40']);
  });

  test('is planned on estimates alone when nobody answers, late or never', async () => {
    const never = await buy(scattered(40, 'g'), async () => Promise.reject(new Error('down')));
    expect(never.report).toMatchObject({ askedPairs: 0, requests: 0 });
    expect(never.plan.unassigned).toEqual([]);
    const late = await buy(
      scattered(40, 'h'),
      async (request) => {
        nowMs += 60_000;
        return service()(request);
      },
      { timeLimitMs: 120_000 },
    );
    expect(late.report.requests).toBeLessThanOrEqual(4);
    expect(late.plan.unassigned).toEqual([]);
    const signal = AbortSignal.abort(new Error('stopped'));
    const stopped = await buy(scattered(40, 'i'), service(), {}, { signal });
    expect(stopped.report.requests).toBe(0);
    expect(stopped.plan.unassigned).toEqual([]);
  });

  test('is the same whatever the order in which answers come', async () => {
    const first = await buy(scattered(60, 'j'), service());
    tables = new DocumentTables({ planning: ['pk', 'sk'] });
    let turn = 0;
    const shuffled = async (request: RoadBlock): Promise<BlockAnswer> => {
      turn += 1;
      for (let late = (turn * 7) % 5; late > 0; late -= 1) await Promise.resolve();
      return service()(request);
    };
    expect(await buy(scattered(60, 'j'), shuffled)).toEqual(first);
  });

  test('takes places of one cell as one row, and none for a wave without stops', async () => {
    const { report, matrix } = await buy(
      Array.from({ length: 30 }, () => [8.05, 47.05] as const),
      service(),
      { slotPairs: 0 },
    );
    expect([report.places, report.askedPairs]).toEqual([2, 2]);
    expect(matrix.durationsSeconds[1 * 31 + 2]).toBe(0);
    expect((await buy([], service())).report).toMatchObject({ askedPairs: 0, fullPairs: 1 });
  });
});

describe('the rate limit', () => {
  test('lets a second’s worth go at once after a pause, and then one at a time', async () => {
    const waits: number[] = [];
    const turn = rateLimit(4, { now: () => new Date(nowMs), wait: async (ms) => void waits.push(ms) });
    for (let count = 0; count < 6; count += 1) await turn();
    expect(waits).toEqual([250, 500]);
  });
});
