/** The execution that an order ran last, with its whole history, and the definition that a new one would run today. */
import {
  DescribeStateMachineCommand,
  type ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  type HistoryEvent,
} from '@aws-sdk/client-sfn';
import type { Deployed } from './deployed.ts';
import { OrderBook } from './order-book.ts';

export interface NewestExecution {
  readonly executionArn: string;
  /** As GetExecutionHistory answers, its pages put together. */
  readonly history: { readonly events: readonly HistoryEvent[] };
  /** Amazon States Language text of the machine as it is now. */
  readonly definition: string;
}

const PAGE_SIZE = 1_000;

/** @returns undefined when no execution of the order was ever started, or its history is gone */
export async function newestExecution(deployed: Deployed, orderId: string): Promise<NewestExecution | undefined> {
  const record = await new OrderBook(deployed).order(orderId);
  const executionArn = record?.failure?.executionArn ?? record?.executionArn;
  if (executionArn === undefined) return undefined;
  const events = await allEvents(deployed, executionArn);
  if (events === undefined) return undefined;
  const stateMachineArn = executionArn.replace(':execution:', ':stateMachine:').split(':').slice(0, 7).join(':');
  const { definition = '' } = await deployed.machines.send(new DescribeStateMachineCommand({ stateMachineArn }));
  return { executionArn, history: { events }, definition };
}

async function allEvents({ machines }: Deployed, executionArn: string): Promise<readonly HistoryEvent[] | undefined> {
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    try {
      const page = await machines.send(
        new GetExecutionHistoryCommand({
          executionArn,
          includeExecutionData: true,
          maxResults: PAGE_SIZE,
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      );
      events.push(...(page.events ?? []));
      nextToken = page.nextToken;
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  } while (nextToken !== undefined);
  return events;
}

/** Of executions that closed more than 90 days ago Step Functions knows nothing any more. */
const isGone = (error: unknown): error is ExecutionDoesNotExist =>
  error instanceof Error && error.name === 'ExecutionDoesNotExist';
