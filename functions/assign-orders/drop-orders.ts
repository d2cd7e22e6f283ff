/**
 * Takes orders off a planned route that are not to be served any more. Stops that lose all their orders go, the rest is
 * numbered anew. The leg around a stop that went is taken as the way through it, and the arrivals stay as planned: both
 * never promise more than the road gives.
 */
import type { PlannedRoute, PlannedStop } from '../../workflows/route-planning/contracts.ts';

/** @param keeps whether an order of the route stays on it */
export function dropOrders(route: PlannedRoute, keeps: (orderId: string, cycle: number) => boolean): PlannedRoute {
  const stops: PlannedStop[] = [];
  let seconds = 0;
  let meters = 0;
  for (const stop of route.stops) {
    seconds += stop.legSeconds;
    meters += stop.legMeters;
    const orders = stop.orders.filter((order) => keeps(order.orderId, order.cycle));
    if (orders.length === 0) continue;
    stops.push({ ...stop, sequence: stops.length + 1, orders, legSeconds: seconds, legMeters: meters });
    seconds = 0;
    meters = 0;
  }
  return {
    ...route,
    stops,
    returnLegSeconds: route.returnLegSeconds + seconds,
    returnLegMeters: route.returnLegMeters + meters,
  };
}
