/**
 * The state of one execution: what a fold over its journal says, and nothing else. A frame is one line of control,
 * the top level or one branch of a Parallel or iteration of a Map; it is small, because thousands of executions wait.
 */

import type { Definition, Graph, ResultWriter } from '../definition/model.ts';
import { Journal } from '../history/journal.ts';
import type {
  Failure,
  MapOperation,
  MapRunLimits,
  MapRunSettings,
  ResultFile,
  S3Object,
  TimerPurpose,
} from '../history/records.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { ExecutionStatus } from '../terms.ts';

/** What a started execution keeps of its machine, whatever happens to the machine afterwards. */
export interface MachineRevision {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly definitionText: string;
  readonly definition: Definition;
  /** Set by the first update; a machine as it was created has none. */
  readonly revisionId?: string;
  readonly updatedMs: number;
}

export type Phase =
  /** `stateName` is to be entered with `data`. */
  | 'enter'
  /** The state was entered, or is due for another attempt. */
  | 'active'
  /** A Wait state waits for its timer. */
  | 'waiting'
  /** A retry waits for its timer. */
  | 'retrying'
  /** A task is with the host. */
  | 'tasking'
  /** Branches or iterations run. */
  | 'joining'
  /** A run of a distributed Map is under way. */
  | 'mapping'
  /** The branch is over; `data` is its output. */
  | 'ended';

export interface PendingTimer {
  readonly timerId: string;
  readonly dueMs: number;
}

export interface TaskInFlight {
  readonly scheduledEvent: number;
  readonly token: string | undefined;
  readonly heartbeatSeconds: number | undefined;
  lastHeartbeatMs: number;
  started: boolean;
  submitted: boolean;
  /** ARN of the child execution that a `states:startExecution.sync` waits for. */
  awaits: string | undefined;
  /** In a test case: how often the state was asked before. */
  readonly invocation: number | undefined;
}

/** A test case of a MockConfigFile that an execution was started with, shared with the children of its Map runs. */
export interface TestCase {
  readonly testCase: string;
  /** Requests so far, by state. */
  readonly asked: Map<string, number>;
}

export interface Join {
  /** Items of a Map; undefined for a Parallel. */
  readonly items: readonly JsonValue[] | undefined;
  readonly total: number;
  readonly concurrency: number;
  started: number;
  finished: number;
  /** Outputs as JSON text, by index. */
  readonly results: string[];
  /** Event that the next iteration follows. */
  lastChildEvent: number;
}

/** The join of a Parallel or Map at the moment one of its branches failed, with every frame below it. */
export interface DroppedBranches {
  readonly join: Join;
  readonly frames: readonly Frame[];
}

export interface Redrive {
  readonly atMs: number;
  readonly clientToken: string | undefined;
}

export interface Frame {
  readonly id: number;
  readonly parent: number | undefined;
  /** Position among the branches or iterations of the parent. */
  readonly index: number;
  readonly graph: Graph;
  phase: Phase;
  stateName: string;
  /** JSON text: the input of the state, or the output of an ended branch. */
  data: string;
  lastEvent: number;
  enteredEvent: number;
  enteredMs: number;
  /** UTF-8 bytes of `variables`. */
  variablesBytes: number;
  /** What the present state had run below it when a branch failed: a redrive goes on with it. */
  dropped: DroppedBranches | undefined;
  /** Uses of each retrier of the present state. */
  retries: readonly number[] | undefined;
  variables: Readonly<Record<string, string>> | undefined;
  timers: Partial<Record<TimerPurpose, PendingTimer>> | undefined;
  task: TaskInFlight | undefined;
  join: Join | undefined;
  /** The run of the present distributed Map; a redrive goes on with one that failed. */
  mapRun: MapRunState | undefined;
}

/** What TestState adds to an execution that lives for one state. */
export interface Inspection {
  /** Stands in for the context object. */
  readonly context: JsonObject;
  /** Hears of each step of the data flow, under its name in TestState's inspectionData; `text` is JSON. */
  readonly note: (step: string, text: string) => void;
}

/** Where a child execution of a distributed Map belongs: `items` it was given, `position` among the children. */
export interface ChildOf {
  readonly run: MapRunState;
  readonly items: number;
  readonly position: number;
}

export interface ExecutionState {
  readonly serial: number;
  readonly arn: string;
  readonly name: string;
  readonly machine: MachineRevision;
  readonly input: string;
  readonly startMs: number;
  readonly traceHeader: string | undefined;
  /** Number of the version it was started as, and name of the alias that chose the version. */
  readonly version: number | undefined;
  readonly alias: string | undefined;
  status: ExecutionStatus;
  stopMs: number | undefined;
  output: string | undefined;
  error: string | undefined;
  cause: string | undefined;
  readonly journal: Journal;
  lastEventId: number;
  readonly frames: Map<number, Frame>;
  /** The frames as they were when the execution ended without success. */
  unfinished: readonly Frame[] | undefined;
  redriveCount: number;
  /** The last ones, oldest first. */
  redrives: readonly Redrive[];
  nextFrame: number;
  timeout: PendingTimer | undefined;
  /** Runs of its distributed Maps, oldest first. */
  mapRuns: MapRunState[] | undefined;
  readonly childOf: ChildOf | undefined;
  /** Express: not kept after its end; `sync` has a caller that waits for it. */
  readonly express: { readonly sync: boolean } | undefined;
  readonly test: TestCase | undefined;
  /** Only in TestState. */
  inspection?: Inspection;
}

export type MapRunStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
export type Ended = Exclude<ExecutionStatus, 'RUNNING'>;

/** Of items or of child executions. */
export type Counts = Record<'RUNNING' | 'PENDING_REDRIVE' | Ended, number>;

export interface MapCall {
  readonly number: number;
  readonly operation: MapOperation;
  /** JSON text. */
  readonly input: string;
}

/** An Express child that failed: Express executions are not kept, so a redrive starts another with its input. */
export interface FailedExpressChild {
  readonly status: Ended;
  readonly input: string;
  readonly items: number;
}

/**
 * A run of a distributed Map: its items, its child executions and what came of them. Like the execution it belongs to
 * it is what a fold says. Items are released as children take them, results as they are written: what stays grows with
 * the children that run, not with those that are over.
 */
export interface MapRunState {
  readonly arn: string;
  readonly parent: ExecutionState;
  readonly frame: number;
  readonly stateName: string;
  readonly settings: MapRunSettings;
  readonly express: boolean;
  readonly writer: ResultWriter | undefined;
  /** What the child executions run. */
  readonly machine: MachineRevision;
  readonly startMs: number;
  stopMs: number | undefined;
  status: MapRunStatus;
  limits: MapRunLimits;
  redriveCount: number;
  redriveMs: number | undefined;
  /** Why the run is to fail, once what it has is in S3. */
  failing: Failure | undefined;
  /** The frame of a run that was aborted, until what it has is in S3: it is no frame of the execution any more. */
  leaving: Frame | undefined;
  /** Items that no child has taken, from position `taken` on; those before it are empty. */
  readonly items: string[];
  taken: number;
  /** All items are known. */
  complete: boolean;
  sources: S3Object[];
  call: MapCall | undefined;
  calls: number;
  /** Of the run that this one stands in for: late answers to those are none of this run. */
  readonly callsBefore: number;
  readonly itemCounts: Counts;
  readonly executionCounts: Counts;
  /** Children that run, by serial number. */
  readonly running: Map<number, ExecutionState>;
  /** Standard children, which are kept, in the order of their start. */
  readonly children: ExecutionState[];
  failedExpress: FailedExpressChild[];
  /** What a redrive has yet to start again, last first. */
  pendingRedrive: ExecutionState[];
  pendingExpress: FailedExpressChild[];
  /** Columns of the files of an S3 inventory. */
  headers: readonly string[] | undefined;
  started: number;
  /** Results in the order of the children's start; sparse. */
  readonly results: (string | undefined)[];
  resultBytes: number;
  readonly failures: string[];
  failureBytes: number;
  files: ResultFile[];
  resultsWritten: number;
}

/** Shared by the executions that were never redriven, which is most of them. */
const NO_REDRIVES: readonly Redrive[] = [];

export function newExecution(
  identity: Pick<
    ExecutionState,
    'serial' | 'arn' | 'name' | 'machine' | 'input' | 'startMs' | 'traceHeader' | 'version' | 'alias'
  > &
    Partial<Pick<ExecutionState, 'childOf' | 'express' | 'test'>>,
): ExecutionState {
  // Written out: V8 makes a slow object of a spread with this many fields.
  return {
    serial: identity.serial,
    arn: identity.arn,
    name: identity.name,
    machine: identity.machine,
    input: identity.input,
    startMs: identity.startMs,
    traceHeader: identity.traceHeader,
    version: identity.version,
    alias: identity.alias,
    childOf: identity.childOf,
    express: identity.express,
    test: identity.test,
    mapRuns: undefined,
    status: 'RUNNING',
    stopMs: undefined,
    output: undefined,
    error: undefined,
    cause: undefined,
    journal: new Journal(),
    lastEventId: 0,
    frames: new Map(),
    unfinished: undefined,
    redriveCount: 0,
    redrives: NO_REDRIVES,
    nextFrame: 0,
    timeout: undefined,
  };
}
