/** ListTagsForResource. */
import type { Action } from './action.ts';
import { taggedResourceAt } from './tagged-resource.ts';

export const listTagsForResource: Action<{ resourceArn: string }> = (turn, input) => ({
  tags: [...taggedResourceAt(turn, input.resourceArn).tags],
});
