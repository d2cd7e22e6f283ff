/** Which route an order is on, with every plan that it was in before. */
import type { GraphAnswers, GraphOutcome } from '../../workflows/route-planning/graph-queries.ts';
import { type AskGraph, drivenBy, resultKey, resultsOf, whole } from './graph-rows.ts';

const PLANS = `MATCH (o:Order {orderId: $orderId})<-[e:SERVES]-(s:Stop)<-[:VISITS]-(r:Route)<-[:HAS_ROUTE]-(p:Plan)
WHERE s.planId = p.planId
MATCH (v:Vehicle)-[of:PLANNED_FOR]->(r)<-[by:PLANNED_FOR]-(w:Driver)
WHERE of.planId = p.planId AND by.planId = p.planId
RETURN p.planId AS planId, p.plannedAt AS plannedAt, r.routeId AS routeId, e.cycle AS cycle, s.sequence AS sequence,
       s.plannedArrivalAt AS plannedArrivalAt, v.vehicleId AS vehicleId, w.driverId AS driverId
ORDER BY cycle DESC, plannedAt DESC, planId DESC
LIMIT 201`;

const RESULTS = `MATCH (o:Order {orderId: $orderId})<-[b:BROUGHT]-(r:Route)
RETURN r.routeId AS routeId, o.orderId AS orderId, b.outcome AS outcome, b.at AS at
LIMIT 1000`;

interface PlanRow {
  readonly planId: string;
  readonly plannedAt: string;
  readonly routeId: string;
  readonly cycle: number;
  readonly sequence: number;
  readonly plannedArrivalAt: string;
  readonly vehicleId: string;
  readonly driverId: string;
}

export async function routeOfOrder(orderId: string, ask: AskGraph): Promise<GraphAnswers['route-of-order']> {
  const { rows: plans, truncated } = whole(await ask<PlanRow>(PLANS, { orderId }), 200);
  const results = resultsOf(
    await ask<{ routeId: string; orderId: string; outcome: GraphOutcome; at: string }>(RESULTS, { orderId }),
  );
  const crews = await drivenBy(
    plans.map(({ routeId }) => routeId),
    ask,
  );
  const rows = plans.map(({ vehicleId, driverId, ...plan }, index) => {
    const crew = crews.get(plan.routeId);
    const result = results.get(resultKey(plan.routeId, orderId));
    return {
      isCurrent: index === 0,
      ...plan,
      planned: { vehicleId, driverId },
      ...(crew === undefined ? {} : { driven: { vehicleId: crew.vehicleId, driverId: crew.driverId } }),
      ...(result === undefined ? {} : { result }),
    };
  });
  return { rows, truncated };
}
