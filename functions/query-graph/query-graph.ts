/**
 * Answers the questions of `workflows/route-planning/graph-queries.ts`. Query texts are constants and what is asked comes in
 * as parameters. Every text keeps to what Neptune and the region's database both run: matches, UNWIND of a parameter,
 * aggregates, ORDER BY names of the answer, and a literal LIMIT; what is optional is asked apart and joined here.
 */
import {
  type GraphAnswers,
  type GraphQuery,
  type GraphQueryName,
  graphQuerySchema,
} from '../../workflows/route-planning/graph-queries.ts';
import { coDelivered } from './co-delivered.ts';
import { driversWhoKnow } from './drivers-who-know.ts';
import type { AskGraph } from './graph-rows.ts';
import { ordersOfVehicle } from './orders-of-vehicle.ts';
import { planAgainstDriven } from './plan-against-driven.ts';
import { routeOfOrder } from './route-of-order.ts';

export interface QueryGraphPorts {
  readonly ask: AskGraph;
}

/**
 * @param event a `GraphQuery`
 * @throws ZodError naming the field of a question that cannot be read; what the graph throws: ask again
 */
export async function queryGraph(event: unknown, { ask }: QueryGraphPorts): Promise<GraphAnswers[GraphQueryName]> {
  const question: GraphQuery = graphQuerySchema.parse(event);
  switch (question.query) {
    case 'route-of-order':
      return routeOfOrder(question.orderId, ask);
    case 'orders-of-vehicle':
      return ordersOfVehicle(question, ask);
    case 'drivers-who-know':
      return driversWhoKnow(question, ask);
    case 'co-delivered':
      return coDelivered(question.customerId, ask);
    case 'plan-against-driven':
      return planAgainstDriven(question, ask);
  }
}
