/**
 * The statuses of an order and the moves between them, as one table. The order record is only ever written through
 * `canMove` (or its inverse for a conditional write), so a late or repeated signal cannot take an order backwards.
 */

export const ORDER_STATUSES = [
  'PLACED',
  'PLANNED',
  'DISPATCHED',
  'OUT_FOR_DELIVERY',
  'ARRIVING',
  'DELIVERED',
  'ARCHIVED',
  'REJECTED',
  'CANCELLED',
  'ATTEMPT_FAILED',
  'RETURNED',
  'FAILED',
] as const;

export type OrderStatus = (typeof ORDER_STATUSES)[number];

// A stop may be reached, or missed, without the fixes that show it: the steps of the road may be skipped forward.
// PLACED again from a later status: the route was withdrawn or the promise amended, and the order is planned anew.
const MOVES: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  PLACED: ['PLANNED', 'REJECTED', 'CANCELLED', 'RETURNED', 'FAILED'],
  PLANNED: ['DISPATCHED', 'PLACED', 'CANCELLED', 'RETURNED', 'FAILED'],
  DISPATCHED: [
    'OUT_FOR_DELIVERY',
    'ARRIVING',
    'DELIVERED',
    'ATTEMPT_FAILED',
    'PLACED',
    'CANCELLED',
    'RETURNED',
    'FAILED',
  ],
  OUT_FOR_DELIVERY: ['ARRIVING', 'DELIVERED', 'ATTEMPT_FAILED', 'PLACED', 'CANCELLED', 'RETURNED', 'FAILED'],
  ARRIVING: ['DELIVERED', 'ATTEMPT_FAILED', 'PLACED', 'CANCELLED', 'RETURNED', 'FAILED'],
  // Goods that were handed over can be neither cancelled nor driven back; a later return is a new order.
  DELIVERED: ['ARCHIVED', 'FAILED'],
  ATTEMPT_FAILED: ['PLACED', 'RETURNED', 'CANCELLED', 'FAILED'],
  // A replayed execution goes on in the state it stopped in and writes that state's status, whichever it is.
  FAILED: [
    'PLACED',
    'PLANNED',
    'DISPATCHED',
    'OUT_FOR_DELIVERY',
    'ARRIVING',
    'DELIVERED',
    'ARCHIVED',
    'CANCELLED',
    'ATTEMPT_FAILED',
    'RETURNED',
  ],
  ARCHIVED: [],
  REJECTED: [],
  CANCELLED: [],
  RETURNED: [],
};

export function canMove(from: OrderStatus, to: OrderStatus): boolean {
  return MOVES[from].includes(to);
}

/** Every status an order may have just before `to`: the list a conditional write needs. */
export function statusesBefore(to: OrderStatus): OrderStatus[] {
  return ORDER_STATUSES.filter((from) => canMove(from, to));
}

/** Whether the order's own life is over. FAILED counts: nothing happens any more unless an operator replays it. */
export function isTerminal(status: OrderStatus): boolean {
  return status === 'FAILED' || MOVES[status].length === 0;
}
