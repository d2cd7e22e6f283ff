/**
 * The question of whoever has one more order: which vehicle could take it, in which slot, at what extra cost, and why
 * the others cannot. Each answer is the replay of an insertion into the plan as it is; nothing else of it moves.
 */
import { noVehicle, reasonOf } from './explain.ts';
import { PlannedTour } from './insertion.ts';
import type { RoutingModel } from './model.ts';
import type { PlannedRoute, RoutingPlan, RoutingProblem, RoutingStop, TravelMatrix, UnassignedReason } from './port.ts';
import { prepareModel } from './prepare-model.ts';
import { OPEN_END } from './rich-model.ts';
import { timetableOf } from './timetable.ts';

export interface InsertionOption {
  readonly vehicleId: string;
  /** Stops of the route before it. */
  readonly position: number;
  /** From 0; left out where the vehicle makes one trip. */
  readonly trip?: number;
  /** In the objective's units, lateness included. */
  readonly extraCost: number;
  /** Driven, by the travel times that cost counts. */
  readonly extraSeconds: number;
  readonly extraMeters: number;
  readonly arrivalMs: number;
}

export interface InsertionAnswer {
  /** Cheapest first; ties go by the vehicle's place in the problem. */
  readonly options: readonly InsertionOption[];
  /** One per vehicle that has no option; with NO_VEHICLE when there is none at all. */
  readonly reasons: readonly UnassignedReason[];
}

/**
 * @param stop an unassigned stop of the problem, or a new one, whose matrix row and column are then the last
 * @throws RangeError when the stop is planned already, or the plan is of another problem
 * @example insertionOptions(problem, solveRoutes(problem), stop).options[0]?.vehicleId
 */
export function insertionOptions(problem: RoutingProblem, plan: RoutingPlan, stop: RoutingStop): InsertionAnswer {
  const at = problem.stops.findIndex(({ stopId }) => stopId === stop.stopId);
  const whole = at < 0 ? withNewStop(problem, stop) : problem;
  const node = at < 0 ? whole.stops.length : at + 1;
  const model = prepareModel(whole);
  const visits = visitsOf(whole, model, plan);
  if (visits.some((nodes) => nodes.includes(node))) {
    throw new RangeError(`stop ${stop.stopId} is on a route of the plan already; ask for one that is not`);
  }
  const options: InsertionOption[] = [];
  const reasons: UnassignedReason[] = [];
  for (const [vehicle, nodes] of visits.entries()) {
    const insertion = new PlannedTour(whole, model, vehicle, nodes).best(node);
    if (insertion.broken.length > 0) {
      reasons.push(reasonOf(whole, vehicle, node, insertion));
      continue;
    }
    const timetable = timetableOf(model, vehicle, insertion.visits);
    const visit = timetable?.visits.find((each) => each.node === node);
    if (visit === undefined) throw new Error(`vehicle ${vehicle}: an insertion that breaks no rule has no timetable`);
    const { durationsSeconds, distancesMeters } = whole.matrix;
    const extra = (cells: Float64Array): number =>
      driven(whole, model, vehicle, insertion.visits, cells) - driven(whole, model, vehicle, nodes, cells);
    options.push({
      vehicleId: (whole.vehicles[vehicle] as { vehicleId: string }).vehicleId,
      position: insertion.position,
      ...(insertion.visits.includes(0) ? { trip: insertion.trip } : {}),
      extraCost: insertion.extraCost / 1000,
      extraSeconds: extra(durationsSeconds),
      extraMeters: extra(distancesMeters),
      arrivalMs: whole.nowMs + visit.arrival,
    });
  }
  options.sort((left, right) => left.extraCost - right.extraCost);
  return { options, reasons: visits.length === 0 ? [noVehicle()] : reasons };
}

function driven(
  { matrix }: RoutingProblem,
  model: RoutingModel,
  vehicle: number,
  nodes: readonly number[],
  cells: Float64Array,
): number {
  if (nodes.length === 0) return 0;
  const end = model.rich.endNode[vehicle] as number;
  let sum = 0;
  let before = model.startNode[vehicle] as number;
  for (const node of end === OPEN_END ? nodes : [...nodes, end]) {
    sum += cells[before * matrix.size + node] as number;
    before = node;
  }
  return sum;
}

/** Per vehicle the visits of its route; 0 is a reload. A vehicle without a route still has its frozen stops. */
function visitsOf({ stops, vehicles }: RoutingProblem, model: RoutingModel, plan: RoutingPlan): number[][] {
  const nodeOf = new Map(stops.map(({ stopId }, index) => [stopId, index + 1]));
  const visits = vehicles.map((_, vehicle) => [...(model.rich.frozen[vehicle] as Int32Array)]);
  for (const route of plan.routes) {
    const vehicle = vehicles.findIndex(({ vehicleId }) => vehicleId === route.vehicleId);
    if (vehicle < 0) throw new RangeError(`the plan has a route of vehicle ${route.vehicleId}, the problem has not`);
    visits[vehicle] = routeVisits(route, nodeOf);
  }
  return visits;
}

function routeVisits(route: PlannedRoute, nodeOf: ReadonlyMap<string, number>): number[] {
  let trip = 0;
  return route.stops.flatMap((stop) => {
    const node = nodeOf.get(stop.stopId);
    if (node === undefined) throw new RangeError(`the plan has stop ${stop.stopId}, the problem has not`);
    const reloads = (stop.trip ?? 0) - trip;
    trip = stop.trip ?? 0;
    return [...new Array<number>(reloads).fill(0), node];
  });
}

/** The problem with one more stop: its row, the last of the matrix, moves up to those of the stops. */
function withNewStop(problem: RoutingProblem, stop: RoutingStop): RoutingProblem {
  const { matrix, stops, vehicles } = problem;
  const { size } = matrix;
  const last = size - 1;
  const node = stops.length + 1;
  if (last < node) {
    throw new RangeError(`new stop ${stop.stopId} has no row in the matrix of size ${size}; append its row and column`);
  }
  const movedIndex = (index: number): number => (index < node ? index : index + 1);
  for (const { vehicleId, startIndex, endIndex } of vehicles) {
    if (startIndex === last || endIndex === last) {
      throw new RangeError(
        `vehicle ${vehicleId} starts or ends at the last matrix row, the one of stop ${stop.stopId}`,
      );
    }
  }
  const oldIndex = (index: number): number => (index < node ? index : index === node ? last : index - 1);
  const moved = (cells: Float64Array): Float64Array =>
    cells.map((_, cell) => cells[oldIndex(Math.floor(cell / size)) * size + oldIndex(cell % size)] as number);
  const movedMatrix: TravelMatrix = {
    size,
    durationsSeconds: moved(matrix.durationsSeconds),
    distancesMeters: moved(matrix.distancesMeters),
    ...(matrix.slots === undefined
      ? {}
      : { slots: matrix.slots.map((slot) => ({ ...slot, durationsSeconds: moved(slot.durationsSeconds) })) }),
  };
  return {
    ...problem,
    stops: [...stops, stop],
    matrix: last === node ? matrix : movedMatrix,
    vehicles: vehicles.map((vehicle) => ({
      ...vehicle,
      ...(vehicle.startIndex === undefined ? {} : { startIndex: movedIndex(vehicle.startIndex) }),
      ...(typeof vehicle.endIndex === 'number' ? { endIndex: movedIndex(vehicle.endIndex) } : {}),
    })),
  };
}
