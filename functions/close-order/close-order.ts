/** The goods have changed hands: the record gets its delivery, its proof and its verdict, and the ledger is closed. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Verdict } from '../../domain/index.ts';
import { orderFrameSchema, type Proof, proofSchema, type Reached } from '../../workflows/order-lifecycle/contracts.ts';
import { OrderStateError } from '../../workflows/order-lifecycle/errors.ts';
import type { Ledger } from '../platform/ledger/ledger.ts';
import { changeOrder, type OrderChange, requireOrder } from '../platform/order-record.ts';
import { withdrawRequest } from '../platform/route-requests.ts';
import { advanceClock } from '../platform/stage-clock.ts';
import type { OrderRecord, OrderTimes } from '../platform/tables.ts';
import { verdictOf } from '../platform/verdict-of.ts';

export interface CloseOrderPorts {
  readonly documents: DynamoDBDocumentClient;
  readonly ordersTable: string;
  readonly planningTable: string;
  readonly ledger: Ledger;
  now(): Date;
}

export async function closeOrder(event: { frame: unknown }, ports: CloseOrderPorts): Promise<Pick<Verdict, 'perfect'>> {
  const frame = orderFrameSchema.parse(event.frame);
  const { reached } = frame;
  if (reached?.kind !== 'Delivered') {
    throw new OrderStateError(`Order ${frame.orderId} is closed on ${reached?.kind}: only Delivered closes an order.`);
  }
  const now = ports.now().toISOString();
  const record = await requireOrder(ports.documents, ports.ordersTable, frame.orderId);
  let perfect = record.verdict?.perfect ?? false;
  if (record.times.deliveredAt === undefined) {
    const change = deliveredChange(record, reached, now);
    await changeOrder(ports.documents, ports.ordersTable, record, change);
    perfect = change.set.verdict?.perfect ?? false;
  }
  await withdrawRequest(ports.documents, ports.planningTable, frame);
  await ports.ledger.close(frame.orderId, now);
  return { perfect };
}

/** What a delivery changes on the record. */
export function deliveredChange(record: OrderRecord, reached: Reached, closedAt: string): OrderChange {
  const deliveredAt = reached.at;
  const proof = proofIn(reached);
  const clock = advanceClock(record, 'DELIVERED', deliveredAt);
  const attempts = record.attempts + 1;
  return {
    set: {
      ...clock.set,
      attempts,
      status: 'DELIVERED',
      statusAt: deliveredAt,
      cause: 'signal Delivered',
      times: { ...notAfter(record.times, deliveredAt), deliveredAt, closedAt },
      verdict: verdictOf(record, { status: 'DELIVERED', deliveredAt, ...(proof === undefined ? {} : { proof }) }),
      ...(proof === undefined ? {} : { proof }),
    },
    events: [
      {
        key: `OrderStatusChanged#${record.cycle}#DELIVERED`,
        detailType: 'OrderStatusChanged',
        status: 'DELIVERED',
        at: deliveredAt,
        cause: 'signal Delivered',
        facts: { by: reached.by },
      },
      ...clock.events,
    ],
  };
}

/** A position fix that was sampled after the driver's confirmation cannot make the arrival later than the delivery. */
function notAfter(times: OrderTimes, deliveredAt: string): OrderTimes {
  const bounded = Object.entries(times).map(([name, at]) => [name, at > deliveredAt ? deliveredAt : at]);
  return Object.fromEntries(bounded) as OrderTimes;
}

function proofIn(reached: Reached): Proof | undefined {
  const proof = proofSchema.safeParse(reached.detail?.['proof']);
  return proof.success ? proof.data : undefined;
}
