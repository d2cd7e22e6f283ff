/**
 * Plans one claimed wave: reads its requests and vehicles, asks the road network, solves, writes the plan, and then the
 * graph and the geofences. The plan is what the wave is for: it is written first and a complete one is never computed
 * again. Graph and fences serve others; their failure is reported and does not cost the wave its plan.
 */
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { isoOf, type RoutingPlan, type RoutingProblem, solveRoutes, type TravelMatrix } from '../../domain/index.ts';
import type { PlannedRoute } from '../../workflows/route-planning/contracts.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { type ClaimItem, type PlannedRouteItem, type UnassignedItem, wavePk } from '../platform/planning-items.ts';
import type { DepotItem } from '../platform/tables.ts';
import { type FleetAccess, vehiclesOf } from '../platform/vehicle-reservation.ts';
import { readPlan, readRequests } from '../platform/wave-plan.ts';
import { buyPlan } from './matrix/buy-plan.ts';
import { DEFAULT_MATRIX_POLICY, type MatrixPolicy } from './matrix/matrix-policy.ts';
import { type MatrixReport, wholeReport } from './matrix/matrix-report.ts';
import { slotOfShift } from './matrix/week-slots.ts';
import { type PlannedWave, plannedWave, type Wave, type WaveProblem, waveProblem } from './plan-wave.ts';
import type { RoadNetwork } from './road-network.ts';

export interface PlanRoutesPorts extends FleetAccess {
  readonly planningTable: string;
  readonly roads: RoadNetwork;
  writeGraph(routes: readonly PlannedRoute[]): Promise<void>;
  putFences(routes: readonly PlannedRoute[]): Promise<void>;
  /** Told of what failed without costing the plan. */
  onFailure(what: 'graph' | 'fences' | 'part of the matrix' | 'matrix report' | 'matrix cache', error: unknown): void;
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
  /** Whether an earlier run had written the plan. */
  readonly reused: boolean;
  /** Absent when an earlier run had written the plan. */
  readonly matrix?: MatrixReport;
}

/** Enough to repair the worst of a constructed plan in well under a second. */
const HASTY_ITERATIONS = 50;

/** @throws Error when the wave has no claim or the depot is not in the fleet */
export async function planRoutes(waveId: string, depotId: string, ports: PlanRoutesPorts): Promise<PlanReport> {
  const written = await readPlan(ports, waveId);
  const solved = written === undefined ? await solve(await readWave(waveId, depotId, ports), ports) : undefined;
  if (solved !== undefined) await writePlan(waveId, solved.plan, ports);
  if (solved !== undefined) await writeMatrixReport(waveId, solved.report, ports);
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
    ...(solved === undefined ? {} : { matrix: solved.report }),
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

interface Solved {
  readonly plan: PlannedWave;
  readonly report: MatrixReport;
}

async function solve(wave: Wave, ports: PlanRoutesPorts): Promise<Solved> {
  const problem = waveProblem(wave);
  const fromMs = Math.min(...problem.vehicles.map((vehicle) => vehicle.shift.fromMs));
  const toMs = Math.max(...problem.vehicles.map((vehicle) => vehicle.shift.toMs));
  const shift = Number.isFinite(fromMs) ? { fromMs, toMs } : { fromMs: problem.nowMs, toMs: problem.nowMs };
  const slot = slotOfShift(shift, wave.depotPosition);
  const hasty = (given: RoutingProblem): RoutingPlan =>
    solveRoutes(ports.signal?.aborted === true ? { ...given, iterations: HASTY_ITERATIONS } : given);
  const { matrix, plan, report } =
    ports.roads.block === undefined
      ? await planOnWhole(problem, slot, hasty, ports)
      : await buyPlan(problem, slot, ports.matrixPolicy ?? DEFAULT_MATRIX_POLICY, hasty, {
          documents: ports.documents,
          planningTable: ports.planningTable,
          block: ports.roads.block,
          now: ports.now,
          wait: ports.wait,
          ...(ports.signal === undefined ? {} : { signal: ports.signal }),
          onFailure: ({ origins, destinations, error }) =>
            ports.onFailure(
              'part of the matrix',
              new Error(`${origins} origins to ${destinations} destinations are estimated`, { cause: error }),
            ),
          onCacheFailure: (what, error) => ports.onFailure('matrix cache', new Error(what, { cause: error })),
        });
  return { plan: plannedWave(wave, problem, matrix, plan), report };
}

/** On a network that is not paid by the pair. */
async function planOnWhole(
  problem: WaveProblem,
  slot: { readonly name: string; readonly departMs: number },
  solveProblem: (problem: RoutingProblem) => RoutingPlan,
  { roads }: PlanRoutesPorts,
): Promise<{ matrix: TravelMatrix; plan: RoutingPlan; report: MatrixReport }> {
  const departAt = isoOf(slot.departMs);
  const { matrix, calls, estimatedPairs } = await roads.matrix(problem.positions, departAt);
  const plan = solveProblem({ ...problem, matrix });
  return { matrix, plan, report: wholeReport(slot.name, departAt, matrix.size, calls, estimatedPairs) };
}

/** The plan stands without it. */
async function writeMatrixReport(waveId: string, report: MatrixReport, ports: PlanRoutesPorts): Promise<void> {
  const Item = { ...report, pk: wavePk(waveId), sk: 'MATRIX' };
  await ports.documents
    .send(new PutCommand({ TableName: ports.planningTable, Item }))
    .catch((error: unknown) => ports.onFailure('matrix report', error));
}

/** Routes first; the item that says how many there are comes last and makes the plan complete. */
async function writePlan(waveId: string, { routes, unassigned }: PlannedWave, ports: PlanRoutesPorts): Promise<void> {
  const put = (Item: PlannedRouteItem | UnassignedItem): Promise<unknown> =>
    ports.documents.send(new PutCommand({ TableName: ports.planningTable, Item }));
  const pk = wavePk(waveId);
  await inParallel(routes, 10, (route, index) => put({ ...route, pk, sk: `ROUTE#${index + 1}` }));
  await put({ pk, sk: 'UNASSIGNED', routeCount: routes.length, orders: unassigned });
}
