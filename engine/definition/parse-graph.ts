/** Reads a graph of states (the top level, a Parallel branch, a Map's processor) and checks how they are linked. */
import { isObject, type JsonObject } from '../json.ts';
import type { Graph, State } from './model.ts';
import { parseState } from './parse-state.ts';
import type { ParserSettings } from './parser.ts';

const MAX_STATE_NAME = 80;

export function parseGraph(settings: ParserSettings, fields: JsonObject, pointer: string): Graph {
  const { diagnostics } = settings;
  const missing = ['StartAt', 'States'].filter((field) => !Object.hasOwn(fields, field));
  if (missing.length > 0)
    diagnostics.schema(pointer === '' ? '/' : pointer, `These fields are required: [${missing.join(', ')}]`);
  const startAt = fields['StartAt'];
  if (startAt !== undefined && (typeof startAt !== 'string' || startAt === ''))
    diagnostics.schema(`${pointer}/StartAt`, 'Expected the name of a state as a String that is not empty');
  const states = new Map<string, State>();
  const given = fields['States'];
  if (isObject(given)) {
    for (const [name, stateFields] of Object.entries(given)) {
      const at = `${pointer}/States/${name}`;
      if (name.length > MAX_STATE_NAME) diagnostics.schema(at, `State names have at most ${MAX_STATE_NAME} characters`);
      if (name === '') diagnostics.schema(at, 'State names have at least one character');
      if (!isObject(stateFields)) {
        diagnostics.schema(at, 'Expected value of type Object');
        continue;
      }
      const state = parseState(settings, name, stateFields, at);
      if (state !== undefined) states.set(name, state);
    }
    checkLinks(settings, given, startAt, states, pointer);
    if (states.size > 0 && ![...states.values()].some(isTerminal)) {
      const message = "The workflow does not have a terminal state; give a state 'End': true, or add a Succeed or Fail";
      diagnostics.report('MISSING_END_STATE', `${pointer}/States`, message);
    }
  } else if (given !== undefined) {
    diagnostics.schema(`${pointer}/States`, 'Expected value of type Object');
  }
  return Object.freeze({ startAt: typeof startAt === 'string' ? startAt : '', states });
}

function isTerminal(state: State): boolean {
  return 'next' in state ? state.next === null : state.Type !== 'Choice';
}

function checkLinks(
  { diagnostics }: ParserSettings,
  given: JsonObject,
  startAt: unknown,
  states: ReadonlyMap<string, State>,
  pointer: string,
): void {
  const targets = new Set<string>();
  const link = (to: string | null, location: string): void => {
    if (to === null || to === '') return;
    targets.add(to);
    if (!Object.hasOwn(given, to))
      diagnostics.report('MISSING_TRANSITION_TARGET', location, `Missing 'Next' target: ${to}`);
  };
  if (typeof startAt === 'string') link(startAt, `${pointer}/StartAt`);
  for (const state of states.values()) {
    const at = `${pointer}/States/${state.name}`;
    if ('next' in state) link(state.next, `${at}/Next`);
    if ('catch' in state)
      state.catch.forEach((catcher, i) => {
        link(catcher.next, `${at}/Catch[${i}]/Next`);
      });
    if (state.Type === 'Choice') {
      state.choices.forEach((rule, i) => {
        link(rule.next, `${at}/Choices[${i}]/Next`);
      });
      link(state.otherwise, `${at}/Default`);
    }
  }
  for (const name of Object.keys(given)) {
    if (typeof startAt === 'string' && !targets.has(name)) {
      diagnostics.report('MISSING_TRANSITION_TARGET', `${pointer}/States/${name}`, `State "${name}" is not reachable.`);
    }
  }
}
