/**
 * The orders of the routes that a vehicle was planned for or drove, in a time or ever. A route that another vehicle drove in
 * the end stays in the answer and says who that was.
 */
import type { GraphAnswers, GraphQuery } from '../../workflows/route-planning/graph-queries.ts';
import { type AskGraph, broughtBy, drivenBy, resultKey, whole } from './graph-rows.ts';

const RETURN_STOPS = `MATCH (r)-[:VISITS]->(s:Stop)-[e:SERVES]->(o:Order)
WHERE s.planId = p.planId
RETURN o.orderId AS orderId, r.routeId AS routeId, e.cycle AS cycle, s.sequence AS sequence,
       s.plannedArrivalAt AS plannedArrivalAt, h.plannedDepartureAt AS plannedDepartureAt
ORDER BY plannedDepartureAt, routeId, sequence, orderId
LIMIT 2001`;

const PLANNED = `MATCH (v:Vehicle {vehicleId: $vehicleId})-[of:PLANNED_FOR]->(r:Route)<-[h:HAS_ROUTE]-(p:Plan)
WHERE of.planId = p.planId AND h.plannedDepartureAt >= $from AND h.plannedDepartureAt < $to
${RETURN_STOPS}`;

const DRIVEN = `MATCH (v:Vehicle {vehicleId: $vehicleId})-[:DROVE]->(r:Route)<-[h:HAS_ROUTE]-(p:Plan)
WHERE h.plannedDepartureAt >= $from AND h.plannedDepartureAt < $to
${RETURN_STOPS}`;

interface StopRow {
  readonly orderId: string;
  readonly routeId: string;
  readonly cycle: number;
  readonly sequence: number;
  readonly plannedArrivalAt: string;
  readonly plannedDepartureAt: string;
}

/** Before and after every time that is written with four digits of a year. */
const [EVER_SINCE, FOR_EVER] = ['0000', '9999'] as const;

export async function ordersOfVehicle(
  { vehicleId, from, to }: Extract<GraphQuery, { query: 'orders-of-vehicle' }>,
  ask: AskGraph,
): Promise<GraphAnswers['orders-of-vehicle']> {
  const span = { vehicleId, from: from ?? EVER_SINCE, to: to ?? FOR_EVER };
  const planned = await ask<StopRow>(PLANNED, span);
  const driven = await ask<StopRow>(DRIVEN, span);
  const isPlanned = new Set(planned.map(({ routeId }) => routeId));
  const others = driven.filter(({ routeId }) => !isPlanned.has(routeId));
  const inOrder = [...planned, ...others].sort((a, b) => compare(a, b));
  const { rows, truncated } = whole(inOrder, 2_000);
  const routeIds = [...new Set(rows.map(({ routeId }) => routeId))];
  const [crews, results] = [await drivenBy(routeIds, ask), await broughtBy(routeIds, ask)];
  return {
    rows: rows.map(({ plannedDepartureAt, ...row }) => {
      const crew = crews.get(row.routeId);
      const result = results.get(resultKey(row.routeId, row.orderId));
      return {
        ...row,
        isPlanned: isPlanned.has(row.routeId),
        ...(crew === undefined ? {} : { drivenBy: crew.vehicleId }),
        ...(result === undefined ? {} : { result }),
      };
    }),
    truncated,
  };
}

const keyOf = ({ plannedDepartureAt, routeId }: StopRow): string => `${plannedDepartureAt} ${routeId}`;

function compare(a: StopRow, b: StopRow): number {
  if (keyOf(a) !== keyOf(b)) return keyOf(a) < keyOf(b) ? -1 : 1;
  if (a.sequence !== b.sequence) return a.sequence - b.sequence;
  return a.orderId < b.orderId ? -1 : 1;
}
