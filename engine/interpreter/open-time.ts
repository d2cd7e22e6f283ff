/**
 * An execution is open for a year at most. No timer stands for that, because it would be the only thing due for an
 * execution that waits for a token, and an auto-skipping clock would jump to it: instead, every command first ends what
 * is overdue, at the time at which it was due.
 */
import { MAX_OPEN_MS } from '../state/account.ts';
import { Run } from './run.ts';
import { Turn } from './turn.ts';

export function endOverdue(turn: Turn): void {
  const { account } = turn;
  if (turn.nowMs < account.noneOverdueBeforeMs) return;
  account.noneOverdueBeforeMs = Infinity;
  for (const execution of account.executions.values()) {
    if (execution.status !== 'RUNNING') continue;
    const dueMs = execution.startMs + MAX_OPEN_MS;
    if (turn.nowMs < dueMs) {
      account.openUntil(execution);
      continue;
    }
    const then = new Turn(dueMs, account, turn.settings);
    new Run(then, execution).end({ type: 'ExecutionTimedOut', details: {} }, 0);
    turn.effects.push(...then.effects);
    turn.events.push(...then.events);
    turn.endedChildren.push(...then.endedChildren);
    turn.dueMapRuns.push(...then.dueMapRuns);
    turn.orphans.push(...then.orphans);
    turn.dueMapRuns.push(...then.dueMapRuns);
    turn.orphans.push(...then.orphans);
  }
}
