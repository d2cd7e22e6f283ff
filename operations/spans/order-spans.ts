/**
 * The spans of an order and of what it met on its way: its executions, the dispatch of each route it was on, the waves
 * that planned those. The order's waits for a route are linked to the execution that answered their tokens, and a dispatch
 * to the orders that its vehicle carries.
 */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { RouteItem } from '../../functions/platform/tables.ts';
import type { Deployed } from '../deployed.ts';
import type { ExecutionView, StateVisit } from '../model/trace.ts';
import { executionView } from '../trace/execution-view.ts';
import { traceOrder } from '../trace/trace-view.ts';
import { executionSpans, linkTo } from './execution-spans.ts';
import type { SpanData, SpanLink } from './span-model.ts';

export interface OrderSpansOptions {
  /** Whether what has not ended is told, too. */
  readonly includeOpen?: boolean;
  /** ARNs of executions that were told before, e.g. with another order of the same route; those told now are added. */
  readonly told?: Set<string>;
}

/**
 * @returns undefined when no order of this id was accepted
 * @throws OperationError as the reading does
 */
export async function orderSpans(
  deployed: Deployed,
  orderId: string,
  { includeOpen = false, told = new Set() }: OrderSpansOptions = {},
): Promise<readonly SpanData[] | undefined> {
  const trace = await traceOrder(deployed, orderId);
  if (trace === undefined) return undefined;
  const { executions, now } = trace;
  const routes = await routesOf(deployed, executions);
  const spans = spansOfOrder(orderId, executions, { now, includeOpen, arns: machineArns(deployed), routes });
  for (const { executionArn } of executions) told.add(executionArn);
  const others: SpanData[] = [];
  for (const { executionArn, links } of neighbours(deployed, routes.values())) {
    if (told.has(executionArn)) continue;
    told.add(executionArn);
    const execution = await executionView(deployed, executionArn);
    if (execution !== undefined) others.push(...executionSpans(execution, { now, includeOpen, links }));
  }
  return [...spans, ...others];
}

interface MachineArns {
  readonly dispatch: (routeId: string) => string;
  readonly planning: (waveId: string) => string;
  readonly lifecycle: (orderId: string) => string;
}

function machineArns({ output }: Pick<Deployed, 'output'>): MachineArns {
  const executionOf = (machineArn: string, name: string): string =>
    `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  return {
    dispatch: (routeId) => executionOf(output('RouteDispatchMachineArn'), routeId),
    planning: (waveId) => executionOf(output('RoutePlanningMachineArn'), waveId),
    lifecycle: (orderId) => executionOf(output('OrderLifecycleMachineArn'), orderId),
  };
}

interface OrderContext {
  readonly now: string;
  readonly includeOpen: boolean;
  readonly arns: MachineArns;
  readonly routes: ReadonlyMap<string, Pick<RouteItem, 'waveId'>>;
}

/** @param executions oldest first */
export function spansOfOrder(
  orderId: string,
  executions: readonly ExecutionView[],
  { now, includeOpen, arns, routes }: OrderContext,
): readonly SpanData[] {
  const [first] = executions;
  const linksOf = (visit: StateVisit): readonly SpanLink[] => {
    const answer = answerOf(visit);
    const waveId = answer === undefined ? undefined : routes.get(answer.routeId)?.waveId;
    if (answer === undefined) return [];
    if (answer.kind !== 'RoutePlanned') return [linkTo(arns.dispatch(answer.routeId), 'token')];
    return waveId === undefined ? [] : [linkTo(arns.planning(waveId), 'token')];
  };
  return executions.flatMap((execution, index) => {
    const before = executions[index - 1];
    const links = before === undefined ? [] : [linkTo(before.executionArn, 'resumes', orderId)];
    const resumes = index === 0 || first === undefined ? {} : { resumes: first.executionArn };
    return executionSpans(execution, { orderId, now, includeOpen, linksOf, links, ...resumes });
  });
}

/** Executions beside the order's: each route's dispatch with links to its wave and its orders, then each wave. */
function neighbours(
  deployed: Deployed,
  routes: Iterable<RouteItem>,
): readonly { readonly executionArn: string; readonly links: readonly SpanLink[] }[] {
  const arns = machineArns(deployed);
  const dispatches: { executionArn: string; links: readonly SpanLink[] }[] = [];
  const waves = new Set<string>();
  for (const { routeId, waveId, stops } of routes) {
    waves.add(arns.planning(waveId));
    const carried = stops.flatMap(({ orders }) => orders.map(({ orderId }) => orderId));
    const links = carried.map((orderId) => linkTo(arns.lifecycle(orderId), 'carries', orderId));
    dispatches.push({
      executionArn: arns.dispatch(routeId),
      links: [linkTo(arns.planning(waveId), 'parent'), ...links],
    });
  }
  return [...dispatches, ...[...waves].map((executionArn) => ({ executionArn, links: [] }))];
}

async function routesOf(
  { documents, output }: Deployed,
  executions: readonly ExecutionView[],
): Promise<ReadonlyMap<string, RouteItem>> {
  const routeIds = new Set(
    executions.flatMap(({ visits }) => visits.flatMap((visit) => answerOf(visit)?.routeId ?? [])),
  );
  const routes = new Map<string, RouteItem>();
  for (const routeId of routeIds) {
    const Key = { pk: `ROUTE#${routeId}`, sk: 'ROUTE' };
    const { Item } = await documents.send(new GetCommand({ TableName: output('RoutesTableName'), Key }));
    if (Item !== undefined) routes.set(routeId, Item as RouteItem);
  }
  return routes;
}

interface Answer {
  readonly kind: string;
  readonly routeId: string;
}

/** The signal that a wait was answered with, as the state's output has it, where it names a route. */
function answerOf({ output, attempts }: StateVisit): Answer | undefined {
  if (output === undefined || !attempts.some(({ usesToken }) => usesToken)) return undefined;
  const { reached } = (parsed(output) ?? {}) as {
    reached?: { kind?: unknown; detail?: { place?: { routeId?: unknown } } };
  };
  const routeId = reached?.detail?.place?.routeId;
  return typeof routeId === 'string' && typeof reached?.kind === 'string' ? { kind: reached.kind, routeId } : undefined;
}

/** @returns undefined for an output that was cut off or is no JSON */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
