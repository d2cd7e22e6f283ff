/**
 * Plans one claimed wave: reads its requests and vehicles, asks the road network, solves, writes the plan, and then the
 * graph and the geofences. The plan is what the wave is for: it is written first and a complete one is never computed
 * again. Graph and fences serve others; their failure is reported and does not cost the wave its plan.
 */
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { isoOf, type RoutingPlan, solveRoutes } from '../../domain/index.ts';
import type { PlannedRoute, ReplanMode } from '../../workflows/route-planning/contracts.ts';
import { inParallel } from '../platform/in-parallel.ts';
import {
  type ClaimItem,
  type PlannedRouteItem,
  type RouteChangeItem,
  type UnassignedItem,
  wavePk,
} from '../platform/planning-items.ts';
import type { DepotItem } from '../platform/tables.ts';
import { type FleetAccess, vehiclesOf } from '../platform/vehicle-reservation.ts';
import { readPlan, readRequests } from '../platform/wave-plan.ts';
import { boundedEffort, searchUntilMs } from './plan-deadline.ts';
import { plannedWave, type Wave, type WaveProblem, waveProblem } from './plan-wave.ts';
import { type RunningAccess, readRunning } from './read-running.ts';
import { replanProblem } from './replan-problem.ts';
import { type ReplannedWave, replannedWave } from './replan-wave.ts';
import type { RoadNetwork } from './road-network.ts';
import type { RunningRoute } from './running-route.ts';

export interface PlanRoutesPorts extends FleetAccess, RunningAccess {
  readonly roads: RoadNetwork;
  writeGraph(routes: readonly PlannedRoute[]): Promise<void>;
  putFences(routes: readonly PlannedRoute[]): Promise<void>;
  /** Told of what failed without costing the plan. */
  onFailure(what: 'graph' | 'fences', error: unknown): void;
  /** Told, at each stage and again and again during the search, that the planner gets on. */
  onProgress?(nowMs: number): void;
  /** Set when the task was told to stop: it ends with the best it has. */
  readonly signal?: AbortSignal;
  now(): Date;
}

export interface PlanReport {
  readonly routes: number;
  readonly orders: number;
  readonly unassigned: number;
  /** Of those that were planned before. */
  readonly changedRoutes: number;
  /** Whether an earlier run had written the plan. */
  readonly reused: boolean;
  readonly matrixCalls: number;
  readonly estimatedPairs: number;
}

/** Enough to repair the worst of a constructed plan in well under a second. */
const HASTY_ITERATIONS = 50;

/** @throws Error when the wave has no claim or the depot is not in the fleet */
export async function planRoutes(waveId: string, depotId: string, ports: PlanRoutesPorts): Promise<PlanReport> {
  reportedNow(ports);
  const written = await readPlan(ports, waveId);
  const solved = written === undefined ? await solve(await readWave(waveId, depotId, ports), ports) : undefined;
  if (solved !== undefined) await writePlan(waveId, solved.plan, ports);
  reportedNow(ports);
  const { routes, unassigned, changes } = solved?.plan ?? (written as ReplannedWave);
  // A plan that is made to be looked at leaves no trace outside of itself.
  const isToSeeOnly = solved?.replan === 'compare';
  if (ports.signal?.aborted !== true && !isToSeeOnly) {
    const driven = [...routes, ...changes.map(({ route }) => route)];
    await Promise.all([
      ports.writeGraph(driven).catch((error: unknown) => ports.onFailure('graph', error)),
      ports.putFences(routes).catch((error: unknown) => ports.onFailure('fences', error)),
    ]);
  }
  return {
    routes: routes.length,
    orders: routes.reduce((sum, route) => sum + route.stops.reduce((of, stop) => of + stop.orders.length, 0), 0),
    unassigned: unassigned.length,
    changedRoutes: changes.length,
    reused: solved === undefined,
    matrixCalls: solved?.matrixCalls ?? 0,
    estimatedPairs: solved?.estimatedPairs ?? 0,
  };
}

interface ClaimedWave extends Wave {
  readonly replan: ReplanMode;
  /** Routes that a re-plan may change; none otherwise. */
  readonly running: readonly RunningRoute[];
}

async function readWave(waveId: string, depotId: string, ports: PlanRoutesPorts): Promise<ClaimedWave> {
  const get = async (TableName: string, Key: Record<string, string>): Promise<unknown> =>
    (await ports.documents.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
  const claim = (await get(ports.planningTable, { pk: wavePk(waveId), sk: 'CLAIM' })) as ClaimItem | undefined;
  if (claim === undefined) throw new Error(`Wave ${waveId} has no CLAIM item: claim its requests before planning it.`);
  const depot = (await get(ports.fleetTable, { depotId, sk: 'DEPOT' })) as DepotItem | undefined;
  if (depot === undefined) throw new Error(`Depot ${depotId} is not in the fleet table: load the fleet.`);
  const { replan = 'never' } = claim;
  const requests = await readRequests(ports, depotId, claim.requestKeys);
  const vehicles = await vehiclesOf(ports, depotId);
  const nowMs = ports.now().getTime();
  return {
    waveId,
    depotId,
    depotPosition: depot.position,
    requests: requests.filter(({ state, waveId: claimedBy }) =>
      replan === 'compare' ? state === 'PENDING' : state === 'CLAIMED' && claimedBy === waveId,
    ),
    vehicles: vehicles.filter(
      (vehicle) => vehicle.routeId === undefined && (claim.vehicleIds?.includes(vehicle.vehicleId) ?? true),
    ),
    nowMs,
    replan,
    running: replan === 'never' ? [] : await readRunning(vehicles, nowMs, ports),
  };
}

async function solve(wave: ClaimedWave, ports: PlanRoutesPorts) {
  const replan = wave.replan === 'never' ? undefined : replanProblem(wave, wave.running, 'strict');
  const problem = replan ?? waveProblem(wave);
  const departAt = Math.min(...problem.vehicles.map((vehicle) => vehicle.shift.fromMs));
  const { matrix, calls, estimatedPairs } = await ports.roads.matrix(
    problem.positions,
    isoOf(Number.isFinite(departAt) ? departAt : problem.nowMs),
  );
  const isStopped = (): boolean => ports.signal?.aborted === true;
  const shifts = problem.vehicles.map((vehicle) => vehicle.shift.fromMs);
  const untilMs = searchUntilMs(wave.nowMs, shifts);
  const search = (searched: WaveProblem): RoutingPlan => {
    const iterations = isStopped() ? HASTY_ITERATIONS : searched.iterations;
    const effort = boundedEffort(untilMs, () => reportedNow(ports), isStopped);
    return solveRoutes({ ...searched, iterations, matrix }, effort);
  };
  const plan =
    replan === undefined
      ? { ...plannedWave(wave, problem, matrix, search(problem)), changes: [] }
      : replannedWave({ wave, running: wave.running, problem: replan, matrix, search });
  return { plan, replan: wave.replan, matrixCalls: calls, estimatedPairs };
}

/** The search asks for the time as often as it should be heard of. */
function reportedNow(ports: PlanRoutesPorts): number {
  const nowMs = ports.now().getTime();
  ports.onProgress?.(nowMs);
  return nowMs;
}

/** Routes and changes first; the item that says how many there are comes last and makes the plan complete. */
async function writePlan(
  waveId: string,
  { routes, unassigned, changes }: ReplannedWave,
  ports: PlanRoutesPorts,
): Promise<void> {
  const put = (Item: PlannedRouteItem | RouteChangeItem | UnassignedItem): Promise<unknown> =>
    ports.documents.send(new PutCommand({ TableName: ports.planningTable, Item }));
  const pk = wavePk(waveId);
  await inParallel(routes, 10, (route, index) => put({ ...route, pk, sk: `ROUTE#${index + 1}` }));
  await inParallel(changes, 10, (change, index) => put({ ...change, pk, sk: `CHANGE#${index + 1}` }));
  const counts = { routeCount: routes.length, changeCount: changes.length };
  await put({ pk, sk: 'UNASSIGNED', ...counts, orders: unassigned });
}
