/** Parses condition, filter and key condition expressions: NOT binds before AND, AND before OR. */
import type { Cursor } from './cursor.ts';
import type { Comparator, Condition, ConditionFunction, Operand } from './syntax.ts';

const COMPARATORS: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);

const OPERANDS: Readonly<Record<ConditionFunction, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
};

function isConditionFunction(name: string): name is ConditionFunction {
  return Object.hasOwn(OPERANDS, name);
}

export function parseCondition(cursor: Cursor): Condition {
  const condition = parseOr(cursor);
  cursor.end();
  return condition;
}

function parseOr(cursor: Cursor): Condition {
  let left = parseAnd(cursor);
  while (cursor.take('OR')) left = { kind: 'or', left, right: parseAnd(cursor) };
  return left;
}

function parseAnd(cursor: Cursor): Condition {
  let left = parseNot(cursor);
  while (cursor.take('AND')) left = { kind: 'and', left, right: parseNot(cursor) };
  return left;
}

function parseNot(cursor: Cursor): Condition {
  if (cursor.take('NOT')) return { kind: 'not', inner: parseNot(cursor) };
  if (cursor.peek() !== '(') return parsePredicate(cursor);
  cursor.next();
  const inner = parseOr(cursor);
  cursor.expect(')');
  if (inner === cursor.lastGroup) throw cursor.error('The expression has redundant parentheses;');
  cursor.lastGroup = inner;
  return inner;
}

function parsePredicate(cursor: Cursor): Condition {
  if (cursor.atCall && cursor.peek() !== 'size') return parseCall(cursor);
  const left = parseOperand(cursor);
  if (COMPARATORS.has(cursor.peek())) {
    const operator = cursor.next() as Comparator;
    return { kind: 'compare', operator, left, right: parseOperand(cursor) };
  }
  if (cursor.take('BETWEEN')) {
    const low = parseOperand(cursor);
    cursor.expect('AND');
    return { kind: 'between', operand: left, low, high: parseOperand(cursor) };
  }
  if (!cursor.take('IN')) throw cursor.syntaxError();
  cursor.expect('(');
  const candidates = [parseOperand(cursor)];
  while (cursor.take(',')) candidates.push(parseOperand(cursor));
  cursor.expect(')');
  if (candidates.length > 100) {
    throw cursor.error('The IN operator is provided with too many operands; maximum: 100');
  }
  return { kind: 'in', operand: left, candidates };
}

function parseCall(cursor: Cursor): Condition {
  const name = cursor.next();
  if (!isConditionFunction(name)) throw cursor.error(`Invalid function name; function: ${name}`);
  cursor.expect('(');
  const operands = [parseOperand(cursor)];
  while (cursor.take(',')) operands.push(parseOperand(cursor));
  cursor.expect(')');
  if (operands.length !== OPERANDS[name]) {
    throw cursor.error(
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
    );
  }
  if (name.startsWith('attribute_') && operands[0]?.kind !== 'path') {
    throw cursor.error(`Operator or function requires a document path; operator or function: ${name}`);
  }
  return { kind: 'call', name, operands };
}

function parseOperand(cursor: Cursor): Operand {
  if (cursor.peek().startsWith(':')) return cursor.value();
  if (!cursor.atCall) return cursor.path();
  const name = cursor.next();
  if (name !== 'size') throw cursor.error(`Invalid function name; function: ${name}`);
  cursor.expect('(');
  const path = cursor.path();
  cursor.expect(')');
  return { kind: 'size', path };
}
