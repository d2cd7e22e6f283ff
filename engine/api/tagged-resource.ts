/** What tags can be put on: state machines and activities, by their unqualified ARNs. */

import { EngineError } from '../errors.ts';
import type { Turn } from '../interpreter/turn.ts';
import type { Tag } from '../state/state-machine.ts';

const MOST_TAGS = 50;

/** Throws InvalidArn for what is no ARN, ResourceNotFound for what is not there. */
export function taggedResourceAt(turn: Turn, arn: unknown): { readonly arn: string; readonly tags: readonly Tag[] } {
  if (typeof arn !== 'string' || !/^arn:aws[a-z-]*:/.test(arn)) {
    throw new EngineError('InvalidArn', `Invalid Arn: 'Invalid ARN prefix: ${String(arn)}'`);
  }
  const found = turn.account.machines.get(arn) ?? turn.account.activities.get(arn);
  if (found === undefined) throw new EngineError('ResourceNotFound', `Resource not found: '${arn}'`);
  return found;
}

/** The tags with the added ones: a key that is there takes the new value. Throws TooManyTags. */
export function withTags(arn: string, before: readonly Tag[], added: readonly Tag[]): Tag[] {
  const byKey = new Map(before.map(({ key, value }) => [key, value]));
  for (const { key, value } of added) byKey.set(key, value);
  if (byKey.size > MOST_TAGS) {
    throw new EngineError(
      'TooManyTags',
      `'${arn}' would have ${byKey.size} tags, and ${MOST_TAGS} are allowed; remove some first`,
    );
  }
  return [...byKey].map(([key, value]) => ({ key, value }));
}
