/**
 * When to plan a depot's pending orders: in a wave shortly before a free vehicle's shift begins, and again while
 * shifts last and orders keep coming. Also the opposite question: which order no wave can ever serve, so that it gets
 * a stated end instead of waiting for good.
 */
import { dimensionName, LOAD_TOLERANCE } from '../routing/port.ts';

export interface PendingRequest {
  readonly placedAtMs: number;
  readonly promiseFromMs: number;
  readonly promiseToMs: number;
}

export interface WaveVehicle {
  readonly vehicleId: string;
  readonly shiftFromMs: number;
  readonly shiftToMs: number;
  /** On a route, or offered one. */
  readonly busy: boolean;
}

export interface WavePolicy {
  /** How long before a shift begins its wave may run. */
  readonly leadMs: number;
  /** Between two waves of a depot: orders gather, and a wave that could not place an order is not repeated at once. */
  readonly minGapMs: number;
  /** Vehicles whose shift begins this soon are planned together with the first; at least `leadMs`. */
  readonly joinMs: number;
}

/**
 * A quarter of an hour covers the planner's start, its search and a few unanswered offers; orders that come in later
 * wait for a second tour, so it should not be more.
 */
export const DEFAULT_WAVE_POLICY: WavePolicy = { leadMs: 15 * 60_000, minGapMs: 5 * 60_000, joinMs: 90 * 60_000 };

export interface WaveDecision {
  readonly due: boolean;
  /** The vehicles to plan with, in the order given; empty when no wave is due. */
  readonly vehicles: readonly string[];
}

const NOT_DUE: WaveDecision = { due: false, vehicles: [] };

/**
 * Due when some pending order's promise begins before the end of the shift of a free vehicle, that shift begins
 * within the lead and is not over, and the last wave of the depot is long enough ago.
 */
export function isWaveDue({
  pending,
  vehicles,
  nowMs,
  lastWaveAtMs,
  policy = DEFAULT_WAVE_POLICY,
}: {
  pending: readonly PendingRequest[];
  vehicles: readonly WaveVehicle[];
  nowMs: number;
  lastWaveAtMs?: number | undefined;
  policy?: WavePolicy;
}): WaveDecision {
  if (lastWaveAtMs !== undefined && nowMs - lastWaveAtMs < policy.minGapMs) return NOT_DUE;
  const useful = vehicles.filter(
    (vehicle) =>
      !vehicle.busy &&
      nowMs < vehicle.shiftToMs &&
      pending.some((request) => request.promiseFromMs < vehicle.shiftToMs),
  );
  const startsWithin = (ms: number) => (vehicle: WaveVehicle) => vehicle.shiftFromMs - nowMs <= ms;
  if (!useful.some(startsWithin(policy.leadMs))) return NOT_DUE;
  const joining = useful.filter(startsWithin(Math.max(policy.leadMs, policy.joinMs)));
  return { due: true, vehicles: joining.map((vehicle) => vehicle.vehicleId) };
}

export interface DepotVehicle {
  readonly vehicleId: string;
  /** One number per capacity dimension, as in the routing port. */
  readonly capacity: readonly number[];
  readonly shiftFromMs: number;
  readonly shiftToMs: number;
}

export interface Hopelessness {
  readonly code: 'NO_VEHICLE_AT_DEPOT' | 'NO_SHIFT_LEFT' | 'EXCEEDS_EVERY_VEHICLE';
  /** With EXCEEDS_EVERY_VEHICLE, when one dimension alone decides. */
  readonly dimension?: string;
  readonly detail: string;
}

/**
 * Why no wave can ever serve this order; undefined while there is hope. A promise that has passed is no reason.
 * @param vehicles all vehicles of the depot, busy ones too
 */
export function isHopeless(
  request: { readonly load: readonly number[] },
  vehicles: readonly DepotVehicle[],
  nowMs: number,
): Hopelessness | undefined {
  if (vehicles.length === 0) {
    return { code: 'NO_VEHICLE_AT_DEPOT', detail: 'the depot has no vehicle; add one to the fleet' };
  }
  const working = vehicles.filter((vehicle) => nowMs < vehicle.shiftToMs);
  if (working.length === 0) {
    const detail = `the shifts of all ${vehicles.length} vehicles of the depot are over; add a shift`;
    return { code: 'NO_SHIFT_LEFT', detail };
  }
  const holds = (vehicle: DepotVehicle, dimension: number): boolean =>
    (request.load[dimension] ?? 0) <= (vehicle.capacity[dimension] ?? Infinity) + LOAD_TOLERANCE;
  const dimensions = [...request.load.keys()];
  if (working.some((vehicle) => dimensions.every((dimension) => holds(vehicle, dimension)))) return undefined;
  const deciding = dimensions.find((dimension) => !working.some((vehicle) => holds(vehicle, dimension)));
  if (deciding === undefined) {
    return { code: 'EXCEEDS_EVERY_VEHICLE', detail: 'no single vehicle holds the order in every dimension; split it' };
  }
  const dimension = dimensionName(deciding);
  const largest = Math.max(...working.map((vehicle) => vehicle.capacity[deciding] ?? Infinity));
  const detail = `needs ${request.load[deciding]} ${dimension}, the largest vehicle holds ${largest}; split the order`;
  return { code: 'EXCEEDS_EVERY_VEHICLE', dimension, detail };
}
