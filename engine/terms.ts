/** Words that every part of the engine uses, and the host's part in its chance. */

/** Where the engine takes chance from, which a host seeds that wants runs to repeat, and who says what roles may do. */
export interface EngineHost {
  /** A number in [0, 1). */
  random(): number;
  /** A version 4 UUID in lower case. */
  uuid(): string;
  /** Why a role may not do `action` on `resource`; undefined when it may. Without it every role may do everything. */
  whyDenied?(roleArn: string, action: string, resource: string): string | undefined;
}

export type TaskPattern = 'requestResponse' | 'sync' | 'sync2' | 'waitForTaskToken' | 'activity' | 'lambdaArn';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
