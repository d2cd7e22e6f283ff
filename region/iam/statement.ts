/**
 * IAM statements, compiled once: action and resource wildcards become matchers, conditions become a predicate over the
 * call's condition keys. What the language has and this file does not know is an error by name when it is compiled, so
 * that a policy is never read as weaker or stronger than it is.
 */
import { UnknownToRegionError } from '../errors.ts';

export type ConditionKeys = Readonly<Record<string, string | readonly string[]>>;

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  matchesAction(action: string): boolean;
  matchesResource(resource: string): boolean;
  /** Absent when the statement holds whatever the condition keys are. */
  readonly holds?: (keys: ConditionKeys) => boolean;
}

type Matcher = (value: string) => boolean;

const asList = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [String(value)]);

/** Matches `*` (any run) and `?` (any one character). */
export function wildcard(pattern: string, caseInsensitive = false): Matcher {
  if (pattern === '*') return () => true;
  const wanted = caseInsensitive ? pattern.toLowerCase() : pattern;
  const fold: (value: string) => string = caseInsensitive ? (value) => value.toLowerCase() : (value) => value;
  if (!/[*?]/.test(wanted)) return (value) => fold(value) === wanted;
  if (wanted.indexOf('*') === wanted.length - 1 && !wanted.includes('?')) {
    const prefix = wanted.slice(0, -1);
    return (value) => fold(value).startsWith(prefix);
  }
  const source = wanted
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  const regex = new RegExp(`^${source}$`, 's');
  return (value) => regex.test(fold(value));
}

const anyOf = (patterns: unknown, caseInsensitive = false): Matcher => {
  const matchers = asList(patterns).map((pattern) => wildcard(pattern, caseInsensitive));
  return (value) => matchers.some((matches) => matches(value));
};

const OPERATORS: Readonly<Record<string, (wanted: string) => Matcher>> = {
  StringEquals: (wanted) => (value) => value === wanted,
  StringEqualsIgnoreCase: (wanted) => (value) => value.toLowerCase() === wanted.toLowerCase(),
  StringLike: (wanted) => wildcard(wanted),
  ArnEquals: (wanted) => wildcard(wanted),
  ArnLike: (wanted) => wildcard(wanted),
  Bool: (wanted) => (value) => value === wanted,
};

/** Builds one `Operator: { key: values }` test, with its `ForAllValues:`, `ForAnyValue:`, `...Not...`, `...IfExists`. */
function compileTest(operator: string, key: string, wanted: unknown, where: string): (keys: ConditionKeys) => boolean {
  const [quantifier, base] = operator.includes(':') ? (operator.split(':') as [string, string]) : ['', operator];
  const ifExists = base.endsWith('IfExists');
  const bare = ifExists ? base.slice(0, -'IfExists'.length) : base;
  const negated = /^(String|Arn)Not/.test(bare);
  const make = OPERATORS[negated ? bare.replace('Not', '') : bare];
  if (bare === 'Null') return (keys) => (keys[key] === undefined) === (asList(wanted)[0] === 'true');
  if (make === undefined || !['', 'ForAllValues', 'ForAnyValue'].includes(quantifier)) {
    throw new UnknownToRegionError(
      `IAM condition operator ${operator}`,
      where,
      `use one of ${Object.keys(OPERATORS).join(', ')}, Null, with Not, IfExists, ForAllValues: or ForAnyValue:`,
    );
  }
  const matchers = asList(wanted).map(make);
  const passes = (value: string): boolean => matchers.some((matches) => matches(value)) !== negated;
  return (keys) => {
    const given = keys[key];
    if (given === undefined) return ifExists || quantifier === 'ForAllValues' || (negated && quantifier === '');
    const values = typeof given === 'string' ? [given] : given;
    return quantifier === 'ForAnyValue' ? values.some(passes) : values.every(passes);
  };
}

function compileConditions(condition: unknown, where: string): ((keys: ConditionKeys) => boolean) | undefined {
  if (condition === undefined || condition === null) return undefined;
  const tests = Object.entries(condition as Record<string, Record<string, unknown>>).flatMap(([operator, byKey]) =>
    Object.entries(byKey).map(([key, wanted]) => compileTest(operator, key, wanted, where)),
  );
  return (keys) => tests.every((test) => test(keys));
}

const KNOWN_FIELDS = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];

/** @param where the role and policy, for messages */
export function compileStatements(document: unknown, where: string): readonly Statement[] {
  const { Statement: statements } = document as { Statement: unknown };
  const list = (Array.isArray(statements) ? statements : [statements]) as Record<string, unknown>[];
  return list.map((statement) => {
    const unknown = Object.keys(statement).find((field) => !KNOWN_FIELDS.includes(field));
    if (unknown !== undefined) {
      throw new UnknownToRegionError(`IAM statement field ${unknown}`, where, `use ${KNOWN_FIELDS.join(', ')}`);
    }
    const action = anyOf(statement['Action'] ?? statement['NotAction'], true);
    const resource = anyOf(statement['Resource'] ?? statement['NotResource']);
    const holds = compileConditions(statement['Condition'], where);
    const compiled: Statement = {
      effect: statement['Effect'] === 'Deny' ? 'Deny' : 'Allow',
      matchesAction: statement['Action'] === undefined ? (value) => !action(value) : action,
      matchesResource: statement['Resource'] === undefined ? (value) => !resource(value) : resource,
    };
    return holds === undefined ? compiled : { ...compiled, holds };
  });
}
