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
export interface Failure {
  readonly error?: string;
  readonly cause?: string;
}
/** What a Map run is started with; limits in items, `label` as it stands in ARNs. */
export interface MapRunSettings extends MapRunLimits {
  readonly label: string;
  /** The most items that are read; 0 or absent: all. */
  readonly maxItems?: number;
}
export interface MapRunLimits {
  readonly maxConcurrency: number;
  readonly toleratedCount?: number;
  readonly toleratedPercentage?: number;
}
export type MapOperation = 'getObject' | 'listObjectsV2' | 'putObject';

export interface S3Object {
  readonly bucket: string;
  readonly key: string;
}
export interface ResultFile {
  readonly group: 'SUCCEEDED' | 'FAILED' | 'PENDING' | 'MANIFEST';
  readonly key: string;
  /** Bytes. */
  readonly size: number;
}
/** What the fold keeps of a scheduled task. */
export interface ScheduledTask {
  readonly taskToken?: string;
  readonly heartbeatSeconds?: number;
}

type Shape =
  | { type: 'ExecutionStarted'; details: { input: string; roleArn: string } }
  | { type: 'ExecutionSucceeded'; details: { output: string } }
  | { type: 'ExecutionRedriven'; details: { redriveCount: number }; clientToken?: string }
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
  | { type: 'MapRunStarted'; details: { mapRunArn: string }; run: MapRunSettings }
  /** `inChain`: the next event follows this one, as it did on AWS until 2024. */
  | { type: 'MapRunSucceeded'; inChain: boolean }
  | { type: 'MapRunFailed'; details: Failure }
  | { type: 'MapRunAborted' }
  | { type: 'MapRunRedriven'; details: { mapRunArn: string; redriveCount: number } }
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
  | { type: 'HeartbeatReceived' }
  /** Private: a Map run asks its host for an object, a listing, or to write; `input` is JSON text. */
  | { type: 'MapCallStarted'; operation: MapOperation; input: string }
  /** Private: the call was answered. */
  | { type: 'MapCallEnded' }
  /** Private: items, as JSON texts; `sources` are objects that are to be read yet; `done` when these were all. */
  | {
      type: 'MapItemsRead';
      items: readonly string[];
      sources: readonly S3Object[];
      done: boolean;
      headers?: readonly string[];
    }
  /** Private: results went to S3 as this file. */
  | { type: 'MapResultsTaken'; file: ResultFile }
  | { type: 'MapRunUpdated'; limits: MapRunLimits }
  /** Private: the run has failed, and what it has goes to S3 before that is told. */
  | { type: 'MapRunFailing'; details: Failure };

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

/** Names of the events that every step records: written out, so that they are one string each and not one per event. */
export const STATE_ENTERED: { readonly [T in StateType]: `${T}StateEntered` } = {
  Task: 'TaskStateEntered',
  Pass: 'PassStateEntered',
  Choice: 'ChoiceStateEntered',
  Wait: 'WaitStateEntered',
  Succeed: 'SucceedStateEntered',
  Fail: 'FailStateEntered',
  Parallel: 'ParallelStateEntered',
  Map: 'MapStateEntered',
};
export const STATE_EXITED: { readonly [T in ExitingStateType]: `${T}StateExited` } = {
  Task: 'TaskStateExited',
  Pass: 'PassStateExited',
  Choice: 'ChoiceStateExited',
  Wait: 'WaitStateExited',
  Succeed: 'SucceedStateExited',
  Parallel: 'ParallelStateExited',
  Map: 'MapStateExited',
};

const PRIVATE: ReadonlySet<string> = new Set([
  'BranchStarted',
  'BranchSucceeded',
  'BranchesDropped',
  'RetryScheduled',
  'TimerSet',
  'TimerEnded',
  'HeartbeatReceived',
  'MapCallStarted',
  'MapCallEnded',
  'MapItemsRead',
  'MapResultsTaken',
  'MapRunUpdated',
  'MapRunFailing',
]);

export function isPrivate(type: RecordType): boolean {
  return PRIVATE.has(type);
}
