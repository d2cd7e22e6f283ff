/** Reads the rules of a Choice, in either language. */
import type { Expression } from '../expression/expression.ts';
import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import type { ChoiceRule, Condition, Template } from './model.ts';
import type { FieldReader } from './parser.ts';
import { isTimestamp } from './timestamp.ts';

const TYPES = ['String', 'Numeric', 'Boolean', 'Timestamp'];
const ORDER = ['Equals', 'LessThan', 'GreaterThan', 'LessThanEquals', 'GreaterThanEquals'];
const TESTS = ['IsNull', 'IsPresent', 'IsNumeric', 'IsString', 'IsBoolean', 'IsTimestamp'];

/** Every comparison operator of the language. */
const OPERATORS: ReadonlySet<string> = new Set([
  ...TYPES.flatMap((type) => (type === 'Boolean' ? ['Equals'] : ORDER).map((order) => type + order)),
  'StringMatches',
  ...TESTS,
]);

export function parseChoices(reader: FieldReader): readonly ChoiceRule[] {
  const rules = reader.objects('Choices');
  if (rules.length === 0) reader.fault('Choices', 'Expected a non-empty array of choice rules');
  return rules.map((fields, index) => {
    const inner = reader.inner(fields, `Choices[${index}]`);
    const output =
      reader.language === 'JSONata' ? inner.jsonata('Output', 'any', `Choices[${index}]/Output`) : undefined;
    const assign = inner.assign();
    return Object.freeze({
      condition: reader.language === 'JSONata' ? parseJsonataCondition(inner, index) : parseCondition(inner),
      next: inner.requiredString('Next'),
      ...(output && { output }),
      ...(assign && { assign }),
    });
  });
}

const NEVER: Condition = { kind: 'or', of: [] };

function parseJsonataCondition(reader: FieldReader, index: number): Condition {
  const location = `Choices[${index}]/Condition`;
  const value = reader.fields['Condition'];
  const template = reader.jsonata('Condition', 'boolean', location);
  if (template === undefined || (template.kind === 'literal' && typeof value !== 'boolean')) {
    if (!reader.has('Condition')) reader.fault('', 'These fields are required: [Condition]');
    else if (template !== undefined) reader.fault('Condition', 'Expected a boolean or a JSONata expression');
    return NEVER;
  }
  return { kind: 'jsonata', template, location };
}

function parseCondition(reader: FieldReader): Condition {
  for (const kind of ['And', 'Or'] as const) {
    if (!reader.has(kind)) continue;
    const of = reader.objects(kind).map((fields, index) => parseCondition(reader.inner(fields, `${kind}[${index}]`)));
    return { kind: kind === 'And' ? 'and' : 'or', of };
  }
  const not = reader.fields['Not'];
  if (isObject(not)) return { kind: 'not', of: parseCondition(reader.inner(not, 'Not')) };
  return parseComparison(reader);
}

function parseComparison(reader: FieldReader): Condition {
  const variable = expressionOf(reader.path('Variable'));
  if (variable === undefined) {
    if (!reader.has('Variable')) reader.fault('', 'These fields are required: [Variable]');
    return NEVER;
  }
  const found = operatorOf(reader.fields);
  if (found === undefined) {
    reader.fault('', 'Expected exactly one comparison operator');
    return NEVER;
  }
  const base = { kind: 'compare', operator: found.operator, variable, variableText: variable.source } as const;
  if (found.field !== found.operator) {
    const valuePath = expressionOf(reader.path(found.field));
    return valuePath === undefined ? NEVER : { ...base, value: null, valuePath };
  }
  const value = reader.fields[found.field] ?? null;
  if (!isOperand(found.operator, value)) {
    reader.fault(found.field, `Value ${JSON.stringify(value)} does not fit the operator ${found.operator}`);
  }
  return { ...base, value };
}

function operatorOf(fields: JsonObject): { field: string; operator: string } | undefined {
  const found = Object.keys(fields).flatMap((field) => {
    if (OPERATORS.has(field)) return [{ field, operator: field }];
    const operator = field.endsWith('Path') ? field.slice(0, -'Path'.length) : '';
    return OPERATORS.has(operator) && !operator.startsWith('Is') ? [{ field, operator }] : [];
  });
  return found.length === 1 ? found[0] : undefined;
}

function isOperand(operator: string, value: JsonValue): boolean {
  if (operator.startsWith('Is') || operator.startsWith('Boolean')) return typeof value === 'boolean';
  if (operator.startsWith('Numeric')) return typeof value === 'number';
  if (operator.startsWith('Timestamp')) return typeof value === 'string' && isTimestamp(value);
  return typeof value === 'string';
}

function expressionOf(template: Template | null | undefined): Expression | undefined {
  return template?.kind === 'expression' ? template.expression : undefined;
}
