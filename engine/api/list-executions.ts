/** ListExecutions of a machine: the newest first, filtered by status, in pages. */
import { EngineError } from '../errors.ts';
import type { Turn } from '../interpreter/turn.ts';
import type { ExecutionState } from '../state/execution.ts';
import type { Action } from './action.ts';
import { mapRunAt, type QualifiedMachine, qualifiedMachineAt, qualifiersOf } from './arns.ts';
import { typeNotSupported } from './express.ts';
import { type PageInput, pageOf } from './paging.ts';
import { redriveHistory } from './redrive-status.ts';

export interface ListExecutionsInput extends PageInput {
  /** This, or the ARN of a Map run for its child executions. */
  readonly stateMachineArn?: string;
  readonly mapRunArn?: string;
  readonly statusFilter?: string;
  /** Only executions that were redriven, or only those that never were. */
  readonly redriveFilter?: 'REDRIVEN' | 'NOT_REDRIVEN';
}

export const listExecutions: Action<ListExecutionsInput> = (turn, input) => {
  const { statusFilter, redriveFilter } = input;
  const { executions, version, alias } = listedExecutions(turn, input);
  const found = executions.filter(
    (execution) =>
      (statusFilter === undefined || execution.status === statusFilter) &&
      (redriveFilter === undefined || execution.redriveCount > 0 === (redriveFilter === 'REDRIVEN')) &&
      (alias === undefined
        ? version === undefined || execution.version === version.number
        : execution.alias === alias.name),
  );
  const list = `executions of ${input.stateMachineArn ?? input.mapRunArn} ${statusFilter ?? ''} ${redriveFilter ?? ''}`;
  const { items, nextToken } = pageOf(found, input, list, { newestFirst: true });
  return {
    executions: items.map((execution) => ({
      executionArn: execution.arn,
      stateMachineArn: execution.machine.arn,
      ...qualifiersOf(execution),
      name: execution.name,
      status: execution.status,
      startDate: new Date(execution.startMs),
      ...(execution.stopMs !== undefined && { stopDate: new Date(execution.stopMs) }),
      ...redriveHistory(execution),
      ...(execution.childOf && { mapRunArn: execution.childOf.run.arn, itemCount: execution.childOf.items }),
    })),
    ...(nextToken !== undefined && { nextToken }),
  };
};

interface Listed extends Partial<Pick<QualifiedMachine, 'version' | 'alias'>> {
  readonly executions: readonly ExecutionState[];
}

/** Express executions are not kept, so there is nothing to list of them. */
function listedExecutions(turn: Turn, { stateMachineArn, mapRunArn }: ListExecutionsInput): Listed {
  if ((stateMachineArn === undefined) === (mapRunArn === undefined)) {
    throw new EngineError('ValidationException', 'Exactly one of stateMachineArn and mapRunArn must be specified');
  }
  if (mapRunArn !== undefined) {
    const run = mapRunAt(turn, mapRunArn);
    if (run.express) throw typeNotSupported();
    return { executions: run.children };
  }
  const { machine, ...rest } = qualifiedMachineAt(turn, stateMachineArn);
  if (machine.settings.type === 'EXPRESS') throw typeNotSupported();
  return { executions: machine.executions, ...rest };
}
