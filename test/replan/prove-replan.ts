/**
 * Proves that a re-plan changes little: orders that come in while the day is under way are re-planned into it, by the code
 * that the planner runs, and what the drivers had is compared with what they get. Ends with 1 when an aim is missed.
 *
 *   npm run prove:replan -- --orders F --fleet F [--late 20] [--amended 0] [--seed 1] [--seeds 2] [--depot ID]
 *     [--moments before,10,40,70]
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { createPrng, msOf, type Order, parseFleet } from '../../domain/index.ts';
import { readOrderLines } from '../../operations/index.ts';
import { depotWave } from '../matrix/town-days.ts';
import { type LateOrders, proveReplan, type ReplanProof } from './replan-proof.ts';
import { momentOf, type PlannedDay, planDay } from './running-day.ts';

const CHANGED_AIM = 0.1;
/** Of the moment `before`: routes are accepted and not being loaded yet. */
const BEFORE_MS = 30 * 60_000;

const { values } = parseArgs({
  options: {
    orders: { type: 'string' },
    fleet: { type: 'string' },
    late: { type: 'string', default: '20' },
    amended: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '2' },
    depot: { type: 'string' },
    moments: { type: 'string', default: 'before,10,40,70' },
  },
});
if (values.orders === undefined || values.fleet === undefined) throw new Error('Give --orders and --fleet.');
const wholeNumber = (name: 'late' | 'amended' | 'seed' | 'seeds', least = 1): number => {
  if (/^\d+$/.test(values[name]) && Number(values[name]) >= least) return Number(values[name]);
  throw new Error(`--${name} is ${values[name]}: give a whole number of ${least} or more.`);
};
const lateCount = wholeNumber('late');
const amended = wholeNumber('amended', 0);
const firstSeed = wholeNumber('seed');
const seeds = Array.from({ length: wholeNumber('seeds') }, (_, index) => `${firstSeed + index}`);
const moments = values.moments.split(',').map((text) => {
  if (text === 'before' || /^[1-9]?\d$/.test(text)) return text;
  throw new Error(`--moments has ${text}: name some of before and the percent of stops that are done, 0 to 99.`);
});

const DEFINITION = `
The remaining sequence is every pair of stops of a route of which one follows the other, without the stops that are done
or frozen (driven to, or reached within five minutes). A pair is changed when, of the stops that the driver had, another
one follows the first, or it is on another route: a new stop between two old ones changes no pair. "driven" counts those
too: legs to an old stop that now begin elsewhere.
before: half an hour before the first departure; 40 %: when so many of the day's planned stops are done.
Late orders join a route that has not left, get a route of a vehicle that is free, or wait for the next trip of a vehicle
under way, since what is not aboard has to be fetched: they stay pending, and the plan says which vehicle could be there
when. The vehicle's route is closed and its next trip planned as a wave when it is back.
With --amended orders on the road are promised anew, to be there in half the time that the plan takes.`;

interface Proven extends ReplanProof {
  readonly depotId: string;
  readonly moment: string;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
const percent = (part: number, whole: number): string => `${((whole === 0 ? 0 : part / whole) * 100).toFixed(1)} %`;

/** @returns the orders of the depot in an order that the seed decides; the first are the late ones */
function mixed(orders: readonly Order[], seed: string): Order[] {
  const prng = createPrng(seed);
  return orders
    .map((order) => ({ order, key: prng.next() }))
    .sort((one, other) => one.key - other.key)
    .map(({ order }) => order);
}

function nowOf(day: PlannedDay, moment: string): number | undefined {
  if (moment !== 'before') return momentOf(day, Number(moment) / 100);
  const departures = day.routes.map(({ plannedDepartureAt }) => msOf(plannedDepartureAt));
  return departures.length === 0 ? undefined : Math.min(...departures) - BEFORE_MS;
}

async function proveDepot(depotId: string, seed: string): Promise<Proven[]> {
  const own = mixed(
    orders.filter((order) => order.depotId === depotId),
    `${depotId}/${seed}`,
  );
  const wave = depotWave(fleet, depotId, `${depotId}/${seed}`, own);
  if (wave === undefined || own.length <= lateCount) return [];
  const isLate = new Set(own.slice(0, lateCount).map(({ orderId }) => orderId));
  const late = wave.requests.filter(({ orderId }) => isLate.has(orderId));
  const day = planDay({ ...wave, requests: wave.requests.filter(({ orderId }) => !isLate.has(orderId)) });
  const proven: Proven[] = [];
  for (const moment of moments) {
    const nowMs = nowOf(day, moment);
    if (nowMs === undefined) continue;
    const proof = await proveReplan(day, { late, amended }, nowMs, `${wave.waveId}/${moment}`);
    proven.push({ depotId, moment, ...proof });
  }
  return proven;
}

const HEAD = [
  'depot-day',
  'moment',
  'stops left',
  'pairs',
  'changed',
  'share',
  'driven',
  'late',
  'join/free/next',
  'in time',
  'no place',
  'on routes',
  'in time then/now',
  'extra s',
  're-plan s',
];

const placeless = (fates: readonly LateOrders[]): string => {
  const counts = new Map<string, number>();
  for (const { notPlaced } of fates) {
    for (const [constraint, count] of notPlaced) counts.set(constraint, (counts.get(constraint) ?? 0) + count);
  }
  return [...counts].map(([constraint, count]) => `${count} ${constraint}`).join(', ') || '0';
};

function row(name: string, moment: string, some: readonly Proven[]): string[] {
  const total = (count: (proof: Proven) => number): number => sum(some.map(count));
  const lateOf = (count: (late: LateOrders) => number): number => total(({ late }) => count(late));
  const pairs = total(({ legs }) => legs);
  const changed = total(({ changedLegs }) => changedLegs);
  return [
    name,
    moment === 'before' || moment === '' ? moment : `${moment} %`,
    `${total(({ freeStops }) => freeStops)}`,
    `${pairs}`,
    `${changed}`,
    percent(changed, pairs),
    percent(
      total(({ changedDrivenLegs }) => changedDrivenLegs),
      total(({ drivenLegs }) => drivenLegs),
    ),
    `${lateOf((late) => late.orders)}`,
    `${lateOf((late) => late.joined)}/${lateOf((late) => late.ownRoute)}/${lateOf((late) => late.nextTrip)}`,
    `${lateOf((late) => late.inTime)}`,
    placeless(some.map(({ late }) => late)),
    `${total(({ onRoutes }) => onRoutes)}`,
    `${total(({ keptBefore }) => keptBefore)}/${total(({ keptAfter }) => keptAfter)}`,
    total(({ extraSeconds }) => extraSeconds).toFixed(0),
    (total(({ replanMs }) => replanMs) / 1000 / Math.max(1, some.length)).toFixed(1),
  ];
}

const parsed = parseFleet(readFileSync(values.fleet, 'utf8'));
if (!parsed.ok) throw new Error(`${values.fleet} is refused: ${JSON.stringify(parsed.refusals)}`);
const { fleet } = parsed;
const orders = readOrderLines(readFileSync(values.orders, 'utf8')).flatMap(({ parsed: line }) =>
  line.ok ? [line.order] : [],
);
const depotIds = fleet.depots
  .map(({ depotId }) => depotId)
  .filter((depotId) => values.depot === undefined || depotId === values.depot);
if (depotIds.length === 0) throw new Error(`--depot is ${values.depot}, which ${values.fleet} has not.`);

const beganAt = performance.now();
const proofs: Proven[] = [];
for (const [index, depotId] of depotIds.entries()) {
  for (const seed of seeds) proofs.push(...(await proveDepot(depotId, seed)));
  const seconds = ((performance.now() - beganAt) / 1000).toFixed(0);
  process.stderr.write(`${index + 1} of ${depotIds.length} depots, ${seconds} s\n`);
}
if (proofs.length === 0)
  throw new Error(`no depot has more than ${lateCount} orders and a vehicle: give a lower --late.`);

const table = new Table({ head: HEAD, style: { head: [], border: [], compact: true } });
for (const depotId of depotIds) {
  for (const moment of moments) {
    const some = proofs.filter((proof) => proof.depotId === depotId && proof.moment === moment);
    if (some.length > 0) table.push(row(depotId, moment, some));
  }
}
for (const moment of moments) {
  table.push(
    row(
      'all',
      moment,
      proofs.filter((proof) => proof.moment === moment),
    ),
  );
}
table.push(row('all', '', proofs));
process.stdout.write(
  `${lateCount} late orders per depot-day, ${amended} promised anew, ${seeds.length} seeds from ${firstSeed}\n${table.toString()}\n${DEFINITION}\n\n`,
);

const shareOf = ({ legs, changedLegs }: ReplanProof): number => (legs === 0 ? 0 : changedLegs / legs);
const missed = proofs.flatMap((proof) => {
  const name = `${proof.depotId}, ${proof.moment}`;
  return [
    ...(shareOf(proof) < CHANGED_AIM ? [] : [`${name}: ${percent(shareOf(proof), 1)} of the sequence are changed`]),
    ...proof.faults.map((fault) => `${name}: ${fault}`),
  ];
});
const aims = `each re-plan changes less than ${CHANGED_AIM * 100} % and breaks no rule`;
const worst = percent(Math.max(...proofs.map(shareOf)), 1);
process.stdout.write(
  missed.length === 0
    ? `Aims hold (${aims}); the most that one of ${proofs.length} changed is ${worst}.\n`
    : `Aims missed (${aims}):\n${missed.join('\n')}\n`,
);
if (missed.length > 0) process.exitCode = 1;
