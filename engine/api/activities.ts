/** CreateActivity, DescribeActivity, ListActivities and DeleteActivity. */

import type { Activity } from '../state/account.ts';
import type { Tag } from '../state/state-machine.ts';
import type { Action } from './action.ts';
import { activityAt, arnOf, checkArn, checkName } from './arns.ts';
import { type PageInput, pageOf } from './paging.ts';
import { withTags } from './tagged-resource.ts';

const described = (activity: Activity) => ({
  activityArn: activity.arn,
  name: activity.name,
  creationDate: new Date(activity.createdMs),
});

/** Idempotent on the name. */
export const createActivity: Action<{ name: string; tags?: readonly Tag[] }> = (turn, input) => {
  const name = checkName(input.name);
  const arn = arnOf(turn.settings, 'activity', name);
  if (!turn.account.activities.has(arn)) {
    turn.recordAccount({
      type: 'ActivityCreated',
      at: turn.nowMs,
      arn,
      name,
      tags: withTags(arn, [], input.tags ?? []),
    });
  }
  return { activityArn: arn, creationDate: new Date(turn.account.activities.get(arn)?.createdMs ?? turn.nowMs) };
};

export const describeActivity: Action<{ activityArn: string }> = (turn, input) =>
  described(activityAt(turn, input.activityArn));

export const listActivities: Action<PageInput> = (turn, input) => {
  const { items, nextToken } = pageOf([...turn.account.activities.values()], input, 'activities');
  return { activities: items.map(described), ...(nextToken !== undefined && { nextToken }) };
};

export const deleteActivity: Action<{ activityArn: string }> = (turn, input) => {
  const arn = checkArn(input.activityArn, 'activity');
  if (turn.account.activities.has(arn)) turn.recordAccount({ type: 'ActivityDeleted', arn });
  return {};
};
