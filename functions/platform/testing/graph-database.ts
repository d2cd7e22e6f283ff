/** The embedded openCypher database, filled by the product's statements and asked by its questions: where its tests begin. */
import { GrafeoDB } from '@grafeo-db/js';
import type { GraphStatement } from '../graph/statements.ts';

type Row = Readonly<Record<string, unknown>>;

export interface GraphDatabase {
  run(...statements: readonly GraphStatement[]): Promise<void>;
  readonly ask: <T>(text: string, parameters?: Readonly<Record<string, unknown>>) => Promise<readonly T[]>;
  size(): readonly [nodes: number, relationships: number];
  /** Everything that is in it, in an order that does not depend on how it came in. */
  content(): Promise<readonly string[]>;
}

export function graphDatabase(): GraphDatabase {
  const database = GrafeoDB.create();
  const ask = async <T>(text: string, parameters: Row = {}): Promise<readonly T[]> =>
    (await database.executeCypher(text, parameters)).toArray().map((row) => plain(row) as T);
  return {
    ask,
    run: async (...statements) => {
      for (const { query, rows } of statements) await ask(query, { rows });
    },
    size: () => [database.nodeCount(), database.edgeCount()],
    content: async () => {
      const nodes = await ask('MATCH (n) RETURN labels(n) AS labels, properties(n) AS properties');
      const edges = await ask(
        'MATCH (a)-[e]->(b) RETURN properties(a) AS a, type(e) AS type, properties(e) AS e, properties(b) AS b',
      );
      return [...nodes, ...edges].map((row) => JSON.stringify(row)).sort();
    },
  };
}

/** As JSON has it, members by name: the database has whole numbers as bigint and members in the order of their making. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, inner]) => [name, plain(inner)]));
}
