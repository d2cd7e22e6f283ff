/**
 * Builds the hierarchy: the vertex that is cheapest to do without goes first, and shortcuts take its place where no other
 * way is as fast. Cheap means: few shortcuts for the edges that go, of few arcs each, in a region not yet thinned out
 * (the measure of RoutingKit). Estimates are brought up to date when their vertex comes up.
 */
import FlatQueue from 'flatqueue';
import type { RoadGraph } from '../graph.ts';
import type { Hierarchy } from './hierarchy.ts';
import { RemainingGraph } from './remaining-graph.ts';
import { WitnessSearch } from './witness.ts';

export interface Contracted {
  /** The graph with its vertices numbered by importance. */
  readonly graph: RoadGraph;
  readonly hierarchy: Hierarchy;
}

/** Vertices that a look around may settle: little for an estimate, more before a shortcut is made for good. */
const SETTLED_TO_ESTIMATE = 30;
const SETTLED_TO_CONTRACT = 200;
const PROGRESS_EVERY = 1000;

export function contract(graph: RoadGraph, onProgress: (done: number, total: number) => void = () => {}): Contracted {
  const contractor = new Contractor(graph);
  const order = contractor.run(onProgress);
  // The last to go is the most important.
  const number = new Uint32Array(graph.vertexCount);
  for (const [place, vertex] of order.entries()) number[vertex] = order.length - 1 - place;
  return {
    graph: {
      ...graph,
      arcTail: graph.arcTail.map((vertex) => number[vertex] as number),
      arcHead: graph.arcHead.map((vertex) => number[vertex] as number),
    },
    hierarchy: packHierarchy(contractor.remaining, order, number),
  };
}

class Contractor {
  readonly remaining: RemainingGraph;
  readonly #witness: WitnessSearch;
  readonly #level: Int32Array;

  constructor(graph: RoadGraph) {
    this.remaining = new RemainingGraph(graph);
    this.#witness = new WitnessSearch(this.remaining);
    this.#level = new Int32Array(graph.vertexCount);
  }

  /** @returns the vertices in the order in which they were contracted */
  run(onProgress: (done: number, total: number) => void): Uint32Array {
    const total = this.#level.length;
    const order = new Uint32Array(total);
    const queue = new FlatQueue<number>();
    for (let vertex = 0; vertex < total; vertex += 1) queue.push(vertex, this.#estimate(vertex));
    for (let done = 0; done < total; ) {
      const vertex = queue.pop() as number;
      const cost = this.#estimate(vertex);
      if (cost > (queue.peekValue() ?? Number.POSITIVE_INFINITY)) {
        queue.push(vertex, cost);
        continue;
      }
      this.#contract(vertex);
      order[done++] = vertex;
      if (done % PROGRESS_EVERY === 0 || done === total) onProgress(done, total);
    }
    return order;
  }

  #estimate(vertex: number): number {
    const { hops, in: incoming, out } = this.remaining;
    let added = 0;
    let addedHops = 0;
    this.#eachShortcut(vertex, SETTLED_TO_ESTIMATE, (first, second) => {
      added += 1;
      addedHops += (hops[first] as number) + (hops[second] as number);
    });
    const gone = [...(incoming[vertex] as number[]), ...(out[vertex] as number[])];
    const goneHops = gone.reduce((sum, edge) => sum + (hops[edge] as number), 0);
    const level = this.#level[vertex] as number;
    return gone.length === 0 ? level : level + added / gone.length + addedHops / goneHops;
  }

  #contract(vertex: number): void {
    const { from, to, in: incoming, out } = this.remaining;
    const pairs: [number, number][] = [];
    this.#eachShortcut(vertex, SETTLED_TO_CONTRACT, (first, second) => pairs.push([first, second]));
    this.remaining.remove(vertex);
    for (const [first, second] of pairs) this.remaining.addShortcut(first, second);
    const above = (this.#level[vertex] as number) + 1;
    const raise = (neighbour: number): void => {
      if ((this.#level[neighbour] as number) < above) this.#level[neighbour] = above;
    };
    for (const edge of incoming[vertex] as number[]) raise(from[edge] as number);
    for (const edge of out[vertex] as number[]) raise(to[edge] as number);
  }

  /** Calls `take` for each way over the vertex that is faster than all that were found around it. */
  #eachShortcut(vertex: number, maxSettled: number, take: (first: number, second: number) => void): void {
    const { from, to, ms, cm, in: incoming, out } = this.remaining;
    const leaving = out[vertex] as number[];
    const longestMs = leaving.reduce((longest, edge) => Math.max(longest, ms[edge] as number), 0);
    for (const first of incoming[vertex] as number[]) {
      const source = from[first] as number;
      const firstMs = ms[first] as number;
      const firstCm = cm[first] as number;
      this.#witness.run(source, vertex, firstMs + longestMs, maxSettled);
      for (const second of leaving) {
        const target = to[second] as number;
        if (target === source) continue;
        const aroundMs = this.#witness.ms[target] as number;
        const overMs = firstMs + (ms[second] as number);
        if (aroundMs < overMs) continue;
        const overCm = firstCm + (cm[second] as number);
        if (aroundMs === overMs && (this.#witness.cm[target] as number) <= overCm) continue;
        take(first, second);
      }
    }
  }
}

/** A vertex kept, when it went, its edges to what was left: all that is more important. */
function packHierarchy(remaining: RemainingGraph, order: Uint32Array, number: Uint32Array): Hierarchy {
  const up = packSide(remaining, order, number, remaining.out, remaining.to);
  const down = packSide(remaining, order, number, remaining.in, remaining.from);
  return {
    upFirst: up.first,
    upHead: up.ends,
    upMs: up.ms,
    upCm: up.cm,
    upEdge: up.edges,
    downFirst: down.first,
    downTail: down.ends,
    downMs: down.ms,
    downCm: down.cm,
    downEdge: down.edges,
    shortcutFirst: Uint32Array.from(remaining.first),
    shortcutSecond: Uint32Array.from(remaining.second),
  };
}

function packSide(
  { ms, cm }: RemainingGraph,
  order: Uint32Array,
  number: Uint32Array,
  lists: readonly (readonly number[])[],
  otherEnd: readonly number[],
) {
  const first = new Uint32Array(order.length + 1);
  const edges: number[] = [];
  for (let vertex = 0; vertex < order.length; vertex += 1) {
    edges.push(...(lists[order[order.length - 1 - vertex] as number] as number[]));
    first[vertex + 1] = edges.length;
  }
  return {
    first,
    edges: Uint32Array.from(edges),
    ends: Uint32Array.from(edges, (edge) => number[otherEnd[edge] as number] as number),
    ms: Int32Array.from(edges, (edge) => ms[edge] as number),
    cm: Int32Array.from(edges, (edge) => cm[edge] as number),
  };
}
