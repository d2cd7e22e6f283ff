/** Orders whose execution failed, grouped by the state, the error and the pattern of the cause. */
import type { Board } from '../board/board.ts';
import type { OrderRow } from '../model/orders.ts';
import type { FailureGroup } from '../model/replay.ts';

export interface FailureFilter {
  readonly depotId?: readonly string[];
  readonly state?: string;
  readonly error?: string;
  /** Failed in [from, to). */
  readonly from?: string;
  readonly to?: string;
}

const EXAMPLES = 5;

interface Counted {
  readonly groupId: string;
  readonly state: string;
  readonly error: string;
  readonly pattern: string;
  readonly depotId: string;
  readonly n: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

/** Largest group first. */
export function failureGroups({ store }: Pick<Board, 'store'>, filter: FailureFilter = {}): readonly FailureGroup[] {
  const { sql, cells } = whereFailed(filter);
  const counted = store.all<Counted>(
    `SELECT failGroup AS groupId, failState AS state, failError AS error, failPattern AS pattern, depotId, count(*) AS n,
       min(failedAt) AS firstAt, max(failedAt) AS lastAt FROM orders WHERE ${sql} GROUP BY 1, 2, 3, 4, 5`,
    ...cells,
  );
  const groups = new Map<string, FailureGroup>();
  for (const { depotId, n, ...part } of counted) {
    const known = groups.get(part.groupId);
    groups.set(part.groupId, {
      ...part,
      count: (known?.count ?? 0) + n,
      firstAt: known !== undefined && known.firstAt < part.firstAt ? known.firstAt : part.firstAt,
      lastAt: known !== undefined && known.lastAt > part.lastAt ? known.lastAt : part.lastAt,
      byDepot: { ...known?.byDepot, [depotId]: n },
      examples: [],
      exampleCause: '',
    });
  }
  return [...groups.values()]
    .sort((a, b) => b.count - a.count || (a.groupId < b.groupId ? -1 : 1))
    .map((group) => {
      const orders = store.all<{ orderId: string; json: string }>(
        `SELECT orderId, json FROM orders JOIN documents USING (id) WHERE failGroup = ? AND ${sql} ORDER BY failedAt, orderId LIMIT ${EXAMPLES}`,
        group.groupId,
        ...cells,
      );
      const first = orders[0];
      return {
        ...group,
        examples: orders.map(({ orderId }) => orderId),
        exampleCause: first === undefined ? '' : ((JSON.parse(first.json) as OrderRow).failure?.cause ?? ''),
      };
    });
}

/** Rows of failed orders of these groups, or of all. */
export function failedRows({ store }: Pick<Board, 'store'>, groupIds: readonly string[]): OrderRow[] {
  const rows = store.all<{ json: string }>(
    `SELECT json FROM orders JOIN documents USING (id)
     WHERE failGroup IN (${groupIds.map(() => '?').join(', ')}) ORDER BY failedAt, orderId`,
    ...groupIds,
  );
  return rows.map(({ json }) => JSON.parse(json) as OrderRow);
}

function whereFailed({ depotId = [], state, error, from, to }: FailureFilter): { sql: string; cells: string[] } {
  const parts = ['failGroup IS NOT NULL'];
  const cells: string[] = [];
  const hold = (sql: string, ...values: readonly string[]): void => {
    parts.push(sql);
    cells.push(...values);
  };
  if (depotId.length > 0) hold(`depotId IN (${depotId.map(() => '?').join(', ')})`, ...depotId);
  if (state !== undefined) hold('failState = ?', state);
  if (error !== undefined) hold('failError = ?', error);
  if (from !== undefined) hold('failedAt >= ?', from);
  if (to !== undefined) hold('failedAt < ?', to);
  return { sql: parts.join(' AND '), cells };
}
