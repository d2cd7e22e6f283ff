/** Speaks to Neptune in openCypher: writes statements in their order, and asks questions. */
import { ExecuteOpenCypherQueryCommand, type NeptunedataClient } from '@aws-sdk/client-neptunedata';
import type { GraphStatement } from './statements.ts';

/** The endpoint as the SDK wants it, from a cluster's host name or a full address. */
export const graphUrl = (endpoint: string): string =>
  /^https?:\/\//.test(endpoint) ? endpoint : `https://${endpoint}:8182`;

/** Runs the statements one after the other: later ones match what earlier ones merged. */
export async function runStatements(client: NeptunedataClient, statements: readonly GraphStatement[]): Promise<void> {
  for (const { query, rows } of statements) await askGraph(client, query, { rows });
}

/** @returns the rows of the answer, as Neptune gives them in JSON */
export async function askGraph(
  client: NeptunedataClient,
  query: string,
  parameters: Readonly<Record<string, unknown>>,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { results } = await client.send(
    new ExecuteOpenCypherQueryCommand({ openCypherQuery: query, parameters: JSON.stringify(parameters) }),
  );
  return (results ?? []) as unknown as readonly Readonly<Record<string, unknown>>[];
}
