/**
 * Plans one claimed wave: reads its requests and vehicles, asks the road network, solves, writes the plan, and then the
 * graph and the geofences. The plan is what the wave is for: it is written first and a complete one is never computed
 * again. Graph and fences serve others; their failure is reported and does not cost the wave its plan.
 */
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { isoOf, solveRoutes } from '../../domain/index.ts';
import type { PlannedRoute } from '../../workflows/route-planning/contracts.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { type ClaimItem, type PlannedRouteItem, type UnassignedItem, wavePk } from '../platform/planning-items.ts';
import type { DepotItem } from '../platform/tables.ts';
import { type FleetAccess, vehiclesOf } from '../platform/vehicle-reservation.ts';
import { readPlan, readRequests } from '../platform/wave-plan.ts';
import { boundedEffort, searchUntilMs } from './plan-deadline.ts';
import { type PlannedWave, plannedWave, type Wave, waveProblem } from './plan-wave.ts';
import type { RoadNetwork } from './road-network.ts';

export interface PlanRoutesPorts extends FleetAccess {
  readonly planningTable: string;
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
  const { routes, unassigned } = solved?.plan ?? (written as PlannedWave);
  if (ports.signal?.aborted !== true) {
    await Promise.all([
      ports.writeGraph(routes).catch((error: unknown) => ports.onFailure('graph', error)),
      ports.putFences(routes).catch((error: unknown) => ports.onFailure('fences', error)),
    ]);
  }
  return {
    routes: routes.length,
    orders: routes.reduce((sum, route) => sum + route.stops.reduce((of, stop) => of + stop.orders.length, 0), 0),
    unassigned: unassigned.length,
    reused: solved === undefined,
    matrixCalls: solved?.matrixCalls ?? 0,
    estimatedPairs: solved?.estimatedPairs ?? 0,
  };
}

async function readWave(waveId: string, depotId: string, ports: PlanRoutesPorts): Promise<Wave> {
  const get = async (TableName: string, Key: Record<string, string>): Promise<unknown> =>
    (await ports.documents.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
  const claim = (await get(ports.planningTable, { pk: wavePk(waveId), sk: 'CLAIM' })) as ClaimItem | undefined;
  if (claim === undefined) throw new Error(`Wave ${waveId} has no CLAIM item: claim its requests before planning it.`);
  const depot = (await get(ports.fleetTable, { depotId, sk: 'DEPOT' })) as DepotItem | undefined;
  if (depot === undefined) throw new Error(`Depot ${depotId} is not in the fleet table: load the fleet.`);
  const requests = await readRequests(ports, depotId, claim.requestKeys);
  const vehicles = await vehiclesOf(ports, depotId);
  return {
    waveId,
    depotId,
    depotPosition: depot.position,
    requests: requests.filter((request) => request.waveId === waveId && request.state === 'CLAIMED'),
    vehicles: vehicles.filter(
      (vehicle) => vehicle.routeId === undefined && (claim.vehicleIds?.includes(vehicle.vehicleId) ?? true),
    ),
    nowMs: ports.now().getTime(),
  };
}

async function solve(wave: Wave, ports: PlanRoutesPorts) {
  const problem = waveProblem(wave);
  const departAt = Math.min(...problem.vehicles.map((vehicle) => vehicle.shift.fromMs));
  const { matrix, calls, estimatedPairs } = await ports.roads.matrix(
    problem.positions,
    isoOf(Number.isFinite(departAt) ? departAt : problem.nowMs),
  );
  const isStopped = (): boolean => ports.signal?.aborted === true;
  const iterations = isStopped() ? HASTY_ITERATIONS : problem.iterations;
  const shifts = problem.vehicles.map((vehicle) => vehicle.shift.fromMs);
  const effort = boundedEffort(searchUntilMs(wave.nowMs, shifts), () => reportedNow(ports), isStopped);
  const plan = solveRoutes({ ...problem, iterations, matrix }, effort);
  return { plan: plannedWave(wave, problem, matrix, plan), matrixCalls: calls, estimatedPairs };
}

/** The search asks for the time as often as it should be heard of. */
function reportedNow(ports: PlanRoutesPorts): number {
  const nowMs = ports.now().getTime();
  ports.onProgress?.(nowMs);
  return nowMs;
}

/** Routes first; the item that says how many there are comes last and makes the plan complete. */
async function writePlan(waveId: string, { routes, unassigned }: PlannedWave, ports: PlanRoutesPorts): Promise<void> {
  const put = (Item: PlannedRouteItem | UnassignedItem): Promise<unknown> =>
    ports.documents.send(new PutCommand({ TableName: ports.planningTable, Item }));
  const pk = wavePk(waveId);
  await inParallel(routes, 10, (route, index) => put({ ...route, pk, sk: `ROUTE#${index + 1}` }));
  await put({ pk, sk: 'UNASSIGNED', routeCount: routes.length, orders: unassigned });
}
