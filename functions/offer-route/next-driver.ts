/** Whom to offer a route to next, as a pure choice: nobody is asked twice, and only a vehicle that can drive it. */
import { msOf } from '../../domain/index.ts';
import type { PlannedRoute } from '../../workflows/route-planning/contracts.ts';
import type { VehicleItem } from '../platform/tables.ts';

/** Sums of volumes carry rounding errors; a billionth of a unit is nothing to a vehicle. */
const TOLERANCE = 1e-9;

/**
 * The candidates in the order in which they are asked: the route's own vehicle, then the depot's other free vehicles by
 * id that hold the load and whose shift covers the route, begun now or as planned.
 * @param asked ids of the drivers that were offered this route before
 */
export function candidatesFor(
  route: PlannedRoute,
  vehicles: readonly VehicleItem[],
  asked: readonly string[],
  nowMs: number,
): VehicleItem[] {
  const delayMs = Math.max(0, nowMs - msOf(route.plannedDepartureAt));
  const departsMs = msOf(route.plannedDepartureAt) + delayMs;
  const returnsMs = msOf(route.plannedReturnAt) + delayMs;
  const canDrive = (vehicle: VehicleItem): boolean =>
    vehicle.capacity.volumeM3 + TOLERANCE >= route.loadVolumeM3 &&
    (vehicle.capacity.weightKg ?? Number.POSITIVE_INFINITY) + TOLERANCE >= route.loadWeightKg &&
    msOf(vehicle.shift.from) <= departsMs &&
    msOf(vehicle.shift.to) >= returnsMs;
  const eligible = vehicles.filter((vehicle) => {
    if (asked.includes(vehicle.driverId)) return false;
    if (vehicle.routeId !== undefined && vehicle.routeId !== route.routeId) return false;
    // The plan was made for this vehicle; until offering ends its shift is the plan's business.
    return vehicle.vehicleId === route.vehicleId || canDrive(vehicle);
  });
  const rank = (vehicle: VehicleItem): string => `${vehicle.vehicleId === route.vehicleId ? 0 : 1}${vehicle.vehicleId}`;
  return eligible.sort((left, right) => (rank(left) < rank(right) ? -1 : 1));
}
