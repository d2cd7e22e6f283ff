/**
 * One `apply`: the time it happens at, and what it has decided so far. Everything that changes goes through `record`
 * or `recordAccount`, which fold at once and keep the record for the host to store.
 */
import type { AppliedEvent, Effect } from '../contract.ts';
import type { Ambient } from '../expression/jsonata-functions.ts';
import { fold } from '../history/fold.ts';
import type { Draft, JournalRecord } from '../history/records.ts';
import { isPrivate } from '../history/records.ts';
import type { Account, AccountEvent } from '../state/account.ts';
import type { ExecutionState } from '../state/execution.ts';

/** AWS's limit: this event is itself the ExecutionFailed that says so. */
export const MAX_EVENTS = 25_000;

/** Thrown when a history has room for one event only. */
export class HistoryFull extends Error {}

export interface EngineSettings {
  readonly accountId: string;
  readonly region: string;
  readonly ambient: Ambient;
}

export class Turn {
  readonly effects: Effect[] = [];
  readonly events: AppliedEvent[] = [];
  /** Tasks that waited for an execution which ended in this turn: to be completed before the turn is over. */
  readonly endedChildren: { readonly taskId: string; readonly child: ExecutionState }[] = [];
  readonly nowMs: number;
  readonly account: Account;
  readonly settings: EngineSettings;

  constructor(nowMs: number, account: Account, settings: EngineSettings) {
    this.nowMs = nowMs;
    this.account = account;
    this.settings = settings;
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
    fold(execution, record);
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
