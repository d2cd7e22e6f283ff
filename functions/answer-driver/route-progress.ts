/** How far along its stops a route is, from what its driver reported. */
import type { RouteRecord } from '../platform/planning-items.ts';

/**
 * The first stop that still has an order without outcome, from the last stop on where something happened: a stop that
 * the driver passed by is not gone back to. One more than the number of stops when nothing is left.
 * @param route only `stops`, `outcomes` and `dropped` are read
 */
export function nextSequenceOf(route: Pick<RouteRecord, 'stops' | 'outcomes' | 'dropped'>): number {
  const settled = new Set([...route.outcomes.map((outcome) => outcome.orderId), ...(route.dropped ?? [])]);
  const reached = Math.max(
    1,
    ...route.stops
      .filter((stop) => stop.orders.some(({ orderId }) => settled.has(orderId)))
      .map((stop) => stop.sequence),
  );
  const open = route.stops.find(
    (stop) => stop.sequence >= reached && stop.orders.some(({ orderId }) => !settled.has(orderId)),
  );
  return open?.sequence ?? route.stops.length + 1;
}
