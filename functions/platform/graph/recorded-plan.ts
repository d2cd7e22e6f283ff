/**
 * What the graph keeps of a plan beyond its routes: when its wave was claimed and whose orders are on it. It is read from
 * the wave's own items, so a planner that is run again writes the same.
 */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { PlannedRoute } from '../../../workflows/route-planning/contracts.ts';
import { type ClaimItem, ordersOf, requestSk, wavePk } from '../planning-items.ts';
import { type PlanningAccess, readRequests } from '../wave-plan.ts';
import type { RecordedPlan } from './plan-graph.ts';

/** @throws Error when the wave has no claim */
export async function recordedPlan(
  access: PlanningAccess,
  { waveId, depotId }: { readonly waveId: string; readonly depotId: string },
  routes: readonly PlannedRoute[],
): Promise<RecordedPlan> {
  const Key = { pk: wavePk(waveId), sk: 'CLAIM' };
  const { Item } = await access.documents.send(
    new GetCommand({ TableName: access.planningTable, Key, ConsistentRead: true }),
  );
  if (Item === undefined) throw new Error(`Wave ${waveId} has no CLAIM item: claim its requests before planning it.`);
  const keys = routes.flatMap(ordersOf).map(({ orderId, cycle }) => requestSk(orderId, cycle));
  const requests = await readRequests(access, depotId, [...new Set(keys)]);
  return {
    routes,
    plannedAt: (Item as ClaimItem).claimedAt,
    customers: new Map(requests.map(({ orderId, customerId }) => [orderId, customerId])),
  };
}
