/** TagResource. */
import type { Tag } from '../state/state-machine.ts';
import type { Action } from './action.ts';
import { taggedResourceAt, withTags } from './tagged-resource.ts';

export const tagResource: Action<{ resourceArn: string; tags: readonly Tag[] }> = (turn, input) => {
  const { arn, tags } = taggedResourceAt(turn, input.resourceArn);
  turn.recordAccount({ type: 'TagsSaved', arn, tags: withTags(arn, tags, input.tags) });
  return {};
};
