/**
 * Tells whether an item meets a condition. A comparison with an attribute that the item does not have, or that has
 * another type, is false (`<>` is true); operands that can never fit are refused beforehand by `checkCondition`.
 */
import {
  type AttributeValue,
  bytesAsText,
  compareValues,
  equalValues,
  type Item,
  memberOf,
  typeOf,
} from '../attribute-value.ts';
import { validationError } from '../errors.ts';
import type { Bindings } from './bindings.ts';
import { pathText, valueAt } from './document-path.ts';
import type { Condition, ExpressionKind, Operand } from './syntax.ts';

const NOTHING: Item = {};

function sizeOf(value: AttributeValue | undefined): AttributeValue | undefined {
  if (value === undefined) return undefined;
  if (value.M !== undefined) return { N: String(Object.keys(value.M).length) };
  const length = value.S?.length ?? value.B?.byteLength ?? (value.L ?? value.SS ?? value.NS ?? value.BS)?.length;
  return length === undefined ? undefined : { N: String(length) };
}

function evaluateOperand(operand: Operand, bindings: Bindings, item: Item): AttributeValue | undefined {
  switch (operand.kind) {
    case 'path':
      return operand.steps.length === 1
        ? memberOf(item, bindings.topLevel(operand))
        : valueAt(item, bindings.steps(operand));
    case 'value':
      return bindings.value(operand.name);
    case 'size':
      return sizeOf(valueAt(item, bindings.steps(operand.path)));
  }
}

function compare(operator: string, left: AttributeValue | undefined, right: AttributeValue | undefined): boolean {
  if (left === undefined || right === undefined) return operator === '<>' && left !== right;
  if (operator === '=') return equalValues(left, right);
  if (operator === '<>') return !equalValues(left, right);
  const order = compareValues(left, right);
  if (order === undefined) return false;
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    default:
      return order >= 0;
  }
}

function beginsWith(value: AttributeValue, prefix: AttributeValue): boolean {
  if (value.S !== undefined && prefix.S !== undefined) return value.S.startsWith(prefix.S);
  if (value.B !== undefined && prefix.B !== undefined) {
    return bytesAsText(value.B).startsWith(bytesAsText(prefix.B));
  }
  return false;
}

function contains(value: AttributeValue, part: AttributeValue): boolean {
  if (value.S !== undefined) return part.S !== undefined && value.S.includes(part.S);
  if (value.SS !== undefined) return part.S !== undefined && value.SS.includes(part.S);
  if (value.NS !== undefined) return part.N !== undefined && value.NS.includes(part.N);
  if (value.L !== undefined) return value.L.some((element) => equalValues(element, part));
  if (part.B === undefined) return false;
  const bytes = bytesAsText(part.B);
  if (value.B !== undefined) return bytesAsText(value.B).includes(bytes);
  return value.BS?.some((member) => bytesAsText(member) === bytes) ?? false;
}

function call(condition: Condition & { kind: 'call' }, bindings: Bindings, item: Item): boolean {
  const [first, second] = condition.operands;
  const value = first === undefined ? undefined : evaluateOperand(first, bindings, item);
  if (condition.name === 'attribute_exists') return value !== undefined;
  if (condition.name === 'attribute_not_exists') return value === undefined;
  const argument = second === undefined ? undefined : evaluateOperand(second, bindings, item);
  if (value === undefined || argument === undefined) return false;
  if (condition.name === 'attribute_type') return typeOf(value) === argument.S;
  return condition.name === 'begins_with' ? beginsWith(value, argument) : contains(value, argument);
}

/** @param item `undefined` where there is no item: it has no attributes */
export function meets(condition: Condition, bindings: Bindings, item: Item = NOTHING): boolean {
  switch (condition.kind) {
    case 'and':
      return meets(condition.left, bindings, item) && meets(condition.right, bindings, item);
    case 'or':
      return meets(condition.left, bindings, item) || meets(condition.right, bindings, item);
    case 'not':
      return !meets(condition.inner, bindings, item);
    case 'compare':
      return compare(
        condition.operator,
        evaluateOperand(condition.left, bindings, item),
        evaluateOperand(condition.right, bindings, item),
      );
    case 'between': {
      const value = evaluateOperand(condition.operand, bindings, item);
      return (
        compare('>=', value, evaluateOperand(condition.low, bindings, item)) &&
        compare('<=', value, evaluateOperand(condition.high, bindings, item))
      );
    }
    case 'in': {
      const value = evaluateOperand(condition.operand, bindings, item);
      return condition.candidates.some((candidate) => compare('=', value, evaluateOperand(candidate, bindings, item)));
    }
    case 'call':
      return call(condition, bindings, item);
  }
}

const ORDERED: ReadonlySet<string> = new Set(['S', 'N', 'B']);
const TYPE_NAMES: ReadonlySet<string> = new Set(['S', 'N', 'B', 'BOOL', 'NULL', 'M', 'L', 'SS', 'NS', 'BS']);

function checkOrdered(kind: ExpressionKind, operator: string, operands: readonly Operand[], bindings: Bindings): void {
  for (const operand of operands) {
    if (operand.kind !== 'value') continue;
    const type = typeOf(bindings.value(operand.name));
    if (!ORDERED.has(type)) throw wrongOperand(kind, `operator: ${operator}`, type);
  }
}

function wrongOperand(kind: ExpressionKind, operator: string, type: string): Error {
  return validationError(
    `Invalid ${kind}: Incorrect operand type for operator or function; ${operator}, operand type: ${type}`,
  );
}

function checkCall(condition: Condition & { kind: 'call' }, kind: ExpressionKind, bindings: Bindings): void {
  const second = condition.operands[1];
  if (second?.kind !== 'value') return;
  const value = bindings.value(second.name);
  const type = typeOf(value);
  if (condition.name === 'begins_with' && type !== 'S' && type !== 'B') {
    throw wrongOperand(kind, 'operator or function: begins_with', type);
  }
  if (condition.name !== 'attribute_type') return;
  if (type !== 'S') throw wrongOperand(kind, 'operator or function: attribute_type', type);
  if (!TYPE_NAMES.has(value.S ?? '')) {
    throw validationError(
      `Invalid ${kind}: Invalid attribute type name found; type: ${value.S}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`,
    );
  }
}

function checkDistinct(
  kind: ExpressionKind,
  operator: string,
  operands: readonly [Operand, Operand],
  bindings: Bindings,
): void {
  const [left, right] = operands;
  if (left.kind !== 'path' || right.kind !== 'path') return;
  const first = pathText(bindings.steps(left));
  if (first !== pathText(bindings.steps(right))) return;
  throw validationError(
    `Invalid ${kind}: The first operand must be distinct from the remaining operands for this operator or function; ` +
      `operator: ${operator}, first operand: ${first}`,
  );
}

/** Throws `ValidationException` for operands that their operator can never take. */
export function checkCondition(condition: Condition, kind: ExpressionKind, bindings: Bindings): void {
  switch (condition.kind) {
    case 'and':
    case 'or':
      checkCondition(condition.left, kind, bindings);
      checkCondition(condition.right, kind, bindings);
      return;
    case 'not':
      checkCondition(condition.inner, kind, bindings);
      return;
    case 'compare':
      checkDistinct(kind, condition.operator, [condition.left, condition.right], bindings);
      if (condition.operator === '=' || condition.operator === '<>') return;
      checkOrdered(kind, condition.operator, [condition.left, condition.right], bindings);
      return;
    case 'between':
      checkOrdered(kind, 'BETWEEN', [condition.operand, condition.low, condition.high], bindings);
      return;
    case 'in':
      return;
    case 'call':
      checkCall(condition, kind, bindings);
  }
}
