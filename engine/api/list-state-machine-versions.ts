/** ListStateMachineVersions: the newest first. */
import type { Action } from './action.ts';
import { machineAt } from './arns.ts';
import { type PageInput, pageOf } from './paging.ts';
import { versionArn } from './publish.ts';

export const listStateMachineVersions: Action<PageInput & { stateMachineArn: string }> = (turn, input) => {
  const machine = machineAt(turn, input.stateMachineArn);
  const oldestFirst = [...machine.versioning.versions.values()];
  const { items, nextToken } = pageOf(oldestFirst, input, `versions of ${machine.arn}`, { newestFirst: true });
  return {
    stateMachineVersions: items.map(({ number, createdMs }) => ({
      stateMachineVersionArn: versionArn(machine, number),
      creationDate: new Date(createdMs),
    })),
    ...(nextToken !== undefined && { nextToken }),
  };
};
