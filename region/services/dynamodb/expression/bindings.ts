/**
 * The names and values that one request gives to its expressions: placeholders are resolved here, and those that are
 * missing, unused or misspelt are refused as AWS refuses them.
 */
import { type AttributeValue, type Item, intake } from '../attribute-value.ts';
import { validationError } from '../errors.ts';
import type { ExpressionKind, Parsed, Path, PathStep } from './syntax.ts';

export interface PlaceholderInput {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Item | undefined;
}

const NAME = /^#[A-Za-z0-9_]+$/;
const VALUE = /^:[A-Za-z0-9_]+$/;

export class Bindings {
  readonly #names: Readonly<Record<string, string>>;
  readonly #values: Readonly<Record<string, AttributeValue>>;

  /**
   * @param expressions every expression of the request
   * @param absent names of the request's expression members, for the error when none of them is there
   */
  constructor(input: PlaceholderInput, expressions: readonly Parsed<unknown>[], absent: string) {
    const names = input.ExpressionAttributeNames;
    const values = input.ExpressionAttributeValues;
    if (expressions.length === 0) {
      if (names !== undefined) {
        throw validationError('ExpressionAttributeNames can only be specified when using expressions');
      }
      if (values !== undefined) {
        throw validationError(`ExpressionAttributeValues can only be specified when using expressions: ${absent}`);
      }
    }
    this.#names = names ?? {};
    this.#values = values === undefined ? {} : bindValues(values);
    if (names !== undefined) checkKeys('ExpressionAttributeNames', names, NAME);
    for (const expression of expressions) this.#checkDefined(expression);
    if (names !== undefined) checkUsed('ExpressionAttributeNames', names, expressions, 'names');
    if (values !== undefined) checkUsed('ExpressionAttributeValues', values, expressions, 'values');
  }

  /** A value placeholder's value: defined, as the constructor checked. */
  value(name: string): AttributeValue {
    return this.#values[name] ?? {};
  }

  /** A path with its placeholders replaced by attribute names. */
  steps(path: Path): readonly PathStep[] {
    if (!path.hasPlaceholder) return path.steps;
    return path.steps.map((step) => (typeof step === 'string' ? (this.#names[step] ?? step) : step));
  }

  /** The first step of a path: the top-level attribute. */
  topLevel(path: Path): string {
    const first = path.steps[0];
    if (typeof first !== 'string') return '';
    return this.#names[first] ?? first;
  }

  #checkDefined(expression: Parsed<unknown>): void {
    for (const name of expression.names) {
      if (this.#names[name] === undefined) {
        throw undefinedPlaceholder(expression.kind, 'name used in the document path is', 'name', name);
      }
    }
    for (const name of expression.values) {
      if (this.#values[name] === undefined) {
        throw undefinedPlaceholder(expression.kind, 'value used in expression is', 'value', name);
      }
    }
  }
}

function undefinedPlaceholder(kind: ExpressionKind, what: string, type: string, name: string): Error {
  return validationError(`Invalid ${kind}: An expression attribute ${what} not defined; attribute ${type}: ${name}`);
}

function bindValues(values: Item): Readonly<Record<string, AttributeValue>> {
  checkKeys('ExpressionAttributeValues', values, VALUE);
  const bound: Record<string, AttributeValue> = {};
  for (const name in values) {
    const value = values[name];
    if (value !== undefined) bound[name] = bindValue(name, value);
  }
  return bound;
}

function bindValue(name: string, value: AttributeValue): AttributeValue {
  try {
    return intake(value);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw validationError(`ExpressionAttributeValues contains invalid value: ${error.message} for key ${name}`);
  }
}

function checkKeys(member: string, entries: Readonly<Record<string, unknown>>, pattern: RegExp): void {
  let isEmpty = true;
  for (const key in entries) {
    isEmpty = false;
    if (!pattern.test(key)) throw validationError(`${member} contains invalid key: Syntax error; key: "${key}"`);
  }
  if (isEmpty) throw validationError(`${member} must not be empty`);
}

function checkUsed(
  member: string,
  entries: Readonly<Record<string, unknown>>,
  expressions: readonly Parsed<unknown>[],
  kind: 'names' | 'values',
): void {
  let unused: string[] | undefined;
  for (const key in entries) {
    if (expressions.some((expression) => expression[kind].includes(key))) continue;
    unused ??= [];
    unused.push(key);
  }
  if (unused === undefined) return;
  throw validationError(`Value provided in ${member} unused in expressions: keys: {${unused.join(', ')}}`);
}
