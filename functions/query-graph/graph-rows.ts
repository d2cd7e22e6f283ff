/** What the questions share: how they ask, what rows mean, and how an answer says that there is more. */
import type { Crew, GraphOutcome, OrderOutcome } from '../../workflows/route-planning/graph-queries.ts';

/** Runs a query text with parameters; its caller knows the shape of the rows by the text's RETURN. */
export type AskGraph = <Row>(text: string, parameters: Readonly<Record<string, unknown>>) => Promise<readonly Row[]>;

/** The limit of a text is one more than what is answered, so that an answer knows whether it is whole. */
export function whole<Row>(rows: readonly Row[], most: number): { readonly rows: Row[]; readonly truncated: boolean } {
  return { rows: rows.slice(0, most), truncated: rows.length > most };
}

interface BroughtRow {
  readonly routeId: string;
  readonly orderId: string;
  readonly outcome: GraphOutcome;
  readonly at: string;
}

export const resultKey = (routeId: string, orderId: string): string => JSON.stringify([routeId, orderId]);

/** What became of each order on a route, by `resultKey`. */
export const resultsOf = (rows: readonly BroughtRow[]): ReadonlyMap<string, OrderOutcome> =>
  new Map(rows.map(({ routeId, orderId, outcome, at }) => [resultKey(routeId, orderId), { outcome, at }]));

export interface DroveRow extends Crew {
  readonly routeId: string;
  readonly departedAt: string | null;
  readonly returnedAt: string | null;
  readonly distanceMeters: number | null;
}

const DROVE = `UNWIND $routeIds AS routeId
MATCH (v:Vehicle)-[of:DROVE]->(r:Route {routeId: routeId})<-[by:DROVE]-(w:Driver)
RETURN r.routeId AS routeId, v.vehicleId AS vehicleId, w.driverId AS driverId, of.departedAt AS departedAt,
       of.returnedAt AS returnedAt, of.distanceMeters AS distanceMeters
LIMIT 2000`;

/** Who drove these routes, by route; a route that nobody has driven is not in it. */
export async function drivenBy(routeIds: readonly string[], ask: AskGraph): Promise<ReadonlyMap<string, DroveRow>> {
  if (routeIds.length === 0) return new Map();
  const rows = await ask<DroveRow>(DROVE, { routeIds: [...new Set(routeIds)] });
  return new Map(rows.map((row) => [row.routeId, row]));
}

const BROUGHT = `UNWIND $routeIds AS routeId
MATCH (r:Route {routeId: routeId})-[b:BROUGHT]->(o:Order)
RETURN r.routeId AS routeId, o.orderId AS orderId, b.outcome AS outcome, b.at AS at
LIMIT 20000`;

export async function broughtBy(
  routeIds: readonly string[],
  ask: AskGraph,
): Promise<ReadonlyMap<string, OrderOutcome>> {
  if (routeIds.length === 0) return new Map();
  return resultsOf(await ask<BroughtRow>(BROUGHT, { routeIds: [...new Set(routeIds)] }));
}
