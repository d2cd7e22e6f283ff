/**
 * Looks for ways around a vertex that is to be contracted: a small Dijkstra from one of its neighbours. It gives up after
 * some vertices; the price is a shortcut that nobody needs, never a wrong answer.
 */
import FlatQueue from 'flatqueue';
import { UNREACHED } from './hierarchy.ts';
import type { RemainingGraph } from './remaining-graph.ts';

export class WitnessSearch {
  readonly ms: Int32Array;
  readonly cm: Int32Array;
  readonly #graph: RemainingGraph;
  readonly #queue = new FlatQueue<number>();
  readonly #touched: number[] = [];

  constructor(graph: RemainingGraph) {
    this.#graph = graph;
    this.ms = new Int32Array(graph.out.length).fill(UNREACHED);
    this.cm = new Int32Array(graph.out.length).fill(UNREACHED);
  }

  /** Fills `ms` and `cm` with ways from `source` that avoid `without`, as far as `limitMs` and `maxSettled` vertices. */
  run(source: number, without: number, limitMs: number, maxSettled: number): void {
    const { out, to, ms: edgeMs, cm: edgeCm } = this.#graph;
    this.#clear();
    this.#reach(source, 0, 0);
    for (let settled = 0; settled < maxSettled; ) {
      const atMs = this.#queue.peekValue();
      const vertex = this.#queue.pop();
      if (vertex === undefined || (atMs as number) > limitMs) return;
      if ((atMs as number) > (this.ms[vertex] as number)) continue;
      settled += 1;
      const atCm = this.cm[vertex] as number;
      for (const edge of out[vertex] as number[]) {
        const head = to[edge] as number;
        if (head !== without)
          this.#reach(head, (atMs as number) + (edgeMs[edge] as number), atCm + (edgeCm[edge] as number));
      }
    }
  }

  #reach(vertex: number, ms: number, cm: number): void {
    const before = this.ms[vertex] as number;
    if (ms > before || (ms === before && cm >= (this.cm[vertex] as number))) return;
    if (before === UNREACHED) this.#touched.push(vertex);
    this.ms[vertex] = ms;
    this.cm[vertex] = cm;
    if (ms < before) this.#queue.push(vertex, ms);
  }

  #clear(): void {
    for (const vertex of this.#touched) {
      this.ms[vertex] = UNREACHED;
      this.cm[vertex] = UNREACHED;
    }
    this.#touched.length = 0;
    this.#queue.clear();
  }
}
