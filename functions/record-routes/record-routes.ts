/**
 * Writes into the graph what has become of a route, or a wave's plan that its planner could not write. The facts are read
 * from the tables at the time of writing and merged, so a message may come twice, late, or after a newer one. A graph
 * that does not answer fails the message, which comes again until it is given up to the dead-letter queue.
 */
import { JSONStringified } from '@aws-lambda-powertools/parser/helpers';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { type GraphMessage, graphMessageSchema } from '../../workflows/route-planning/graph-messages.ts';
import { drivenStatements } from '../platform/graph/driven-graph.ts';
import { graphStatements } from '../platform/graph/plan-graph.ts';
import { recordedPlan } from '../platform/graph/recorded-plan.ts';
import type { GraphStatement } from '../platform/graph/statements.ts';
import { type RouteRecord, routePk } from '../platform/planning-items.ts';
import { type PlanningAccess, readPlan, routesOf } from '../platform/wave-plan.ts';

export interface RecordRoutesPorts extends PlanningAccess {
  readonly routesTable: string;
  write(statements: readonly GraphStatement[]): Promise<void>;
}

const messageSchema = JSONStringified(graphMessageSchema);

/**
 * @param body JSON text of a `GraphMessage`
 * @throws ZodError naming the field of a message that cannot be read; Error for a route or a plan that is not there
 */
export async function recordRoutes(body: string, ports: RecordRoutesPorts): Promise<GraphMessage> {
  const message = messageSchema.parse(body);
  await ports.write('routeId' in message ? await driven(message.routeId, ports) : await planned(message, ports));
  return message;
}

async function driven(routeId: string, { documents, routesTable }: RecordRoutesPorts): Promise<GraphStatement[]> {
  const Key = { pk: routePk(routeId), sk: 'ROUTE' };
  const { Item } = await documents.send(new GetCommand({ TableName: routesTable, Key, ConsistentRead: true }));
  if (Item === undefined) throw new Error(`Route ${routeId} has no item in ${routesTable}: it was never assigned.`);
  return drivenStatements(Item as RouteRecord);
}

async function planned(
  wave: { readonly waveId: string; readonly depotId: string },
  ports: RecordRoutesPorts,
): Promise<GraphStatement[]> {
  const plan = await readPlan(ports, wave.waveId);
  if (plan === undefined) throw new Error(`Wave ${wave.waveId} has no complete plan: it is told of once it has one.`);
  return graphStatements(await recordedPlan(ports, wave, routesOf(wave.waveId, plan)));
}
