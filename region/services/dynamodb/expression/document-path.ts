/**
 * Reading and writing along document paths. Writing copies the containers on the path and shares everything else, so
 * that the item before the write stays as it was.
 */

import { UnknownToRegionError } from '../../../errors.ts';
import { type AttributeValue, type Item, memberOf } from '../attribute-value.ts';
import { validationError } from '../errors.ts';
import type { PathStep } from './syntax.ts';

/** The value at a path, `undefined` where the item has none. */
export function valueAt(item: Item, steps: readonly PathStep[]): AttributeValue | undefined {
  let value = memberOf(item, steps[0] as string);
  for (let index = 1; index < steps.length && value !== undefined; index += 1) {
    const step = steps[index];
    if (typeof step === 'number') value = value.L?.[step];
    else value = value.M === undefined ? undefined : memberOf(value.M, step ?? '');
  }
  return value;
}

function invalidPath(): Error {
  return validationError('The document path provided in the update expression is invalid for update');
}

/** A plain object cannot hold the name. */
function checkName(name: string): void {
  if (name !== '__proto__') return;
  throw new UnknownToRegionError('attribute name __proto__', 'update expression', 'use another name');
}

/** @param value `undefined` removes what is at the path */
function written(
  container: AttributeValue | undefined,
  steps: readonly PathStep[],
  at: number,
  value: AttributeValue | undefined,
): AttributeValue | undefined {
  if (at === steps.length) return value;
  const step = steps[at];
  if (typeof step === 'number') {
    if (container?.L === undefined) throw invalidPath();
    const inner = written(container.L[step], steps, at + 1, value);
    if (inner === undefined) return { L: container.L.filter((_, index) => index !== step) };
    const copy = [...container.L];
    copy[Math.min(step, copy.length)] = inner;
    return { L: copy };
  }
  if (container?.M === undefined || step === undefined) throw invalidPath();
  checkName(step);
  const inner = written(memberOf(container.M, step), steps, at + 1, value);
  const copy: Record<string, AttributeValue> = { ...container.M };
  if (inner === undefined) delete copy[step];
  else copy[step] = inner;
  return { M: copy };
}

/**
 * Writes into `item`, a shallow copy that the caller owns.
 * @param value `undefined` removes what is at the path, if anything
 */
export function writeAt(
  item: Record<string, AttributeValue>,
  steps: readonly PathStep[],
  value: AttributeValue | undefined,
): void {
  const name = String(steps[0]);
  checkName(name);
  const next = written(memberOf(item, name), steps, 1, value);
  if (next === undefined) delete item[name];
  else item[name] = next;
}

/** `[a, b, [0]]`, the way AWS writes a path in its errors. */
export function pathText(steps: readonly PathStep[]): string {
  return `[${steps.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join(', ')}]`;
}

/** Refuses two paths of which one contains the other, or that disagree on whether a value is a list or a map. */
export function checkDisjoint(paths: readonly (readonly PathStep[])[], kind: string, remedy: string): void {
  for (let a = 0; a < paths.length; a += 1) {
    for (let b = a + 1; b < paths.length; b += 1) {
      const one = paths[a] ?? [];
      const two = paths[b] ?? [];
      if (one[0] !== two[0]) continue;
      const length = Math.min(one.length, two.length);
      let same = 1;
      while (same < length && one[same] === two[same]) same += 1;
      const relation = same === length ? 'overlap' : 'conflict';
      if (relation === 'conflict' && typeof one[same] === typeof two[same]) continue;
      throw validationError(
        `Invalid ${kind}: Two document paths ${relation} with each other; ${remedy}; ` +
          `path one: ${pathText(one)}, path two: ${pathText(two)}`,
      );
    }
  }
}
