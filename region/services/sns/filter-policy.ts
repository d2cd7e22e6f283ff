/**
 * Subscription filter policies: per attribute (or member of a JSON body) a list of conditions of which one must hold;
 * all attributes must match. Operators: exact values, `prefix`, `suffix`, `equals-ignore-case`, `anything-but`,
 * `numeric`, `exists`, and `$or` between alternatives.
 */
import { UnknownToRegionError } from '../../errors.ts';
import type { NotificationAttributes } from './attributes.ts';

export type FilterPolicy = Readonly<Record<string, unknown>>;

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function compare(operator: unknown, value: number, bound: number): boolean {
  switch (operator) {
    case '=':
      return value === bound;
    case '<':
      return value < bound;
    case '<=':
      return value <= bound;
    case '>':
      return value > bound;
    case '>=':
      return value >= bound;
    default:
      throw new UnknownToRegionError('numeric operator of a filter policy', String(operator), 'use = < <= > >=');
  }
}

function inRange(value: unknown, terms: readonly unknown[]): boolean {
  if (typeof value !== 'number') return false;
  for (let at = 0; at + 1 < terms.length; at += 2) {
    if (!compare(terms[at], value, Number(terms[at + 1]))) return false;
  }
  return true;
}

function anythingBut(value: unknown, excluded: unknown): boolean {
  if (value === undefined) return false;
  if (isObject(excluded)) return !holds(value, excluded);
  return Array.isArray(excluded) ? !excluded.includes(value) : value !== excluded;
}

/** Whether one condition holds for one value; `undefined` stands for an attribute that is not there. */
function holds(value: unknown, condition: unknown): boolean {
  if (!isObject(condition)) return value === condition;
  const [operator, argument] = Object.entries(condition)[0] ?? [];
  switch (operator) {
    case 'exists':
      return (value !== undefined) === argument;
    case 'prefix':
      return typeof value === 'string' && value.startsWith(String(argument));
    case 'suffix':
      return typeof value === 'string' && value.endsWith(String(argument));
    case 'equals-ignore-case':
      return typeof value === 'string' && value.toLowerCase() === String(argument).toLowerCase();
    case 'anything-but':
      return anythingBut(value, argument);
    case 'numeric':
      return inRange(value, argument as readonly unknown[]);
    default:
      throw new UnknownToRegionError('operator of a filter policy', String(operator), 'teach it to the region');
  }
}

function matchesValue(value: unknown, conditions: unknown): boolean {
  if (Array.isArray(value)) return value.some((element) => matchesValue(element, conditions));
  if (!Array.isArray(conditions)) return isObject(conditions) && matches(isObject(value) ? value : {}, conditions);
  return conditions.some((condition) => holds(value, condition));
}

function matches(values: Json, policy: FilterPolicy): boolean {
  return Object.entries(policy).every(([name, conditions]) => {
    if (name !== '$or') return matchesValue(values[name], conditions);
    return (conditions as readonly FilterPolicy[]).some((alternative) => matches(values, alternative));
  });
}

function attributeValues(attributes: NotificationAttributes): Json {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue }]) => {
      if (DataType === 'Number') return [name, Number(StringValue)];
      return [name, DataType === 'String.Array' ? JSON.parse(StringValue ?? '[]') : StringValue];
    }),
  );
}

/** Whether a message passes. A body that is no JSON object passes no policy on bodies. */
export function passes(
  policy: FilterPolicy | undefined,
  scope: 'MessageAttributes' | 'MessageBody',
  message: string,
  attributes: NotificationAttributes,
): boolean {
  if (policy === undefined) return true;
  if (scope === 'MessageAttributes') return matches(attributeValues(attributes), policy);
  let body: unknown;
  try {
    body = JSON.parse(message);
  } catch {
    return false;
  }
  return isObject(body) && matches(body, policy);
}
