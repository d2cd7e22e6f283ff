/** Reads what the planner left of a wave: its routes, and the orders it found no place for. */
import { BatchGetCommand, type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { TransientError } from '../../workflows/order-lifecycle/errors.ts';
import type { PlannedRoute, RouteChange } from '../../workflows/route-planning/contracts.ts';
import { inParallel } from './in-parallel.ts';
import {
  depotPk,
  type PlannedRouteItem,
  type RequestItem,
  type RouteChangeItem,
  type UnassignedItem,
  wavePk,
} from './planning-items.ts';

export interface PlanningAccess {
  readonly documents: DynamoDBDocumentClient;
  readonly planningTable: string;
}

export interface WavePlan {
  readonly routes: readonly PlannedRouteItem[];
  /** Of routes that were there before; none unless the wave was a re-plan. */
  readonly changes: readonly RouteChangeItem[];
  readonly unassigned: UnassignedItem['orders'];
}

const BATCH = 100;

/** @returns undefined when the planner has not finished: its last item is missing */
export async function readPlan(
  { documents, planningTable }: PlanningAccess,
  waveId: string,
): Promise<WavePlan | undefined> {
  const read = async (sk: string): Promise<unknown> => {
    const key = { pk: wavePk(waveId), sk };
    const { Item } = await documents.send(new GetCommand({ TableName: planningTable, Key: key, ConsistentRead: true }));
    return Item;
  };
  const last = (await read('UNASSIGNED')) as UnassignedItem | undefined;
  if (last === undefined) return undefined;
  const readAll = async (kind: 'ROUTE' | 'CHANGE', count: number): Promise<unknown[]> => {
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    const items = await inParallel(numbers, 10, (n) => read(`${kind}#${n}`));
    const missing = items.indexOf(undefined);
    if (missing < 0) return items;
    throw new Error(
      `Wave ${waveId} says it has ${count} items ${kind} but ${kind}#${missing + 1} is missing: plan it again.`,
    );
  };
  const routes = (await readAll('ROUTE', last.routeCount)) as PlannedRouteItem[];
  const changes = (await readAll('CHANGE', last.changeCount ?? 0)) as RouteChangeItem[];
  return { routes, changes, unassigned: last.orders };
}

/** The routes that a wave left, new and changed ones, as the graph keeps them: a change belongs to the wave that made it. */
export function routesOf(
  waveId: string,
  { routes, changes }: { readonly routes: readonly PlannedRoute[]; readonly changes: readonly RouteChange[] },
): PlannedRoute[] {
  const changed = changes.map(({ route: { version: _, ...route } }) => ({ ...route, waveId }));
  return [...routes, ...changed];
}

/** The requests of these keys that exist, in the order of the keys. */
export async function readRequests(
  { documents, planningTable }: PlanningAccess,
  depotId: string,
  keys: readonly string[],
): Promise<RequestItem[]> {
  const found = new Map<string, RequestItem>();
  const batches = Array.from({ length: Math.ceil(keys.length / BATCH) }, (_, index) =>
    keys.slice(index * BATCH, (index + 1) * BATCH),
  );
  for (const batch of batches) {
    let wanted: Record<string, unknown>[] = batch.map((sk) => ({ pk: depotPk(depotId), sk }));
    // A batch is answered in parts when it exceeds 16 MB or the table is busy; each part answers some of it.
    for (let tries = 0; wanted.length > 0; tries += 1) {
      if (tries === 10) throw new TransientError(`${planningTable} left ${wanted.length} requests unread: read again.`);
      const { Responses, UnprocessedKeys } = await documents.send(
        new BatchGetCommand({ RequestItems: { [planningTable]: { Keys: wanted, ConsistentRead: true } } }),
      );
      for (const item of (Responses?.[planningTable] ?? []) as RequestItem[]) found.set(item.sk, item);
      wanted = UnprocessedKeys?.[planningTable]?.Keys ?? [];
    }
  }
  return keys.flatMap((sk) => found.get(sk) ?? []);
}
