/**
 * The journal of an execution: AWS's history events, each with what the engine needs to resume beside what AWS shows,
 * and a few private records (id 0) for what AWS does not write down, such as the due time of a retry.
 */
import type { JsonValue } from '../json.ts';

export type StateType = 'Task' | 'Pass' | 'Choice' | 'Wait' | 'Succeed' | 'Fail' | 'Parallel' | 'Map';
export type ExitingStateType = Exclude<StateType, 'Fail'>;
export type AbortableStateType = 'Task' | 'Wait' | 'Parallel' | 'Map';
export type TimerPurpose = 'wait' | 'retry' | 'timeout' | 'heartbeat' | 'execution';
export type AssignedVariables = { readonly [name: string]: string };

/** Resource fields that service integrations repeat in each of their events. */
interface TaskResource {
  readonly resourceType: string;
  readonly resource: string;
}
interface Failure {
  readonly error?: string;
  readonly cause?: string;
}
/** What the fold keeps of a scheduled task. */
export interface ScheduledTask {
  readonly taskToken?: string;
  readonly heartbeatSeconds?: number;
}

type Shape =
  | { type: 'ExecutionStarted'; details: { input: string; roleArn: string } }
  | { type: 'ExecutionSucceeded'; details: { output: string } }
  | { type: 'ExecutionFailed' | 'ExecutionAborted' | 'ExecutionTimedOut'; details: Failure }
  | { type: `${StateType}StateEntered`; details: { name: string; input: string } }
  | {
      type: `${ExitingStateType}StateExited`;
      details: { name: string; output: string; assignedVariables?: AssignedVariables };
      /** The state that comes next; null ends the branch. */
      next: string | null;
    }
  | { type: `${AbortableStateType}StateAborted` }
  | { type: 'ParallelStateStarted' }
  | { type: 'ParallelStateSucceeded' | 'ParallelStateFailed' | 'MapStateSucceeded' | 'MapStateFailed' }
  | { type: 'MapStateStarted'; details: { length: number }; items: readonly JsonValue[]; concurrency: number }
  | { type: 'MapIterationStarted'; details: { name: string; index: number }; child: number; input: string }
  | {
      type: 'MapIterationSucceeded' | 'MapIterationFailed' | 'MapIterationAborted';
      details: { name: string; index: number };
    }
  | { type: 'EvaluationFailed'; details: { error: string; cause: string; location?: string; state: string } }
  | {
      type: 'TaskScheduled';
      details: TaskResource & {
        region: string;
        parameters: string;
        timeoutInSeconds?: number;
        heartbeatInSeconds?: number;
        taskCredentials?: { roleArn: string };
      };
      task: ScheduledTask;
    }
  | { type: 'TaskStarted'; details: TaskResource }
  | { type: 'TaskSubmitted'; details: TaskResource & { output: string }; awaits?: string }
  | { type: 'TaskSucceeded'; details: TaskResource & { output: string } }
  | { type: 'TaskFailed' | 'TaskTimedOut'; details: TaskResource & Failure }
  | {
      type: 'LambdaFunctionScheduled';
      details: { resource: string; input: string; timeoutInSeconds?: number; taskCredentials?: { roleArn: string } };
      task: ScheduledTask;
    }
  | { type: 'LambdaFunctionStarted' }
  | { type: 'LambdaFunctionSucceeded'; details: { output: string } }
  | { type: 'LambdaFunctionFailed' | 'LambdaFunctionTimedOut'; details: Failure }
  | {
      type: 'ActivityScheduled';
      details: { resource: string; input: string; timeoutInSeconds?: number; heartbeatInSeconds?: number };
      task: ScheduledTask;
    }
  | { type: 'ActivityStarted'; details: { workerName?: string } }
  | { type: 'ActivitySucceeded'; details: { output: string } }
  | { type: 'ActivityFailed' | 'ActivityTimedOut'; details: Failure }
  /** Private: a Parallel branch begins. */
  | { type: 'BranchStarted'; child: number; index: number; input: string }
  /** Private: a Parallel branch ended well. */
  | { type: 'BranchSucceeded'; index: number }
  /** Private: a branch, or all branches of a state, are gone. */
  | { type: 'BranchesDropped' }
  /** Private: a retrier was used; the state runs again when the timer fires. */
  | { type: 'RetryScheduled'; retrier: number }
  | { type: 'TimerSet'; purpose: TimerPurpose; timerId: string; dueMs: number }
  /** Private: the state may go on (a wait ended, a retry is due). */
  | { type: 'TimerEnded'; purpose: TimerPurpose }
  | { type: 'HeartbeatReceived' };

/** `id` 0 marks a private record; `at` in ms since the epoch; `frame` is the branch it belongs to. */
export type JournalRecord = Shape & {
  readonly id: number;
  readonly previousEventId: number;
  readonly at: number;
  readonly frame: number;
};
export type RecordType = JournalRecord['type'];
/** A record before the journal gives it its number and time. */
export type Draft = Shape;

const PRIVATE: ReadonlySet<string> = new Set([
  'BranchStarted',
  'BranchSucceeded',
  'BranchesDropped',
  'RetryScheduled',
  'TimerSet',
  'TimerEnded',
  'HeartbeatReceived',
]);

export function isPrivate(type: RecordType): boolean {
  return PRIVATE.has(type);
}
