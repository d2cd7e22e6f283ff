/** The perfect-order verdict from what the order record keeps. */
import { type OrderStatus, type ProofOfDelivery, slaPolicy, type Verdict, verdict } from '../../domain/index.ts';
import type { Proof } from '../../workflows/order-lifecycle/contracts.ts';
import type { OrderRecord } from './tables.ts';

/** What the verdict looks at, where the change in hand differs from the record. */
export interface Ending {
  readonly status: OrderStatus;
  readonly deliveredAt?: string;
  readonly proof?: Proof;
  readonly cancelledBy?: OrderRecord['cancelledBy'];
}

export function verdictOf(record: OrderRecord, ending: Ending): Verdict {
  const { items } = record.order;
  return verdict(
    {
      status: ending.status,
      promise: record.promise,
      items,
      ...(ending.deliveredAt === undefined ? {} : { deliveredAt: ending.deliveredAt }),
      ...(ending.proof === undefined ? {} : { proof: proofOfDelivery(ending.proof, items) }),
      ...(ending.cancelledBy === undefined ? {} : { cancelledBy: ending.cancelledBy }),
    },
    slaPolicy(record.tier),
  );
}

/** A driver who names no items confirms the order as a whole. */
function proofOfDelivery(proof: Proof, items: OrderRecord['order']['items']): ProofOfDelivery {
  return {
    delivered: proof.delivered ?? items.map(({ sku, quantity }) => ({ sku, quantity })),
    damaged: proof.damaged ?? false,
    documents: [
      ...(proof.photoKey === undefined ? [] : (['photo'] as const)),
      ...(proof.signatureKey === undefined ? [] : (['signature'] as const)),
    ],
  };
}
