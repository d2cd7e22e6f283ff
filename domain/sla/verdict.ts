/**
 * The perfect-order verdict (SCOR RL.1.1): perfect when delivered on time, in full, undamaged and documented. Each
 * failed part gives its reason with a code, so that a share of 94 % can be taken apart. The verdict is a function of
 * the order's own record and can be recomputed by anyone.
 */
import { committedWindow, type Initiator, type OrderPromise, type PromiseWindow } from '../order/promise.ts';
import type { OrderStatus } from '../order/status.ts';
import { msOf } from '../time.ts';
import type { SlaPolicy } from './policy.ts';

export const DOCUMENT_KINDS = ['photo', 'signature'] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

export interface DeliveredItem {
  readonly sku: string;
  readonly quantity: number;
}

/** What the driver confirms at the door. */
export interface ProofOfDelivery {
  readonly delivered: readonly DeliveredItem[];
  readonly damaged: boolean;
  readonly documents: readonly DocumentKind[];
}

export interface VerdictRecord {
  readonly status: OrderStatus;
  readonly promise: PromiseWindow & Pick<OrderPromise, 'committed'>;
  readonly items: readonly DeliveredItem[];
  /** ISO 8601; absent when the goods never changed hands. */
  readonly deliveredAt?: string;
  readonly proof?: ProofOfDelivery;
  readonly cancelledBy?: Initiator;
}

export const VERDICT_PARTS = ['onTime', 'inFull', 'undamaged', 'documented'] as const;
export type VerdictPart = (typeof VERDICT_PARTS)[number];

export const VERDICT_CODES = [
  'LATE',
  'EARLY',
  'SHORT',
  'EXCESS',
  'DAMAGED',
  'NO_PROOF',
  'NO_DOCUMENT',
  'REJECTED',
  'CANCELLED',
  'RETURNED',
  'FAILED',
  'NOT_DELIVERED',
] as const;
export type VerdictCode = (typeof VERDICT_CODES)[number];

export interface VerdictReason {
  readonly part: VerdictPart;
  readonly code: VerdictCode;
  readonly detail: string;
}

export interface Verdict {
  readonly perfect: boolean;
  readonly onTime: boolean;
  readonly inFull: boolean;
  readonly undamaged: boolean;
  readonly documented: boolean;
  /** Cancelled by the customer: counted neither for nor against us. */
  readonly excluded: boolean;
  readonly reasons: readonly VerdictReason[];
}

export function verdict(record: VerdictRecord, policy: Pick<SlaPolicy, 'earlyIsMiss'>): Verdict {
  const excluded = record.status === 'CANCELLED' && record.cancelledBy === 'customer';
  const reasons =
    record.deliveredAt === undefined
      ? undeliveredReasons(record)
      : [...timeReasons(record.deliveredAt, record, policy), ...proofReasons(record)];
  const passed = (part: VerdictPart): boolean => !reasons.some((reason) => reason.part === part);
  return {
    perfect: reasons.length === 0,
    onTime: passed('onTime'),
    inFull: passed('inFull'),
    undamaged: passed('undamaged'),
    documented: passed('documented'),
    excluded,
    reasons,
  };
}

const ENDS_WITHOUT_DELIVERY = ['REJECTED', 'CANCELLED', 'RETURNED', 'FAILED'] as const;

function undeliveredReasons(record: VerdictRecord): VerdictReason[] {
  const code = ENDS_WITHOUT_DELIVERY.find((status) => status === record.status) ?? 'NOT_DELIVERED';
  const detail = `the order was not delivered; its status is ${record.status}`;
  return VERDICT_PARTS.map((part) => ({ part, code, detail }));
}

function timeReasons(
  deliveredAt: string,
  record: VerdictRecord,
  policy: Pick<SlaPolicy, 'earlyIsMiss'>,
): VerdictReason[] {
  const { from, to } = committedWindow(record.promise);
  const deliveredMs = msOf(deliveredAt);
  if (deliveredMs > msOf(to)) {
    const seconds = Math.ceil((deliveredMs - msOf(to)) / 1000);
    return [{ part: 'onTime', code: 'LATE', detail: `delivered ${seconds} s after ${to}` }];
  }
  if (policy.earlyIsMiss && deliveredMs < msOf(from)) {
    const seconds = Math.ceil((msOf(from) - deliveredMs) / 1000);
    return [{ part: 'onTime', code: 'EARLY', detail: `delivered ${seconds} s before ${from}` }];
  }
  return [];
}

function proofReasons({ items, proof }: VerdictRecord): VerdictReason[] {
  if (proof === undefined) {
    const detail = 'there is no proof of delivery';
    return (['inFull', 'undamaged', 'documented'] as const).map((part) => ({ part, code: 'NO_PROOF', detail }));
  }
  const reasons: VerdictReason[] = quantityReasons(items, proof.delivered);
  if (proof.damaged) reasons.push({ part: 'undamaged', code: 'DAMAGED', detail: 'the driver reported damage' });
  if (proof.documents.length === 0) {
    const detail = `the proof has no ${DOCUMENT_KINDS.join(' or ')}`;
    reasons.push({ part: 'documented', code: 'NO_DOCUMENT', detail });
  }
  return reasons;
}

function quantityReasons(ordered: readonly DeliveredItem[], delivered: readonly DeliveredItem[]): VerdictReason[] {
  const missing = new Map<string, number>();
  for (const { sku, quantity } of ordered) missing.set(sku, (missing.get(sku) ?? 0) + quantity);
  for (const { sku, quantity } of delivered) missing.set(sku, (missing.get(sku) ?? 0) - quantity);
  return [...missing].flatMap(([sku, pieces]): VerdictReason[] => {
    if (pieces === 0) return [];
    if (pieces > 0) return [{ part: 'inFull', code: 'SHORT', detail: `${pieces} of ${sku} missing` }];
    return [{ part: 'inFull', code: 'EXCESS', detail: `${-pieces} of ${sku} more than ordered` }];
  });
}
