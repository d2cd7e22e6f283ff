/**
 * What was driven, beside what was planned: who drove a route, and what became of each order that it brought. These facts
 * have relationships of their own, so neither overwrites the other in whichever order they come. A route's record only
 * gains facts, and the statements merge, so that writing it twice, or early and late, ends in the same graph.
 */
import { ordersOf, type RouteRecord } from '../planning-items.ts';
import { type GraphStatement, inChunks } from './statements.ts';

const MERGE_DROVE = `UNWIND $rows AS row
MERGE (r:Route {routeId: row.routeId})
MERGE (v:Vehicle {vehicleId: row.vehicleId})
MERGE (w:Driver {driverId: row.driverId})
MERGE (v)-[of:DROVE]->(r)
SET of += row.facts
MERGE (w)-[by:DROVE]->(r)
SET by += row.facts`;

const MERGE_BROUGHT = `UNWIND $rows AS row
MATCH (r:Route {routeId: row.routeId})
MERGE (o:Order {orderId: row.orderId})
MERGE (r)-[b:BROUGHT]->(o)
SET b.outcome = row.outcome, b.at = row.at, b.cycle = row.cycle`;

/** None for a route that never left its depot: nobody drove it. */
export function drivenStatements(route: RouteRecord): GraphStatement[] {
  const { routeId, vehicleId, driverId, departedAt, returnedAt, drivenDistanceMeters, outcomes } = route;
  if (departedAt === undefined && outcomes.length === 0) return [];
  const facts = {
    ...(departedAt === undefined ? {} : { departedAt }),
    ...(returnedAt === undefined ? {} : { returnedAt }),
    ...(drivenDistanceMeters === undefined ? {} : { distanceMeters: drivenDistanceMeters }),
  };
  const cycles = new Map(ordersOf(route).map(({ orderId, cycle }) => [orderId, cycle]));
  return inChunks([
    { query: MERGE_DROVE, rows: [{ routeId, vehicleId, driverId, facts }] },
    {
      query: MERGE_BROUGHT,
      rows: outcomes.map(({ orderId, kind, at }) => {
        const cycle = cycles.get(orderId);
        if (cycle === undefined)
          throw new Error(`Route ${routeId} has an outcome of ${orderId}, which is on none of its stops.`);
        return { routeId, orderId, outcome: kind, at, cycle };
      }),
    },
  ]);
}
