/** Cuts an item down to some document paths: containers on a path are kept with only what the paths name. */
import { type AttributeValue, type Item, memberOf } from '../attribute-value.ts';
import { valueAt } from './document-path.ts';
import type { PathStep } from './syntax.ts';

/** What of one container is wanted: all of it, or some members of it. */
type Wanted = 'all' | Map<PathStep, Wanted>;

function wantedOf(paths: readonly (readonly PathStep[])[]): Map<PathStep, Wanted> {
  const root = new Map<PathStep, Wanted>();
  for (const steps of paths) {
    let level = root;
    steps.forEach((step, index) => {
      if (index === steps.length - 1) {
        level.set(step, 'all');
        return;
      }
      const known = level.get(step);
      const next = known instanceof Map ? known : new Map<PathStep, Wanted>();
      level.set(step, next);
      level = next;
    });
  }
  return root;
}

function cut(value: AttributeValue, wanted: Wanted): AttributeValue {
  if (wanted === 'all') return value;
  if (value.L !== undefined) {
    const L: AttributeValue[] = [];
    value.L.forEach((element, index) => {
      const inner = wanted.get(index);
      if (inner !== undefined) L.push(cut(element, inner));
    });
    return { L };
  }
  const M: Record<string, AttributeValue> = {};
  for (const [step, inner] of wanted) {
    const member = value.M === undefined ? undefined : memberOf(value.M, String(step));
    if (member !== undefined) M[String(step)] = cut(member, inner);
  }
  return { M };
}

/** The parts of `item` at `paths`, which do not overlap. */
export function project(item: Item, paths: readonly (readonly PathStep[])[]): Item {
  const present = paths.filter((steps) => valueAt(item, steps) !== undefined);
  const result: Record<string, AttributeValue> = {};
  if (present.every((steps) => steps.length === 1)) {
    for (const [name] of present) {
      const value = item[String(name)];
      if (value !== undefined) result[String(name)] = value;
    }
    return result;
  }
  for (const [name, wanted] of wantedOf(present)) {
    const value = item[String(name)];
    if (value !== undefined) result[String(name)] = cut(value, wanted);
  }
  return result;
}
