/** What the events of tasks, Lambda functions and activities say of an attempt, in one vocabulary. */
import type { HistoryEventView } from '../model/trace.ts';

export type AttemptStep =
  | { readonly kind: 'scheduled'; readonly resource: string }
  | { readonly kind: 'started' | 'submitted' | 'succeeded' | 'failed' | 'timed-out' | 'aborted' };

const STEPS: Readonly<Record<string, Exclude<AttemptStep['kind'], 'scheduled'>>> = {
  TaskStarted: 'started',
  LambdaFunctionStarted: 'started',
  ActivityStarted: 'started',
  TaskSubmitted: 'submitted',
  TaskSucceeded: 'succeeded',
  LambdaFunctionSucceeded: 'succeeded',
  ActivitySucceeded: 'succeeded',
  TaskFailed: 'failed',
  TaskStartFailed: 'failed',
  TaskSubmitFailed: 'failed',
  LambdaFunctionFailed: 'failed',
  LambdaFunctionStartFailed: 'failed',
  LambdaFunctionScheduleFailed: 'failed',
  ActivityFailed: 'failed',
  ActivityScheduleFailed: 'failed',
  TaskTimedOut: 'timed-out',
  LambdaFunctionTimedOut: 'timed-out',
  ActivityTimedOut: 'timed-out',
  TaskStateAborted: 'aborted',
};

/** @returns undefined for an event of no attempt */
export function attemptStep({ type, details }: HistoryEventView): AttemptStep | undefined {
  if (type === 'TaskScheduled') {
    return { kind: 'scheduled', resource: `${details['resourceType'] ?? '?'}:${details['resource'] ?? '?'}` };
  }
  if (type === 'LambdaFunctionScheduled' || type === 'ActivityScheduled') {
    return { kind: 'scheduled', resource: String(details['resource'] ?? '?') };
  }
  const kind = STEPS[type];
  return kind === undefined ? undefined : { kind };
}

/** ARN of the execution that a `states:startExecution` task started. */
export function childExecutionOf({ type, details }: HistoryEventView): string | undefined {
  if (details['resourceType'] !== 'states') return undefined;
  if (type !== 'TaskSubmitted' && type !== 'TaskSucceeded') return undefined;
  try {
    const output = JSON.parse(String(details['output'])) as { readonly ExecutionArn?: unknown } | null;
    return typeof output?.ExecutionArn === 'string' ? output.ExecutionArn : undefined;
  } catch {
    // The output is left out of histories that are read without their data.
    return undefined;
  }
}
