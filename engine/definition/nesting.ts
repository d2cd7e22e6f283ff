/** The graphs that states hold inside them, and what has to hold over all of them together. */
import type { Diagnostics } from './diagnostics.ts';
import type { Graph, State } from './model.ts';

/** The graphs inside a state, with the fields that hold them. */
export function graphsOf(state: State): readonly { readonly field: string; readonly graph: Graph }[] {
  if (state.Type === 'Parallel') return state.branches.map((graph, index) => ({ field: `Branches[${index}]`, graph }));
  return state.Type === 'Map' ? [{ field: 'ItemProcessor', graph: state.processor }] : [];
}

/** Names are unique over a whole machine, because histories and tests know states by nothing else. */
export function checkUniqueNames(graph: Graph, diagnostics: Diagnostics): void {
  const first = new Map<string, string>();
  const visit = ({ states }: Graph, pointer: string): void => {
    for (const state of states.values()) {
      const at = `${pointer}/States/${state.name}`;
      const before = first.get(state.name);
      if (before === undefined) first.set(state.name, at);
      else {
        const remedy = `it is the name of ${before} already; give one of them another name`;
        diagnostics.report('DUPLICATE_STATE_NAME', at, `Duplicate state name: ${state.name}, ${remedy}`);
      }
      for (const { field, graph: inner } of graphsOf(state)) visit(inner, `${at}/${field}`);
    }
  };
  visit(graph, '');
}
