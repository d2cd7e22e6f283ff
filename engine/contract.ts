/**
 * What a host sees of the engine: commands go in with the time, effects and events come out. The host owns the clock,
 * the randomness and the services; the engine owns every decision.
 */
import type { JournalRecord, TimerPurpose } from './history/records.ts';
import type { AccountEvent } from './state/account.ts';
import type { ExecutionStatus, TaskPattern } from './terms.ts';

export type Command =
  /** One API call by its AWS name, with its input in the shape of the JavaScript SDK. */
  | { readonly kind: 'api'; readonly action: string; readonly input: object }
  /** The service took the request of a `.sync` or `.waitForTaskToken` task; `output` is its answer as JSON text. */
  | { readonly kind: 'taskSubmitted'; readonly taskId: string; readonly output: string }
  /** The task ended well; `output` is JSON text. */
  | { readonly kind: 'taskSucceeded'; readonly taskId: string; readonly output: string }
  | {
      readonly kind: 'taskFailed';
      readonly taskId: string;
      readonly error?: string;
      readonly cause?: string;
      /** The host could not run the task at all: its `States.Runtime` is none that a task reported, so no wildcard takes it. */
      readonly isUnrunnable?: true;
    }
  | { readonly kind: 'timerFired'; readonly timerId: string };

export interface InvokeTask {
  readonly kind: 'invokeTask';
  readonly taskId: string;
  /** The Resource of the state, e.g. `arn:aws:states:::lambda:invoke.waitForTaskToken`. */
  readonly resource: string;
  /** `lambda`, `sqs`, `states`, `aws-sdk:s3` ...; `activity` for activities. */
  readonly service: string;
  /** `invoke`, `sendMessage` ...; empty for a Lambda function's own ARN and for activities. */
  readonly action: string;
  readonly pattern: TaskPattern;
  readonly input: unknown;
  readonly roleArn: string;
  readonly taskToken?: string;
  readonly credentials?: unknown;
  readonly executionArn: string;
  readonly stateName: string;
  /**
   * Not a task, but a call to S3 for a distributed Map: `getObject` wants `{"Body": text}` (of a gzip object, the text it
   * holds), `listObjectsV2` the SDK's answer; `putObject` has its Body as text.
   */
  readonly purpose?: 'itemReader' | 'resultWriter';
  /** The object to read has to be a Parquet file; the Body of its answer is its rows as JSON Lines. */
  readonly objectFormat?: 'PARQUET';
  /** Of an execution that was started with a test case of a MockConfigFile: how often the state was asked before. */
  readonly test?: { readonly testCase: string; readonly invocation: number };
}

/** A job that its service has taken and whose end the host has to report: asked for after a restart. */
export interface WatchTask extends Omit<InvokeTask, 'kind' | 'purpose' | 'objectFormat'> {
  readonly kind: 'watchTask';
  /** What the service answered when it took the job, JSON text. */
  readonly submitted: string;
}

/** Times in ms since the epoch; `stopDate` is null while the execution runs. */
export interface ExecutionStatusDetail {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  /** The version that runs, and the alias that chose it, where the execution was started by one. */
  readonly stateMachineVersionArn: string | null;
  readonly stateMachineAliasArn: string | null;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startDate: number;
  readonly stopDate: number | null;
  readonly input: string;
  readonly output: string | null;
  readonly error?: string;
  readonly cause?: string;
  readonly redriveCount: number;
  readonly redriveDate: number | null;
  readonly redriveStatus: 'REDRIVABLE' | 'NOT_REDRIVABLE' | 'REDRIVABLE_BY_MAP_RUN';
  readonly redriveStatusReason: string | null;
}

export type Effect =
  | InvokeTask
  | WatchTask
  | { readonly kind: 'setTimer'; readonly timerId: string; readonly dueMs: number; readonly purpose: TimerPurpose }
  | { readonly kind: 'cancelTimer'; readonly timerId: string }
  /** For the caller whose StartSyncExecution was answered with `awaits`: the response it waits for. */
  | { readonly kind: 'syncExecutionEnded'; readonly executionArn: string; readonly response: object }
  /** To be published on EventBridge as source `aws.states`, "Step Functions Execution Status Change". */
  | { readonly kind: 'executionStatusChanged'; readonly detail: ExecutionStatusDetail };

/** What an `apply` decided: to be stored, in order and in one transaction, before the effects are run. */
export type AppliedEvent =
  | { readonly stream: 'account'; readonly event: AccountEvent }
  | { readonly stream: 'execution'; readonly serial: number; readonly record: JournalRecord };

export interface Applied {
  readonly response?: unknown;
  /** StartSyncExecution of an execution that goes on: `syncExecutionEnded` with this ARN brings the response. */
  readonly awaits?: string;
  readonly effects: Effect[];
  readonly events: AppliedEvent[];
}
