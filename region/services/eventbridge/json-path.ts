/**
 * The JSONPath subset of EventBridge inputs and Pipes parameters: `$`, dotted and quoted names, array indexes. Paths are
 * parsed once. A path that leads nowhere gives `undefined`, as it does there.
 */
import { AwsError } from '../../errors.ts';
import { isObject } from './known-fields.ts';

export type PathReader = (root: unknown) => unknown;

const STEP = /^(?:\.([A-Za-z0-9_@~-]+)|\[(\d+)\]|\['([^']+)'\]|\["([^"]+)"\])/;
const readers = new Map<string, PathReader>();

/** Throws `ValidationException` for a path outside the subset (filters, slices, wildcards). */
export function compilePath(path: string): PathReader {
  let reader = readers.get(path);
  if (reader === undefined) {
    reader = parsePath(path);
    readers.set(path, reader);
  }
  return reader;
}

function parsePath(path: string): PathReader {
  if (!path.startsWith('$'))
    throw new AwsError('ValidationException', `Invalid JSONPath ${path}: it must start with $`);
  const steps: (string | number)[] = [];
  let rest = path.slice(1);
  while (rest !== '') {
    const match = STEP.exec(rest);
    if (match === null) {
      throw new AwsError('ValidationException', `Invalid JSONPath ${path}: use names and indexes, found "${rest}"`);
    }
    const [whole, name, index, single, double] = match;
    steps.push(index === undefined ? (name ?? single ?? double ?? '') : Number(index));
    rest = rest.slice(whole.length);
  }
  return (root) => {
    let value = root;
    for (const step of steps) {
      if (typeof step === 'number') value = Array.isArray(value) ? value[step] : undefined;
      else value = isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
      if (value === undefined) return undefined;
    }
    return value;
  };
}
