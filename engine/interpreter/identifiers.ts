/**
 * Ids that lead back to where they came from without a table: tasks, timers and task tokens name the execution by its
 * serial number, the frame, and the event that made them.
 */
import type { ExecutionState, Frame } from '../state/execution.ts';

export function taskIdOf(execution: ExecutionState, frame: Frame): string {
  return `${execution.serial}.${frame.id}.${frame.task?.scheduledEvent ?? 0}`;
}

/** Unique, because a journal only grows. */
export function newTimerId(execution: ExecutionState, frame: number): string {
  return `${execution.serial}.${frame}.${execution.journal.length}`;
}

export interface Address {
  readonly serial: number;
  readonly frame: number;
  readonly mark: number;
}

export function parseId(id: string): Address | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)$/.exec(id);
  return match === null ? undefined : { serial: Number(match[1]), frame: Number(match[2]), mark: Number(match[3]) };
}

/** `mark` is the id that the TaskScheduled event is going to have. */
export function newTaskToken(address: Address, nonce: string): string {
  return Buffer.from(`${address.serial}.${address.frame}.${address.mark}/${nonce}`, 'utf8').toString('base64url');
}

export function parseTaskToken(token: string): Address | undefined {
  return parseId(Buffer.from(token, 'base64url').toString('utf8').split('/')[0] ?? '');
}
