/**
 * Which members of its input an operation honours. What would have no effect is refused by name: a program that relies
 * on it must not pass here and fail in AWS.
 */
import { UnknownToRegionError } from '../errors.ts';
import type { Operation } from '../service.ts';

/** Member names; behind a structure, or a list of structures, the names within. */
export type Members = ReadonlyMap<string, Members | undefined>;

export function members(names: readonly string[], structures: Readonly<Record<string, Members>> = {}): Members {
  return new Map([...names.map((name) => [name, undefined] as const), ...Object.entries(structures)]);
}

/** Throws `UnknownToRegionError` for a member that is given and not known. */
export function refuseUnknownMembers(where: string, input: object, known: Members | undefined, remedy: string): void {
  for (const name in input) {
    const value = (input as Readonly<Record<string, unknown>>)[name];
    if (value === undefined) continue;
    if (known?.has(name) !== true) {
      throw new UnknownToRegionError(`member ${name} of ${where}`, JSON.stringify(value)?.slice(0, 80) ?? '', remedy);
    }
    const inner = known.get(name);
    if (inner === undefined || typeof value !== 'object' || value === null) continue;
    for (const element of Array.isArray(value) ? value : [value]) {
      if (typeof element === 'object' && element !== null) {
        refuseUnknownMembers(`${where} ${name}`, element, inner, remedy);
      }
    }
  }
}

/** The operations of a service, each with its input checked first. An operation that is not listed takes no member. */
export function withKnownMembers(
  service: string,
  known: Readonly<Record<string, Members>>,
  operations: Readonly<Record<string, Operation>>,
): Readonly<Record<string, Operation>> {
  const checked = (name: string, run: Operation): Operation => {
    const where = `${service}:${name}`;
    return (input, context) => {
      refuseUnknownMembers(where, input, known[name], 'leave it out, or teach the member to the region');
      return run(input, context);
    };
  };
  return Object.fromEntries(Object.entries(operations).map(([name, run]) => [name, checked(name, run)]));
}
