/**
 * RedriveExecution: a Standard execution that failed, was aborted or timed out goes on from where it stopped, under its
 * ARN and with the definition it started with. A client token that was used in the last 15 minutes answers that redrive.
 */
import { EngineError } from '../errors.ts';
import { setExecutionTimeout } from '../interpreter/execution-timeout.ts';
import { whyNotRedrivable } from '../interpreter/redrivable.ts';
import { resumeRedriven } from '../interpreter/redrive.ts';
import { Run } from '../interpreter/run.ts';
import { statusDetail } from '../interpreter/status.ts';
import type { Action } from './action.ts';
import { executionAt } from './arns.ts';

const TOKEN_KEPT_MS = 15 * 60_000;

/** Throws ExecutionNotRedrivable with the reason that DescribeExecution gives. */
export const redriveExecution: Action<{ executionArn: string; clientToken?: string }> = async (turn, input) => {
  const execution = executionAt(turn, input.executionArn);
  const { clientToken } = input;
  const before = execution.redrives.find(
    (redrive) =>
      clientToken !== undefined && redrive.clientToken === clientToken && turn.nowMs - redrive.atMs <= TOKEN_KEPT_MS,
  );
  if (before !== undefined) return { redriveDate: new Date(before.atMs) };
  const reason =
    execution.childOf === undefined
      ? whyNotRedrivable(turn, execution)
      : 'Execution is redriven by redriving the execution that its Map Run belongs to';
  if (reason !== undefined) throw new EngineError('ExecutionNotRedrivable', `Execution Not Redrivable: '${reason}'`);
  const run = new Run(turn, execution);
  turn.record(execution, 0, execution.lastEventId, {
    type: 'ExecutionRedriven',
    details: { redriveCount: execution.redriveCount + 1 },
    ...(clientToken !== undefined && { clientToken }),
  });
  turn.account.openUntil(execution);
  turn.effects.push({ kind: 'executionStatusChanged', detail: statusDetail(turn, execution) });
  setExecutionTimeout(turn, execution);
  await run.proceed(() => resumeRedriven(run));
  return { redriveDate: new Date(turn.nowMs) };
};
