/**
 * Which drivers have been at a customer's door, or near a place: by what was driven, not by what was planned. A visit is an
 * order brought to the door, delivered or not.
 */
import { haversineMeters, type Position } from '../../domain/index.ts';
import type { GraphAnswers, GraphQuery, KnowingDriver } from '../../workflows/route-planning/graph-queries.ts';
import { cellsAround } from '../platform/graph/cells.ts';
import { type AskGraph, whole } from './graph-rows.ts';

const OF_CUSTOMER = `MATCH (c:Customer {customerId: $customerId})-[:PLACED]->(o:Order)<-[b:BROUGHT]-(r:Route)<-[:DROVE]-(w:Driver)
RETURN w.driverId AS driverId, count(DISTINCT r.routeId) AS routes, count(b.at) AS visits,
       sum(CASE WHEN b.outcome = 'Delivered' THEN 1 ELSE 0 END) AS delivered, max(b.at) AS lastAt
ORDER BY visits DESC, lastAt DESC, driverId
LIMIT 201`;

const NEAR = `UNWIND $cells AS cell
MATCH (s:Stop {cell: cell})<-[:VISITS]-(r:Route)<-[:DROVE]-(w:Driver)
MATCH (s)-[:SERVES]->(o:Order)<-[b:BROUGHT]-(r)
RETURN w.driverId AS driverId, r.routeId AS routeId, o.orderId AS orderId, s.longitude AS longitude,
       s.latitude AS latitude, b.outcome AS outcome, b.at AS at
LIMIT 20001`;

interface VisitRow {
  readonly driverId: string;
  readonly routeId: string;
  readonly orderId: string;
  readonly longitude: number;
  readonly latitude: number;
  readonly outcome: string;
  readonly at: string;
}

export async function driversWhoKnow(
  question: Extract<GraphQuery, { query: 'drivers-who-know' }>,
  ask: AskGraph,
): Promise<GraphAnswers['drivers-who-know']> {
  if ('customerId' in question) {
    return whole(await ask<KnowingDriver>(OF_CUSTOMER, { customerId: question.customerId }), 200);
  }
  const { position, radiusMeters } = question;
  const found = await ask<VisitRow>(NEAR, { cells: cellsAround(position, radiusMeters) });
  const { rows: visits, truncated } = whole(found, 20_000);
  const drivers = whole(byDriver(visits, position, radiusMeters), 200);
  return { rows: drivers.rows, truncated: truncated || drivers.truncated };
}

function byDriver(visits: readonly VisitRow[], position: Position, radiusMeters: number): KnowingDriver[] {
  const known = new Map<string, KnowingDriver & { readonly routeIds: Set<string>; readonly seen: Set<string> }>();
  for (const { driverId, routeId, orderId, longitude, latitude, outcome, at } of visits) {
    const meters = haversineMeters(position, [longitude, latitude]);
    if (meters > radiusMeters) continue;
    const before = known.get(driverId);
    const visit = `${routeId} ${orderId}`;
    // A route that two waves planned has a stop in each plan: the order was brought once.
    if (before?.seen.has(visit) === true) continue;
    const routeIds = (before?.routeIds ?? new Set<string>()).add(routeId);
    known.set(driverId, {
      driverId,
      routeIds,
      seen: (before?.seen ?? new Set<string>()).add(visit),
      routes: routeIds.size,
      visits: (before?.visits ?? 0) + 1,
      delivered: (before?.delivered ?? 0) + (outcome === 'Delivered' ? 1 : 0),
      lastAt: before === undefined || at > before.lastAt ? at : before.lastAt,
      nearestMeters: Math.min(before?.nearestMeters ?? Number.POSITIVE_INFINITY, Math.round(meters)),
    });
  }
  return [...known.values()]
    .map(({ routeIds, seen, ...driver }) => driver)
    .sort((a, b) => b.visits - a.visits || (a.driverId < b.driverId ? -1 : 1));
}
