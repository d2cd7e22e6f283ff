/**
 * Evaluates a field of a definition: constants are returned as they are, expressions replaced by their values. Without
 * an expression that needs the full JSONata evaluator no promise is made, which is what keeps short steps short.
 */
import type { Template } from '../definition/model.ts';
import type { JsonValue } from '../json.ts';
import { SLOW, type Slow } from './expression.ts';
import type { Scope } from './scope.ts';

/** Throws LocatedError. */
export function evaluate(template: Template, scope: Scope): JsonValue | Promise<JsonValue> {
  const value = evaluateNow(template, scope);
  return value === SLOW ? evaluateLater(template, scope) : value;
}

function evaluateNow(template: Template, scope: Scope): JsonValue | Slow {
  switch (template.kind) {
    case 'literal':
      return template.value;
    case 'expression':
      return template.expression.now(scope);
    case 'object': {
      const result: { [key: string]: JsonValue } = {};
      for (const [key, entry] of template.entries) {
        const value = evaluateNow(entry, scope);
        if (value === SLOW) return SLOW;
        result[key] = value;
      }
      return result;
    }
    case 'array': {
      const result: JsonValue[] = [];
      for (const item of template.items) {
        const value = evaluateNow(item, scope);
        if (value === SLOW) return SLOW;
        result.push(value);
      }
      return result;
    }
  }
}

async function evaluateLater(template: Template, scope: Scope): Promise<JsonValue> {
  switch (template.kind) {
    case 'literal':
      return template.value;
    case 'expression': {
      const value = template.expression.now(scope);
      return value === SLOW ? template.expression.later(scope) : value;
    }
    case 'object': {
      const result: { [key: string]: JsonValue } = {};
      for (const [key, entry] of template.entries) result[key] = await evaluateLater(entry, scope);
      return result;
    }
    case 'array': {
      const result: JsonValue[] = [];
      for (const item of template.items) result.push(await evaluateLater(item, scope));
      return result;
    }
  }
}
