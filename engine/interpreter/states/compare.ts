/** The comparison operators of JSONPath Choice rules: false, never an error, when a value has another type. */
import type { Condition } from '../../definition/model.ts';
import { parseTimestampMs } from '../../definition/timestamp.ts';
import { LocatedError } from '../../errors.ts';
import type { PathExpression } from '../../expression/jsonpath-compile.ts';
import { matchesWildcard } from '../../expression/wildcard.ts';
import type { JsonValue } from '../../json.ts';
import type { ExecutionScope } from '../execution-scope.ts';

type Comparison = Extract<Condition, { kind: 'compare' }>;
type Comparable = number | string | boolean;

const TYPE_TESTS: Readonly<Record<string, (value: JsonValue) => boolean>> = {
  IsNull: (value) => value === null,
  IsNumeric: (value) => typeof value === 'number',
  IsString: (value) => typeof value === 'string',
  IsBoolean: (value) => typeof value === 'boolean',
  IsTimestamp: (value) => typeof value === 'string' && parseTimestampMs(value) !== undefined,
};

const ORDER: Readonly<Record<string, (a: Comparable, b: Comparable) => boolean>> = {
  Equals: (a, b) => a === b,
  LessThan: (a, b) => a < b,
  GreaterThan: (a, b) => a > b,
  LessThanEquals: (a, b) => a <= b,
  GreaterThanEquals: (a, b) => a >= b,
};

const AS: Readonly<Record<string, (value: JsonValue) => Comparable | undefined>> = {
  String: (value) => (typeof value === 'string' ? value : undefined),
  Numeric: (value) => (typeof value === 'number' ? value : undefined),
  Boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  Timestamp: (value) => (typeof value === 'string' ? parseTimestampMs(value) : undefined),
};
const OPERATOR = /^(String|Numeric|Boolean|Timestamp)([A-Z][A-Za-z]*)$/;

/** Throws LocatedError when a path that is compared leads nowhere. */
export function compareValues(comparison: Comparison, scope: ExecutionScope): boolean {
  const { operator } = comparison;
  const found = (comparison.variable as PathExpression).find(scope);
  if (operator === 'IsPresent') return (found !== undefined) === comparison.value;
  const variable = found ?? missing(found, comparison.variableText, scope);
  const test = TYPE_TESTS[operator];
  if (test !== undefined) return test(variable) === comparison.value;
  const value = operandOf(comparison, scope);
  if (operator === 'StringMatches') {
    return typeof variable === 'string' && typeof value === 'string' && matchesWildcard(value, variable);
  }
  const [, type = '', order = ''] = OPERATOR.exec(operator) ?? [];
  const left = AS[type]?.(variable);
  const right = AS[type]?.(value);
  return left !== undefined && right !== undefined && ORDER[order]?.(left, right) === true;
}

function operandOf(comparison: Comparison, scope: ExecutionScope): JsonValue {
  if (comparison.valuePath === undefined) return comparison.value;
  const found = (comparison.valuePath as PathExpression).find(scope);
  return found ?? missing(found, comparison.valuePath.source, scope);
}

function missing(found: JsonValue | undefined, path: string, scope: ExecutionScope): JsonValue {
  if (found === null) return null;
  throw new LocatedError(
    'States.Runtime',
    `Invalid path '${path}': The choice state's condition path references an invalid value in the input '${JSON.stringify(scope.root)}'`,
  );
}
