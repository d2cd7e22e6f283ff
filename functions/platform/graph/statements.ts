/** Statements that write into the graph: one query over many rows, cut into transactions that stay short. */

export type GraphRow = Readonly<Record<string, string | number | Readonly<Record<string, string | number>>>>;

export interface GraphStatement {
  readonly query: string;
  readonly rows: readonly GraphRow[];
}

/** Rows of one statement: well below the request size that the engine takes, and short transactions. */
const CHUNK = 200;

/** The same statements, none with more rows than a transaction takes and none without rows. */
export const inChunks = (statements: readonly GraphStatement[]): GraphStatement[] =>
  statements.flatMap(({ query, rows }) =>
    Array.from({ length: Math.ceil(rows.length / CHUNK) }, (_, index) => ({
      query,
      rows: rows.slice(index * CHUNK, (index + 1) * CHUNK),
    })),
  );
