/**
 * Why a stop is on no route: one reason per vehicle, the rules that its best insertion would break, found by replaying
 * it. An order that is not delivered must never be a mystery to its sender. Where so many stops are left out that replays
 * would take longer than the search, the rest have quicker reasons.
 */
import { type Insertion, PlannedTour } from './insertion.ts';
import type { RoutingModel } from './model.ts';
import {
  type BrokenConstraint,
  CAPACITY_DIMENSIONS,
  dimensionName,
  type RoutingConstraint,
  type RoutingProblem,
  type RoutingStop,
  type RoutingVehicle,
  type UnassignedReason,
  type UnassignedStop,
} from './port.ts';
import { QuickTour } from './quick-insertion.ts';
import { missingSkills, NEVER } from './rich-model.ts';

/** Visits that reasons may replay: about a second of a plain problem. Counted, so that the plan is the same anywhere. */
const MAX_REPLAYED_VISITS = 1_000_000;

/** @param visits per vehicle, as planned */
export function explainUnassigned(
  problem: RoutingProblem,
  model: RoutingModel,
  visits: readonly (readonly number[])[],
  nodes: readonly number[],
): UnassignedStop[] {
  if (nodes.length === 0) return [];
  const tours = visits.map((route, vehicle) => new PlannedTour(problem, model, vehicle, route));
  // A replay begins at the place and may go on to the end.
  const replayed = visits.reduce((sum, { length }) => sum + ((length + 1) * (length + 2)) / 2, 0);
  const replays = Math.floor(MAX_REPLAYED_VISITS / Math.max(1, replayed));
  const quick = replays < nodes.length && !model.rich.isNeeded ? quickTours(problem, model, visits) : [];
  return nodes.map((node, index) => {
    const { stopId, orderIds } = problem.stops[node - 1] as RoutingStop;
    const reasons = tours.map((tour, vehicle) => {
      if (index < replays) return reasonOf(problem, vehicle, node, tour.best(node));
      const quicker = quick[vehicle];
      if (quicker !== undefined) return reasonOf(problem, vehicle, node, quicker.best(node));
      return unexamined(problem, model, vehicle, node);
    });
    return { stopId, orderIds, reasons: reasons.length > 0 ? reasons : [noVehicle()] };
  });
}

const quickTours = (
  problem: RoutingProblem,
  model: RoutingModel,
  visits: readonly (readonly number[])[],
): QuickTour[] => visits.map((route, vehicle) => new QuickTour(problem, model, vehicle, route));

/** What is certain without a look at the route. */
function unexamined(problem: RoutingProblem, model: RoutingModel, vehicle: number, node: number): UnassignedReason {
  const stop = problem.stops[node - 1] as RoutingStop;
  const carrier = problem.vehicles[vehicle] as RoutingVehicle;
  const because = (constraint: RoutingConstraint): UnassignedReason => ({
    vehicleId: carrier.vehicleId,
    constraint,
    detail: sentenceOf(problem, vehicle, node, { constraint }),
  });
  if (missingSkills(stop, carrier).length > 0) return because('SKILL');
  if (model.rich.allowed[vehicle * model.size + node] === NEVER) return because('LOADED');
  return because('UNEXAMINED');
}

export function noVehicle(): UnassignedReason {
  return { vehicleId: null, constraint: 'NO_VEHICLE', detail: 'no vehicle is available at the depot' };
}

export function reasonOf(
  problem: RoutingProblem,
  vehicle: number,
  node: number,
  insertion: Insertion,
): UnassignedReason {
  const { vehicleId } = problem.vehicles[vehicle] as RoutingVehicle;
  const { position, extraCost } = insertion;
  const [first = { constraint: 'COST', shortBy: extraCost / 1000 } as const, ...also] = insertion.broken;
  const sentences = [first, ...also].map((fault) => sentenceOf(problem, vehicle, node, fault));
  const reason = { vehicleId, ...first, position, detail: sentences.join('; ') };
  return also.length === 0 ? reason : { ...reason, also };
}

function sentenceOf(problem: RoutingProblem, vehicle: number, node: number, fault: BrokenConstraint): string {
  const stop = problem.stops[node - 1] as RoutingStop;
  const carrier = problem.vehicles[vehicle] as RoutingVehicle;
  const { shortBy = 0 } = fault;
  const seconds = `${Math.ceil(shortBy)} s`;
  switch (fault.constraint) {
    case 'CAPACITY': {
      const dimension = dimensionIndex(fault.dimension, stop.load.length);
      const [needs, holds] = [stop.load[dimension] ?? 0, carrier.capacity[dimension] ?? 0];
      const unit = fault.dimension ?? '';
      return `needs ${round(needs)} ${unit}, ${round(shortBy)} more than the vehicle, which holds ${round(holds)}, has left at best`;
    }
    case 'WINDOW':
      return fault.stopId === stop.stopId
        ? `would be reached ${seconds} after its window at best`
        : `would make stop ${fault.stopId} ${seconds} late for its window`;
    case 'SHIFT':
      return `would end the route ${seconds} after the shift`;
    case 'BREAK':
      return `would delay break ${fault.breakId} until ${seconds} after its window`;
    case 'SKILL': {
      const missing = missingSkills(stop, carrier);
      return missing.length > 0
        ? `the vehicle lacks ${missing.join(', ')}`
        : 'the vehicle lacks a skill of its frozen stops, which would no longer be frozen';
    }
    case 'LOADED':
      return stop.loadedOn === undefined || stop.loadedOn === carrier.vehicleId
        ? 'the vehicle is under way without its goods'
        : `its goods are on vehicle ${stop.loadedOn}`;
    case 'FROZEN':
      return 'its place is within the frozen part of the route';
    case 'UNREACHABLE':
      if (fault.stopId === stop.stopId) return 'there is no way to the stop';
      return `there is no way from the stop to ${fault.stopId === undefined ? 'the end of the route' : `stop ${fault.stopId}`} in time`;
    case 'COST':
      return `would cost ${round(shortBy)}, more than to leave it out`;
    case 'UNEXAMINED':
      return 'the search found no place; which rule binds was not worked out, since so many stops are left out';
    case 'NO_VEHICLE':
      return noVehicle().detail;
  }
}

function dimensionIndex(name: string | undefined, count: number): number {
  for (let dimension = 0; dimension < Math.max(count, CAPACITY_DIMENSIONS.length); dimension += 1) {
    if (dimensionName(dimension) === name) return dimension;
  }
  return 0;
}

function round(amount: number): number {
  return Math.round(amount * 1e6) / 1e6;
}
