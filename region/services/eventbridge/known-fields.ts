/**
 * Guards the inside of resource properties: the region's core checks the top-level names of a template resource, the
 * service that reads a nested object checks the names in it, so that a setting is honoured or refused and never lost.
 */
import { UnknownToRegionError } from '../../errors.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** True for what JSON calls an object. */
export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object itself when all its keys are in `allowed`. Throws `UnknownToRegionError` that names the other key. */
export function knownFields(value: unknown, allowed: readonly string[], where: string): Fields {
  if (!isObject(value)) {
    throw new UnknownToRegionError(`value ${JSON.stringify(value)}`, where, 'give an object');
  }
  for (const key of Object.keys(value)) {
    if (!allowed.includes(key)) {
      throw new UnknownToRegionError(`property ${key}`, where, `use one of ${allowed.join(', ')}`);
    }
  }
  return value;
}

/** A string property; throws when it is absent or something else. */
export function requiredString(fields: Fields, name: string, where: string): string {
  const value = fields[name];
  if (typeof value !== 'string' || value === '') {
    throw new UnknownToRegionError(`${name} = ${JSON.stringify(value)}`, where, 'give a string that is not empty');
  }
  return value;
}

/** A string property that may be absent. */
export function optionalString(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return value === undefined || value === null ? undefined : String(value);
}

/** A number property that may be absent; templates also carry numbers as text. */
export function optionalNumber(fields: Fields, name: string, where: string): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  const number = Number(value);
  if (!Number.isFinite(number)) {
    throw new UnknownToRegionError(`${name} = ${JSON.stringify(value)}`, where, 'give a number');
  }
  return number;
}
