/**
 * The gate of the intake: text in, a parsed order or the complete list of what is wrong with it out. Nothing here
 * throws for bad input, and one bad order never affects its neighbours. An order promised in the past is accepted:
 * late is better than never, and its verdict will say so.
 */
import { type Refusal, refusalsOf } from '../refusal.ts';
import { byteLength, readJson } from './json-text.ts';
import { ORDER_ID_PATTERN, type Order, orderSchema } from './order.ts';

/** Half of what one queue message may hold, so that an order with its envelope always fits the whole way. */
export const MAX_ORDER_BYTES = 128 * 1024;

export type ParsedOrder =
  | { readonly ok: true; readonly order: Order }
  | {
      readonly ok: false;
      /** Present when the text has an id that could name an order, whatever else is wrong. */
      readonly orderId?: string;
      readonly refusals: Refusal[];
    };

function readableOrderId(document: unknown): string | undefined {
  const orderId = (document as { orderId?: unknown } | null)?.orderId;
  return typeof orderId === 'string' && ORDER_ID_PATTERN.test(orderId) ? orderId : undefined;
}

/**
 * @param text one JSON object; a UTF-8 byte order mark is tolerated
 * @example parseOrder('{"orderId": "o-1"}') // { ok: false, orderId: 'o-1', refusals: [{ field: 'placedAt', ... }, ...] }
 */
export function parseOrder(text: string): ParsedOrder {
  const json = readJson(text);
  const orderId = json.ok ? readableOrderId(json.value) : undefined;
  const refuse = (refusals: Refusal[]): ParsedOrder =>
    orderId === undefined ? { ok: false, refusals } : { ok: false, orderId, refusals };

  const bytes = byteLength(text);
  if (bytes > MAX_ORDER_BYTES) {
    const remedy = `send an order of at most ${MAX_ORDER_BYTES} bytes; this one has ${bytes} bytes: split it`;
    return refuse([{ field: '$', value: `${bytes} bytes`, remedy, code: 'TOO_LARGE' }]);
  }
  if (!json.ok) return refuse([json.refusal]);
  const parsed = orderSchema.safeParse(json.value);
  return parsed.success ? { ok: true, order: parsed.data } : refuse(refusalsOf(parsed.error, json.value));
}

/** The refusal of an order for a depot nobody knows; undefined when the depot is known. */
export function checkDepot(order: Pick<Order, 'depotId'>, knownDepotIds: Iterable<string>): Refusal | undefined {
  const known = [...knownDepotIds];
  if (known.includes(order.depotId)) return undefined;
  const shown = known.slice(0, 10).join(', ') + (known.length > 10 ? ` and ${known.length - 10} more` : '');
  const remedy = known.length === 0 ? 'add the depot to the fleet first; none is known' : `give one of ${shown}`;
  return { field: 'depotId', value: order.depotId, remedy, code: 'UNKNOWN_DEPOT' };
}

/** The refusal of an order whose id was taken before by an order with another content. */
export function duplicateRefusal(orderId: string): Refusal {
  const remedy = 'give a new orderId; this one belongs to an order with other content, which stays as it is';
  return { field: 'orderId', value: orderId, remedy, code: 'DUPLICATE' };
}

/** Canonical JSON (sorted keys): two orders have the same key exactly when their parsed content is the same. */
export function orderContentKey(order: Order): string {
  return canonical(order);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  entries.sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join(',')}}`;
}
