/** TimeoutSeconds of the whole execution: set when it starts, and again when it is redriven. */
import type { ExecutionState } from '../state/execution.ts';
import { newTimerId } from './identifiers.ts';
import type { Turn } from './turn.ts';

/** How long an Express execution may take at most. */
const EXPRESS_SECONDS = 300;

export function setExecutionTimeout(turn: Turn, execution: ExecutionState): void {
  const given = execution.machine.definition.timeoutSeconds;
  const timeoutSeconds = execution.express === undefined ? given : Math.min(given ?? Infinity, EXPRESS_SECONDS);
  if (timeoutSeconds === undefined) return;
  const timer = { timerId: newTimerId(execution, 0), dueMs: turn.nowMs + timeoutSeconds * 1_000 };
  turn.record(execution, 0, 0, { type: 'TimerSet', purpose: 'execution', ...timer });
  turn.effects.push({ kind: 'setTimer', ...timer, purpose: 'execution' });
}
