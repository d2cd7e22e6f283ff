/** Which pass through a state ran the branch or iteration that another belongs to. */
import type { StateVisit } from '../model/trace.ts';

/** By visit, the one that encloses it; the outermost visits have none. One pass, also over the longest histories. */
export function enclosingVisits(visits: readonly StateVisit[]): ReadonlyMap<StateVisit, StateVisit> {
  const last = new Map<string, StateVisit>();
  const enclosing = new Map<StateVisit, StateVisit>();
  for (const visit of [...visits].sort((a, b) => a.enteredEventId - b.enteredEventId)) {
    const state = visit.path.at(-1)?.replace(/\[\d+\]$/, '');
    const parent = state === undefined ? undefined : last.get(keyOf(visit.path.slice(0, -1), state));
    if (parent !== undefined) enclosing.set(visit, parent);
    last.set(keyOf(visit.path, visit.state), visit);
  }
  return enclosing;
}

const keyOf = (path: readonly string[], state: string): string => [...path, state].join('\n');
