/**
 * The gate of the intake: one message in, one order record or one rejection out, each written in one transaction with
 * the event that tells of it. A message never harms another: what is wrong with it is recorded and is a success for
 * the queue; only an error of the service around it makes this one message come again.
 *
 * There is no idempotency store here, as the writes are conditional: a repeated message finds its own record, of the
 * same content, and changes nothing.
 */
import { type DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { duplicateRefusal, type Order, parseOrder, type Refusal } from '../../domain/index.ts';
import { cancellationCodes, readOrder } from '../platform/order-record.ts';
import { contentHash, type IntakeMessage, placed, rejected } from './records.ts';

export interface AcceptOrderPorts {
  readonly documents: DynamoDBDocumentClient;
  readonly ordersTable: string;
  readonly fleetTable: string;
  readonly now: () => Date;
}

export interface AcceptResult {
  /** `repeated`: the same message was accepted or refused before. */
  readonly outcome: 'accepted' | 'refused' | 'repeated';
  /** The order id, or the id under which a message without a readable one is recorded. */
  readonly recordId: string;
  readonly refusals: readonly Refusal[];
}

/** A depot that is known stays known for this long; an unknown one is looked up for every order that names it. */
const DEPOT_CACHE_MS = 5 * 60_000;

/**
 * @returns the function that takes one message of the intake queue
 * @throws (the returned function) what the tables throw: the message is to be delivered again
 * @example const accept = orderAcceptor(ports); await accept({ body: '{"orderId": ...}', line: 12 });
 */
export function orderAcceptor(ports: AcceptOrderPorts): (message: IntakeMessage) => Promise<AcceptResult> {
  const isDepotKnown = depotDirectory(ports);
  return async function acceptMessage(message) {
    const parsed = parseOrder(message.body);
    if (!parsed.ok) return reject(ports, message, parsed.refusals, { orderId: parsed.orderId });
    const { order } = parsed;
    if (!(await isDepotKnown(order.depotId))) return reject(ports, message, [unknownDepot(order)], order);
    const written = await place(ports, message, order);
    if (Array.isArray(written)) return reject(ports, message, written, order);
    return { outcome: written, recordId: order.orderId, refusals: [] };
  };
}

/** @returns the refusals when the id belongs to an order with other content, or the table cannot hold the order */
async function place(
  { documents, ordersTable, now }: AcceptOrderPorts,
  message: IntakeMessage,
  order: Order,
): Promise<'accepted' | 'repeated' | Refusal[]> {
  const { record, event } = placed(order, message, now());
  try {
    await documents.send(
      new TransactWriteCommand({
        TransactItems: [
          { Put: { TableName: ordersTable, Item: record, ConditionExpression: 'attribute_not_exists(orderId)' } },
          { Put: { TableName: ordersTable, Item: event } },
        ],
      }),
    );
    return 'accepted';
  } catch (error) {
    const codes = cancellationCodes(error);
    if (codes?.[0] === 'ConditionalCheckFailed') {
      const known = await readOrder(documents, ordersTable, order.orderId);
      // Deleted in between: the next delivery of the message finds the id free.
      if (known === undefined) throw error;
      return known.contentKey === record.contentKey ? 'repeated' : [duplicateRefusal(order.orderId)];
    }
    if (isUnstorable(error, codes)) return [unstorable(error)];
    throw error;
  }
}

async function reject(
  { documents, ordersTable, now }: AcceptOrderPorts,
  message: IntakeMessage,
  refusals: readonly Refusal[],
  known: { readonly orderId?: string | undefined; readonly depotId?: string; readonly customer?: Order['customer'] },
): Promise<AcceptResult> {
  const recordId = known.orderId ?? `intake-${contentHash(message.body)}`;
  const { record, event } = rejected(
    { recordId, depotId: known.depotId ?? '', customerId: known.customer?.customerId ?? '' },
    message,
    refusals,
    now(),
  );
  try {
    await documents.send(
      new TransactWriteCommand({
        TransactItems: [
          { Put: { TableName: ordersTable, Item: record, ConditionExpression: 'attribute_not_exists(orderId)' } },
          { Put: { TableName: ordersTable, Item: event } },
        ],
      }),
    );
    return { outcome: 'refused', recordId, refusals };
  } catch (error) {
    if (cancellationCodes(error)?.[0] === 'ConditionalCheckFailed') return { outcome: 'repeated', recordId, refusals };
    throw error;
  }
}

function depotDirectory({ documents, fleetTable, now }: AcceptOrderPorts): (depotId: string) => Promise<boolean> {
  const knownUntilMs = new Map<string, number>();
  return async function isDepotKnown(depotId) {
    const nowMs = now().getTime();
    if ((knownUntilMs.get(depotId) ?? 0) > nowMs) return true;
    const { Item } = await documents.send(
      new GetCommand({ TableName: fleetTable, Key: { depotId, sk: 'DEPOT' }, ProjectionExpression: 'depotId' }),
    );
    if (Item === undefined) return false;
    knownUntilMs.set(depotId, nowMs + DEPOT_CACHE_MS);
    return true;
  };
}

const unknownDepot = ({ depotId }: Order): Refusal => ({
  field: 'depotId',
  value: depotId,
  remedy: 'give the id of a depot of the fleet, or add this depot to the fleet before its orders are sent',
  code: 'UNKNOWN_DEPOT',
});

// A number beyond what the table can hold (1e200 litres) passes as JSON and fails for ever: the sender must know.
const isUnstorable = (error: unknown, codes: readonly string[] | undefined): boolean =>
  codes?.[0] === 'ValidationError' || (error instanceof Error && error.name === 'ValidationException');

const unstorable = (error: unknown): Refusal => ({
  field: '$',
  value: null,
  remedy: `give numbers between -1e125 and 1e125 and an order that fits one record: ${(error as Error).message}`,
  code: 'OUT_OF_RANGE',
});
