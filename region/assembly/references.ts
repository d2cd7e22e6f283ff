/** Which resources and exports a template value refers to, and the order that creates each after what it needs. */
import { intrinsicOf } from './intrinsics.ts';

export interface References {
  readonly logicalIds: Set<string>;
  /** Arguments of `Fn::ImportValue`, unresolved. */
  readonly imports: unknown[];
}

export function collectReferences(
  value: unknown,
  into: References = { logicalIds: new Set(), imports: [] },
): References {
  if (Array.isArray(value)) {
    for (const item of value) collectReferences(item, into);
    return into;
  }
  if (typeof value !== 'object' || value === null) return into;
  const intrinsic = intrinsicOf(value);
  if (intrinsic?.name === 'Ref') into.logicalIds.add(String(intrinsic.argument));
  else if (intrinsic?.name === 'Fn::GetAtt') {
    const target = Array.isArray(intrinsic.argument) ? intrinsic.argument[0] : String(intrinsic.argument).split('.')[0];
    into.logicalIds.add(String(target));
  } else if (intrinsic?.name === 'Fn::Sub') {
    const [text, variables] = Array.isArray(intrinsic.argument) ? intrinsic.argument : [intrinsic.argument, undefined];
    for (const match of String(text).matchAll(/\$\{([^!}.]+)(\.[^}]+)?\}/g))
      into.logicalIds.add(String(match[1]).trim());
    collectReferences(variables, into);
    return into;
  } else if (intrinsic?.name === 'Fn::ImportValue') into.imports.push(intrinsic.argument);
  for (const item of Object.values(value)) collectReferences(item, into);
  return into;
}

/**
 * Depth-first topological order that keeps the given order among independents. A cycle is an error that names its path.
 * @param edges what each key needs to exist before it
 */
export function creationOrder(keys: readonly string[], edges: (key: string) => readonly string[]): readonly string[] {
  const order: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const path: string[] = [];
  const visit = (key: string): void => {
    const seen = state.get(key);
    if (seen === 'done') return;
    if (seen === 'open') {
      const cycle = [...path.slice(path.indexOf(key)), key].join(' -> ');
      throw new Error(`resources refer to each other in a cycle: ${cycle}; break it by a name or a separate policy`);
    }
    state.set(key, 'open');
    path.push(key);
    for (const needed of edges(key)) visit(needed);
    path.pop();
    state.set(key, 'done');
    order.push(key);
  };
  for (const key of keys) visit(key);
  return order;
}
