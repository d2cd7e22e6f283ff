/** What happens at a customer's door: a delivery with its proof, or a failed attempt with its reason. */
import type { Prng } from '../domain/index.ts';
import type { Proof } from '../workflows/order-lifecycle/contracts.ts';
import type { DriverOrder } from './driver-documents.ts';
import type { DriverProfile } from './profiles.ts';

export const FAILURE_REASONS = ['CUSTOMER_ABSENT', 'ADDRESS_UNKNOWN', 'ACCESS_DENIED', 'REFUSED_BY_CUSTOMER'] as const;

const RECEIVERS = ['customer', 'customer', 'customer', 'household member', 'neighbour', 'reception'] as const;

export type DoorOutcome =
  | { readonly kind: 'delivered'; readonly proof: Proof; readonly isShort: boolean }
  | { readonly kind: 'failed'; readonly reason: (typeof FAILURE_REASONS)[number] };

/** @param prng the order's own stream: what happens at one door does not depend on the doors before */
export function knock(
  routeId: string,
  { orderId, cycle, items }: DriverOrder,
  door: DriverProfile['door'],
  prng: Prng,
): DoorOutcome {
  if (prng.next() < door.failedAttemptRate) return { kind: 'failed', reason: prng.pick(FAILURE_REASONS) };
  const isDamaged = prng.next() < door.damagedRate;
  const isDocumented = prng.next() >= door.missingDocumentRate;
  const isShort = prng.next() < door.shortRate;
  const delivered = items.map(({ sku, quantity }, index) => ({
    sku,
    quantity: isShort && index === 0 ? quantity - 1 : quantity,
  }));
  return {
    kind: 'delivered',
    isShort,
    proof: {
      receivedBy: prng.pick(RECEIVERS),
      ...(isDocumented ? { photoKey: `proofs/${routeId}/${orderId}-${cycle}.jpg` } : {}),
      ...(isDamaged ? { damaged: true } : {}),
      delivered,
    },
  };
}
