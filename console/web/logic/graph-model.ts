/**
 * A definition in Amazon States Language with what one execution did in it: which states were passed, how often and
 * with what outcome, which edges were taken, where it waits. Branches and iterations become groups inside their state.
 */
import type { StateVisit } from '../api/shapes.ts';

export type Standing = 'unvisited' | 'passed' | 'caught' | 'failed' | 'open';

export interface GraphState {
  readonly name: string;
  readonly type: string;
  readonly resource: string;
  readonly comment: string;
  readonly standing: Standing;
  /** Oldest first. */
  readonly visits: readonly StateVisit[];
  /** Attempts beyond the first of each visit. */
  readonly retries: number;
  /** Machines within: branches of a Parallel, the processor of a Map. */
  readonly inner: readonly GraphMachine[];
}
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: 'next' | 'choice' | 'default' | 'catch';
  readonly label: string;
  /** How often the execution went along it. */
  readonly taken: number;
}
export interface GraphMachine {
  readonly start: string;
  readonly states: readonly GraphState[];
  readonly edges: readonly GraphEdge[];
}

interface AslState {
  readonly Type: string;
  readonly Comment?: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Resource?: string;
  readonly Choices?: readonly ({ readonly Next: string; readonly Comment?: string } & Readonly<
    Record<string, unknown>
  >)[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly Branches?: readonly AslMachine[];
  readonly ItemProcessor?: AslMachine;
  readonly Iterator?: AslMachine;
}
interface AslMachine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, AslState>>;
}

/** @throws SyntaxError when the definition is not JSON; TypeError when it is no state machine */
export function graphModel(definition: string, visits: readonly StateVisit[]): GraphMachine {
  const machine = JSON.parse(definition) as Partial<AslMachine>;
  if (typeof machine.StartAt !== 'string' || typeof machine.States !== 'object') {
    throw new TypeError('the definition has no StartAt and States');
  }
  const byState = new Map<string, StateVisit[]>();
  for (const visit of visits) byState.set(visit.state, [...(byState.get(visit.state) ?? []), visit]);
  return machineOf(machine as AslMachine, byState);
}

type VisitsByState = ReadonlyMap<string, readonly StateVisit[]>;

function machineOf(machine: AslMachine, byState: VisitsByState): GraphMachine {
  const named = Object.entries(machine.States);
  return {
    start: machine.StartAt,
    states: named.map(([name, state]) => stateOf(name, state, byState)),
    edges: named.flatMap(([name, state]) => edgesOf(name, state, byState.get(name) ?? [])),
  };
}

function stateOf(name: string, state: AslState, byState: VisitsByState): GraphState {
  const visits = byState.get(name) ?? [];
  const processor = state.ItemProcessor ?? state.Iterator;
  const inner = [...(state.Branches ?? []), ...(processor === undefined ? [] : [processor])];
  return {
    name,
    type: state.Type,
    resource: state.Resource ?? '',
    comment: state.Comment ?? '',
    standing: standingOf(visits),
    visits,
    retries: visits.reduce((sum, { attempts }) => sum + Math.max(0, attempts.length - 1), 0),
    inner: inner.map((each) => machineOf(each, byState)),
  };
}

/** The last visit says how a state stands, but an iteration that still runs outweighs one that has ended. */
function standingOf(visits: readonly StateVisit[]): Standing {
  if (visits.some(({ outcome }) => outcome === 'open')) return 'open';
  const last = visits.at(-1)?.outcome;
  if (last === undefined) return 'unvisited';
  if (last === 'failed' || last === 'aborted') return 'failed';
  return last === 'caught' ? 'caught' : 'passed';
}

function edgesOf(name: string, state: AslState, visits: readonly StateVisit[]): GraphEdge[] {
  const edges: Omit<GraphEdge, 'taken'>[] = [
    ...(state.Choices ?? []).map((choice) => ({
      from: name,
      to: choice.Next,
      kind: 'choice' as const,
      label: choice.Comment ?? conditionText(choice),
    })),
    ...(state.Default === undefined
      ? []
      : [{ from: name, to: state.Default, kind: 'default' as const, label: 'otherwise' }]),
    ...(state.Next === undefined ? [] : [{ from: name, to: state.Next, kind: 'next' as const, label: '' }]),
    ...(state.Catch ?? []).map(({ ErrorEquals, Next }) => ({
      from: name,
      to: Next,
      kind: 'catch' as const,
      label: ErrorEquals.join(', '),
    })),
  ];
  return merged(edges).map((edge) => ({ ...edge, taken: visits.filter((visit) => goesAlong(visit, edge)).length }));
}

function goesAlong(visit: StateVisit, edge: Omit<GraphEdge, 'taken'>): boolean {
  return visit.next === edge.to && (visit.outcome === 'caught') === (edge.kind === 'catch');
}

/** Several catchers or rules that lead to one state are one line, with all their labels. */
function merged(edges: readonly Omit<GraphEdge, 'taken'>[]): readonly Omit<GraphEdge, 'taken'>[] {
  const byKey = new Map<string, Omit<GraphEdge, 'taken'>>();
  for (const edge of edges) {
    const key = `${edge.kind === 'catch'} ${edge.to}`;
    const known = byKey.get(key);
    const label = [known?.label, edge.label].filter((text) => text !== undefined && text !== '').join(', ');
    byKey.set(key, { ...(known ?? edge), label });
  }
  return [...byKey.values()];
}

/** A JSONata rule without its braces; a JSONPath rule as its variable and comparison. */
function conditionText(choice: Readonly<Record<string, unknown>>): string {
  const condition = choice['Condition'];
  if (typeof condition === 'string') return condition.replace(/^\{%\s*/, '').replace(/\s*%\}$/, '');
  const variable = choice['Variable'];
  const comparison = Object.entries(choice).find(([key]) => /(Equals|Than|Is|Matches)/.test(key));
  if (typeof variable !== 'string' || comparison === undefined) return 'rule';
  return `${variable} ${comparison[0]} ${JSON.stringify(comparison[1])}`;
}

/** The states an execution can still reach or has passed, without the catchers that nothing was caught by. */
export function withoutIdleCatchers(machine: GraphMachine): GraphMachine {
  const edges = machine.edges.filter(({ kind, taken }) => kind !== 'catch' || taken > 0);
  const following = new Map<string, string[]>();
  for (const { from, to } of edges) following.set(from, [...(following.get(from) ?? []), to]);
  const reached = new Set<string>();
  const open = [machine.start, ...machine.states.filter(({ visits }) => visits.length > 0).map(({ name }) => name)];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    open.push(...(following.get(name) ?? []));
  }
  return {
    start: machine.start,
    states: machine.states
      .filter(({ name }) => reached.has(name))
      .map((state) => ({ ...state, inner: state.inner.map(withoutIdleCatchers) })),
    edges: edges.filter(({ from }) => reached.has(from)),
  };
}
