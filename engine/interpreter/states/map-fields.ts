/** The fields of a Map that inline and distributed Maps read alike; to be called within `computed`. */
import type { MapState, Template } from '../../definition/model.ts';
import { LocatedError } from '../../errors.ts';
import { evaluate } from '../../expression/template.ts';
import { type JsonValue, toText } from '../../json.ts';
import type { ExecutionScope } from '../execution-scope.ts';

/** Throws LocatedError when they are no array. */
export function itemsOf(state: MapState, scope: ExecutionScope): readonly JsonValue[] {
  const byPath = state.flow.language === 'JSONPath';
  const items = state.items === undefined ? (byPath ? scope.root : scope.input) : evaluate(state.items, scope);
  if (Array.isArray(items)) return items;
  if (byPath) {
    const path = state.items?.kind === 'expression' ? state.items.expression.source : '$';
    throw new LocatedError('States.Runtime', `Reference path "${path}" must point to array.`);
  }
  throw new LocatedError(
    'States.QueryEvaluationError',
    `Map state input must be an array but was: ${toText(items)}`,
    {},
  );
}

/** A whole number, also as text. Throws LocatedError. */
export function wholeNumber(template: Template | undefined, field: string, scope: ExecutionScope): number | undefined {
  if (template === undefined) return undefined;
  const given = evaluate(template, scope);
  const value = typeof given === 'string' && /^-?\d+$/.test(given) ? Number(given) : given;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw notANumber(field, 'integer', template, given);
}

/** 0 where the field is absent: as many as the mode of the Map allows. */
export function maxConcurrencyOf(state: MapState, scope: ExecutionScope): number {
  const value = wholeNumber(state.maxConcurrency, 'MaxConcurrency', scope) ?? 0;
  if (value < 0) throw new LocatedError('States.Runtime', 'MaxConcurrency cannot be negative.');
  return value;
}

export interface Tolerance {
  readonly toleratedCount?: number;
  readonly toleratedPercentage?: number;
}

export function toleranceOf(state: MapState, scope: ExecutionScope): Tolerance {
  const count = wholeNumber(state.toleratedCount, 'ToleratedFailureCount', scope);
  if (count !== undefined && count < 0) {
    throw new LocatedError('States.Runtime', 'ToleratedFailureCount cannot be negative.');
  }
  const percentage = percentageOf(state.toleratedPercentage, scope);
  return {
    ...(count !== undefined && { toleratedCount: count }),
    ...(percentage !== undefined && { toleratedPercentage: percentage }),
  };
}

function percentageOf(template: Template | undefined, scope: ExecutionScope): number | undefined {
  if (template === undefined) return undefined;
  const given = evaluate(template, scope);
  const value = typeof given === 'string' && /^-?\d+(\.\d+)?$/.test(given) ? Number(given) : given;
  if (typeof value !== 'number') throw notANumber('ToleratedFailurePercentage', 'float', template, given);
  if (value >= 0 && value <= 100) return value;
  throw new LocatedError('States.Runtime', 'ToleratedFailurePercentage must be between 0 and 100.');
}

function notANumber(field: string, kind: string, template: Template, value: JsonValue): LocatedError {
  const expression = template.kind === 'expression' ? template.expression : undefined;
  const name = expression?.language === 'JSONPath' ? `${field}Path` : field;
  const shown = typeof value === 'string' ? value : toText(value);
  return new LocatedError(
    'States.Runtime',
    `The ${name} field refers to value "${shown}" which is not a valid ${kind}: ${expression?.source ?? ''}`,
  );
}
