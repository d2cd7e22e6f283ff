/**
 * The route solver on public instances: `npm run bench -- routing DIR [--set NAME] [--only TEXT,...] [--seconds N]
 * [--objective hierarchical|dimacs] [--threads N] [--islands N] [--iterations N] [--seed N] [--cpu] [--peer] [--json FILE]`;
 * it uses all cores unless told otherwise. With --cpu it uses one, and the seconds are those of the processor, which other
 * load on the machine changes least. Each solution is checked in the convention of the instances by a checker of its own,
 * and compared with the best known where DIR holds a table of them, and with --peer with what PyVRP, which uses one core,
 * finds in as many seconds.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { RoutingPlan, RoutingProblem } from '../domain/index.ts';
import { solveOnThreads } from '../functions/plan-routes/solve-on-threads.ts';
import { printTable } from './measure.ts';
import { type CheckedSolution, checkSolution } from './routing-check.ts';
import {
  type BenchObjective,
  type BestKnown,
  type Instance,
  instanceFiles,
  problemOf,
  readBestKnown,
  readInstance,
  SECONDS_PER_UNIT,
} from './routing-instances.ts';
import { installPeer, PEER, type RoutingPeer } from './routing-peer.ts';

/** A solution better than all before it. */
interface TracePoint {
  readonly seconds: number;
  readonly cost: number;
  readonly unassigned: number;
  readonly vehicles: number;
}

export interface RoutingLine {
  readonly instance: string;
  readonly vehicles: number;
  readonly distance: number;
  readonly seconds: number;
  readonly bestVehicles?: number;
  readonly bestDistance?: number;
  /** Of the distance, in percent. */
  readonly gap?: number;
  readonly customers: number;
  readonly peer?: { readonly vehicles: number; readonly distance: number; readonly gap?: number };
  /** From the first complete solution on, each better one: seconds, vehicles (0 in the DIMACS convention), distance. */
  readonly trace: readonly (readonly [number, number, number])[];
}

function options() {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(3),
    allowPositionals: true,
    options: {
      dir: { type: 'string' },
      set: { type: 'string' },
      only: { type: 'string' },
      seconds: { type: 'string', default: '5' },
      objective: { type: 'string', default: 'hierarchical' },
      iterations: { type: 'string' },
      seed: { type: 'string', default: '1' },
      json: { type: 'string' },
      cpu: { type: 'boolean', default: false },
      peer: { type: 'boolean', default: false },
      threads: { type: 'string', default: `${availableParallelism()}` },
      islands: { type: 'string' },
    },
  });
  const folder = values.dir ?? positionals[0];
  if (folder === undefined) throw new Error('Name the folder of the instances: npm run bench -- routing --dir DIR');
  const { objective } = values;
  if (objective !== 'hierarchical' && objective !== 'dimacs') {
    throw new Error(`There is no objective '${objective}'; name hierarchical or dimacs`);
  }
  const seconds = Number(values.seconds);
  if (!(seconds > 0)) throw new Error(`--seconds ${values.seconds} must be a number above 0`);
  if (values.peer && values.iterations !== undefined)
    throw new Error('--peer is given seconds: leave --iterations out');
  const kind: BenchObjective = objective;
  const threads = values.cpu ? 1 : Number(values.threads);
  if (!Number.isInteger(threads) || threads < 1) throw new Error(`--threads ${values.threads} must be a whole number`);
  const islands = Number(values.islands ?? threads);
  return { ...values, folder, objective: kind, seconds, seed: Number(values.seed), threads, islands };
}

type Options = ReturnType<typeof options>;

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The solver's plan within the time or the iterations that were asked for, and each better solution on the way. */
async function solve(
  problem: RoutingProblem,
  chosen: Options,
  told: (point: TracePoint) => void,
): Promise<RoutingPlan> {
  const { seconds, iterations, threads } = chosen;
  const nowMs = chosen.cpu ? cpuMs : (): number => performance.timeOrigin + performance.now();
  const fromMs = nowMs();
  return solveOnThreads(iterations === undefined ? problem : { ...problem, iterations: Number(iterations) }, {
    threads,
    workerFile: new URL('./island-worker.mjs', import.meta.url),
    nowMs,
    ...(iterations === undefined ? { deadlineMs: fromMs + seconds * 1000 } : {}),
    improved: (cost, unassigned, vehicles) => told({ seconds: (nowMs() - fromMs) / 1000, cost, unassigned, vehicles }),
    onFailure: (error) => {
      throw error;
    },
  });
}

async function measure(instance: Instance, chosen: Options, known: BestKnown | undefined): Promise<RoutingLine> {
  const { objective, seed, islands } = chosen;
  const problem = { ...problemOf(instance, objective, seed), islands };
  const startMs = chosen.cpu ? cpuMs() : performance.now();
  const trace: TracePoint[] = [];
  const plan = await solve(problem, chosen, (point) => trace.push(point));
  const took = ((chosen.cpu ? cpuMs() : performance.now()) - startMs) / 1000;
  const routes = plan.routes.map((route) => route.stops.map(({ stopId }) => Number(stopId)));
  const { vehicles, distance } = checked(instance, objective, routes);
  return {
    instance: instance.name,
    customers: instance.customers.length - 1,
    vehicles,
    distance: Math.round(distance * 100) / 100,
    seconds: took,
    trace: frontOf(trace),
    ...(known === undefined ? {} : { bestVehicles: known.vehicles, bestDistance: known.distance }),
    ...gapOf(distance, known),
  };
}

async function measurePeer(
  instance: Instance,
  chosen: Options,
  known: BestKnown | undefined,
  askPeer: RoutingPeer,
): Promise<NonNullable<RoutingLine['peer']>> {
  const { objective } = chosen;
  const { vehicles, distance } = checked(instance, objective, await askPeer(instance, objective, chosen));
  return { vehicles, distance, ...gapOf(distance, known) };
}

function gapOf(distance: number, known: BestKnown | undefined): { readonly gap?: number } {
  return known === undefined ? {} : { gap: (distance / known.distance - 1) * 100 };
}

/** @throws Error when the solution breaks a rule or leaves a customer out */
function checked(
  instance: Instance,
  objective: BenchObjective,
  routes: readonly (readonly number[])[],
): CheckedSolution {
  const solution = checkSolution(instance, objective, routes);
  const { unserved, faults } = solution;
  if (faults.length === 0 && unserved === 0) return solution;
  throw new Error(`${instance.name}: ${unserved} customers not served; ${faults.join('; ') || 'no other fault'}`);
}

/** Islands tell of their own improvements; what counts is the best of all of them. */
function frontOf(points: readonly TracePoint[]): RoutingLine['trace'] {
  const front: (readonly [number, number, number])[] = [];
  for (const { seconds, cost, unassigned, vehicles } of points) {
    if (unassigned > 0) continue;
    const distance = cost / SECONDS_PER_UNIT;
    const [, fewest = Infinity, shortest = Infinity] = front.at(-1) ?? [];
    if (vehicles < fewest || (vehicles === fewest && distance < shortest)) front.push([seconds, vehicles, distance]);
  }
  return front;
}

export async function benchRouting(): Promise<void> {
  const chosen = options();
  const best = readBestKnown(chosen.folder, chosen.objective);
  const files = chosenFiles(chosen);
  const askPeer = chosen.peer ? await installPeer() : undefined;
  const lines: RoutingLine[] = [];
  const failures: string[] = [];
  for (const [index, file] of files.entries()) {
    const progress = `${index + 1} of ${files.length} ${basename(file, '.txt')}`;
    try {
      const instance = readInstance(file);
      const known = best.get(instance.name);
      const line = await measure(instance, chosen, known);
      const at = lines.push(line) - 1;
      process.stderr.write(
        `${progress}: ${line.vehicles} vehicles${line.gap === undefined ? '' : `, ${line.gap.toFixed(2)}%`}\n`,
      );
      if (askPeer !== undefined) lines[at] = { ...line, peer: await measurePeer(instance, chosen, known, askPeer) };
    } catch (error) {
      failures.push((error as Error).message);
      process.stderr.write(`${progress}: failed\n`);
    }
    // What is measured stays measured, whatever becomes of the rest.
    if (chosen.json !== undefined) writeFileSync(chosen.json, `${JSON.stringify(lines, null, 2)}\n`);
  }
  report(lines, chosen.objective);
  if (failures.length === 0) return;
  console.log(`\n${failures.length} of ${files.length} instances failed:\n${failures.join('\n')}`);
  process.exitCode = 1;
}

/** @throws Error when no instance has one of the texts in its name */
function chosenFiles({ folder, set, only }: Options): string[] {
  const texts = only?.split(',') ?? [''];
  const files = instanceFiles(folder, set).filter((file) => texts.some((text) => basename(file).includes(text)));
  if (files.length > 0) return files;
  const where = set === undefined ? folder : `set ${set} of ${folder}`;
  throw new Error(`No instance of ${where} has ${only ?? '.txt'} in its name; --only takes texts with commas between`);
}

function report(lines: readonly RoutingLine[], objective: BenchObjective): void {
  const hasPeer = lines.some(({ peer }) => peer !== undefined);
  const peerCells = (peer: RoutingLine['peer']): string[] => {
    if (peer !== undefined) return [`${peer.vehicles}`, peer.distance.toFixed(2), percent(peer.gap, 2)];
    return hasPeer ? ['-', '-', '-'] : [];
  };
  const rows = lines.map(({ instance, vehicles, distance, seconds, bestVehicles, bestDistance, gap, peer }) => [
    instance,
    `${vehicles}`,
    bestVehicles === undefined ? '-' : `${bestVehicles}`,
    distance.toFixed(2),
    bestDistance === undefined ? '-' : bestDistance.toFixed(2),
    percent(gap, 2),
    seconds.toFixed(1),
    ...peerCells(peer),
  ]);
  const columns = ['instance', 'vehicles', 'best', 'distance', 'best', 'gap', 'seconds'];
  printTable(`Routing, ${objective}`, hasPeer ? [...columns, 'peer', 'distance', 'gap'] : columns, rows);
  console.log(`\n${summaryOf(lines)}`);
  if (!hasPeer) return;
  console.log(
    `\n${PEER}: ${summaryOf(lines.flatMap(({ peer, ...line }) => (peer === undefined ? [] : { ...line, ...peer })))}`,
  );
}

function percent(value: number | undefined, digits: number): string {
  return value === undefined ? '-' : `${value.toFixed(digits)}%`;
}

function summaryOf(lines: readonly RoutingLine[]): string {
  const known = lines.filter(({ gap }) => gap !== undefined);
  const total = (value: (line: RoutingLine) => number): number => known.reduce((sum, line) => sum + value(line), 0);
  const reached = known.filter(({ vehicles, bestVehicles = 0 }) => vehicles <= bestVehicles);
  const meanOf = (some: readonly RoutingLine[]): string =>
    percent(some.length === 0 ? undefined : some.reduce((sum, { gap = 0 }) => sum + gap, 0) / some.length, 3);
  return (
    `mean gap of the distance: ${meanOf(known)} of all, ${meanOf(reached)} where the vehicles are the best known or fewer\n` +
    `best known number of vehicles or fewer: ${reached.length} of ${known.length}; ` +
    `vehicles in all ${total(({ vehicles }) => vehicles)}, best known ${total(({ bestVehicles = 0 }) => bestVehicles)}`
  );
}
