/**
 * What a route was planned to be against what it came to be: crew, times, distance, and each order's outcome against the
 * planned end of its stop. A driver tells the outcome, not the arrival, so the time of service is in both.
 */
import { isoOf, msOf } from '../../domain/index.ts';
import type {
  GraphAnswers,
  GraphQuery,
  RouteComparison,
  StopComparison,
} from '../../workflows/route-planning/graph-queries.ts';
import { type AskGraph, broughtBy, type DroveRow, drivenBy, resultKey, whole } from './graph-rows.ts';

const RETURN_PLANS = `MATCH (v:Vehicle)-[of:PLANNED_FOR]->(r)<-[by:PLANNED_FOR]-(w:Driver)
WHERE of.planId = p.planId AND by.planId = p.planId
RETURN p.planId AS planId, p.plannedAt AS plannedAt, r.routeId AS routeId, v.vehicleId AS vehicleId,
       w.driverId AS driverId, h.plannedDepartureAt AS departureAt, h.plannedReturnAt AS returnAt,
       h.distanceMeters AS distanceMeters
ORDER BY departureAt, routeId, plannedAt
LIMIT 501`;

const OF_ROUTE = `MATCH (r:Route {routeId: $routeId})<-[h:HAS_ROUTE]-(p:Plan)
${RETURN_PLANS}`;

const OF_DAY = `MATCH (d:Depot {depotId: $depotId})<-[:STARTS_AT]-(r:Route)<-[h:HAS_ROUTE]-(p:Plan)
WHERE h.plannedDepartureAt >= $from AND h.plannedDepartureAt < $to
${RETURN_PLANS}`;

const STOPS = `UNWIND $routeIds AS routeId
MATCH (r:Route {routeId: routeId})-[:VISITS]->(s:Stop)-[e:SERVES]->(o:Order)
RETURN r.routeId AS routeId, s.planId AS planId, s.sequence AS sequence, o.orderId AS orderId, e.cycle AS cycle,
       s.plannedArrivalAt AS plannedArrivalAt, s.serviceSeconds AS serviceSeconds
ORDER BY routeId, sequence, orderId
LIMIT 20001`;

interface PlanRow {
  readonly planId: string;
  readonly plannedAt: string;
  readonly routeId: string;
  readonly vehicleId: string;
  readonly driverId: string;
  readonly departureAt: string;
  readonly returnAt: string;
  readonly distanceMeters: number;
}

interface StopRow extends Omit<StopComparison, 'result' | 'lateSeconds'> {
  readonly routeId: string;
  readonly planId: string;
}

const DAY_MS = 86_400_000;

export async function planAgainstDriven(
  question: Extract<GraphQuery, { query: 'plan-against-driven' }>,
  ask: AskGraph,
): Promise<GraphAnswers['plan-against-driven']> {
  const found =
    'routeId' in question
      ? await ask<PlanRow>(OF_ROUTE, { routeId: question.routeId })
      : await ask<PlanRow>(OF_DAY, { depotId: question.depotId, ...timesOf(question.day) });
  const { rows: plans, truncated: hasMorePlans } = whole(newest(found), 500);
  const routeIds = plans.map(({ routeId }) => routeId);
  const asked = routeIds.length === 0 ? [] : await ask<StopRow>(STOPS, { routeIds });
  const { rows: stops, truncated: hasMoreStops } = whole(asked, 20_000);
  const [crews, results] = [await drivenBy(routeIds, ask), await broughtBy(routeIds, ask)];
  const compared = plans.map((plan) => {
    const own = stops.filter(({ routeId, planId }) => routeId === plan.routeId && planId === plan.planId);
    const ofRoute = own.map(({ routeId, planId, ...stop }): StopComparison => {
      const result = results.get(resultKey(routeId, stop.orderId));
      if (result === undefined) return stop;
      const endMs = msOf(stop.plannedArrivalAt) + stop.serviceSeconds * 1_000;
      return { ...stop, result, lateSeconds: Math.round((msOf(result.at) - endMs) / 1_000) };
    });
    return { route: compareRoute(plan, crews.get(plan.routeId), ofRoute), stops: ofRoute };
  });
  return {
    rows: compared.map(({ route }) => route),
    truncated: hasMorePlans || hasMoreStops,
    ...('routeId' in question ? { stops: compared.flatMap((each) => each.stops) } : {}),
  };
}

const timesOf = (day: string) => ({ from: `${day}T00:00:00.000Z`, to: isoOf(Date.parse(day) + DAY_MS) });

/** Of a route that was planned by several waves the last plan is compared. */
function newest(plans: readonly PlanRow[]): PlanRow[] {
  const byRoute = new Map<string, PlanRow>();
  for (const plan of plans) {
    const known = byRoute.get(plan.routeId);
    if (known === undefined || plan.plannedAt > known.plannedAt) byRoute.set(plan.routeId, plan);
  }
  return [...byRoute.values()];
}

function compareRoute(
  { routeId, planId, vehicleId, driverId, departureAt, returnAt, distanceMeters }: PlanRow,
  drove: DroveRow | undefined,
  stops: readonly StopComparison[],
): RouteComparison {
  const late = stops.flatMap(({ lateSeconds }) => lateSeconds ?? []);
  const countOf = (outcome: string): number => stops.filter(({ result }) => result?.outcome === outcome).length;
  return {
    routeId,
    planId,
    planned: { vehicleId, driverId, departureAt, returnAt, distanceMeters },
    ...(drove === undefined ? {} : { driven: drivenOf(drove) }),
    orders: stops.length,
    delivered: countOf('Delivered'),
    failed: countOf('AttemptFailed'),
    ...(late.length === 0
      ? {}
      : { meanLateSeconds: Math.round(late.reduce((sum, seconds) => sum + seconds, 0) / late.length) }),
  };
}

const drivenOf = ({ vehicleId, driverId, departedAt, returnedAt, distanceMeters }: DroveRow) => ({
  vehicleId,
  driverId,
  ...(departedAt === null ? {} : { departedAt }),
  ...(returnedAt === null ? {} : { returnedAt }),
  ...(distanceMeters === null ? {} : { distanceMeters }),
});
