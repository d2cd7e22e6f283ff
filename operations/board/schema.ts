/**
 * The tables of the read model. `orders` is narrow: what is filtered, sorted and counted by, so that a scan of a hundred
 * thousand of them stays in the cache. Beside it lie the ids that text is searched in, in lower case, and the row as JSON.
 */
import type { BoardItem } from '../../functions/platform/board-items.ts';
import { groupIdOf } from '../replay/group-id.ts';
import { isAtRisk, rowOf, settledOf } from './order-row.ts';

/** Changed with the tables below: a kept file of another version is built anew. */
export const SCHEMA_VERSION = 1;

export const SCHEMA = `
CREATE TABLE IF NOT EXISTS orders (
  id INTEGER PRIMARY KEY,
  orderId TEXT NOT NULL UNIQUE,
  customerId TEXT NOT NULL,
  depotId TEXT NOT NULL,
  tier TEXT NOT NULL,
  status TEXT NOT NULL,
  statusAt TEXT NOT NULL,
  placedAt TEXT NOT NULL,
  promiseTo TEXT NOT NULL,
  committedTo TEXT NOT NULL,
  routeId TEXT,
  vehicleId TEXT,
  driverId TEXT,
  stageDueAt TEXT,
  attempts INTEGER NOT NULL,
  slipSeconds REAL,
  perfect INTEGER,
  settled TEXT,
  atRisk INTEGER NOT NULL,
  breaches INTEGER NOT NULL,
  breachedStages TEXT NOT NULL,
  reasons TEXT NOT NULL,
  closedAt TEXT,
  failGroup TEXT,
  failState TEXT,
  failError TEXT,
  failPattern TEXT,
  failedAt TEXT,
  oldestPendingAt TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS texts (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS documents (
  id INTEGER PRIMARY KEY,
  ordersSeq TEXT NOT NULL,
  ledgerSeq TEXT NOT NULL,
  changedAt TEXT NOT NULL,
  json TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
`;

/** Made after the first full read: building them once is cheaper than keeping them through a hundred thousand inserts. */
export const INDEXES = `
CREATE INDEX IF NOT EXISTS byPlaced ON orders (placedAt, orderId);
CREATE INDEX IF NOT EXISTS byStatusAt ON orders (statusAt, orderId);
CREATE INDEX IF NOT EXISTS byPromise ON orders (promiseTo, orderId);
CREATE INDEX IF NOT EXISTS byCustomer ON orders (customerId, orderId);
CREATE INDEX IF NOT EXISTS byDepot ON orders (depotId, placedAt, orderId);
CREATE INDEX IF NOT EXISTS byStatus ON orders (status, placedAt, orderId);
CREATE INDEX IF NOT EXISTS byRoute ON orders (routeId, orderId);
CREATE INDEX IF NOT EXISTS byDriver ON orders (driverId, orderId);
CREATE INDEX IF NOT EXISTS byVehicle ON orders (vehicleId, orderId);
CREATE INDEX IF NOT EXISTS byDue ON orders (stageDueAt, orderId);
CREATE INDEX IF NOT EXISTS byAttempts ON orders (attempts, orderId);
CREATE INDEX IF NOT EXISTS bySlip ON orders (slipSeconds, orderId);
CREATE INDEX IF NOT EXISTS byClosed ON orders (closedAt) WHERE closedAt IS NOT NULL;
CREATE INDEX IF NOT EXISTS byFailure ON orders (failGroup, failedAt) WHERE failGroup IS NOT NULL;
CREATE INDEX IF NOT EXISTS byPending ON orders (oldestPendingAt) WHERE oldestPendingAt IS NOT NULL;
CREATE INDEX IF NOT EXISTS settledOrders ON orders (status, settled, depotId, perfect, breaches) WHERE settled IS NOT NULL;
CREATE INDEX IF NOT EXISTS unsettledOrders ON orders (status, depotId, atRisk, committedTo, stageDueAt, breaches) WHERE settled IS NULL;
`;

export const COLUMNS = [
  'orderId',
  'customerId',
  'depotId',
  'tier',
  'status',
  'statusAt',
  'placedAt',
  'promiseTo',
  'committedTo',
  'routeId',
  'vehicleId',
  'driverId',
  'stageDueAt',
  'attempts',
  'slipSeconds',
  'perfect',
  'settled',
  'atRisk',
  'breaches',
  'breachedStages',
  'reasons',
  'closedAt',
  'failGroup',
  'failState',
  'failError',
  'failPattern',
  'failedAt',
  'oldestPendingAt',
] as const;

type Cell = string | number | null;

const ENDED: readonly string[] = ['ARCHIVED', 'REJECTED', 'CANCELLED', 'RETURNED'];

/** A failed order is open: it is still owed to its customer. */
export const isOpen = (status: string): boolean => !ENDED.includes(status);

export interface Cells {
  /** Of COLUMNS. */
  readonly cells: readonly Cell[];
  readonly text: string;
  /** The row. */
  readonly json: string;
}

/** @returns undefined for an item that is no order yet */
export function cellsOf(item: BoardItem): Cells | undefined {
  const row = rowOf(item);
  if (row === undefined) return undefined;
  const { failure } = row;
  // An order that ended and whose archiving failed keeps its status.
  const isFailed = row.status === 'FAILED' || failure !== undefined;
  const values: Readonly<Record<(typeof COLUMNS)[number], Cell | undefined>> = {
    orderId: row.orderId,
    customerId: row.customerId,
    depotId: row.depotId,
    tier: row.tier,
    status: row.status,
    statusAt: row.statusAt,
    placedAt: row.placedAt,
    promiseTo: row.promiseTo,
    committedTo: row.committedTo,
    routeId: row.routeId,
    vehicleId: row.vehicleId,
    driverId: row.driverId,
    stageDueAt: row.stageDueAt,
    attempts: row.attempts,
    slipSeconds: row.slipSeconds,
    perfect: row.perfect === undefined ? undefined : Number(row.perfect),
    settled: settledOf(row, item.excluded === true),
    atRisk: Number(isAtRisk(row)),
    breaches: row.breaches.length,
    breachedStages: listText(row.breaches.map(({ stage }) => stage)),
    reasons: listText(row.reasons),
    closedAt: row.closedAt,
    failGroup: isFailed ? groupIdOf(failure) : undefined,
    failState: isFailed ? (failure?.state ?? '?') : undefined,
    failError: isFailed ? (failure?.error ?? '?') : undefined,
    failPattern: isFailed ? (failure?.pattern ?? '?') : undefined,
    failedAt: isFailed ? (failure?.failedAt ?? row.statusAt) : undefined,
    oldestPendingAt: row.oldestPendingAt,
  };
  return {
    cells: COLUMNS.map((column) => values[column] ?? null),
    text: searchText([row.orderId, row.customerId, row.routeId, row.driverId, row.vehicleId]),
    json: JSON.stringify(row),
  };
}

/** `,a,b,`: a member is found by `,a,`. */
const listText = (members: readonly string[]): string => (members.length === 0 ? '' : `,${members.join(',')},`);

const searchText = (ids: readonly (string | undefined)[]): string =>
  ids
    .filter((id) => id !== undefined)
    .join('\n')
    .toLowerCase();
