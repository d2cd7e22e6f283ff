/** An order query as SQL: the conditions that hold together, the sort, and one page of it with the count of all. */
import { isoOf, msOf, ORDER_STATUSES } from '../../domain/index.ts';
import { ORDER_SORTS, type OrderQuery, type OrderRow, type OrderView, type PromiseState } from '../model/orders.ts';
import { OperationError } from '../operation-error.ts';
import { viewOf } from './order-row.ts';
import type { Cell, OrderStore } from './order-store.ts';

export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 500;

/** The state of the promise at `?`, which stands in it twice. */
export const PROMISE_STATE = `CASE WHEN settled IS NOT NULL THEN settled WHEN committedTo < ? THEN 'LATE'
  WHEN atRisk = 1 OR stageDueAt < ? THEN 'AT_RISK' ELSE 'ON_TIME' END`;

interface Where {
  readonly sql: string;
  readonly cells: readonly Cell[];
}

/** @throws OperationError BAD_INPUT */
export function whereOf(query: OrderQuery, now: string): Where {
  const parts: string[] = [];
  const cells: Cell[] = [];
  const hold = (sql: string, ...values: readonly Cell[]): void => {
    parts.push(sql);
    cells.push(...values);
  };
  const isOneOf = (column: string, values: readonly string[] | undefined): void => {
    if (values === undefined || values.length === 0) return;
    hold(`${column} IN (${values.map(() => '?').join(', ')})`, ...values);
  };
  isOneOf('status', knownStatuses(query.status));
  isOneOf('depotId', query.depotId);
  for (const name of ['customerId', 'driverId', 'vehicleId', 'routeId', 'tier'] as const) {
    const value = query[name];
    if (value !== undefined) hold(`${name} = ?`, value);
  }
  if (query.perfect !== undefined) hold('perfect = ?', Number(query.perfect));
  if (query.reason !== undefined) hold('instr(reasons, ?) > 0', `,${query.reason},`);
  if (query.breached !== undefined) hold(query.breached ? 'breaches > 0' : 'breaches = 0');
  if (query.breachedStage !== undefined) hold('instr(breachedStages, ?) > 0', `,${query.breachedStage},`);
  if (query.minStageAgeSeconds !== undefined) {
    hold('statusAt <= ?', isoOf(Date.parse(now) - finite('minStageAgeSeconds', query.minStageAgeSeconds) * 1000));
  }
  if (query.placedFrom !== undefined) hold('placedAt >= ?', timeOf(query.placedFrom));
  if (query.placedTo !== undefined) hold('placedAt < ?', timeOf(query.placedTo));
  if (query.closedFrom !== undefined) hold('closedAt >= ?', timeOf(query.closedFrom));
  if (query.closedTo !== undefined) hold('closedAt < ?', timeOf(query.closedTo));
  const states = query.promiseState ?? [];
  if (states.length > 0) {
    hold(`${PROMISE_STATE} IN (${states.map(() => '?').join(', ')})`, now, now, ...states);
  }
  const text = query.text?.trim().toLowerCase() ?? '';
  if (text !== '') hold('id IN (SELECT id FROM texts WHERE instr(text, ?) > 0)', text);
  return { sql: parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`, cells };
}

export interface Page {
  readonly orders: readonly OrderView[];
  readonly total: number;
}

interface PageRow {
  readonly json: string;
  readonly promiseState: PromiseState;
}

/** @throws OperationError BAD_INPUT */
export function searchOrders(store: OrderStore, query: OrderQuery, now: string): Page {
  const limit = whole('limit', query.limit ?? DEFAULT_LIMIT, 1, MAX_LIMIT);
  const offset = whole('offset', query.offset ?? 0, 0, Number.MAX_SAFE_INTEGER);
  const where = whereOf(query, now);
  const total = store.one<{ n: number }>(`SELECT count(*) AS n FROM orders ${where.sql}`, ...where.cells)?.n ?? 0;
  if (total <= offset) return { orders: [], total };
  const rows = store.all<PageRow>(
    `SELECT json, promiseState FROM (SELECT id, ${PROMISE_STATE} AS promiseState FROM orders ${where.sql} ` +
      `${orderBy(query, total)} LIMIT ? OFFSET ?) JOIN documents USING (id)`,
    now,
    now,
    ...where.cells,
    limit,
    offset,
  );
  return {
    total,
    orders: rows.map(({ json, promiseState }) => viewOf(JSON.parse(json) as OrderRow, promiseState, now)),
  };
}

/**
 * So many matches are sorted faster than they are found one by one along an index of the sort. The sign in front of the
 * column tells SQLite.
 */
const SORTED_AT_ONCE = 20_000;

const NULLABLE: readonly string[] = ['routeId', 'driverId', 'stageDueAt', 'slipSeconds'];

/** Rows without a value come last both ways; in descending order SQLite has them there by itself. */
function orderBy({ sort = 'placedAt', descending = false }: OrderQuery, matches: number): string {
  if (!ORDER_SORTS.includes(sort)) {
    throw new OperationError(
      'BAD_INPUT',
      `orders are not sorted by '${sort}'`,
      `Use one of ${ORDER_SORTS.join(', ')}.`,
    );
  }
  const direction = descending ? 'DESC' : 'ASC';
  const by = matches > SORTED_AT_ONCE ? sort : `+${sort}`;
  if (sort === 'orderId') return `ORDER BY ${by} ${direction}`;
  const nulls = NULLABLE.includes(sort) && !descending ? ' NULLS LAST' : '';
  return `ORDER BY ${by} ${direction}${nulls}, orderId ${direction}`;
}

function knownStatuses(statuses: OrderQuery['status']): OrderQuery['status'] {
  const unknown = statuses?.find((status) => !(ORDER_STATUSES as readonly string[]).includes(status));
  if (unknown === undefined) return statuses;
  throw new OperationError('BAD_INPUT', `no order is ever '${unknown}'`, `Use one of ${ORDER_STATUSES.join(', ')}.`);
}

function timeOf(text: string): string {
  try {
    return isoOf(msOf(text));
  } catch (error) {
    throw new OperationError('BAD_INPUT', (error as Error).message, 'Write ISO 8601 UTC.');
  }
}

function finite(name: string, value: number): number {
  if (Number.isFinite(value) && value >= 0) return value;
  throw new OperationError('BAD_INPUT', `${name} is ${value}`, 'Give a number from 0.');
}

function whole(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new OperationError('BAD_INPUT', `${name} is ${value}`, `Give a whole number from ${least} to ${most}.`);
}
