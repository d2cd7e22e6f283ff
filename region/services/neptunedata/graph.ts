/**
 * The graph behind a Neptune cluster: an embedded openCypher database (Grafeo), loaded at the first query, so that a
 * run without Neptune never loads it. Neptune indexes every property; here a label's property is indexed the first
 * time a query looks nodes up by it. The database works in threads of its own, so that queries run one after the other:
 * of two at once, the host would decide which ends first.
 */
import { createRequire } from 'node:module';
import type { GrafeoDB } from '@grafeo-db/js';
import { AwsError } from '../../errors.ts';
import { isObject } from '../eventbridge/known-fields.ts';

export type Row = Readonly<Record<string, unknown>>;

const LOOKUP = /\(\s*\w*\s*:\s*(\w+)\s*\{([^}]*)\}/g;

export class Graph {
  #database: GrafeoDB | undefined;
  readonly #indexed = new Set<string>();
  #last: Promise<unknown> = Promise.resolve();

  /** Runs a query. Throws `MalformedQueryException` and its like for what the database refuses. */
  query(text: string, parameters: Readonly<Record<string, unknown>>): Promise<readonly Row[]> {
    const rows = this.#last.then(() => this.#run(text, parameters));
    this.#last = rows.catch(() => undefined);
    return rows;
  }

  async #run(text: string, parameters: Readonly<Record<string, unknown>>): Promise<readonly Row[]> {
    this.#database ??= openDatabase();
    const database = this.#database;
    try {
      for (const index of newIndexes(text, this.#indexed)) await database.executeCypher(index);
      const result = await database.executeCypher(text, parameters);
      return result.toArray().map((row) => neptuneValue(row) as Row);
    } catch (error) {
      throw toAwsError(error);
    }
  }
}

/** The package is CommonJS and hides its names from static analysis, so an ES import would not find them. */
function openDatabase(): GrafeoDB {
  const { GrafeoDB: Database } = createRequire(import.meta.url)('@grafeo-db/js') as typeof import('@grafeo-db/js');
  return Database.create();
}

/** Statements that index what the query's node patterns look up and was not indexed before. */
function newIndexes(text: string, indexed: Set<string>): readonly string[] {
  const statements: string[] = [];
  for (const [, label = '', properties = ''] of text.matchAll(LOOKUP)) {
    for (const [, property = ''] of properties.matchAll(/(\w+)\s*:/g)) {
      const key = `${label}.${property}`;
      if (indexed.has(key)) continue;
      indexed.add(key);
      statements.push(`CREATE INDEX FOR (n:${label}) ON (n.${property})`);
    }
  }
  return statements;
}

/** Values in the JSON of Neptune: nodes and relationships carry `~` members. */
function neptuneValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(neptuneValue);
  const members = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, neptuneValue(inner)]));
  const { _id: id, _labels: labels, _type: type, _source: source, _target: target, ...properties } = members;
  if (labels !== undefined) {
    return { '~id': String(id), '~entityType': 'node', '~labels': labels, '~properties': properties };
  }
  if (type === undefined) return members;
  return {
    '~id': String(id),
    '~entityType': 'relationship',
    '~start': String(source),
    '~end': String(target),
    '~type': type,
    '~properties': properties,
  };
}

/** The database's errors come from native code: they are told by their message, not by their class. */
function toAwsError(error: unknown): unknown {
  const message = isObject(error) ? error['message'] : undefined;
  if (typeof message !== 'string') return error;
  if (message.includes('Missing parameter')) return new AwsError('MissingParameterException', message);
  return new AwsError('MalformedQueryException', message);
}
