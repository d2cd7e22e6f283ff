/**
 * What is left of the graph while vertices are contracted: between two vertices at most one edge each way, the fastest.
 * Edges are kept after they leave, since shortcuts are made of them.
 */
import { cmTo, msTo, type RoadGraph, streetOf } from '../graph.ts';

export class RemainingGraph {
  readonly from: number[] = [];
  readonly to: number[] = [];
  readonly ms: number[] = [];
  readonly cm: number[] = [];
  /** Arcs that an edge stands for. */
  readonly hops: number[] = [];
  /** Of shortcuts: the edges they are made of. Edge ids count on from the arcs. */
  readonly first: number[] = [];
  readonly second: number[] = [];
  readonly arcCount: number;
  /** Ids of edges that leave and enter each remaining vertex. */
  readonly out: number[][];
  readonly in: number[][];

  constructor(graph: RoadGraph) {
    const { vertexCount, arcLane, arcTail, arcHead, lengthCm } = graph;
    this.arcCount = arcLane.length;
    this.out = Array.from({ length: vertexCount }, () => []);
    this.in = Array.from({ length: vertexCount }, () => []);
    for (const [arc, lane] of arcLane.entries()) {
      const end = (lane & 1) === 1 ? 0 : (lengthCm[streetOf(lane)] as number);
      const id = this.#push(
        arcTail[arc] as number,
        arcHead[arc] as number,
        msTo(graph, lane, end),
        cmTo(graph, lane, end),
        1,
      );
      this.#link(id);
    }
  }

  addShortcut(first: number, second: number): void {
    const id = this.#push(
      this.from[first] as number,
      this.to[second] as number,
      (this.ms[first] as number) + (this.ms[second] as number),
      (this.cm[first] as number) + (this.cm[second] as number),
      (this.hops[first] as number) + (this.hops[second] as number),
    );
    this.first[id - this.arcCount] = first;
    this.second[id - this.arcCount] = second;
    this.#link(id);
  }

  /** Takes a vertex out of its neighbours' lists; its own lists stay. */
  remove(vertex: number): void {
    for (const edge of this.out[vertex] as number[]) drop(this.in[this.to[edge] as number] as number[], edge);
    for (const edge of this.in[vertex] as number[]) drop(this.out[this.from[edge] as number] as number[], edge);
  }

  #push(from: number, to: number, ms: number, cm: number, hops: number): number {
    this.from.push(from);
    this.to.push(to);
    this.ms.push(ms);
    this.cm.push(cm);
    this.hops.push(hops);
    return this.from.length - 1;
  }

  /** Loops are part of no fastest way, and of two parallel edges only the faster is. */
  #link(id: number): void {
    const from = this.from[id] as number;
    const to = this.to[id] as number;
    if (from === to) return;
    const out = this.out[from] as number[];
    const parallel = out.find((edge) => this.to[edge] === to);
    if (parallel !== undefined) {
      if (!this.#isFaster(id, parallel)) return;
      drop(out, parallel);
      drop(this.in[to] as number[], parallel);
    }
    out.push(id);
    (this.in[to] as number[]).push(id);
  }

  #isFaster(a: number, b: number): boolean {
    const byMs = (this.ms[a] as number) - (this.ms[b] as number);
    return byMs < 0 || (byMs === 0 && (this.cm[a] as number) < (this.cm[b] as number));
  }
}

function drop(list: number[], edge: number): void {
  const index = list.indexOf(edge);
  if (index < 0) return;
  list[index] = list[list.length - 1] as number;
  list.pop();
}
