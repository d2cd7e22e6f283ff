/**
 * What operators ask of the graph of routes, through the function `query-graph`: nobody but functions in the graph's network
 * reaches the graph itself. A zone of the administrator is asked for as the place that it is.
 */
import type { GraphAnswers, GraphQuery, GraphQueryName } from '../../workflows/route-planning/graph-queries.ts';
import { callFunction } from '../call-function.ts';
import type { Deployed } from '../deployed.ts';
import { GeofenceBook } from '../geofences.ts';
import { OperationError } from '../operation-error.ts';

/** @throws OperationError BAD_INPUT for a question that the function cannot read */
function ask<Name extends GraphQueryName>(
  deployed: Pick<Deployed, 'functions' | 'output'>,
  question: Extract<GraphQuery, { query: Name }>,
): Promise<GraphAnswers[Name]> {
  return callFunction(deployed, { name: 'query-graph', output: 'QueryGraphFunctionName' }, question);
}

type Question<Name extends GraphQueryName> =
  Extract<GraphQuery, { query: Name }> extends infer Each ? (Each extends object ? Omit<Each, 'query'> : never) : never;

/** @throws OperationError UNKNOWN_ORDER for an order that no plan in the graph has */
export async function routeOfOrder(deployed: Deployed, orderId: string): Promise<GraphAnswers['route-of-order']> {
  const answer = await ask<'route-of-order'>(deployed, { query: 'route-of-order', orderId });
  if (answer.rows.length > 0) return answer;
  const remedy = 'Check the id; an order that waits for its first wave is in no plan yet.';
  throw new OperationError('UNKNOWN_ORDER', `the graph has no plan with the order ${orderId}`, remedy);
}

export const ordersOfVehicle = (
  deployed: Deployed,
  question: Question<'orders-of-vehicle'>,
): Promise<GraphAnswers['orders-of-vehicle']> =>
  ask<'orders-of-vehicle'>(deployed, { query: 'orders-of-vehicle', ...question });

/** Of a customer, of a place, or of a zone by its id. */
export async function driversWhoKnow(
  deployed: Deployed,
  whom: Question<'drivers-who-know'> | { readonly zoneId: string },
): Promise<GraphAnswers['drivers-who-know']> {
  const place = 'zoneId' in whom ? await placeOf(deployed, whom.zoneId) : whom;
  return ask<'drivers-who-know'>(deployed, { query: 'drivers-who-know', ...place });
}

async function placeOf(deployed: Deployed, zoneId: string) {
  const { features } = await new GeofenceBook(deployed).list();
  const zone = features.find(({ id }) => id === zoneId);
  if (zone === undefined) {
    throw new OperationError('BAD_INPUT', `there is no zone ${zoneId}`, 'See `perfect-order geofences list`.');
  }
  const { coordinates } = zone.geometry;
  return { position: [...coordinates] as [number, number], radiusMeters: zone.properties.radiusMeters };
}

export const coDelivered = (deployed: Deployed, customerId: string): Promise<GraphAnswers['co-delivered']> =>
  ask<'co-delivered'>(deployed, { query: 'co-delivered', customerId });

export const planAgainstDriven = (
  deployed: Deployed,
  question: Question<'plan-against-driven'>,
): Promise<GraphAnswers['plan-against-driven']> =>
  ask<'plan-against-driven'>(deployed, { query: 'plan-against-driven', ...question });
