/**
 * Places for a graph's states, from top to bottom. A state that holds machines is laid out from the inside: its inner
 * states get places relative to it, and its size follows from them.
 */
import { graphlib, layout } from '@dagrejs/dagre';
import type { GraphEdge, GraphMachine, GraphState } from './graph-model.ts';

export interface PlacedState {
  readonly id: string;
  /** State that holds it; x and y are then relative to that one. */
  readonly parent?: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly state: GraphState;
}
export interface LaidOutGraph {
  readonly nodes: readonly PlacedState[];
  readonly edges: readonly GraphEdge[];
  readonly width: number;
  readonly height: number;
}

const NODE_WIDTH = 196;
const NODE_HEIGHT = 46;
const GROUP_HEAD = 40;
const GROUP_PADDING = 14;

export function layoutGraph(machine: GraphMachine, parent?: string): LaidOutGraph {
  const inner = new Map(machine.states.map((state) => [state.name, innerOf(state)]));
  const graph = new graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: 26, ranksep: 28, marginx: 4, marginy: 4 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { name } of machine.states) {
    const { width, height } = inner.get(name) ?? { width: NODE_WIDTH, height: NODE_HEIGHT };
    graph.setNode(name, { width, height });
  }
  // The road that orders usually take is drawn straight; catchers bend around it. An edge that leads back is laid out
  // the other way round, so that the start stays on top.
  const backward = backwardEdges(machine);
  for (const [index, edge] of machine.edges.entries()) {
    if (edge.from === edge.to) continue;
    const weight = edge.kind === 'catch' ? 1 : edge.taken > 0 ? 60 : 30;
    const [above, below] = backward.has(edge) ? [edge.to, edge.from] : [edge.from, edge.to];
    graph.setEdge(above, below, { weight }, `${index}`);
  }
  layout(graph);
  const nodes = machine.states.flatMap((state): PlacedState[] => {
    const { x, y, width, height } = graph.node(state.name) as Readonly<Record<'x' | 'y' | 'width' | 'height', number>>;
    const place = { id: state.name, x: x - width / 2, y: y - height / 2, width, height, state };
    return [{ ...place, ...(parent === undefined ? {} : { parent }) }, ...(inner.get(state.name)?.nodes ?? [])];
  });
  const own = nodes.filter((node) => node.parent === parent);
  return {
    nodes,
    edges: [...machine.edges, ...[...inner.values()].flatMap((each) => each.edges)],
    width: Math.max(0, ...own.map(({ x, width }) => x + width)) + 4,
    height: Math.max(0, ...own.map(({ y, height }) => y + height)) + 4,
  };
}

/** Edges that lead back to a state on the way to their own, as found when the ways are walked from the start. */
function backwardEdges(machine: GraphMachine): ReadonlySet<GraphEdge> {
  const order: Readonly<Record<GraphEdge['kind'], number>> = { next: 0, choice: 1, default: 2, catch: 3 };
  const leaving = new Map<string, GraphEdge[]>();
  for (const edge of [...machine.edges].sort((a, b) => order[a.kind] - order[b.kind])) {
    leaving.set(edge.from, [...(leaving.get(edge.from) ?? []), edge]);
  }
  const backward = new Set<GraphEdge>();
  const onTheWay = new Set<string>();
  const done = new Set<string>();
  const walk = (name: string): void => {
    onTheWay.add(name);
    for (const edge of leaving.get(name) ?? []) {
      if (onTheWay.has(edge.to)) backward.add(edge);
      else if (!done.has(edge.to)) walk(edge.to);
    }
    onTheWay.delete(name);
    done.add(name);
  };
  walk(machine.start);
  return backward;
}

/** Inner machines stand beside each other. */
function innerOf(state: GraphState): LaidOutGraph {
  if (state.inner.length === 0) return { nodes: [], edges: [], width: NODE_WIDTH, height: NODE_HEIGHT };
  let left = GROUP_PADDING;
  const nodes: PlacedState[] = [];
  const edges: GraphEdge[] = [];
  let height = 0;
  for (const machine of state.inner) {
    const laid = layoutGraph(machine, state.name);
    nodes.push(
      ...laid.nodes.map((node) =>
        node.parent === state.name ? { ...node, x: node.x + left, y: node.y + GROUP_HEAD } : node,
      ),
    );
    edges.push(...laid.edges);
    left += laid.width + GROUP_PADDING;
    height = Math.max(height, laid.height);
  }
  return { nodes, edges, width: Math.max(NODE_WIDTH, left), height: GROUP_HEAD + height + GROUP_PADDING };
}
