/** A problem as the solver needs it: checked, compiled, and its frozen parts settled. */
import { settleFrozenParts } from './frozen-part.ts';
import { compileProblem, type RoutingModel } from './model.ts';
import type { RoutingProblem, RoutingVehicle } from './port.ts';

/** @throws RangeError that names the item when the problem contradicts itself */
export function prepareModel(problem: RoutingProblem): RoutingModel {
  const model = compileProblem(problem);
  settleFrozenParts(model, (vehicle, at) => {
    const { vehicleId, frozenStopIds = [] } = problem.vehicles[vehicle] as RoutingVehicle;
    return `frozen stop ${frozenStopIds[at]} of vehicle ${vehicleId}`;
  });
  return model;
}
