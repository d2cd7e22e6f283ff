/** What a key condition expression asks of the store: one partition, and a range of its sort keys. */
import type { AttributeValue } from '../attribute-value.ts';
import type { SortRange } from '../collection.ts';
import { invalidParameter, validationError } from '../errors.ts';
import { type KeyAttribute, type KeySchema, sortText } from '../key-schema.ts';
import type { Bindings } from './bindings.ts';
import type { Condition, Operand } from './syntax.ts';

export interface KeyRange {
  readonly partition: string;
  readonly sort: SortRange | undefined;
}

const FROM_START = (): boolean => true;
const TO_END = (): boolean => false;

/** The conditions of an expression that is a chain of ANDs. */
function terms(condition: Condition): readonly Condition[] {
  if (condition.kind === 'and') return [...terms(condition.left), ...terms(condition.right)];
  if (condition.kind === 'or') {
    throw validationError('Invalid operator used in KeyConditionExpression: OR');
  }
  if (condition.kind === 'not') {
    throw validationError('Invalid operator used in KeyConditionExpression: NOT');
  }
  return [condition];
}

function attributeOf(condition: Condition, bindings: Bindings): string {
  let subject: Operand | undefined;
  if (condition.kind === 'compare') subject = condition.left;
  if (condition.kind === 'between') subject = condition.operand;
  if (condition.kind === 'call' && condition.name === 'begins_with') subject = condition.operands[0];
  if (subject?.kind !== 'path' || subject.steps.length !== 1) {
    throw validationError('Query key condition not supported');
  }
  return bindings.topLevel(subject);
}

function operandValue(operand: Operand | undefined, attribute: KeyAttribute, bindings: Bindings): AttributeValue {
  if (operand?.kind !== 'value') throw validationError('Query key condition not supported');
  const value = bindings.value(operand.name);
  if (value[attribute.type] === undefined) {
    throw invalidParameter('Condition parameter type does not match schema type');
  }
  if (value.S === '' || value.B?.byteLength === 0) {
    throw validationError(
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ' +
        `${attribute.type === 'B' ? 'binary' : 'string'} value. Key: ${attribute.name}`,
    );
  }
  return value;
}

function comparison(operator: string, at: string): SortRange {
  switch (operator) {
    case '=':
      return { fromHere: (sort) => sort >= at, pastIt: (sort) => sort > at };
    case '<':
      return { fromHere: FROM_START, pastIt: (sort) => sort >= at };
    case '<=':
      return { fromHere: FROM_START, pastIt: (sort) => sort > at };
    case '>':
      return { fromHere: (sort) => sort > at, pastIt: TO_END };
    case '>=':
      return { fromHere: (sort) => sort >= at, pastIt: TO_END };
    default:
      throw validationError('Query key condition not supported');
  }
}

function sortRange(condition: Condition, attribute: KeyAttribute, bindings: Bindings): SortRange {
  if (condition.kind === 'compare') {
    return comparison(condition.operator, sortText(operandValue(condition.right, attribute, bindings)));
  }
  if (condition.kind === 'between') {
    const low = sortText(operandValue(condition.low, attribute, bindings));
    const high = sortText(operandValue(condition.high, attribute, bindings));
    if (low > high) {
      throw validationError(
        'Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to lower bound',
      );
    }
    return { fromHere: (sort) => sort >= low, pastIt: (sort) => sort > high };
  }
  if (condition.kind !== 'call' || attribute.type === 'N') {
    throw validationError('Query key condition not supported');
  }
  const prefix = sortText(operandValue(condition.operands[1], attribute, bindings));
  return {
    fromHere: (sort) => sort >= prefix,
    pastIt: (sort) => sort > prefix && !sort.startsWith(prefix),
  };
}

/** Throws `ValidationException` unless the partition key is fixed and the sort key, if mentioned, is one range. */
export function keyRange(condition: Condition, schema: KeySchema, bindings: Bindings): KeyRange {
  const byAttribute = new Map<string, Condition>();
  for (const term of terms(condition)) {
    const name = attributeOf(term, bindings);
    if (byAttribute.has(name)) {
      throw validationError('KeyConditionExpressions must only contain one condition per key');
    }
    byAttribute.set(name, term);
  }
  const hash = byAttribute.get(schema.hash.name);
  if (hash === undefined) throw validationError(`Query condition missed key schema element: ${schema.hash.name}`);
  if (hash.kind !== 'compare' || hash.operator !== '=') throw validationError('Query key condition not supported');
  const value = operandValue(hash.right, schema.hash, bindings);
  const range = schema.range === undefined ? undefined : byAttribute.get(schema.range.name);
  if (byAttribute.size > (range === undefined ? 1 : 2)) {
    const missed = schema.range?.name;
    throw validationError(
      missed === undefined || range !== undefined
        ? 'Query key condition not supported'
        : `Query condition missed key schema element: ${missed}`,
    );
  }
  const partition = schema.hash.type === 'B' ? sortText(value) : (value.S ?? value.N ?? '');
  return {
    partition,
    sort: range === undefined || schema.range === undefined ? undefined : sortRange(range, schema.range, bindings),
  };
}
