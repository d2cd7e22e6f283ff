/**
 * How long a leg takes on the day: the plan's seconds, made slower or faster by the day, by the leg, and by a driver who
 * makes good what he is behind.
 */
import { haversineMeters, type Position, type Prng } from '../domain/index.ts';
import type { DriverRoute, DriverStop } from './driver-documents.ts';
import type { DriverProfile } from './profiles.ts';

const SLOW_FACTOR_MIN = 0.7;
const LEG_FACTOR_MIN = 0.5;

/** A driver who has to be back in time counts on a slow road. */
const CAUTION_FACTOR = 1.25;

/** Seconds and metres of a way home that the plan does not show: in proportion to the one that it shows, by the crow. */
export function reckonedWayHome(
  route: DriverRoute,
  from: Position,
): { readonly seconds: number; readonly meters: number } {
  const last = route.stops.at(-1)?.position ?? route.depotPosition;
  const shownMeters = haversineMeters(last, route.depotPosition);
  const share = shownMeters === 0 ? 1 : haversineMeters(from, route.depotPosition) / shownMeters;
  return { seconds: route.returnLegSeconds * share, meters: route.returnLegMeters * share };
}

/** Whether a driver who goes on to this stop can count on being back at the depot by the end of the shift. */
export function canStillServe(route: DriverRoute, stop: DriverStop, nowMs: number, shiftToMs: number): boolean {
  const home = reckonedWayHome(route, stop.position);
  const roadSeconds = (stop.legSeconds + home.seconds) * CAUTION_FACTOR;
  return nowMs + (roadSeconds + stop.serviceSeconds) * 1000 <= shiftToMs;
}

export class Road {
  readonly #road: DriverProfile['road'];
  readonly #prng: Prng;
  readonly #slowFactor: number;

  /** @param prng the route's own stream */
  constructor(road: DriverProfile['road'], prng: Prng) {
    this.#road = road;
    this.#prng = prng;
    this.#slowFactor = Math.max(SLOW_FACTOR_MIN, prng.normal(road.slowFactor.mean, road.slowFactor.sigma));
  }

  /** @returns milliseconds, whole */
  legMs(legSeconds: number, departMs: number, plannedArrivalMs: number): number {
    const plannedMs = legSeconds * 1000;
    const chance = Math.max(LEG_FACTOR_MIN, this.#prng.normal(1, this.#road.legSigma));
    const naturalMs = plannedMs * this.#slowFactor * chance;
    const hurriedMs = naturalMs * (1 - this.#road.catchUp);
    // Hurry ends where the plan is met again.
    return Math.round(Math.max(hurriedMs, Math.min(naturalMs, plannedArrivalMs - departMs)));
  }
}

/**
 * When the plan begins to serve a stop. The app shows arrivals only; a wait for the customer's window follows from the
 * next arrival: what is left before it, less the way and the service, is waiting.
 */
export function plannedServiceMs(route: DriverRoute, index: number): number {
  const stop = route.stops[index] as DriverStop;
  const next = route.stops[index + 1];
  const nextArrivalMs = next?.plannedArrivalAt ?? route.plannedReturnAt;
  const legSeconds = next?.legSeconds ?? route.returnLegSeconds;
  return Math.max(stop.plannedArrivalAt, Math.round(nextArrivalMs - (legSeconds + stop.serviceSeconds) * 1000));
}
