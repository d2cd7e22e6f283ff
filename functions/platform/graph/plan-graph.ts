/**
 * The plans as a graph in Neptune, by openCypher. Every statement merges by id, so writing a wave twice leaves the graph
 * as writing it once. Nothing in it is replaced by a later plan and no plan is marked as the current one: what a wave
 * planned hangs on its own Plan, Stops and relationships, and the plan of an order that counts is the one with the
 * highest cycle and then the latest `plannedAt`. A plan that is written late therefore takes nothing from a newer one.
 */
import type { PlannedRoute } from '../../../workflows/route-planning/contracts.ts';
import { cellOf } from './cells.ts';
import { type GraphStatement, inChunks } from './statements.ts';

/** What a wave planned, with what its routes do not say themselves. */
export interface RecordedPlan {
  readonly routes: readonly PlannedRoute[];
  /** When the wave was claimed: the same however often its plan is written. */
  readonly plannedAt: string;
  /** Customer by order id, of the orders whose request still exists. */
  readonly customers: ReadonlyMap<string, string>;
}

const MERGE_ROUTES = `UNWIND $rows AS row
MERGE (d:Depot {depotId: row.depotId})
SET d.longitude = row.depotLongitude, d.latitude = row.depotLatitude
MERGE (v:Vehicle {vehicleId: row.vehicleId})
MERGE (w:Driver {driverId: row.driverId})
MERGE (r:Route {routeId: row.routeId})
MERGE (p:Plan {planId: row.waveId})
SET p.plannedAt = row.plannedAt
MERGE (p)-[:MADE_FOR]->(d)
MERGE (p)-[h:HAS_ROUTE]->(r)
SET h.plannedDepartureAt = row.plannedDepartureAt, h.plannedReturnAt = row.plannedReturnAt,
    h.distanceMeters = row.distanceMeters, h.loadVolumeM3 = row.loadVolumeM3, h.loadWeightKg = row.loadWeightKg
MERGE (r)-[:STARTS_AT]->(d)
MERGE (v)-[:PLANNED_FOR {planId: row.waveId}]->(r)
MERGE (w)-[:PLANNED_FOR {planId: row.waveId}]->(r)`;

const MERGE_STOPS = `UNWIND $rows AS row
MATCH (r:Route {routeId: row.routeId})
MERGE (s:Stop {visitId: row.visitId})
SET s.planId = row.planId, s.stopId = row.stopId, s.sequence = row.sequence, s.longitude = row.longitude,
    s.latitude = row.latitude, s.cell = row.cell, s.plannedArrivalAt = row.plannedArrivalAt, s.serviceSeconds = row.serviceSeconds
MERGE (r)-[:VISITS]->(s)`;

const MERGE_LEGS = `UNWIND $rows AS row
MATCH (a:Stop {visitId: row.fromId})
MATCH (b:Stop {visitId: row.toId})
MERGE (a)-[l:LEG]->(b)
SET l.seconds = row.seconds, l.meters = row.meters`;

const MERGE_ORDERS = `UNWIND $rows AS row
MATCH (s:Stop {visitId: row.visitId})
MERGE (o:Order {orderId: row.orderId})
MERGE (s)-[serves:SERVES]->(o)
SET serves.cycle = row.cycle`;

const MERGE_CUSTOMERS = `UNWIND $rows AS row
MATCH (o:Order {orderId: row.orderId})
MERGE (c:Customer {customerId: row.customerId})
MERGE (c)-[:PLACED]->(o)`;

/** A stop belongs to one plan: a route that is planned again by another wave gets stops of its own there. */
const visitIdOf = ({ waveId, routeId }: PlannedRoute, sequence: number): string => `${waveId}/${routeId}/${sequence}`;

/** The statements for this plan, in the order in which they have to run. */
export function graphStatements({ routes, plannedAt, customers }: RecordedPlan): GraphStatement[] {
  const stops = routes.flatMap((route) => route.stops.map((stop) => ({ route, stop })));
  const statements: GraphStatement[] = [
    {
      query: MERGE_ROUTES,
      rows: routes.map((route) => ({
        waveId: route.waveId,
        plannedAt,
        routeId: route.routeId,
        depotId: route.depotId,
        depotLongitude: route.depotPosition[0],
        depotLatitude: route.depotPosition[1],
        vehicleId: route.vehicleId,
        driverId: route.driverId,
        plannedDepartureAt: route.plannedDepartureAt,
        plannedReturnAt: route.plannedReturnAt,
        distanceMeters: route.distanceMeters,
        loadVolumeM3: route.loadVolumeM3,
        loadWeightKg: route.loadWeightKg,
      })),
    },
    {
      query: MERGE_STOPS,
      rows: stops.map(({ route, stop }) => ({
        routeId: route.routeId,
        planId: route.waveId,
        visitId: visitIdOf(route, stop.sequence),
        stopId: stop.stopId,
        sequence: stop.sequence,
        longitude: stop.position[0],
        latitude: stop.position[1],
        cell: cellOf(stop.position),
        plannedArrivalAt: stop.plannedArrivalAt,
        serviceSeconds: stop.serviceSeconds,
      })),
    },
    {
      query: MERGE_LEGS,
      rows: stops
        .filter(({ stop }) => stop.sequence > 1)
        .map(({ route, stop }) => ({
          fromId: visitIdOf(route, stop.sequence - 1),
          toId: visitIdOf(route, stop.sequence),
          seconds: stop.legSeconds,
          meters: stop.legMeters,
        })),
    },
    {
      query: MERGE_ORDERS,
      rows: stops.flatMap(({ route, stop }) =>
        stop.orders.map(({ orderId, cycle }) => ({ visitId: visitIdOf(route, stop.sequence), orderId, cycle })),
      ),
    },
    {
      query: MERGE_CUSTOMERS,
      rows: stops.flatMap(({ stop }) =>
        stop.orders.flatMap(({ orderId }) => {
          const customerId = customers.get(orderId);
          return customerId === undefined ? [] : [{ orderId, customerId }];
        }),
      ),
    },
  ];
  return inChunks(statements);
}
