/**
 * The state of one execution: what a fold over its journal says, and nothing else. A frame is one line of control,
 * the top level or one branch of a Parallel or iteration of a Map; it is small, because thousands of executions wait.
 */

import type { Definition, Graph } from '../definition/model.ts';
import type { JournalRecord, TimerPurpose } from '../history/records.ts';
import type { JsonValue } from '../json.ts';
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
  /** Uses of each retrier of the present state. */
  retries: readonly number[] | undefined;
  variables: Readonly<Record<string, string>> | undefined;
  timers: Partial<Record<TimerPurpose, PendingTimer>> | undefined;
  task: TaskInFlight | undefined;
  join: Join | undefined;
}

export interface ExecutionState {
  readonly serial: number;
  readonly arn: string;
  readonly name: string;
  readonly machine: MachineRevision;
  readonly input: string;
  readonly startMs: number;
  readonly traceHeader: string | undefined;
  status: ExecutionStatus;
  stopMs: number | undefined;
  output: string | undefined;
  error: string | undefined;
  cause: string | undefined;
  readonly journal: JournalRecord[];
  lastEventId: number;
  readonly frames: Map<number, Frame>;
  nextFrame: number;
  timeout: PendingTimer | undefined;
}

export function newExecution(
  identity: Pick<ExecutionState, 'serial' | 'arn' | 'name' | 'machine' | 'input' | 'startMs' | 'traceHeader'>,
): ExecutionState {
  return {
    ...identity,
    status: 'RUNNING',
    stopMs: undefined,
    output: undefined,
    error: undefined,
    cause: undefined,
    journal: [],
    lastEventId: 0,
    frames: new Map(),
    nextFrame: 0,
    timeout: undefined,
  };
}
