/**
 * Proves what the sparing matrix costs and what it loses: each depot-day is planned on the whole matrix and on one that is
 * bought, with the same effort, over several seeds of the solver: on the region's own roads, and in towns whose roads are
 * not kind to estimates. Both plans are priced on the whole true matrix. Ends with 1 when an aim is missed.
 *
 *   npm run prove:matrix -- --orders F --fleet F [--towns mapless,bridges,one-ways,rush,osm] [--days cold,warm]
 *     [--seeds 3] [--iterations N] [--policy JSON]
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { type Position, parseFleet, type RoutingPlan, solveRoutes, type TravelMatrix } from '../../domain/index.ts';
import { buyPlan } from '../../functions/plan-routes/matrix/buy-plan.ts';
import { DEFAULT_MATRIX_POLICY, type MatrixPolicy } from '../../functions/plan-routes/matrix/matrix-policy.ts';
import type { MatrixReport } from '../../functions/plan-routes/matrix/matrix-report.ts';
import { placesOf } from '../../functions/plan-routes/matrix/places.ts';
import type { WaveProblem } from '../../functions/plan-routes/plan-wave.ts';
import { DocumentTables } from '../../functions/platform/testing/document-tables.ts';
import { readOrderLines } from '../../operations/index.ts';
import { type TownDay, townDays } from './town-days.ts';
import { GRID_TOWNS, type GridTown, gridWays, maplessWays, streetWays, type Ways } from './towns.ts';

const PRICE_SHARE_AIM = 0.15;
const PLAN_AIM = 0.01;

const { values } = parseArgs({
  options: {
    orders: { type: 'string' },
    fleet: { type: 'string' },
    days: { type: 'string', default: 'cold,warm' },
    towns: { type: 'string', default: 'mapless,bridges,one-ways,rush,osm' },
    seeds: { type: 'string', default: '3' },
    iterations: { type: 'string' },
    policy: { type: 'string', default: '{}' },
  },
});
if (values.orders === undefined || values.fleet === undefined) throw new Error('Give --orders and --fleet.');
const policy: MatrixPolicy = { ...DEFAULT_MATRIX_POLICY, ...(JSON.parse(values.policy) as Partial<MatrixPolicy>) };
const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => `${index + 1}`);

/** One day of one depot in one town, over all seeds. */
interface Proof {
  readonly depotId: string;
  readonly day: 'cold' | 'warm';
  readonly reports: readonly MatrixReport[];
  /** By seed: driven seconds, on the whole true matrix. */
  readonly whole: readonly number[];
  readonly bought: readonly number[];
  readonly leftOut: { readonly whole: number; readonly bought: number };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
const mean = (numbers: readonly number[]): number => sum(numbers) / numbers.length;
const percent = (share: number, digits = 2): string => `${share >= 0 ? '+' : ''}${(share * 100).toFixed(digits)} %`;

function wholeMatrix(positions: readonly Position[], ways: Ways): TravelMatrix {
  const { placeOf, positions: places } = placesOf(positions);
  const rows = [...placeOf].map((place) => places[place] as Position);
  const { seconds, meters } = ways({ origins: rows, destinations: rows });
  return { size: rows.length, durationsSeconds: seconds, distancesMeters: meters };
}

function drivenSeconds({ routes }: RoutingPlan, { stops }: WaveProblem, truth: TravelMatrix): number {
  const rows = new Map(stops.map(({ stopId }, index) => [stopId, index + 1]));
  return sum(
    routes.flatMap((route) => {
      const visits = [0, ...route.stops.map(({ stopId }) => rows.get(stopId) as number), 0];
      return visits.slice(1).map((to, index) => {
        return truth.durationsSeconds[(visits[index] as number) * truth.size + to] as number;
      });
    }),
  );
}

/** As many iterations as the plans on the bought matrix have together at most. */
const wholeEffort = (iterations: number): number => policy.rounds * policy.roundIterations + 3 * iterations;

async function buyOn(ways: Ways, problem: WaveProblem, tables: DocumentTables) {
  let nowMs = problem.nowMs;
  return buyPlan(problem, { name: 'midday', departMs: problem.nowMs }, policy, async (given) => solveRoutes(given), {
    documents: tables.client,
    planningTable: 'planning',
    block: async (request) => ways(request),
    now: () => new Date(nowMs),
    // Those who wait at the same time wait together.
    wait: async (ms) => {
      const dueMs = nowMs + ms;
      await Promise.resolve();
      nowMs = Math.max(nowMs, dueMs);
    },
    // The report counts them: time may run out as it does with the service.
    onFailure: () => undefined,
    onCacheFailure: (_, error) => {
      throw error;
    },
  });
}

async function proveDay({ depotId, first, second }: TownDay, ways: Ways): Promise<Proof[]> {
  const proofs: Proof[] = [];
  const caches = seeds.map(() => new DocumentTables({ planning: ['pk', 'sk'] }));
  for (const [day, problem] of [
    ['cold', first],
    ['warm', second],
  ] as const) {
    if (!values.days.includes(day)) continue;
    const truth = wholeMatrix(problem.positions, ways);
    const reports: MatrixReport[] = [];
    const [whole, bought]: [number[], number[]] = [[], []];
    const leftOut = { whole: 0, bought: 0 };
    for (const [index, seed] of seeds.entries()) {
      const seeded = { ...problem, seed: `${problem.seed}/${seed}` };
      const reference = solveRoutes({ ...seeded, matrix: truth, iterations: wholeEffort(seeded.iterations) });
      const { plan, report } = await buyOn(ways, seeded, caches[index] as DocumentTables);
      whole.push(drivenSeconds(reference, problem, truth));
      bought.push(drivenSeconds(plan, problem, truth));
      leftOut.whole += reference.unassigned.length;
      leftOut.bought += plan.unassigned.length;
      reports.push(report);
    }
    proofs.push({ depotId, day, reports, whole, bought, leftOut });
  }
  return proofs;
}

const priceShare = (reports: readonly MatrixReport[]): number =>
  sum(reports.map(({ askedDollars, cacheDollars }) => askedDollars + cacheDollars)) /
  sum(reports.map(({ fullDollars }) => fullDollars));

/** What another seed alone changes: the standard deviation of the whole plan over the seeds, of its mean. */
function seedSpread(costs: readonly number[]): number {
  const middle = mean(costs);
  return Math.sqrt(sum(costs.map((cost) => (cost - middle) ** 2)) / Math.max(1, costs.length - 1)) / middle;
}

const bySeed = (proofs: readonly Proof[], costsOf: (proof: Proof) => readonly number[]): number[] =>
  seeds.map((_, seed) => sum(proofs.map((proof) => costsOf(proof)[seed] as number)));

const row = (name: string, proofs: readonly Proof[]): string[] => {
  const reports = proofs.flatMap((proof) => proof.reports);
  const [whole, bought] = [bySeed(proofs, (proof) => proof.whole), bySeed(proofs, (proof) => proof.bought)];
  const perSeed = (count: (report: MatrixReport) => number) => (sum(reports.map(count)) / seeds.length).toFixed(0);
  const leftOut = (kind: 'whole' | 'bought') => sum(proofs.map((proof) => proof.leftOut[kind]));
  return [
    name,
    perSeed(({ fullPairs }) => fullPairs),
    perSeed(({ askedPairs }) => askedPairs),
    percent(priceShare(reports)).slice(1),
    `${perSeed(({ requests }) => requests)}/${perSeed(({ failedRequests }) => failedRequests)}`,
    perSeed(({ estimatedLegs }) => estimatedLegs),
    mean(whole).toFixed(0),
    percent(sum(bought) / sum(whole) - 1),
    percent(seedSpread(whole)).slice(1),
    `${leftOut('whole')}/${leftOut('bought')}`,
  ];
};

const HEAD = [
  'depot-day',
  'pairs',
  'asked',
  'price',
  'requests/failed',
  'est. legs',
  'whole plan s',
  'bought',
  'seeds',
  'left out',
];

const parsed = parseFleet(readFileSync(values.fleet, 'utf8'));
if (!parsed.ok) throw new Error(`${values.fleet} is refused: ${JSON.stringify(parsed.refusals)}`);
const orders = readOrderLines(readFileSync(values.orders, 'utf8')).flatMap(({ parsed: line }) =>
  line.ok ? [line.order] : [],
);
const days = townDays(parsed.fleet, orders, values.iterations === undefined ? undefined : Number(values.iterations));
const placesOfDay = ({ first, second }: TownDay): Position[] => [...first.positions, ...second.positions];
/** Of a town that is one for all depots. */
async function waysAnywhere(name: string): Promise<Ways> {
  if (name === 'mapless') return maplessWays;
  if (name === 'osm') return streetWays(days.map(placesOfDay));
  throw new Error(`--towns has ${name}: name some of mapless, ${GRID_TOWNS.map((town) => town.name).join(', ')}, osm.`);
}

const beganAt = performance.now();
const missed: string[] = [];

for (const name of values.towns.split(',')) {
  const grid = GRID_TOWNS.find((town) => town.name === name);
  const anywhere = grid === undefined ? await waysAnywhere(name) : undefined;
  const proofs: Proof[] = [];
  for (const [index, day] of days.entries()) {
    const ways = anywhere ?? gridWays(grid as GridTown, `s${day.depotId}`, placesOfDay(day));
    proofs.push(...(await proveDay(day, ways)));
    const seconds = ((performance.now() - beganAt) / 1000).toFixed(0);
    process.stderr.write(`${name}: ${index + 1} of ${days.length} depots, ${seconds} s\n`);
  }
  const table = new Table({ head: HEAD, style: { head: [], border: [], compact: true } });
  for (const kind of ['cold', 'warm'] as const) {
    if (!values.days.includes(kind)) continue;
    const some = proofs.filter(({ day }) => day === kind);
    for (const proof of some) table.push(row(`${proof.depotId} ${kind}`, [proof]));
    const total = row(`all, ${kind}`, some);
    table.push(total);
    const share = priceShare(some.flatMap(({ reports }) => reports));
    const gap = sum(some.flatMap(({ bought }) => bought)) / sum(some.flatMap(({ whole }) => whole)) - 1;
    if (share > PRICE_SHARE_AIM) missed.push(`${name}, ${kind}: the price is ${percent(share).slice(1)} of the whole`);
    if (gap > PLAN_AIM) missed.push(`${name}, ${kind}: the plan is ${percent(gap)} dearer`);
  }
  process.stdout.write(`${name}, ${seeds.length} seeds\n${table.toString()}\n\n`);
}
const aims = `price <= ${PRICE_SHARE_AIM * 100} %, plan <= ${percent(PLAN_AIM, 0)}`;
process.stdout.write(missed.length === 0 ? `Aims hold (${aims}).\n` : `Aims missed (${aims}):\n${missed.join('\n')}\n`);
if (missed.length > 0) process.exitCode = 1;
