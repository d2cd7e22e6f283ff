/**
 * Compiles a JSONata field of a definition, whatever its shape: strings in `{% %}` become expressions, objects and
 * arrays without any are folded into one constant with its text ready.
 */
import type { Template } from '../definition/model.ts';
import { isObject, type JsonValue, toText } from '../json.ts';
import { compileJsonata, jsonataSource, type ResultCheck } from './jsonata.ts';
import type { Ambient } from './jsonata-functions.ts';

export function literal(value: JsonValue): Template {
  return Object.freeze({ kind: 'literal', value, text: toText(value) });
}

/** `location` is the field as AWS names it in causes, e.g. `Output/result`. Throws JsonataSyntaxError. */
export function compileJsonataTemplate(
  value: JsonValue,
  location: string,
  ambient: Ambient,
  check: ResultCheck = 'any',
): Template {
  if (typeof value === 'string') {
    const source = jsonataSource(value);
    if (source === undefined) return literal(value);
    return { kind: 'expression', expression: compileJsonata(source, location, ambient, check) };
  }
  if (Array.isArray(value)) {
    const items = value.map((item, index) => compileJsonataTemplate(item, `${location}[${index}]`, ambient));
    return items.every((item) => item.kind === 'literal') ? literal(value) : { kind: 'array', items };
  }
  if (isObject(value)) {
    const entries = Object.entries(value).map(
      ([key, entry]) => [key, compileJsonataTemplate(entry, `${location}/${key}`, ambient)] as const,
    );
    return entries.every(([, entry]) => entry.kind === 'literal') ? literal(value) : { kind: 'object', entries };
  }
  return literal(value);
}

/** Variables that the template's expressions mention. */
export function variablesOf(template: Template | undefined, into: Set<string>): void {
  if (template === undefined) return;
  if (template.kind === 'expression') for (const name of template.expression.variables) into.add(name);
  if (template.kind === 'object') for (const [, entry] of template.entries) variablesOf(entry, into);
  if (template.kind === 'array') for (const item of template.items) variablesOf(item, into);
}
