/** Sets an execution going that was created, up to where it waits or ends. */
import type { Eventually } from '../expression/computed.ts';
import type { ExecutionState } from '../state/execution.ts';
import { setExecutionTimeout } from './execution-timeout.ts';
import { Run } from './run.ts';
import { statusDetail } from './status.ts';
import type { Turn } from './turn.ts';

export function launch(turn: Turn, execution: ExecutionState): Eventually<void> {
  const { input, machine } = execution;
  const run = new Run(turn, execution);
  turn.record(execution, 0, 0, { type: 'ExecutionStarted', details: { input, roleArn: machine.roleArn } });
  // Express executions publish no events.
  if (execution.express === undefined)
    turn.effects.push({ kind: 'executionStatusChanged', detail: statusDetail(turn, execution) });
  setExecutionTimeout(turn, execution);
  const root = execution.frames.get(0);
  if (root !== undefined) run.enqueue(root);
  return run.proceed();
}
