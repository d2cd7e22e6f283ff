/**
 * Evaluates a field of a definition: constants are returned as they are, expressions replaced by their values.
 */
import type { Template } from '../definition/model.ts';
import type { JsonValue } from '../json.ts';
import { SLOW } from './expression.ts';
import type { Scope } from './scope.ts';

/** To be called within `computed`. Throws LocatedError. */
export function evaluate(template: Template, scope: Scope): JsonValue {
  switch (template.kind) {
    case 'literal':
      return template.value;
    case 'expression': {
      const value = template.expression.now(scope);
      return value === SLOW ? scope.answers.of(template.expression) : value;
    }
    case 'object': {
      const result: { [key: string]: JsonValue } = {};
      for (const [key, entry] of template.entries) result[key] = evaluate(entry, scope);
      return result;
    }
    case 'array':
      return template.items.map((item) => evaluate(item, scope));
  }
}
