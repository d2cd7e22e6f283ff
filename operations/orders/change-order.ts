/**
 * A cancellation or a new promise: a signal on the queue that every other signal takes, with who asked and why. The
 * signal is dated not before the order's last change, since signals of one order apply in the order of their times.
 */
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { isTerminal, msOf } from '../../domain/index.ts';
import type { OrderRecord } from '../../functions/platform/tables.ts';
import { type Signal, signalSchema } from '../../workflows/order-lifecycle/contracts.ts';
import { ActionBook } from '../actions/action-book.ts';
import type { Deployed } from '../deployed.ts';
import { requireOperator, requireReason } from '../identity.ts';
import type { ActionRecord, AmendRequest, CancelRequest, Identity } from '../model/actions.ts';
import { OperationError } from '../operation-error.ts';
import { OrderBook } from '../order-book.ts';

/** @throws OperationError UNKNOWN_ORDER, WRONG_STATE when the order has ended, BAD_INPUT, FORBIDDEN */
export async function cancelOrder(
  deployed: Deployed,
  identity: Identity,
  { orderId, initiator, why }: CancelRequest,
): Promise<ActionRecord> {
  const reason = checked(identity, why);
  const record = await openOrder(deployed, orderId);
  return new ActionBook(deployed).record(
    identity,
    { kind: 'cancel', why: reason, orderId, detail: { initiator } },
    async ({ actionId }) => {
      await sendSignal(deployed, record, identity, {
        signalId: `Cancelled#${orderId}#${actionId}`,
        kind: 'Cancelled',
        detail: { initiator, reason },
      });
      return { message: sentMessage(record) };
    },
  );
}

/** @throws OperationError UNKNOWN_ORDER, WRONG_STATE when the order has ended, BAD_INPUT, FORBIDDEN */
export async function amendOrder(
  deployed: Deployed,
  identity: Identity,
  { orderId, promise, initiator, why }: AmendRequest,
): Promise<ActionRecord> {
  const reason = checked(identity, why);
  const window = { from: isoTime(promise.from), to: isoTime(promise.to) };
  if (window.from >= window.to) {
    throw new OperationError(
      'BAD_INPUT',
      `the window ends (${window.to}) before or when it starts (${window.from})`,
      'Give a later end.',
    );
  }
  const record = await openOrder(deployed, orderId);
  if (window.to <= deployed.now()) {
    throw new OperationError('BAD_INPUT', `the window ended at ${window.to}`, 'Give one that ends in the future.');
  }
  return new ActionBook(deployed).record(
    identity,
    { kind: 'amend', why: reason, orderId, detail: { initiator, promise: window } },
    async ({ actionId }) => {
      await sendSignal(deployed, record, identity, {
        signalId: `Amended#${orderId}#${actionId}`,
        kind: 'Amended',
        detail: { initiator, reason, promise: window },
      });
      return { message: sentMessage(record) };
    },
  );
}

function checked(identity: Identity, why: string): string {
  requireOperator(identity);
  return requireReason(why);
}

function isoTime(text: string): string {
  try {
    return new Date(msOf(text)).toISOString();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new OperationError('BAD_INPUT', message, 'Write ISO 8601 with a zone, e.g. 2026-01-31T08:00:00Z.');
  }
}

/** @throws OperationError UNKNOWN_ORDER; WRONG_STATE when its life is over */
export async function openOrder(deployed: Deployed, orderId: string): Promise<OrderRecord> {
  const record = await new OrderBook(deployed).order(orderId);
  if (record === undefined) {
    throw new OperationError('UNKNOWN_ORDER', `there is no order ${orderId}`, 'Check the id; search the board for it.');
  }
  const { status, statusAt } = record;
  if ((isTerminal(status) && status !== 'FAILED') || status === 'DELIVERED') {
    throw new OperationError(
      'WRONG_STATE',
      `order ${orderId} is ${status} since ${statusAt}`,
      'Nothing was sent: an order that was handed over or has ended changes no more.',
    );
  }
  return record;
}

const sentMessage = ({ orderId, status }: OrderRecord): string =>
  status === 'FAILED'
    ? `sent; order ${orderId} has failed, so it takes effect when the order is replayed`
    : 'sent to the order';

/** Who asked, short enough for a signal. */
const MAX_BY = 200;

export async function sendSignal(
  deployed: Deployed,
  record: Pick<OrderRecord, 'orderId' | 'statusAt'>,
  { arn }: Identity,
  signal: Pick<Signal, 'signalId' | 'kind' | 'cycle' | 'detail'>,
): Promise<void> {
  const now = deployed.now();
  const body = signalSchema.parse({
    schemaVersion: 1,
    ...signal,
    orderId: record.orderId,
    at: laterOf(now, record.statusAt),
    by: arn.slice(0, MAX_BY),
  });
  await deployed.queues.send(
    new SendMessageCommand({ QueueUrl: deployed.output('SignalsQueueUrl'), MessageBody: JSON.stringify(body) }),
  );
}

const laterOf = (...times: readonly string[]): string => [...times].sort().at(-1) ?? '';
