/** The fastest way between two sets of seeds: climb from both ends until no higher meeting can be faster, then unpack. */
import { Climb, NO_EDGE, type Seed } from './climb.ts';
import { type Hierarchy, UNREACHED } from './hierarchy.ts';

export interface FoundWay {
  readonly ms: number;
  readonly cm: number;
  /** Arcs in the order in which they are driven; none when the seeds meet. */
  readonly arcs: readonly number[];
}

export class WayFinder {
  readonly #hierarchy: Hierarchy;
  readonly #arcCount: number;
  readonly #forward: Climb;
  readonly #backward: Climb;

  constructor(hierarchy: Hierarchy, arcCount: number) {
    this.#hierarchy = hierarchy;
    this.#arcCount = arcCount;
    this.#forward = new Climb(hierarchy, 'forward');
    this.#backward = new Climb(hierarchy, 'backward');
  }

  find(sources: readonly Seed[], targets: readonly Seed[]): FoundWay | undefined {
    const forward = this.#forward;
    const backward = this.#backward;
    forward.start(sources);
    backward.start(targets);
    let meeting = -1;
    let bestMs = UNREACHED;
    let bestCm = UNREACHED;
    const meet = (vertex: number): void => {
      const behindMs = forward.ms[vertex] as number;
      const aheadMs = backward.ms[vertex] as number;
      if (behindMs === UNREACHED || aheadMs === UNREACHED) return;
      const ms = behindMs + aheadMs;
      const cm = (forward.cm[vertex] as number) + (backward.cm[vertex] as number);
      if (ms > bestMs || (ms === bestMs && cm >= bestCm)) return;
      meeting = vertex;
      bestMs = ms;
      bestCm = cm;
    };
    // As long as a next vertex takes no longer than the best way, it may be part of one as fast but shorter (H3).
    for (;;) {
      const side = forward.nextMs <= backward.nextMs ? forward : backward;
      if (side.nextMs > bestMs || side.nextMs === Number.POSITIVE_INFINITY) break;
      const vertex = side.step();
      if (vertex >= 0) meet(vertex);
    }
    return meeting < 0 ? undefined : { ms: bestMs, cm: bestCm, arcs: this.#unpack(meeting) };
  }

  #unpack(meeting: number): number[] {
    const climbed: number[] = [];
    for (
      let vertex = meeting;
      this.#forward.edge[vertex] !== NO_EDGE;
      vertex = this.#forward.before[vertex] as number
    ) {
      climbed.push(this.#forward.edge[vertex] as number);
    }
    const edges = climbed.reverse();
    for (let at = meeting; this.#backward.edge[at] !== NO_EDGE; at = this.#backward.before[at] as number) {
      edges.push(this.#backward.edge[at] as number);
    }
    const arcs: number[] = [];
    const open = edges.reverse();
    for (let edge = open.pop(); edge !== undefined; edge = open.pop()) {
      const shortcut = edge - this.#arcCount;
      if (shortcut < 0) arcs.push(edge);
      else {
        open.push(this.#hierarchy.shortcutSecond[shortcut] as number);
        open.push(this.#hierarchy.shortcutFirst[shortcut] as number);
      }
    }
    return arcs;
  }
}
