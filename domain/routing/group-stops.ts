/**
 * From orders to stops: several orders of one customer at one position are one stop, as long as their windows share
 * some time and their loads fit one vehicle together. Also here: what to do with windows that have passed.
 */
import type { Position } from '../geo/position.ts';
import { LOAD_TOLERANCE, type RoutingStop, type TimeWindowMs } from './port.ts';

export interface StopRequest {
  readonly orderId: string;
  readonly customerId: string;
  readonly position: Position;
  readonly window: TimeWindowMs;
  readonly serviceSeconds: number;
  readonly load: readonly number[];
  /** 0 unless given. */
  readonly priority?: number;
}

interface Group {
  readonly orderIds: string[];
  fromMs: number;
  toMs: number;
  serviceSeconds: number;
  readonly load: number[];
  priority: number;
}

function fits(group: Group, { window, load }: StopRequest, maxLoad: readonly number[] | undefined): boolean {
  const sharesTime = Math.max(group.fromMs, window.fromMs) < Math.min(group.toMs, window.toMs);
  const isLight = load.every(
    (amount, dimension) => (group.load[dimension] ?? 0) + amount <= (maxLoad?.[dimension] ?? Infinity) + LOAD_TOLERANCE,
  );
  return sharesTime && isLight;
}

/**
 * The stops for these orders, in the order of their first order's place in the list. A stop is named after its
 * alphabetically first order, so that the same orders always make the same stop.
 * @param maxLoad the largest capacity of the depot's vehicles; a stop above it could never be served
 */
export function groupStops(requests: readonly StopRequest[], maxLoad?: readonly number[]): RoutingStop[] {
  const places = new Map<string, { position: Position; groups: Group[] }>();
  for (const request of requests) {
    const key = JSON.stringify([request.customerId, request.position[0], request.position[1]]);
    const place = places.get(key) ?? { position: request.position, groups: [] };
    places.set(key, place);
    const group = place.groups.find((candidate) => fits(candidate, request, maxLoad));
    if (group === undefined) {
      const { orderId, window, serviceSeconds, load, priority = 0 } = request;
      place.groups.push({ orderIds: [orderId], ...window, serviceSeconds, load: [...load], priority });
    } else {
      group.orderIds.push(request.orderId);
      group.fromMs = Math.max(group.fromMs, request.window.fromMs);
      group.toMs = Math.min(group.toMs, request.window.toMs);
      group.serviceSeconds += request.serviceSeconds;
      group.priority = Math.max(group.priority, request.priority ?? 0);
      for (const [dimension, amount] of request.load.entries()) {
        group.load[dimension] = (group.load[dimension] ?? 0) + amount;
      }
    }
  }
  return [...places.values()].flatMap(({ position, groups }) =>
    groups.map(({ orderIds, fromMs, toMs, serviceSeconds, load, priority }): RoutingStop => {
      orderIds.sort();
      const window = { fromMs, toMs };
      return { stopId: `stop-${orderIds[0]}`, orderIds, position, serviceSeconds, window, load, priority };
    }),
  );
}

/**
 * Windows that have passed are opened until `untilMs` (the end of the last shift): late is better than never. The
 * promise itself is not touched; the verdict will find it missed.
 * @returns the stops, and the ids of those that were opened
 */
export function relaxOverdueWindows(
  stops: readonly RoutingStop[],
  nowMs: number,
  untilMs: number,
): { stops: RoutingStop[]; relaxedStopIds: string[] } {
  const relaxedStopIds: string[] = [];
  const relaxed = stops.map((stop): RoutingStop => {
    if (stop.window.toMs >= nowMs || untilMs <= stop.window.toMs) return stop;
    relaxedStopIds.push(stop.stopId);
    return { ...stop, window: { fromMs: stop.window.fromMs, toMs: untilMs } };
  });
  return { stops: relaxed, relaxedStopIds };
}
