/**
 * The state that TestState runs: the definition is one state by itself, or a whole machine out of which one state is
 * named, however deep it is nested. The targets of a state by itself are not looked for.
 */
import type { Ambient } from '../expression/jsonata-functions.ts';
import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import { type Diagnostic, Diagnostics } from './diagnostics.ts';
import type { Graph, State } from './model.ts';
import { graphsOf } from './nesting.ts';
import { parseDefinition, tooMuch } from './parse-definition.ts';
import { parseGraph } from './parse-graph.ts';
import { parseState } from './parse-state.ts';
import type { ParserSettings } from './parser.ts';

/** The name of a state that is given by itself. */
export const NAMELESS_STATE = 'StateName';

export type TestedDefinition =
  | {
      readonly kind: 'found';
      readonly state: State;
      /** As the definition has them. */
      readonly fields: JsonObject;
    }
  | { readonly kind: 'invalid'; readonly diagnostics: readonly Diagnostic[] }
  /** The machine is valid and has no state of that name. */
  | { readonly kind: 'missing' };

export function parseTestedState(text: string, stateName: string | undefined, ambient: Ambient): TestedDefinition {
  return stateName === undefined ? parseAlone(text, ambient) : parseNamed(text, stateName, ambient);
}

function parseNamed(text: string, name: string, ambient: Ambient): TestedDefinition {
  const { definition, diagnostics } = parseDefinition(text, ambient);
  if (definition === undefined) return { kind: 'invalid', diagnostics };
  const state = stateNamed(definition.graph, name);
  const fields = fieldsNamed(JSON.parse(text) as JsonObject, name);
  return state === undefined || fields === undefined ? { kind: 'missing' } : { kind: 'found', state, fields };
}

function parseAlone(text: string, ambient: Ambient): TestedDefinition {
  const diagnostics = new Diagnostics();
  const invalid = (): TestedDefinition => ({ kind: 'invalid', diagnostics: diagnostics.found });
  const fault = tooMuch(text);
  if (fault !== undefined) {
    diagnostics.report('INVALID_JSON_DESCRIPTION', '/', fault);
    return invalid();
  }
  let fields: JsonValue;
  try {
    fields = JSON.parse(text) as JsonValue;
  } catch (thrown) {
    diagnostics.report('INVALID_JSON_DESCRIPTION', '/', (thrown as Error).message);
    return invalid();
  }
  if (!isObject(fields)) {
    diagnostics.schema('/', 'Expected value of type Object');
    return invalid();
  }
  const settings: ParserSettings = {
    diagnostics,
    ambient,
    variableReferences: {},
    language: 'JSONPath',
    express: false,
    graph: (inner, pointer, express = false) => parseGraph({ ...settings, express }, inner, pointer),
  };
  const state = parseState(settings, NAMELESS_STATE, fields, '');
  return state === undefined || diagnostics.failed ? invalid() : { kind: 'found', state, fields };
}

function stateNamed(graph: Graph, name: string): State | undefined {
  const here = graph.states.get(name);
  if (here !== undefined) return here;
  for (const state of graph.states.values()) {
    for (const { graph: inner } of graphsOf(state)) {
      const found = stateNamed(inner, name);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** True when a state of that name runs somewhere inside this one. */
export function containsState(state: State, name: string): boolean {
  return graphsOf(state).some(({ graph }) => stateNamed(graph, name) !== undefined);
}

function fieldsNamed(graph: JsonValue | undefined, name: string): JsonObject | undefined {
  const states = isObject(graph) ? graph['States'] : undefined;
  if (!isObject(states)) return undefined;
  const here = Object.hasOwn(states, name) ? states[name] : undefined;
  if (isObject(here)) return here;
  for (const state of Object.values(states)) {
    if (!isObject(state)) continue;
    const branches = Array.isArray(state['Branches']) ? state['Branches'] : [];
    for (const inner of [...branches, state['ItemProcessor'], state['Iterator']]) {
      const found = fieldsNamed(inner, name);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
