/** Signals that go to every order of a route. Their ids follow from kind, order and cycle: a repeat is a duplicate. */
import type { RoutePlace, SignalKind } from '../../workflows/order-lifecycle/contracts.ts';
import type { PlannedRoute } from '../../workflows/route-planning/contracts.ts';
import type { NewSignal } from './signals.ts';

export const signalIdOf = (kind: SignalKind, orderId: string, cycle: number): string => `${kind}#${orderId}#${cycle}`;

/** @param at ISO time at which it happened in the world */
export function routeSignals(
  route: PlannedRoute,
  kind: SignalKind,
  at: string,
  detailOf: (place: RoutePlace) => NonNullable<NewSignal['detail']>,
): NewSignal[] {
  return route.stops.flatMap((stop) =>
    stop.orders.map(({ orderId, cycle }) => ({
      signalId: signalIdOf(kind, orderId, cycle),
      orderId,
      kind,
      cycle,
      at,
      detail: detailOf({
        routeId: route.routeId,
        vehicleId: route.vehicleId,
        driverId: route.driverId,
        stopId: stop.stopId,
        stopSequence: stop.sequence,
        plannedArrivalAt: stop.plannedArrivalAt,
      }),
    })),
  );
}
