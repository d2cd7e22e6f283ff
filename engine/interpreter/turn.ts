/**
 * One `apply`: the time it happens at, and what it has decided so far. Everything that changes goes through `record`
 * or `recordAccount`, which fold at once and keep the record for the host to store.
 */
import type { AppliedEvent, Effect } from '../contract.ts';
import type { Ambient } from '../expression/jsonata-functions.ts';
import type { Draft, JournalRecord } from '../history/records.ts';
import { isPrivate } from '../history/records.ts';
import type { Observation, Observer } from '../observation.ts';
import type { Account, AccountEvent } from '../state/account.ts';
import type { ExecutionState, Frame, MapRunState } from '../state/execution.ts';

/** AWS's limit: this event is itself the ExecutionFailed that says so. */
export const MAX_EVENTS = 25_000;

/** Thrown when a history has room for one event only. */
export class HistoryFull extends Error {}

export interface EngineSettings {
  readonly accountId: string;
  readonly region: string;
  readonly ambient: Ambient;
  readonly observe: Observer | undefined;
  /** The time, in ms, whose AWS is followed where AWS has changed what it writes. */
  readonly asOfMs: number;
}

export class Turn {
  readonly effects: Effect[] = [];
  readonly events: AppliedEvent[] = [];
  /** Tasks that waited for an execution which ended in this turn: to be completed before the turn is over. */
  readonly endedChildren: { readonly taskId: string; readonly child: ExecutionState }[] = [];
  /** Map runs that are to be looked at before the turn is over. */
  readonly dueMapRuns: MapRunState[] = [];
  /** Child executions whose Map run has ended without them. */
  readonly orphans: ExecutionState[] = [];
  /** The execution whose StartSyncExecution is being answered. */
  answering: ExecutionState | undefined;
  /** ARN of the execution whose end the caller waits for. */
  awaits: string | undefined;
  readonly nowMs: number;
  readonly account: Account;
  readonly settings: EngineSettings;

  constructor(nowMs: number, account: Account, settings: EngineSettings) {
    this.nowMs = nowMs;
    this.account = account;
    this.settings = settings;
  }

  /** Tells the observer, if there is one, of a decision. */
  observe(execution: ExecutionState, frame: Frame, kind: Observation['kind'], index: number, nameIndex = 0): void {
    const { serial } = execution;
    this.settings.observe?.({ kind, serial, frame: frame.id, state: frame.stateName, index, nameIndex });
  }

  recordAccount(event: AccountEvent): void {
    this.account.fold(event);
    this.events.push({ stream: 'account', event });
  }

  /** Appends to the execution's journal; returns the event id, 0 for a private record. */
  record(execution: ExecutionState, frame: number, previousEventId: number, draft: Draft): number {
    const id = isPrivate(draft.type) ? 0 : execution.lastEventId + 1;
    if (id >= MAX_EVENTS && !isLast(draft.type)) throw new HistoryFull();
    const record: JournalRecord = { id, previousEventId, at: this.nowMs, frame, ...draft };
    this.account.foldRecord(execution, record);
    this.events.push({ stream: 'execution', serial: execution.serial, record });
    return id;
  }
}

function isLast(type: Draft['type']): boolean {
  return (
    type === 'ExecutionFailed' ||
    type === 'ExecutionAborted' ||
    type === 'ExecutionTimedOut' ||
    type === 'ExecutionSucceeded'
  );
}
