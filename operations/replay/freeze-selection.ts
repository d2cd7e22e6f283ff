/**
 * Freezing a selection: the exact list of runs that failed, written down before anything is done, so that what is
 * replayed later is what was looked at now.
 */
import { createHash } from 'node:crypto';
import type { Board } from '../board/board.ts';
import { whereOf } from '../board/order-query.ts';
import type { Deployed } from '../deployed.ts';
import { requireOperator, requireReason } from '../identity.ts';
import type { Identity } from '../model/actions.ts';
import type { OrderQuery, OrderRow } from '../model/orders.ts';
import type { JobMode, ReplayJob } from '../model/replay.ts';
import { OperationError } from '../operation-error.ts';
import { failedRows } from './failure-groups.ts';
import { countsOf, JobStore, type StoredItem } from './job-store.ts';

/** Exactly one of `groupIds`, `orderIds` and `query` says what is selected. */
export interface SelectionRequest {
  readonly groupIds?: readonly string[];
  readonly orderIds?: readonly string[];
  /** Of what it matches, the failed orders. */
  readonly query?: OrderQuery;
  readonly why: string;
  readonly mode: JobMode;
  /** 0 < rate <= 300. */
  readonly ratePerSecond: number;
  readonly identity: Identity;
}

/** RedriveExecution and StartExecution take 300 a second in an account, for everybody together. */
const MAX_RATE = 300;
/** Items have six digits. */
const MAX_ITEMS = 100_000;
const NAMED = 5;

/** @throws OperationError NOTHING_SELECTED, UNKNOWN_ORDER, UNKNOWN_GROUP, TOO_MANY, BAD_INPUT, FORBIDDEN */
export async function freezeSelection(deployed: Deployed, board: Board, request: SelectionRequest): Promise<ReplayJob> {
  const { identity, mode, ratePerSecond, groupIds, orderIds } = request;
  requireOperator(identity);
  const why = requireReason(request.why);
  if (!(ratePerSecond > 0 && ratePerSecond <= MAX_RATE)) {
    throw new OperationError(
      'BAD_INPUT',
      `the rate is ${ratePerSecond} a second`,
      `Give more than 0 and at most ${MAX_RATE}.`,
    );
  }
  const items = selectedRows(board, request, deployed.now()).map(itemOf);
  if (!items.some(({ state }) => state === 'PENDING')) throw nothingSelected(items);
  if (items.length > MAX_ITEMS) {
    throw new OperationError(
      'TOO_MANY',
      `${items.length} orders are selected`,
      `Select at most ${MAX_ITEMS}, e.g. by depot.`,
    );
  }
  const createdAt = deployed.now();
  const job: ReplayJob = {
    jobId: jobIdOf(createdAt, [identity.arn, why, mode, ratePerSecond], items),
    createdAt,
    by: identity.arn,
    why,
    mode,
    ratePerSecond,
    selectedFrom: {
      ...(groupIds === undefined ? {} : { groupIds }),
      ...(orderIds === undefined ? {} : { orderIds: orderIds.length }),
      ...(request.query?.depotId?.length === 1 ? { depotId: String(request.query.depotId[0]) } : {}),
    },
    state: 'FROZEN',
    counts: countsOf(items),
    total: items.length,
  };
  const store = new JobStore(deployed);
  // The same selection, frozen twice at one moment by one operator for one reason and in one way, is one job.
  return (await store.create(job, items)) ? job : store.require(job.jobId);
}

function jobIdOf(createdAt: string, asked: readonly (string | number)[], items: readonly StoredItem[]): string {
  const content = JSON.stringify([
    ...asked,
    items.map(({ executionArn, redriveCount }) => [executionArn, redriveCount]),
  ]);
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 6);
  return `${createdAt.replace(/[-:]/g, '').replace(/\.\d+Z$/, '')}-${hash}`;
}

function selectedRows(board: Board, { groupIds, orderIds, query }: SelectionRequest, now: string): OrderRow[] {
  if ([groupIds, orderIds, query].filter((given) => given !== undefined).length !== 1) {
    throw new OperationError(
      'BAD_INPUT',
      'it is not clear what is selected',
      'Give groups, order ids or a query: one of them.',
    );
  }
  if (groupIds !== undefined) return ofGroups(board, [...new Set(groupIds)]);
  if (orderIds !== undefined) return ofOrders(board, [...new Set(orderIds)]);
  return ofQuery(board, query ?? {}, now);
}

function ofGroups(board: Board, groupIds: readonly string[]): OrderRow[] {
  const unknown = groupIds.filter((groupId) => failedRows(board, [groupId]).length === 0);
  if (unknown.length > 0) {
    throw new OperationError(
      'UNKNOWN_GROUP',
      `no failed order is in ${unknown.slice(0, NAMED).join(', ')}`,
      'Look at the failures again: they were replayed, or the id is wrong.',
    );
  }
  return groupIds.length === 0 ? [] : failedRows(board, groupIds);
}

function ofOrders(board: Board, orderIds: readonly string[]): OrderRow[] {
  const rows: OrderRow[] = [];
  const unknown: string[] = [];
  for (const orderId of orderIds) {
    const row = board.row(orderId);
    if (row === undefined) unknown.push(orderId);
    else rows.push(row);
  }
  if (unknown.length === 0) return rows;
  throw new OperationError(
    'UNKNOWN_ORDER',
    `${unknown.length} of ${orderIds.length} are no orders: ${unknown.slice(0, NAMED).join(', ')}`,
    'Check the ids; nothing was selected.',
  );
}

function ofQuery(board: Board, query: OrderQuery, now: string): OrderRow[] {
  const where = whereOf(query, now);
  const rows = board.store.all<{ json: string }>(
    `SELECT json FROM orders JOIN documents USING (id) ${where.sql === '' ? 'WHERE' : `${where.sql} AND`} failGroup IS NOT NULL
     ORDER BY failedAt, orderId`,
    ...where.cells,
  );
  return rows.map(({ json }) => JSON.parse(json) as OrderRow);
}

/** An order that is named and has not failed is kept in the list, with the reason why it is left alone. */
function itemOf(row: OrderRow, index: number): StoredItem {
  const { orderId, failure, status } = row;
  const base = {
    number: index + 1,
    orderId,
    executionArn: failure?.executionArn ?? row.executionArn ?? '',
    redriveCount: failure?.redriveCount ?? 0,
    failedAt: failure?.failedAt ?? row.statusAt,
    failedState: failure?.state ?? '?',
  };
  if (status !== 'FAILED' && failure === undefined) {
    return { ...base, state: 'SKIPPED', reason: `the order is ${status}` };
  }
  if (failure === undefined) {
    return { ...base, state: 'REFUSED', reason: 'it is not known which execution failed; look at its trace' };
  }
  return { ...base, state: 'PENDING' };
}

function nothingSelected(items: readonly StoredItem[]): OperationError {
  const [first] = items;
  return new OperationError(
    'NOTHING_SELECTED',
    first === undefined
      ? 'no failed order matches'
      : `none of ${items.length} orders can be replayed: ${first.orderId}: ${first.reason}`,
    'Select orders that have failed; `failures` lists them.',
  );
}
