/** By what a disturbed run is compared with an undisturbed one: the histories of an execution and all below it. */
import type { HistoryEvent } from '../../engine/index.ts';
import type { JournalBatch } from '../../region/journal/journal-store.ts';
import { ERRAND_ARN, executionArn } from './machines.ts';

export type Call = (action: string, input: object) => Promise<unknown>;

export interface Trace {
  readonly status: string;
  readonly output: string;
  /** Each event with its state, sorted: branches may interleave otherwise in real time. */
  readonly events: readonly string[];
}

/** Whoever has a token may answer before the function that handed it on is known to have ended. */
const EARLY_ANSWERED = 'TaskSubmitted lambda';

interface Listed {
  readonly executions: readonly { readonly executionArn: string; readonly status: string }[];
}

export async function traceOf(call: Call, n: number): Promise<Trace> {
  const arn = executionArn(`n-${n}`);
  const { status, output } = (await call('DescribeExecution', { executionArn: arn })) as Partial<Trace>;
  const labels = await labelsOf(call, arn);
  const { mapRuns } = (await call('ListMapRuns', { executionArn: arn })) as { mapRuns: { mapRunArn: string }[] };
  for (const { mapRunArn } of mapRuns) {
    const { executions } = (await call('ListExecutions', { mapRunArn })) as Listed;
    for (const child of executions) {
      labels.push(`child ${child.status}`, ...(await labelsOf(call, child.executionArn, 'child ')));
    }
  }
  return {
    status: String(status),
    output: String(output),
    events: withoutLostWorkers(labels)
      .filter((label) => label !== EARLY_ANSWERED)
      .sort(),
  };
}

async function labelsOf(call: Call, arn: string, prefix = ''): Promise<string[]> {
  const { events } = (await call('GetExecutionHistory', { executionArn: arn, maxResults: 1000 })) as {
    events: readonly HistoryEvent[];
  };
  return events.map((event) => {
    const key = Object.keys(event).find((field) => field.endsWith('EventDetails')) as keyof HistoryEvent | undefined;
    const details = (key === undefined ? {} : event[key]) as Record<string, unknown>;
    const by = event.type === 'TaskSubmitted' ? details['resourceType'] : undefined;
    const parts = [event.type, by, details['name'], details['index'], details['error']];
    return prefix + parts.filter((part) => part !== undefined).join(' ');
  });
}

/** A worker that had taken a task when its connection broke is missed after the heartbeat, and the task tried again. */
function withoutLostWorkers(labels: readonly string[]): string[] {
  const lost = labels.filter((label) => label.startsWith('ActivityTimedOut')).length;
  const left = new Map(['ActivityScheduled', 'ActivityStarted', 'ActivityTimedOut'].map((type) => [type, lost]));
  return labels.filter((label) => {
    const type = label.split(' ')[0] ?? '';
    const remaining = left.get(type) ?? 0;
    left.set(type, remaining - 1);
    return remaining <= 0;
  });
}

/** How many errands were run, by status. */
export async function errandsOf(call: Call): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  let nextToken: string | undefined;
  do {
    const page = (await call('ListExecutions', {
      stateMachineArn: ERRAND_ARN,
      maxResults: 1000,
      ...(nextToken !== undefined && { nextToken }),
    })) as Listed & { nextToken?: string };
    for (const { status } of page.executions) counts[status] = (counts[status] ?? 0) + 1;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return counts;
}

/** Counts the timers that ended a wait or a delay, and names those that did so more than once or were never set. */
export function checkTimers(batches: Iterable<JournalBatch>): { timers: number; twice: string[] } {
  const armed = new Map<string, number>();
  const twice: string[] = [];
  let timers = 0;
  for (const { events } of batches) {
    for (const entry of events) {
      if (entry.stream !== 'execution') continue;
      const { serial, record } = entry;
      const frame = `${serial}.${record.frame}`;
      if (record.type === 'TimerSet') armed.set(`${frame} ${record.purpose}`, record.dueMs);
      if (record.type !== 'TimerEnded') continue;
      timers += 1;
      const key = `${frame} ${record.purpose}`;
      const dueMs = armed.get(key);
      if (dueMs === undefined) twice.push(`${key} ended at ${record.at} without being set`);
      else if (record.at < dueMs) twice.push(`${key} ended at ${record.at}, before ${dueMs}`);
      armed.delete(key);
    }
  }
  return { timers, twice };
}
