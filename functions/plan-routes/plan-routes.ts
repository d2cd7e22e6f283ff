/**
 * Plans one claimed wave: reads its requests and vehicles, asks the road network, solves, writes the plan, and then the
 * graph and the geofences. The plan is what the wave is for: it is written first and a complete one is never computed
 * again. Graph and fences serve others; their failure is reported and does not cost the wave its plan.
 */
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { isoOf, type RoutingPlan, type RoutingProblem, type TravelMatrix } from '../../domain/index.ts';
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
import { readPlan, readRequests, routesOf } from '../platform/wave-plan.ts';
import { buyPlan } from './matrix/buy-plan.ts';
import { DEFAULT_MATRIX_POLICY, type MatrixPolicy } from './matrix/matrix-policy.ts';
import { type MatrixReport, wholeReport } from './matrix/matrix-report.ts';
import { slotOfShift } from './matrix/week-slots.ts';
import { searchUntilMs } from './plan-deadline.ts';
import { islandsOf, plannedWave, type Wave, type WaveProblem, waveProblem } from './plan-wave.ts';
import { type RunningAccess, readRunning } from './read-running.ts';
import { replanProblem } from './replan-problem.ts';
import { type ReplannedWave, replannedWave } from './replan-wave.ts';
import type { RoadNetwork } from './road-network.ts';
import type { RunningRoute } from './running-route.ts';

export interface PlanRoutesPorts extends FleetAccess, RunningAccess {
  readonly roads: RoadNetwork;
  /** @returns the best plan that is found by a time in milliseconds since 1970, or until `signal` aborts */
  solve(problem: RoutingProblem, untilMs: number): Promise<RoutingPlan>;
  writeGraph(routes: readonly PlannedRoute[]): Promise<void>;
  putFences(routes: readonly PlannedRoute[]): Promise<void>;
  /** Told of what failed without costing the plan. */
  onFailure(what: 'graph' | 'fences' | 'part of the matrix' | 'matrix report' | 'matrix cache', error: unknown): void;
  /** Told at each stage that the planner gets on. */
  onProgress?(nowMs: number): void;
  /** Set when the task was told to stop: it ends with the best it has. */
  readonly signal?: AbortSignal;
  now(): Date;
  wait(ms: number): Promise<void>;
  /** How sparingly the matrix is bought; `DEFAULT_MATRIX_POLICY` unless given. */
  readonly matrixPolicy?: MatrixPolicy;
}

export interface PlanReport {
  readonly routes: number;
  readonly orders: number;
  readonly unassigned: number;
  /** Of those that were planned before. */
  readonly changedRoutes: number;
  /** Whether an earlier run had written the plan. */
  readonly reused: boolean;
  /** Absent when an earlier run had written the plan. */
  readonly matrix?: MatrixReport;
}

/** @throws Error when the wave has no claim or the depot is not in the fleet */
export async function planRoutes(waveId: string, depotId: string, ports: PlanRoutesPorts): Promise<PlanReport> {
  reportedNow(ports);
  const written = await readPlan(ports, waveId);
  const solved = written === undefined ? await solve(await readWave(waveId, depotId, ports), ports) : undefined;
  if (solved !== undefined) await writePlan(waveId, solved.plan, ports);
  if (solved !== undefined) await writeMatrixReport(waveId, solved.report, ports);
  reportedNow(ports);
  const { routes, unassigned, changes } = solved?.plan ?? (written as ReplannedWave);
  // A plan that is made to be looked at leaves no trace outside of itself.
  const isToSeeOnly = solved?.replan === 'compare';
  if (ports.signal?.aborted !== true && !isToSeeOnly) {
    await Promise.all([
      ports
        .writeGraph(routesOf(waveId, { routes, changes }))
        .catch((error: unknown) => ports.onFailure('graph', error)),
      ports.putFences(routes).catch((error: unknown) => ports.onFailure('fences', error)),
    ]);
  }
  return {
    routes: routes.length,
    orders: routes.reduce((sum, route) => sum + route.stops.reduce((of, stop) => of + stop.orders.length, 0), 0),
    unassigned: unassigned.length,
    changedRoutes: changes.length,
    reused: solved === undefined,
    ...(solved === undefined ? {} : { matrix: solved.report }),
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

interface Solved {
  readonly plan: ReplannedWave;
  readonly replan: ReplanMode;
  readonly report: MatrixReport;
}

async function solve(wave: ClaimedWave, ports: PlanRoutesPorts): Promise<Solved> {
  const replan = wave.replan === 'never' ? undefined : replanProblem(wave, wave.running, 'strict');
  const problem = replan ?? waveProblem(wave);
  const fromMs = Math.min(...problem.vehicles.map((vehicle) => vehicle.shift.fromMs));
  const toMs = Math.max(...problem.vehicles.map((vehicle) => vehicle.shift.toMs));
  const shift = Number.isFinite(fromMs) ? { fromMs, toMs } : { fromMs: problem.nowMs, toMs: problem.nowMs };
  const slot = slotOfShift(shift, wave.depotPosition);
  const shiftsFromMs = problem.vehicles.map((vehicle) => vehicle.shift.fromMs);
  const untilMs = searchUntilMs(wave.nowMs, shiftsFromMs);
  const policy = ports.matrixPolicy ?? DEFAULT_MATRIX_POLICY;
  const search = (given: RoutingProblem): Promise<RoutingPlan> => {
    reportedNow(ports);
    // A re-plan that is searched again has the slots of the first search.
    const most = given.matrix.slots === undefined ? given.iterations : policy.slotIterations;
    const iterations = Math.min(given.iterations, most);
    // Only plans with the whole effort are worth more than one island.
    const islands = iterations < problem.iterations ? 1 : islandsOf(given.stops.length);
    return ports.solve({ ...given, iterations, islands }, untilMs);
  };
  const { matrix, plan, report } =
    ports.roads.block === undefined
      ? await planOnWhole(problem, slot, search, ports)
      : await buyPlan(problem, slot, policy, search, {
          documents: ports.documents,
          planningTable: ports.planningTable,
          block: ports.roads.block,
          now: ports.now,
          wait: ports.wait,
          ...(ports.signal === undefined ? {} : { signal: ports.signal }),
          onFailure: ({ origins, destinations, departAt, error }) =>
            ports.onFailure(
              'part of the matrix',
              new Error(`${origins} origins to ${destinations} destinations at ${departAt} are estimated`, {
                cause: error,
              }),
            ),
          onCacheFailure: (what, error) => ports.onFailure('matrix cache', new Error(what, { cause: error })),
        });
  const planned =
    replan === undefined
      ? { ...plannedWave(wave, problem, matrix, plan), changes: [] }
      : await replannedWave({ wave, running: wave.running, problem: replan, matrix, plan, search });
  return { plan: planned, replan: wave.replan, report };
}

/** On a network that is not paid by the pair. */
async function planOnWhole(
  problem: WaveProblem,
  slot: { readonly name: string; readonly departMs: number },
  solveProblem: (problem: RoutingProblem) => Promise<RoutingPlan>,
  { roads }: PlanRoutesPorts,
): Promise<{ matrix: TravelMatrix; plan: RoutingPlan; report: MatrixReport }> {
  const departAt = isoOf(slot.departMs);
  const { matrix, calls, estimatedPairs } = await roads.matrix(problem.positions, departAt);
  const plan = await solveProblem({ ...problem, matrix });
  return { matrix, plan, report: wholeReport(slot.name, departAt, matrix.size, calls, estimatedPairs) };
}

/** The plan stands without it. */
async function writeMatrixReport(waveId: string, report: MatrixReport, ports: PlanRoutesPorts): Promise<void> {
  const Item = { ...report, pk: wavePk(waveId), sk: 'MATRIX' };
  await ports.documents
    .send(new PutCommand({ TableName: ports.planningTable, Item }))
    .catch((error: unknown) => ports.onFailure('matrix report', error));
}

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
