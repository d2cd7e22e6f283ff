/**
 * An orders file as lines: what each says of itself before anyone has judged it. A line is sent as it stands; only
 * what tells when it was placed and what it is called is read here.
 */
import { isoOf, ORDER_ID_PATTERN, type ParsedOrder, parseOrder } from '../domain/index.ts';

export interface OrderLine {
  /** From 1, as an editor counts. */
  readonly line: number;
  /** Without its line break. */
  readonly text: string;
  /** Absent when the line has no id that could name an order. */
  readonly orderId?: string;
  /** Absent when the line has no readable time of placing. */
  readonly placedMs?: number;
  readonly parsed: ParsedOrder;
}

/** Lines with nothing on them are no orders and are left out; their numbers stay taken. */
export function readOrderLines(content: string): OrderLine[] {
  return content.split('\n').flatMap((raw, index): OrderLine[] => {
    const text = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    return text.trim() === '' ? [] : [describe(index + 1, text)];
  });
}

function describe(line: number, text: string): OrderLine {
  const parsed = parseOrder(text);
  const { orderId, placedAt } = parsed.ok ? parsed.order : looseFields(text);
  const placedMs = typeof placedAt === 'string' ? instantOf(placedAt) : undefined;
  return {
    line,
    text,
    parsed,
    ...(typeof orderId === 'string' && ORDER_ID_PATTERN.test(orderId) ? { orderId } : {}),
    ...(placedMs === undefined ? {} : { placedMs }),
  };
}

function looseFields(text: string): { orderId?: unknown; placedAt?: unknown } {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function instantOf(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T.*Z$/.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** The line with every time of the order moved by `byMs`; a line that is no order stays as it is. */
export function shiftedLine(line: OrderLine, byMs: number): OrderLine {
  if (!line.parsed.ok) return line;
  const { order } = line.parsed;
  const move = (iso: string): string => isoOf(Date.parse(iso) + byMs);
  const moved = {
    ...order,
    placedAt: move(order.placedAt),
    promise: { from: move(order.promise.from), to: move(order.promise.to) },
  };
  return describe(line.line, JSON.stringify(moved));
}
