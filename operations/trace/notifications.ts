/**
 * What the customer was told, as it follows from the order's events and ETA notices: the same rule and keys as
 * `notify-customer` and `predict-eta` go by. What was in fact sent is kept there by its key alone, out of reach of a query.
 */
import type { NotificationView, OrderEventView, SignalView } from '../model/trace.ts';

const KIND_OF_STATUS: Readonly<Record<string, string>> = {
  DISPATCHED: 'driver-assigned',
  OUT_FOR_DELIVERY: 'out-for-delivery',
  ARRIVING: 'arriving',
  DELIVERED: 'delivered',
  ATTEMPT_FAILED: 'attempt-failed',
  RETURNED: 'returned',
  CANCELLED: 'cancelled',
};
/** A status that a later one stood in for is told with that later one. */
const IMPLIED = 'implied';

export function notificationsOf(
  orderId: string,
  { events, signals }: { readonly events: readonly OrderEventView[]; readonly signals: readonly SignalView[] },
): readonly NotificationView[] {
  const told = new Map<string, NotificationView>();
  const tell = (key: string, kind: string, at: string): void => {
    if (!told.has(key)) told.set(key, { key, kind, at });
  };
  for (const { type, status, at, cause, cycle } of events) {
    const kind = type === 'OrderPlaced' ? 'order-confirmed' : KIND_OF_STATUS[status];
    if (kind === undefined || (type !== 'OrderPlaced' && type !== 'OrderStatusChanged') || cause === IMPLIED) continue;
    tell(`${orderId}/${cycle}/${kind}`, kind, at);
  }
  for (const { signalId, kind, at } of signals) {
    if (kind === 'EtaSlipped') tell(signalId, 'delay', at);
    if (kind === 'EtaRecovered') tell(signalId, 'delay-recovered', at);
  }
  return [...told.values()].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}
