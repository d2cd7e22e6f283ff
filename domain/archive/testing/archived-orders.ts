/** Archives in memory, for tests: orders of 2 March 2026 that were delivered well, with what a test changes of them. */
import type { ArchivedOrder } from '../archived-order.ts';
import { archiveKey, type ChainHead, chainEvents, chainName, placeAfter, sealRecord } from '../chain.ts';

/** `clock('10:05')` is 2 March 2026, 10:05 UTC. */
export const clock = (time: string): string => new Date(`2026-03-02T${time}:00Z`).toISOString();

type Record = ArchivedOrder['record'];

export interface OrderSpecimen {
  readonly orderId: string;
  readonly depotId?: string;
  readonly closedAt?: string;
  readonly archivedAt?: string;
  readonly record?: Partial<Record>;
  /** In place of the two of a delivery. */
  readonly events?: readonly { readonly status: string; readonly at: string; readonly [name: string]: unknown }[];
  readonly ledger?: { readonly [name: string]: unknown };
}

export const PERFECT: Record['verdict'] = {
  perfect: true,
  onTime: true,
  inFull: true,
  undamaged: true,
  documented: true,
  excluded: false,
  reasons: [],
};

export interface Archive {
  /** Text by key. */
  readonly objects: Map<string, string>;
  readonly heads: Map<string, ChainHead>;
}

/** Archived in this order, each in the chain of its depot and day. */
export function archiveOf(specimens: readonly OrderSpecimen[]): Archive {
  const objects = new Map<string, string>();
  const heads = new Map<string, ChainHead>();
  for (const specimen of specimens) {
    const content = contentOf(specimen);
    const chain = chainName(content.depotId, content.closedAt.slice(0, 10));
    const sealed = sealRecord(content, placeAfter(chain, heads.get(chain)));
    heads.set(chain, { sequence: sealed.chain.sequence, hash: sealed.chain.hash });
    objects.set(archiveKey(content.orderId, content.closedAt), JSON.stringify(sealed));
  }
  return { objects, heads };
}

function contentOf({ orderId, depotId = 'D1', closedAt = clock('12:05'), ...rest }: OrderSpecimen) {
  const { archivedAt = clock('12:06'), record = {}, ledger = { orderId } } = rest;
  const events = rest.events ?? [
    { status: 'PLACED', at: clock('08:01'), detailType: 'OrderPlaced' },
    { status: 'DELIVERED', at: clock('12:00') },
  ];
  const promise = { from: clock('10:00'), to: clock('14:00') };
  return {
    schemaVersion: 2,
    orderId,
    depotId,
    executionArn: `arn:${orderId}`,
    closedAt,
    archivedAt,
    record: {
      orderId,
      depotId,
      tier: 'standard',
      status: 'ARCHIVED',
      attempts: 1,
      cycle: 1,
      promise: { ...promise, version: 1, initial: promise },
      times: {
        placedAt: clock('08:00'),
        acceptedAt: clock('08:01'),
        plannedAt: clock('08:31'),
        dispatchedAt: clock('08:40'),
        departedAt: clock('09:00'),
        deliveredAt: clock('12:00'),
        closedAt,
        archivedAt,
      },
      place: { routeId: 'r-1', vehicleId: 'v-1', driverId: 'driver-1' },
      verdict: PERFECT,
      breaches: [],
      ...record,
    },
    events: chainEvents(
      events.map((event) => ({
        sk: `EVENT#${event.status}`,
        detailType: 'OrderStatusChanged',
        cause: 'signal',
        cycle: 1,
        ...event,
      })),
    ),
    rejections: [],
    ledger,
  };
}
