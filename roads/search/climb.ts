/**
 * One half of a query: Dijkstra's search that only climbs, forward from where a drive starts or backward from where it
 * ends. A vertex that is reached faster from above than by climbing lies on no fastest way and is not gone on from
 * (stall on demand). The state is kept and cleared between searches, since most of them touch some hundred vertices.
 */
import FlatQueue from 'flatqueue';
import { type Hierarchy, UNREACHED } from './hierarchy.ts';

/** A vertex from which a search starts, and what it takes to get there. */
export interface Seed {
  readonly vertex: number;
  readonly ms: number;
  readonly cm: number;
}

interface Side {
  readonly first: Uint32Array;
  readonly ends: Uint32Array;
  readonly ms: Int32Array;
  readonly cm: Int32Array;
  readonly edges: Uint32Array;
}

export const NO_EDGE = -1;

export class Climb {
  /** UNREACHED where the search has not been. */
  readonly ms: Int32Array;
  readonly cm: Int32Array;
  /** Edge by which a vertex was reached; NO_EDGE for seeds. */
  readonly edge: Int32Array;
  /** Vertex from which it was reached. */
  readonly before: Int32Array;
  readonly #climbing: Side;
  readonly #opposite: Side;
  readonly #queue = new FlatQueue<number>();
  readonly #touched: number[] = [];

  constructor(hierarchy: Hierarchy, direction: 'forward' | 'backward') {
    const { upFirst, upHead, upMs, upCm, upEdge, downFirst, downTail, downMs, downCm, downEdge } = hierarchy;
    const up: Side = { first: upFirst, ends: upHead, ms: upMs, cm: upCm, edges: upEdge };
    const down: Side = { first: downFirst, ends: downTail, ms: downMs, cm: downCm, edges: downEdge };
    this.#climbing = direction === 'forward' ? up : down;
    this.#opposite = direction === 'forward' ? down : up;
    const vertexCount = upFirst.length - 1;
    this.ms = new Int32Array(vertexCount).fill(UNREACHED);
    this.cm = new Int32Array(vertexCount).fill(UNREACHED);
    this.edge = new Int32Array(vertexCount).fill(NO_EDGE);
    this.before = new Int32Array(vertexCount).fill(NO_EDGE);
  }

  start(seeds: readonly Seed[]): void {
    for (const vertex of this.#touched) {
      this.ms[vertex] = UNREACHED;
      this.cm[vertex] = UNREACHED;
    }
    this.#touched.length = 0;
    this.#queue.clear();
    for (const { vertex, ms, cm } of seeds) this.#reach(vertex, ms, cm, NO_EDGE, NO_EDGE);
  }

  /** Ms of the next vertex; infinite when there is none. */
  get nextMs(): number {
    return this.#queue.peekValue() ?? Number.POSITIVE_INFINITY;
  }

  /** Settles the next vertex. @returns it, or -1 for one that is not worth a look any more */
  step(): number {
    const atMs = this.nextMs;
    const vertex = this.#queue.pop();
    if (vertex === undefined || atMs > (this.ms[vertex] as number)) return -1;
    const atCm = this.cm[vertex] as number;
    if (this.#isStalled(vertex, atMs, atCm)) return -1;
    const { first, ends, ms, cm, edges } = this.#climbing;
    for (let index = first[vertex] as number; index < (first[vertex + 1] as number); index += 1) {
      const end = ends[index] as number;
      this.#reach(end, atMs + (ms[index] as number), atCm + (cm[index] as number), edges[index] as number, vertex);
    }
    return vertex;
  }

  #isStalled(vertex: number, atMs: number, atCm: number): boolean {
    const { first, ends, ms, cm } = this.#opposite;
    for (let index = first[vertex] as number; index < (first[vertex + 1] as number); index += 1) {
      const above = ends[index] as number;
      const aboveMs = this.ms[above] as number;
      if (aboveMs === UNREACHED) continue;
      const overMs = aboveMs + (ms[index] as number);
      if (overMs < atMs || (overMs === atMs && (this.cm[above] as number) + (cm[index] as number) < atCm)) return true;
    }
    return false;
  }

  #reach(vertex: number, ms: number, cm: number, edge: number, before: number): void {
    const knownMs = this.ms[vertex] as number;
    if (ms > knownMs || (ms === knownMs && cm >= (this.cm[vertex] as number))) return;
    if (knownMs === UNREACHED) this.#touched.push(vertex);
    this.ms[vertex] = ms;
    this.cm[vertex] = cm;
    this.edge[vertex] = edge;
    this.before[vertex] = before;
    if (ms < knownMs) this.#queue.push(vertex, ms);
  }
}
