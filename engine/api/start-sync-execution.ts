/**
 * StartSyncExecution: runs an Express machine and answers how it ended. An execution that has to wait is answered later:
 * the apply names it in `awaits`, and the effect `syncExecutionEnded` brings the response.
 */
import { syncAnswer } from '../interpreter/sync-answer.ts';
import type { Action } from './action.ts';
import { qualifiedMachineAt } from './arns.ts';
import { startExpress, typeNotSupported } from './express.ts';
import { newExecutionOf, type StartExecutionInput, versionByChance } from './start-execution.ts';

export const startSyncExecution: Action<StartExecutionInput> = async (turn, request) => {
  const qualified = qualifiedMachineAt(turn, request.stateMachineArn, (routed) =>
    versionByChance(routed, turn.settings.ambient.host.random),
  );
  if (qualified.machine.settings.type !== 'EXPRESS') throw typeNotSupported();
  const execution = await startExpress(turn, qualified, newExecutionOf(turn, request), true);
  if (execution.status !== 'RUNNING') return syncAnswer(execution);
  turn.awaits = execution.arn;
  return undefined;
};
