/** UntagResource: keys that are not there are ignored. */
import type { Action } from './action.ts';
import { taggedResourceAt } from './tagged-resource.ts';

export const untagResource: Action<{ resourceArn: string; tagKeys: readonly string[] }> = (turn, input) => {
  const { arn, tags } = taggedResourceAt(turn, input.resourceArn);
  turn.recordAccount({ type: 'TagsSaved', arn, tags: tags.filter(({ key }) => !input.tagKeys.includes(key)) });
  return {};
};
