/** One execution as a screen shows it: what it is, the definition that it runs, the states it passed, its raw events. */
import {
  DescribeExecutionCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
} from '@aws-sdk/client-sfn';
import type { Deployed } from '../deployed.ts';
import type { ExecutionView, HistoryEventView } from '../model/trace.ts';
import { OperationError } from '../operation-error.ts';
import { stateVisits } from './state-visits.ts';

export interface HistoryPage {
  readonly events: readonly HistoryEventView[];
  readonly total: number;
}

const PAGE_SIZE = 1_000;

/** One execution, nested ones included: what opens in place. @returns undefined when there is none of this ARN */
export async function executionView(deployed: Deployed, executionArn: string): Promise<ExecutionView | undefined> {
  const { machines, target } = deployed;
  try {
    const [found, machine, events] = await Promise.all([
      machines.send(new DescribeExecutionCommand({ executionArn })),
      machines.send(new DescribeStateMachineForExecutionCommand({ executionArn })),
      allEvents(machines, executionArn),
    ]);
    const { input, output, error, cause, stopDate, redriveStatusReason, traceHeader } = found;
    return {
      executionArn,
      name: found.name ?? executionArn.split(':').at(-1) ?? '',
      machine: machine.name ?? '',
      status: found.status ?? '',
      startedAt: isoDate(found.startDate),
      ...(stopDate === undefined ? {} : { stoppedAt: isoDate(stopDate) }),
      ...(input === undefined ? {} : { input }),
      ...(output === undefined ? {} : { output }),
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
      redriveCount: found.redriveCount ?? 0,
      redriveStatus: found.redriveStatus ?? 'NOT_REDRIVABLE',
      ...(redriveStatusReason === undefined ? {} : { redriveStatusReason }),
      definition: machine.definition ?? '',
      visits: stateVisits(events),
      eventCount: events.length,
      ...(target.endpoint === undefined ? consoleLinks(target.region, executionArn, traceHeader) : {}),
    };
  } catch (error) {
    if (isUnknown(error)) return undefined;
    throw error;
  }
}

/** Raw events, oldest first; `from` is the number of events to skip. @returns undefined when there is no such execution */
export async function historyPage(
  { machines }: Pick<Deployed, 'machines'>,
  executionArn: string,
  { from, limit }: { readonly from: number; readonly limit: number },
): Promise<HistoryPage | undefined> {
  if (!Number.isInteger(from) || from < 0 || !Number.isInteger(limit) || limit < 1) {
    throw new OperationError(
      'BAD_INPUT',
      `the page is ${from}, ${limit}`,
      'Give whole numbers: from >= 0, limit >= 1.',
    );
  }
  try {
    const events = await allEvents(machines, executionArn);
    return { events: events.slice(from, from + limit), total: events.length };
  } catch (error) {
    if (isUnknown(error)) return undefined;
    throw error;
  }
}

const isUnknown = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'ExecutionDoesNotExist' || error.name === 'InvalidArn');

async function allEvents(machines: Deployed['machines'], executionArn: string): Promise<HistoryEventView[]> {
  const events: HistoryEventView[] = [];
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
    for (const event of page.events ?? []) events.push(eventView(event));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return events;
}

/** An event of the API: its details stand under a name of their own for each type. */
export function eventView(event: HistoryEvent): HistoryEventView {
  const { id, previousEventId, timestamp, type, ...rest } = event;
  const details = Object.values(rest).find((value) => value !== undefined);
  return {
    id: id ?? 0,
    previousEventId: previousEventId ?? 0,
    at: isoDate(timestamp),
    type: type ?? '',
    details: (details ?? {}) as HistoryEventView['details'],
  };
}

const isoDate = (date: Date | undefined): string => (date ?? new Date(0)).toISOString();

function consoleLinks(
  region: string,
  executionArn: string,
  traceHeader: string | undefined,
): Pick<ExecutionView, 'consoleUrl' | 'traceUrl'> {
  const origin = `https://${region}.console.aws.amazon.com`;
  const root = /Root=([\w-]+)/.exec(traceHeader ?? '')?.[1];
  return {
    consoleUrl: `${origin}/states/home?region=${region}#/v2/executions/details/${executionArn}`,
    ...(root === undefined ? {} : { traceUrl: `${origin}/cloudwatch/home?region=${region}#xray:traces/${root}` }),
  };
}
