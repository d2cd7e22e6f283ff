/** Definitions as they are handed to the kit: objects, text, or text with CloudFormation's substitutions in it. */
import { isObject, type JsonValue } from '../json.ts';
import { KitError } from './kit-error.ts';

export type Substitutions = Readonly<Record<string, string>> | ((name: string) => string);

/** @throws KitError when the text is no JSON object, or a substitution has no value */
export function definitionFrom(definition: object | string, substitutions?: Substitutions): JsonValue {
  const given = typeof definition === 'string' ? definition.replace(/^\uFEFF/, '') : JSON.stringify(definition);
  const text = substitutions === undefined ? given : substituted(given, substitutions);
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch (thrown) {
    throw new KitError(`The definition is no JSON: ${(thrown as Error).message}`, { cause: thrown });
  }
  if (isObject(value)) return value;
  throw new KitError(`The definition is ${text.slice(0, 40)}: give an object with StartAt and States`);
}

function substituted(text: string, substitutions: Substitutions): string {
  return text.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = typeof substitutions === 'function' ? substitutions(name) : substitutions[name];
    if (value === undefined) throw new KitError(`\${${name}} has no value: give substitutions.${name}`);
    return JSON.stringify(value).slice(1, -1);
  });
}

/** Fields that the state has in a definition, wherever in it the state is. */
export function stateFields(definition: JsonValue | undefined, name: string): Record<string, JsonValue> | undefined {
  if (!isObject(definition)) return undefined;
  const { States } = definition;
  if (isObject(States) && Object.hasOwn(States, name) && isObject(States[name])) return States[name];
  const inner = isObject(States)
    ? Object.values(States).flatMap((state) => {
        if (!isObject(state)) return [];
        const branches = Array.isArray(state['Branches']) ? state['Branches'] : [];
        return [...branches, state['ItemProcessor'], state['Iterator']];
      })
    : [];
  for (const graph of inner) {
    const found = stateFields(graph, name);
    if (found !== undefined) return found;
  }
  return undefined;
}
