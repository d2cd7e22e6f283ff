/** Query `route`: the driver's own route, offered or accepted, with the items to hand over at each stop. */
import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { TransientError } from '../../workflows/order-lifecycle/errors.ts';
import { ordersOf } from '../platform/planning-items.ts';
import type { OrderRecord } from '../platform/tables.ts';
import { type DriverPorts, readOffer, readRoute } from './driver-ports.ts';

/** Becomes a GraphQL error of this type: the query has no place for a refusal in its answer. */
export class RouteRefusedError extends Error {
  override readonly name = 'RouteRefused';
}

const BATCH = 100;

/** @throws RouteRefusedError unless the route was offered to the caller and not answered by no, or is driven by them */
export async function showRoute(driverId: string, routeId: string, ports: DriverPorts) {
  const offer = await readOffer(ports, routeId);
  const isOpen = offer?.state === 'OPEN' && offer.answerBy >= ports.now().toISOString();
  if (offer === undefined || offer.driverId !== driverId || !(isOpen || offer.state === 'ACCEPTED')) {
    throw new RouteRefusedError(
      `NOT_YOUR_ROUTE: route ${routeId} is not offered to ${driverId} and not driven by them.`,
    );
  }
  const route = await readRoute(ports, routeId);
  if (route === undefined) throw new Error(`Route ${routeId} has an offer but no item: the routes table lost it.`);
  const items = await itemsOf(
    ordersOf(route).map((order) => order.orderId),
    ports,
  );
  const { depotId, depotPosition, plannedDepartureAt, plannedReturnAt, returnLegSeconds, returnLegMeters } = route;
  return {
    routeId,
    vehicleId: offer.vehicleId,
    driverId,
    depotId,
    depotPosition,
    plannedDepartureAt,
    plannedReturnAt,
    returnLegSeconds,
    returnLegMeters,
    stops: route.stops.map(
      ({ stopId, sequence, position, plannedArrivalAt, serviceSeconds, legSeconds, legMeters, orders }) => ({
        stopId,
        sequence,
        position,
        plannedArrivalAt,
        serviceSeconds,
        legSeconds,
        legMeters,
        orders: orders.map(({ orderId, cycle }) => ({ orderId, cycle, items: items.get(orderId) ?? [] })),
      }),
    ),
  };
}

async function itemsOf(orderIds: readonly string[], ports: DriverPorts) {
  const found = new Map<string, { sku: string; quantity: number }[]>();
  for (let start = 0; start < orderIds.length; start += BATCH) {
    let wanted: Record<string, unknown>[] = orderIds
      .slice(start, start + BATCH)
      .map((orderId) => ({ orderId, sk: 'ORDER' }));
    for (let tries = 0; wanted.length > 0; tries += 1) {
      if (tries === 10)
        throw new TransientError(`${ports.ordersTable} left ${wanted.length} orders unread: ask again.`);
      const { Responses, UnprocessedKeys } = await ports.documents.send(
        new BatchGetCommand({ RequestItems: { [ports.ordersTable]: { Keys: wanted } } }),
      );
      for (const { orderId, order } of (Responses?.[ports.ordersTable] ?? []) as OrderRecord[]) {
        found.set(
          orderId,
          order.items.map(({ sku, quantity }) => ({ sku, quantity })),
        );
      }
      wanted = UnprocessedKeys?.[ports.ordersTable]?.Keys ?? [];
    }
  }
  return found;
}
