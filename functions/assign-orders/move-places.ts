/**
 * Writes where an order stands on its changed route onto its record, with the event that tells of it. An order that has
 * been served, cancelled or planned anew meanwhile is passed over.
 */
import { TransientError } from '../../workflows/order-lifecycle/errors.ts';
import type { RouteChange } from '../../workflows/route-planning/contracts.ts';
import type { RouteReplanned } from '../../workflows/route-planning/events.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { changeOrder, readOrder } from '../platform/order-record.ts';
import type { AssignOrdersPorts } from './assign-ports.ts';

const ORDERS_AT_A_TIME = 10;
const MAX_TRIES = 5;
const ON_THEIR_WAY: readonly string[] = ['PLANNED', 'DISPATCHED', 'OUT_FOR_DELIVERY', 'ARRIVING', 'FAILED'];

type Moved = Pick<RouteReplanned, 'before' | 'after'> & { readonly orderId: string };

export async function movePlaces(
  route: RouteChange['route'],
  { stops }: RouteChange,
  waveId: string,
  ports: Pick<AssignOrdersPorts, 'documents' | 'ordersTable' | 'now'>,
): Promise<void> {
  const places = new Map(route.stops.flatMap((stop) => stop.orders.map(({ orderId }) => [orderId, stop] as const)));
  const moved = stops.flatMap(({ before, orderIds }) =>
    orderIds.flatMap((orderId): Moved[] => {
      const stop = places.get(orderId);
      if (before === null || stop === undefined) return [];
      const place = { stopSequence: stop.sequence, plannedArrivalAt: stop.plannedArrivalAt };
      const isMoved = stop.sequence !== before.sequence || stop.plannedArrivalAt !== before.arrivalAt;
      return isMoved
        ? [{ orderId, before: { stopSequence: before.sequence, plannedArrivalAt: before.arrivalAt }, after: place }]
        : [];
    }),
  );
  await inParallel(moved, ORDERS_AT_A_TIME, (each) => movePlace(each, route, waveId, ports));
}

async function movePlace(
  { orderId, before, after }: Moved,
  { routeId, version }: RouteChange['route'],
  waveId: string,
  { documents, ordersTable, now }: Pick<AssignOrdersPorts, 'documents' | 'ordersTable' | 'now'>,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const record = await readOrder(documents, ordersTable, orderId);
    if (record?.place?.routeId !== routeId || !ON_THEIR_WAY.includes(record.status)) return;
    const facts: RouteReplanned = { schemaVersion: 1, routeId, waveId, version, before, after };
    try {
      await changeOrder(documents, ordersTable, record, {
        set: { place: { ...record.place, ...after } },
        events: [
          {
            key: `RouteReplanned#${routeId}#${version}`,
            detailType: 'RouteReplanned',
            status: record.status,
            at: now().toISOString(),
            cause: `re-planned by ${waveId}`,
            facts: { ...facts },
          },
        ],
      });
      return;
    } catch (error) {
      // A milestone was written meanwhile: the place is set on what the record is now.
      if (!(error instanceof TransientError) || tries === MAX_TRIES) throw error;
    }
  }
}
