/**
 * Applies an update expression. Every operand reads the item as it was before the update; the result shares all parts
 * that no path touches.
 */
import { type AttributeType, type AttributeValue, bytesAsText, type Item, typeOf } from '../attribute-value.ts';
import { addNumbers, subtractNumbers } from '../decimal.ts';
import { validationError } from '../errors.ts';
import type { Bindings } from './bindings.ts';
import { checkDisjoint, valueAt, writeAt } from './document-path.ts';
import type { PathStep, Update, UpdateOperand } from './syntax.ts';

const TYPE_WORDS: Readonly<Record<AttributeType, string>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  BOOL: 'BOOLEAN',
  NULL: 'NULL',
  M: 'MAP',
  L: 'LIST',
  SS: 'STRING_SET',
  NS: 'NUMBER_SET',
  BS: 'BINARY_SET',
};

const ADDABLE: ReadonlySet<string> = new Set(['N', 'SS', 'NS', 'BS']);

/** The paths of an update, in the order SET, REMOVE, ADD, DELETE. Throws `ValidationException` where they overlap. */
export function updatedPaths(update: Update, bindings: Bindings): readonly (readonly PathStep[])[] {
  const paths: (readonly PathStep[])[] = [];
  for (const action of update.set) paths.push(bindings.steps(action.path));
  for (const path of update.remove) paths.push(bindings.steps(path));
  for (const action of update.add) paths.push(bindings.steps(action.path));
  for (const action of update.delete) paths.push(bindings.steps(action.path));
  checkDisjoint(paths, 'UpdateExpression', 'must remove or rewrite one of these paths');
  return paths;
}

/** Throws `ValidationException` for values that ADD, DELETE or an operator of SET can never take. */
export function checkUpdate(update: Update, bindings: Bindings): void {
  for (const { value } of update.add) {
    const type = typeOf(bindings.value(value.name));
    if (!ADDABLE.has(type)) throw wrongOperand('operator: ADD', type, ', typeSet: ALLOWED_FOR_ADD_OPERAND');
  }
  for (const { value } of update.delete) {
    const type = typeOf(bindings.value(value.name));
    if (type === 'N' || !ADDABLE.has(type)) {
      throw wrongOperand('operator: DELETE', type, ', typeSet: ALLOWED_FOR_DELETE_OPERAND');
    }
  }
  for (const { operand } of update.set) checkOperand(operand, bindings);
}

function wrongOperand(operator: string, type: AttributeType, suffix = ''): Error {
  const word = operator.endsWith('ADD') || operator.endsWith('DELETE') ? TYPE_WORDS[type] : type;
  return validationError(
    `Invalid UpdateExpression: Incorrect operand type for operator or function; ${operator}, operand type: ${word}${suffix}`,
  );
}

function checkLiteral(operand: UpdateOperand, bindings: Bindings, wanted: AttributeType, operator: string): void {
  if (operand.kind !== 'value') return;
  const type = typeOf(bindings.value(operand.name));
  if (type !== wanted) throw wrongOperand(operator, type);
}

function checkOperand(operand: UpdateOperand, bindings: Bindings): void {
  if (operand.kind === '+' || operand.kind === '-') {
    for (const side of [operand.left, operand.right]) {
      checkLiteral(side, bindings, 'N', `operator or function: ${operand.kind}`);
      checkOperand(side, bindings);
    }
  } else if (operand.kind === 'list_append') {
    for (const side of [operand.first, operand.second]) {
      checkLiteral(side, bindings, 'L', 'operator or function: list_append');
      checkOperand(side, bindings);
    }
  } else if (operand.kind === 'if_not_exists') {
    checkOperand(operand.otherwise, bindings);
  }
}

function wrongType(): Error {
  return validationError('An operand in the update expression has an incorrect data type');
}

function evaluate(operand: UpdateOperand, bindings: Bindings, item: Item): AttributeValue {
  switch (operand.kind) {
    case 'value':
      return bindings.value(operand.name);
    case 'path': {
      const value = valueAt(item, bindings.steps(operand));
      if (value === undefined) {
        throw validationError('The provided expression refers to an attribute that does not exist in the item');
      }
      return value;
    }
    case 'if_not_exists':
      return valueAt(item, bindings.steps(operand.path)) ?? evaluate(operand.otherwise, bindings, item);
    case 'list_append': {
      const first = evaluate(operand.first, bindings, item).L;
      const second = evaluate(operand.second, bindings, item).L;
      if (first === undefined || second === undefined) throw wrongType();
      return { L: [...first, ...second] };
    }
    default: {
      const left = evaluate(operand.left, bindings, item).N;
      const right = evaluate(operand.right, bindings, item).N;
      if (left === undefined || right === undefined) throw wrongType();
      return { N: operand.kind === '+' ? addNumbers(left, right) : subtractNumbers(left, right) };
    }
  }
}

function added(current: AttributeValue | undefined, value: AttributeValue): AttributeValue {
  if (current === undefined) return value;
  if (value.N !== undefined && current.N !== undefined) return { N: addNumbers(current.N, value.N) };
  if (value.SS !== undefined && current.SS !== undefined) return { SS: [...new Set([...current.SS, ...value.SS])] };
  if (value.NS !== undefined && current.NS !== undefined) return { NS: [...new Set([...current.NS, ...value.NS])] };
  if (value.BS !== undefined && current.BS !== undefined) {
    const known = new Set(current.BS.map(bytesAsText));
    return { BS: [...current.BS, ...value.BS.filter((member) => !known.has(bytesAsText(member)))] };
  }
  throw wrongType();
}

function without<T>(members: readonly T[], gone: readonly T[], identity: (member: T) => string): readonly T[] {
  const removed = new Set(gone.map(identity));
  return members.filter((member) => !removed.has(identity(member)));
}

/** A set without some members; `undefined` when none is left, because there are no empty sets. */
function subtracted(current: AttributeValue, value: AttributeValue): AttributeValue | undefined {
  if (value.SS !== undefined && current.SS !== undefined) {
    const SS = without(current.SS, value.SS, (member) => member);
    return SS.length === 0 ? undefined : { SS };
  }
  if (value.NS !== undefined && current.NS !== undefined) {
    const NS = without(current.NS, value.NS, (member) => member);
    return NS.length === 0 ? undefined : { NS };
  }
  if (value.BS !== undefined && current.BS !== undefined) {
    const BS = without(current.BS, value.BS, bytesAsText);
    return BS.length === 0 ? undefined : { BS };
  }
  throw wrongType();
}

/** Later list elements first, so that removing one does not shift the next. */
function byDescendingIndex(a: readonly PathStep[], b: readonly PathStep[]): number {
  const last = (steps: readonly PathStep[]): number => {
    const step = steps.at(-1);
    return typeof step === 'number' ? step : -1;
  };
  return last(b) - last(a);
}

/**
 * The item after the update.
 * @param before the item, or its key attributes where there was none
 */
export function applyUpdate(update: Update, bindings: Bindings, before: Item): Item {
  const values = update.set.map(({ operand }) => evaluate(operand, bindings, before));
  const after: Record<string, AttributeValue> = { ...before };
  update.set.forEach(({ path }, index) => {
    writeAt(after, bindings.steps(path), values[index]);
  });
  for (const { path, value } of update.add) {
    const steps = bindings.steps(path);
    writeAt(after, steps, added(valueAt(before, steps), bindings.value(value.name)));
  }
  for (const { path, value } of update.delete) {
    const steps = bindings.steps(path);
    const current = valueAt(before, steps);
    if (current !== undefined) writeAt(after, steps, subtracted(current, bindings.value(value.name)));
  }
  const removals = update.remove.map((path) => bindings.steps(path));
  if (removals.length > 1) removals.sort(byDescendingIndex);
  for (const steps of removals) writeAt(after, steps, undefined);
  return after;
}
