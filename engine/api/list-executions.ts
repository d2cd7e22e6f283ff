/** ListExecutions of a machine: the newest first, filtered by status, in pages. */
import { EngineError } from '../errors.ts';
import type { Action } from './action.ts';
import { machineAt } from './arns.ts';
import { type PageInput, pageOf } from './paging.ts';

export interface ListExecutionsInput extends PageInput {
  readonly stateMachineArn: string;
  readonly statusFilter?: string;
}

const STATUSES = ['SUCCEEDED', 'TIMED_OUT', 'PENDING_REDRIVE', 'ABORTED', 'FAILED', 'RUNNING'];

export const listExecutions: Action<ListExecutionsInput> = (turn, input) => {
  const { statusFilter } = input;
  if (statusFilter !== undefined && !STATUSES.includes(statusFilter)) {
    throw new EngineError(
      'ValidationException',
      `1 validation error detected: Value '${statusFilter}' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum value set: [${STATUSES.join(', ')}]`,
    );
  }
  const machine = machineAt(turn, input.stateMachineArn);
  const found = machine.executions.filter(({ status }) => statusFilter === undefined || status === statusFilter);
  const { items, nextToken } = pageOf(found.reverse(), input, `executions of ${machine.arn} ${statusFilter ?? ''}`);
  return {
    executions: items.map((execution) => ({
      executionArn: execution.arn,
      stateMachineArn: machine.arn,
      name: execution.name,
      status: execution.status,
      startDate: new Date(execution.startMs),
      ...(execution.stopMs !== undefined && { stopDate: new Date(execution.stopMs) }),
      redriveCount: 0,
    })),
    ...(nextToken !== undefined && { nextToken }),
  };
};
