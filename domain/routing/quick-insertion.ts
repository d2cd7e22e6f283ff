/**
 * The question of `insertion.ts` for very many stops: what the best place on a route would break, told from the route's own
 * times in one step per place instead of a replay of the rest of the route. What is named is broken, and by as much as is
 * said; of what would break after the stop only the rule that binds is named. For routes of the plain solution.
 */
import { type Insertion, isBelow, type Rank } from './insertion.ts';
import type { RoutingModel } from './model.ts';
import { type BrokenConstraint, dimensionName, LOAD_TOLERANCE, type RoutingProblem } from './port.ts';

/** In the place of a stop: the end of the shift is what binds. */
const SHIFT = 0;

interface Place extends Rank {
  readonly index: number;
}

export class QuickTour {
  readonly #problem: RoutingProblem;
  readonly #model: RoutingModel;
  readonly #vehicle: number;
  /** The start, the visits, the end. */
  readonly #nodes: Int32Array;
  /** Per node of the route but the end: when the vehicle leaves it. */
  readonly #leaves: Float64Array;
  /** Per node but the start: when the vehicle has to be there, and the stop, or `SHIFT`, that would be late otherwise. */
  readonly #due: Float64Array;
  readonly #binding: Int32Array;
  readonly #loads: readonly number[];

  constructor(problem: RoutingProblem, model: RoutingModel, vehicle: number, visits: readonly number[]) {
    this.#problem = problem;
    this.#model = model;
    this.#vehicle = vehicle;
    const { travel, size, from, to, service, dimensions, load } = model;
    const nodes = Int32Array.from([model.startNode[vehicle] as number, ...visits, 0]);
    const end = nodes.length - 1;
    const way = (index: number): number =>
      travel[(nodes[index] as number) * size + (nodes[index + 1] as number)] as number;
    this.#nodes = nodes;
    this.#leaves = new Float64Array(nodes.length);
    this.#due = new Float64Array(nodes.length);
    this.#binding = new Int32Array(nodes.length);
    this.#leaves[0] = model.shiftFrom[vehicle] as number;
    for (let index = 1; index < end; index += 1) {
      const node = nodes[index] as number;
      const arrives = (this.#leaves[index - 1] as number) + way(index - 1);
      this.#leaves[index] = Math.max(arrives, from[node] as number) + (service[node] as number);
    }
    this.#due[end] = model.shiftTo[vehicle] as number;
    this.#binding[end] = SHIFT;
    for (let index = end - 1; index >= 1; index -= 1) {
      const node = nodes[index] as number;
      const forRest = (this.#due[index + 1] as number) - way(index) - (service[node] as number);
      const isOwn = (to[node] as number) < forRest;
      this.#due[index] = isOwn ? (to[node] as number) : forRest;
      this.#binding[index] = isOwn ? node : (this.#binding[index + 1] as number);
    }
    this.#loads = Array.from({ length: dimensions }, (_, dimension) =>
      visits.reduce((sum, node) => sum + (load[node * dimensions + dimension] as number), 0),
    );
  }

  /** The best place for a stop that is on no route. */
  best(node: number): Insertion {
    let best: Place | undefined;
    for (let index = 1; index < this.#nodes.length; index += 1) {
      const place = this.#place(node, index);
      if (best === undefined || isBelow(place, best)) best = place;
    }
    const { index, cost } = best as Place;
    const visits = [...this.#nodes.subarray(1, index), node, ...this.#nodes.subarray(index, -1)];
    const broken = [...this.#loadFaults(node), ...this.#timeFaults(node, index)];
    return { visits, position: index - 1, trip: 0, extraCost: cost, broken };
  }

  /** When the vehicle would begin at the stop, and by how much it would then come too late to the next. */
  #times(node: number, index: number): { late: number; delay: number } {
    const { travel, size, from, to, service } = this.#model;
    const before = this.#nodes[index - 1] as number;
    const arrives = (this.#leaves[index - 1] as number) + (travel[before * size + node] as number);
    const starts = Math.max(arrives, from[node] as number);
    const onward = travel[node * size + (this.#nodes[index] as number)] as number;
    const next = starts + (service[node] as number) + onward;
    return {
      late: Math.max(0, starts - (to[node] as number)),
      delay: Math.max(0, next - (this.#due[index] as number)),
    };
  }

  #place(node: number, index: number): Place {
    const { cost, size, vehicleCost } = this.#model;
    const [before, after] = [this.#nodes[index - 1] as number, this.#nodes[index] as number];
    const { late, delay } = this.#times(node, index);
    const isEmpty = this.#nodes.length === 2;
    const left = isEmpty ? -vehicleCost : (cost[before * size + after] as number);
    const extra = (cost[before * size + node] as number) + (cost[node * size + after] as number) - left;
    // The load is above what fits by the same wherever the stop is.
    return { index, broken: (late > 0 ? 1 : 0) + (delay > 0 ? 1 : 0), short: late + delay, over: 0, cost: extra };
  }

  #timeFaults(node: number, index: number): BrokenConstraint[] {
    const { late, delay } = this.#times(node, index);
    const nameOf = (stop: number): string => this.#problem.stops[stop - 1]?.stopId ?? '';
    if (late === Infinity) return [{ constraint: 'UNREACHABLE', stopId: nameOf(node) }];
    const faults: BrokenConstraint[] = [];
    if (late > 0) faults.push({ constraint: 'WINDOW', stopId: nameOf(node), shortBy: late / 1000 });
    const after = this.#nodes[index] as number;
    const binding = this.#binding[index] as number;
    if (delay === Infinity)
      faults.push({ constraint: 'UNREACHABLE', ...(after === 0 ? {} : { stopId: nameOf(after) }) });
    else if (delay > 0 && binding === SHIFT) faults.push({ constraint: 'SHIFT', shortBy: delay / 1000 });
    else if (delay > 0) faults.push({ constraint: 'WINDOW', stopId: nameOf(binding), shortBy: delay / 1000 });
    return faults;
  }

  #loadFaults(node: number): BrokenConstraint[] {
    const { dimensions, load, capacity } = this.#model;
    return this.#loads.flatMap((sum, dimension): BrokenConstraint[] => {
      const most = capacity[this.#vehicle * dimensions + dimension] as number;
      const over = sum + (load[node * dimensions + dimension] as number) - most;
      return over > LOAD_TOLERANCE
        ? [{ constraint: 'CAPACITY', dimension: dimensionName(dimension), shortBy: over }]
        : [];
    });
  }
}
