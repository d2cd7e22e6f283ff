/** Words that every part of the engine uses, and the host's part in its chance. */

/** Where the engine takes chance from. Both have to be seeded by a host that wants runs to repeat. */
export interface EngineHost {
  /** A number in [0, 1). */
  random(): number;
  /** A version 4 UUID in lower case. */
  uuid(): string;
}

export type TaskPattern = 'requestResponse' | 'sync' | 'sync2' | 'waitForTaskToken' | 'activity' | 'lambdaArn';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
