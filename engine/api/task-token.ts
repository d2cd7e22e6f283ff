/** Finds the task that a token belongs to, or says as AWS does why there is none. */
import { EngineError } from '../errors.ts';
import { parseTaskToken, taskIdOf } from '../interpreter/identifiers.ts';
import { findTask, type OpenTask } from '../interpreter/tasks.ts';
import type { Turn } from '../interpreter/turn.ts';

/** Throws InvalidToken for a token that this engine did not make, TaskTimedOut for one whose task is over. */
export function taskOfToken(turn: Turn, token: unknown): OpenTask {
  if (typeof token !== 'string') throw invalid();
  const address = parseTaskToken(token);
  const execution = address === undefined ? undefined : turn.account.bySerial.get(address.serial);
  if (address === undefined || execution === undefined) throw invalid();
  const frame = execution.frames.get(address.frame);
  const task = frame?.task?.token === token ? findTask(turn, taskIdOf(execution, frame)) : undefined;
  if (task !== undefined) return task;
  const wasMade = execution.journal.all().some((record) => 'task' in record && record.task.taskToken === token);
  if (!wasMade) throw invalid();
  throw new EngineError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
}

function invalid(): EngineError {
  return new EngineError('InvalidToken', "Invalid Token: 'Invalid token'");
}
