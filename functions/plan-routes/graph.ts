/**
 * The planned routes as a graph in Neptune, by openCypher: vehicles drive routes, routes start at a depot and visit
 * stops in sequence, stops serve orders, legs lead from stop to stop. Every statement merges by id, so writing a wave
 * twice leaves the graph as writing it once.
 */
import { ExecuteOpenCypherQueryCommand, type NeptunedataClient } from '@aws-sdk/client-neptunedata';
import type { PlannedRoute } from '../../workflows/route-planning/contracts.ts';

type Row = Readonly<Record<string, string | number>>;

export interface GraphStatement {
  readonly query: string;
  readonly rows: readonly Row[];
}

/** Rows of one statement: well below the request size that the engine takes, and short transactions. */
const CHUNK = 200;

const MERGE_ROUTES = `UNWIND $rows AS row
MERGE (d:Depot {depotId: row.depotId})
MERGE (v:Vehicle {vehicleId: row.vehicleId})
MERGE (r:Route {routeId: row.routeId})
SET r.waveId = row.waveId, r.plannedDepartureAt = row.plannedDepartureAt, r.plannedReturnAt = row.plannedReturnAt,
    r.distanceMeters = row.distanceMeters, r.loadVolumeM3 = row.loadVolumeM3, r.loadWeightKg = row.loadWeightKg
MERGE (r)-[:STARTS_AT]->(d)
MERGE (v)-[:PLANNED_FOR]->(r)`;

const MERGE_STOPS = `UNWIND $rows AS row
MATCH (r:Route {routeId: row.routeId})
MERGE (s:Stop {visitId: row.visitId})
SET s.stopId = row.stopId, s.sequence = row.sequence, s.longitude = row.longitude, s.latitude = row.latitude,
    s.plannedArrivalAt = row.plannedArrivalAt, s.serviceSeconds = row.serviceSeconds
MERGE (r)-[:VISITS]->(s)`;

const MERGE_LEGS = `UNWIND $rows AS row
MATCH (a:Stop {visitId: row.fromId})
MATCH (b:Stop {visitId: row.toId})
MERGE (a)-[l:LEG]->(b)
SET l.seconds = row.seconds, l.meters = row.meters`;

const MERGE_ORDERS = `UNWIND $rows AS row
MATCH (s:Stop {visitId: row.visitId})
MERGE (o:Order {orderId: row.orderId})
SET o.cycle = row.cycle
MERGE (s)-[:SERVES]->(o)`;

const visitIdOf = (routeId: string, sequence: number): string => `${routeId}.${sequence}`;

/** The statements for these routes, in the order in which they have to run. */
export function graphStatements(routes: readonly PlannedRoute[]): GraphStatement[] {
  const stops = routes.flatMap((route) => route.stops.map((stop) => ({ route, stop })));
  const statements: GraphStatement[] = [
    {
      query: MERGE_ROUTES,
      rows: routes.map(({ stops: _, depotPosition: __, ...route }) => ({ ...route })),
    },
    {
      query: MERGE_STOPS,
      rows: stops.map(({ route, stop }) => ({
        routeId: route.routeId,
        visitId: visitIdOf(route.routeId, stop.sequence),
        stopId: stop.stopId,
        sequence: stop.sequence,
        longitude: stop.position[0],
        latitude: stop.position[1],
        plannedArrivalAt: stop.plannedArrivalAt,
        serviceSeconds: stop.serviceSeconds,
      })),
    },
    {
      query: MERGE_LEGS,
      rows: stops
        .filter(({ stop }) => stop.sequence > 1)
        .map(({ route, stop }) => ({
          fromId: visitIdOf(route.routeId, stop.sequence - 1),
          toId: visitIdOf(route.routeId, stop.sequence),
          seconds: stop.legSeconds,
          meters: stop.legMeters,
        })),
    },
    {
      query: MERGE_ORDERS,
      rows: stops.flatMap(({ route, stop }) =>
        stop.orders.map(({ orderId, cycle }) => ({ visitId: visitIdOf(route.routeId, stop.sequence), orderId, cycle })),
      ),
    },
  ];
  return statements.flatMap(({ query, rows }) =>
    Array.from({ length: Math.ceil(rows.length / CHUNK) }, (_, index) => ({
      query,
      rows: rows.slice(index * CHUNK, (index + 1) * CHUNK),
    })),
  );
}

/** Runs the statements one after the other: later ones match what earlier ones merged. */
export async function writeGraph(client: NeptunedataClient, routes: readonly PlannedRoute[]): Promise<void> {
  for (const { query, rows } of graphStatements(routes)) {
    await client.send(
      new ExecuteOpenCypherQueryCommand({ openCypherQuery: query, parameters: JSON.stringify({ rows }) }),
    );
  }
}

/** The endpoint as the SDK wants it, from a cluster's host name or a full address. */
export const graphUrl = (endpoint: string): string =>
  /^https?:\/\//.test(endpoint) ? endpoint : `https://${endpoint}:8182`;
