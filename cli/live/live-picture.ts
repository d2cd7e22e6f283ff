/** What is shown of a running region: its orders by status, the one that changed last first. */
import type { OrderStatus } from '../../domain/index.ts';
import type { OrderBookContent } from '../../operations/index.ts';

/** What the terminal shows. */
export interface Picture {
  /** Virtual time, ISO 8601. */
  readonly now: string;
  readonly counts: Readonly<Record<string, number>>;
  /** The order that changed last comes first. */
  readonly orders: readonly PictureOrder[];
}

interface PictureOrder {
  readonly orderId: string;
  readonly status: OrderStatus;
  readonly statusAt: string;
  readonly promiseTo?: string;
  readonly vehicleId?: string;
}

/** In the order in which an order passes them; what is not here comes after, by name. */
const STATUS_ORDER = [
  'PLACED',
  'PLANNED',
  'DISPATCHED',
  'OUT_FOR_DELIVERY',
  'ARRIVING',
  'DELIVERED',
  'ARCHIVED',
  'ATTEMPT_FAILED',
  'RETURNED',
  'CANCELLED',
  'REJECTED',
  'FAILED',
];

export function pictureOf({ orders, rejections }: OrderBookContent, nowMs: number): Picture {
  const shown: PictureOrder[] = [
    ...orders.map(({ orderId, status, statusAt, promise, place }) => ({
      orderId,
      status,
      statusAt,
      promiseTo: promise.to,
      ...(place === undefined ? {} : { vehicleId: place.vehicleId }),
    })),
    ...rejections.map(({ orderId, rejectedAt }) => ({ orderId, status: 'REJECTED' as const, statusAt: rejectedAt })),
  ];
  shown.sort((a, b) =>
    a.statusAt === b.statusAt ? (a.orderId < b.orderId ? -1 : 1) : a.statusAt < b.statusAt ? 1 : -1,
  );
  const counts: Record<string, number> = {};
  for (const status of STATUS_ORDER) {
    const count = shown.filter((order) => order.status === status).length;
    if (count > 0) counts[status] = count;
  }
  return { now: new Date(nowMs).toISOString(), counts, orders: shown };
}
