/** Which customers were delivered to on the routes that delivered to this one. */
import type { CoDeliveredCustomer, GraphAnswers } from '../../workflows/route-planning/graph-queries.ts';
import { type AskGraph, whole } from './graph-rows.ts';

const CO_DELIVERED = `MATCH (c:Customer {customerId: $customerId})-[:PLACED]->(o:Order)<-[b:BROUGHT]-(r:Route)
WHERE b.outcome = 'Delivered'
MATCH (r)-[e:BROUGHT]->(other:Order)<-[:PLACED]-(k:Customer)
WHERE e.outcome = 'Delivered' AND k.customerId <> $customerId
RETURN k.customerId AS customerId, count(DISTINCT r.routeId) AS routes, count(DISTINCT other.orderId) AS orders,
       max(e.at) AS lastAt
ORDER BY routes DESC, orders DESC, customerId
LIMIT 501`;

export const coDelivered = async (customerId: string, ask: AskGraph): Promise<GraphAnswers['co-delivered']> =>
  whole(await ask<CoDeliveredCustomer>(CO_DELIVERED, { customerId }), 500);
