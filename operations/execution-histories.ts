/**
 * The recorded histories of an order: its own execution, those that resumed it, the dispatch of every route it was on, and the waves that
 * planned them. Each is what GetExecutionHistory answers, with the execution's data, its pages put together.
 */
import {
  DescribeExecutionCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
} from '@aws-sdk/client-sfn';
import type { Deployed, OutputName } from './deployed.ts';
import { ExecutionBook } from './execution-book.ts';
import { OrderBook, replayedArns } from './order-book.ts';
import { RouteBook } from './route-book.ts';

export interface ExecutionHistory {
  /** `order-lifecycle`, `order-replay`, `route-dispatch` or `route-planning`. */
  readonly machine: string;
  /** Name of the execution: id of the order, route or wave; `<order id>.rN` of its Nth replay. */
  readonly name: string;
  readonly history: { readonly events: readonly HistoryEvent[] };
  /** JSON text of the definition that the execution runs. */
  readonly definition: string;
}

const MACHINES = {
  'order-lifecycle': 'OrderLifecycleMachineArn',
  'order-replay': 'OrderReplayMachineArn',
  'route-dispatch': 'RouteDispatchMachineArn',
  'route-planning': 'RoutePlanningMachineArn',
} as const satisfies Readonly<Record<string, OutputName>>;
const PAGE_SIZE = 1_000;

/** The order's own history first, then those of its replays; empty when no execution of it was ever started. */
export async function orderHistories(deployed: Deployed, orderId: string): Promise<readonly ExecutionHistory[]> {
  const own = await executionHistory(deployed, 'order-lifecycle', orderId);
  if (own === undefined) return [];
  const routes = (await new RouteBook(deployed).all()).filter(({ stops }) =>
    stops.some(({ orders }) => orders.some((order) => order.orderId === orderId)),
  );
  const found: (ExecutionHistory | undefined)[] = [own];
  for (const name of await resumedNames(deployed, orderId))
    found.push(await executionHistory(deployed, 'order-replay', name));
  for (const { routeId } of routes) found.push(await executionHistory(deployed, 'route-dispatch', routeId));
  for (const waveId of new Set(routes.map((route) => route.waveId)))
    found.push(await executionHistory(deployed, 'route-planning', waveId));
  return found.filter((history) => history !== undefined);
}

/** Names of the executions that resumed the order, oldest first, as the events of its replays have them. */
async function resumedNames(deployed: Deployed, orderId: string): Promise<ReadonlySet<string>> {
  const own = new ExecutionBook(deployed).orderExecutionArn(orderId);
  const replayed = replayedArns(await new OrderBook(deployed).events(orderId));
  return new Set(replayed.filter((arn) => arn !== own).map((arn) => arn.split(':').at(-1) ?? ''));
}

async function executionHistory(
  deployed: Deployed,
  machine: keyof typeof MACHINES,
  name: string,
): Promise<ExecutionHistory | undefined> {
  const { machines } = deployed;
  const executionArn = `${deployed.output(MACHINES[machine]).replace(':stateMachine:', ':execution:')}:${name}`;
  try {
    await machines.send(new DescribeExecutionCommand({ executionArn }));
  } catch (error) {
    if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return undefined;
    throw error;
  }
  const { definition = '' } = await machines.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
  return { machine, name, definition, history: { events: await allEvents(machines, executionArn) } };
}

async function allEvents(machines: Deployed['machines'], executionArn: string): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page: { events?: HistoryEvent[] | undefined; nextToken?: string | undefined } = await machines.send(
      new GetExecutionHistoryCommand({
        executionArn,
        includeExecutionData: true,
        maxResults: PAGE_SIZE,
        ...(nextToken === undefined ? {} : { nextToken }),
      }),
    );
    events.push(...(page.events ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return events;
}

/** File names and contents: a history of each execution, and the definition of each machine as it was deployed. */
export function historyFiles(histories: readonly ExecutionHistory[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    histories.flatMap(({ machine, name, history, definition }) => [
      [`${name}.${machine}.history.json`, `${JSON.stringify(history, null, 2)}\n`],
      [`${machine}.asl.json`, `${JSON.stringify(JSON.parse(definition), null, 2)}\n`],
    ]),
  );
}
