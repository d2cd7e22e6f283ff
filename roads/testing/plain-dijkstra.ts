/** Dijkstra's search over arcs, without a hierarchy: what the hierarchy is tested and measured against. */
import FlatQueue from 'flatqueue';
import { type RoadGraph, streetOf } from '../graph.ts';
import type { Seed } from '../search/climb.ts';
import { UNREACHED } from '../search/hierarchy.ts';

export class PlainDijkstra {
  readonly #graph: RoadGraph;
  readonly #firstOut: Uint32Array;
  readonly #outArc: Uint32Array;
  readonly #ms: Int32Array;
  readonly #cm: Int32Array;

  constructor(graph: RoadGraph) {
    this.#graph = graph;
    const { vertexCount, arcTail } = graph;
    this.#firstOut = new Uint32Array(vertexCount + 1);
    for (const tail of arcTail) this.#firstOut[tail + 1] = (this.#firstOut[tail + 1] as number) + 1;
    for (let vertex = 0; vertex < vertexCount; vertex += 1) {
      this.#firstOut[vertex + 1] = (this.#firstOut[vertex + 1] as number) + (this.#firstOut[vertex] as number);
    }
    const next = this.#firstOut.slice(0, vertexCount);
    this.#outArc = new Uint32Array(arcTail.length);
    for (const [arc, tail] of arcTail.entries()) {
      const place = next[tail] as number;
      this.#outArc[place] = arc;
      next[tail] = place + 1;
    }
    this.#ms = new Int32Array(vertexCount);
    this.#cm = new Int32Array(vertexCount);
  }

  find(sources: readonly Seed[], targets: readonly Seed[]): { readonly ms: number; readonly cm: number } | undefined {
    const { arcLane, arcHead, laneMs, lengthCm } = this.#graph;
    const queue = new FlatQueue<number>();
    this.#ms.fill(UNREACHED);
    this.#cm.fill(UNREACHED);
    const reach = (vertex: number, ms: number, cm: number): void => {
      const known = this.#ms[vertex] as number;
      if (ms > known || (ms === known && cm >= (this.#cm[vertex] as number))) return;
      this.#ms[vertex] = ms;
      this.#cm[vertex] = cm;
      if (ms < known) queue.push(vertex, ms);
    };
    let best: { readonly ms: number; readonly cm: number } | undefined;
    const arrive = (vertex: number): void => {
      for (const seed of targets) {
        if (seed.vertex !== vertex) continue;
        const ms = (this.#ms[vertex] as number) + seed.ms;
        const cm = (this.#cm[vertex] as number) + seed.cm;
        if (best === undefined || ms < best.ms || (ms === best.ms && cm < best.cm)) best = { ms, cm };
      }
    };
    for (const { vertex, ms, cm } of sources) reach(vertex, ms, cm);
    for (let atMs = queue.peekValue(); atMs !== undefined; atMs = queue.peekValue()) {
      const vertex = queue.pop() as number;
      if (best !== undefined && atMs > best.ms) break;
      if (atMs > (this.#ms[vertex] as number)) continue;
      arrive(vertex);
      const atCm = this.#cm[vertex] as number;
      for (let at = this.#firstOut[vertex] as number; at < (this.#firstOut[vertex + 1] as number); at += 1) {
        const arc = this.#outArc[at] as number;
        const lane = arcLane[arc] as number;
        reach(arcHead[arc] as number, atMs + (laneMs[lane] as number), atCm + (lengthCm[streetOf(lane)] as number));
      }
    }
    return best;
  }
}
