/**
 * The solver's working solution: one tour per vehicle in typed arrays, kept so that the question "may this stop go
 * here, and at what cost" is answered in constant time. Each slot of a tour knows when its service ends at the earliest
 * (`ends`) and when it must be reached at the latest so that no later stop, nor the return, is late (`latest`). Both
 * only grow along a tour, so the slots that a stop's window allows stand side by side and the others are never looked at.
 */
import type { RoutingModel } from './model.ts';
import { LOAD_TOLERANCE } from './port.ts';
import { NOWHERE, type Slot, type Solution } from './solution.ts';

const FIRST_SLOTS = 14;

/** Slot 0 is the start, slots 1 to `count` are the stops, the slot after them is the depot. */
export interface Tour {
  count: number;
  order: Int32Array;
  ends: Float64Array;
  latest: Float64Array;
  /** Cost of the leg that leads to the slot. */
  leg: Float64Array;
  readonly loads: Float64Array;
  cost: number;
  /**
   * The tour breaks a window or its shift, or takes a way that does not exist. Insertion never makes it so; removal
   * can, where the direct way takes longer than the way around.
   */
  isLate: boolean;
}

function emptyTour(dimensions: number): Tour {
  const order = new Int32Array(FIRST_SLOTS);
  const times = (): Float64Array => new Float64Array(FIRST_SLOTS);
  const loads = new Float64Array(dimensions);
  return { count: 0, order, ends: times(), latest: times(), leg: times(), loads, cost: 0, isLate: false };
}

/** Room for `slots` slots; arrays double, so that a tour grows rarely. */
function grow(tour: Tour, slots: number): void {
  if (tour.order.length >= slots) return;
  const wider = Math.max(slots, tour.order.length * 2);
  const widen = (values: Float64Array): Float64Array => {
    const result = new Float64Array(wider);
    result.set(values);
    return result;
  };
  const order = new Int32Array(wider);
  order.set(tour.order);
  tour.order = order;
  tour.ends = widen(tour.ends);
  tour.latest = widen(tour.latest);
  tour.leg = widen(tour.leg);
}

export class Tours implements Solution {
  readonly model: RoutingModel;
  readonly tours: readonly Tour[];
  /** Per node; NOWHERE when the stop is on no tour. */
  readonly vehicleOf: Int32Array;

  constructor(model: RoutingModel) {
    this.model = model;
    this.tours = Array.from({ length: model.vehicleCount }, () => emptyTour(model.dimensions));
    this.vehicleOf = new Int32Array(model.size).fill(NOWHERE);
    for (let vehicle = 0; vehicle < model.vehicleCount; vehicle += 1) this.refresh(vehicle);
  }

  hasRoom(tour: Tour, vehicle: number, node: number): boolean {
    const { dimensions, load, capacity } = this.model;
    for (let dimension = 0; dimension < dimensions; dimension += 1) {
      const sum = (tour.loads[dimension] as number) + (load[node * dimensions + dimension] as number);
      if (sum > (capacity[vehicle * dimensions + dimension] as number) + LOAD_TOLERANCE) return false;
    }
    return true;
  }

  /**
   * The cheapest feasible place of a stop on one tour, written to `best` when it beats what is there. `skip` is asked
   * for each place that does: ruin and recreate overlooks a few on purpose.
   */
  findSlot(vehicle: number, node: number, best: Slot, skip: () => boolean): void {
    const tour = this.tours[vehicle] as Tour;
    if (!this.hasRoom(tour, vehicle, node)) return;
    const { travel, inward, cost, inwardCost, size, from, to, service } = this.model;
    const { order, ends, latest, leg, count } = tour;
    const opens = from[node] as number;
    const closes = to[node] as number;
    const lasts = service[node] as number;
    const row = node * size;
    let low = 1;
    let high = count + 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((latest[middle] as number) < opens + lasts) low = middle + 1;
      else high = middle;
    }
    for (let slot = low; slot <= count + 1; slot += 1) {
      const left = ends[slot - 1] as number;
      if (left > closes) return;
      const before = order[slot - 1] as number;
      const after = order[slot] as number;
      const extra = (inwardCost[row + before] as number) + (cost[row + after] as number) - (leg[slot] as number);
      if (extra < best.cost) {
        const reached = left + (inward[row + before] as number);
        const starts = Math.max(reached, opens);
        const isInTime =
          starts <= closes && starts + lasts + (travel[row + after] as number) <= (latest[slot] as number);
        if (isInTime && !skip()) {
          best.cost = extra;
          best.vehicle = vehicle;
          best.position = slot;
        }
      }
    }
  }

  insert(node: number, { vehicle, position, cost: extra }: Slot): void {
    const tour = this.tours[vehicle] as Tour;
    const { travel, cost, inwardCost, size, from, to, service, dimensions, load } = this.model;
    const slots = tour.count + 2;
    grow(tour, slots + 1);
    const { order, ends, latest, leg, loads } = tour;
    for (let slot = slots; slot > position; slot -= 1) {
      order[slot] = order[slot - 1] as number;
      ends[slot] = ends[slot - 1] as number;
      latest[slot] = latest[slot - 1] as number;
      leg[slot] = leg[slot - 1] as number;
    }
    order[position] = node;
    tour.count += 1;
    this.vehicleOf[node] = vehicle;
    if (tour.isLate || tour.count === 1) {
      this.refresh(vehicle);
      return;
    }
    tour.cost += extra;
    for (let dimension = 0; dimension < dimensions; dimension += 1) {
      loads[dimension] = (loads[dimension] as number) + (load[node * dimensions + dimension] as number);
    }
    leg[position] = inwardCost[node * size + (order[position - 1] as number)] as number;
    leg[position + 1] = cost[node * size + (order[position + 1] as number)] as number;
    for (let slot = position; slot <= tour.count; slot += 1) {
      const at = order[slot] as number;
      const reached = (ends[slot - 1] as number) + (travel[(order[slot - 1] as number) * size + at] as number);
      const end = Math.max(reached, from[at] as number) + (service[at] as number);
      // From here on nothing changes: the wait before a window took the delay.
      if (slot > position && end === ends[slot]) break;
      ends[slot] = end;
    }
    for (let slot = position; slot >= 1; slot -= 1) {
      const at = order[slot] as number;
      const way = (travel[at * size + (order[slot + 1] as number)] as number) + (service[at] as number);
      const due = Math.min(to[at] as number, (latest[slot + 1] as number) - way);
      if (slot < position && due === latest[slot]) break;
      latest[slot] = due;
    }
  }

  /** Takes the marked nodes off one tour. */
  removeMarked(vehicle: number, marked: Uint8Array): void {
    const tour = this.tours[vehicle] as Tour;
    const { order, count } = tour;
    let kept = 0;
    for (let slot = 1; slot <= count; slot += 1) {
      const node = order[slot] as number;
      if (marked[node] === 1) {
        this.vehicleOf[node] = NOWHERE;
      } else {
        kept += 1;
        order[kept] = node;
      }
    }
    tour.count = kept;
    this.refresh(vehicle);
  }

  /** Recomputes times, loads and cost of one tour from its order. */
  refresh(vehicle: number): void {
    const tour = this.tours[vehicle] as Tour;
    const { travel, cost, size, from, to, service, dimensions, load, vehicleCost } = this.model;
    const { order, ends, latest, leg, loads, count } = tour;
    loads.fill(0);
    order[0] = this.model.startNode[vehicle] as number;
    order[count + 1] = 0;
    let left = this.model.shiftFrom[vehicle] as number;
    let sum = vehicleCost;
    let isLate = false;
    ends[0] = left;
    for (let slot = 1; slot <= count; slot += 1) {
      const node = order[slot] as number;
      const cell = (order[slot - 1] as number) * size + node;
      const starts = Math.max(left + (travel[cell] as number), from[node] as number);
      if (starts > (to[node] as number)) isLate = true;
      left = starts + (service[node] as number);
      ends[slot] = left;
      leg[slot] = cost[cell] as number;
      sum += cost[cell] as number;
      for (let dimension = 0; dimension < dimensions; dimension += 1) {
        loads[dimension] = (loads[dimension] as number) + (load[node * dimensions + dimension] as number);
      }
    }
    const home = (order[count] as number) * size;
    let due = this.model.shiftTo[vehicle] as number;
    latest[count + 1] = due;
    // A vehicle without stops does not drive at all, wherever it stands; its first stop pays for its use.
    leg[count + 1] = count === 0 ? -vehicleCost : (cost[home] as number);
    tour.cost = count === 0 ? 0 : sum + (cost[home] as number);
    tour.isLate = count > 0 && (isLate || !(left + (travel[home] as number) <= due) || tour.cost === Infinity);
    for (let slot = count; slot >= 1; slot -= 1) {
      const node = order[slot] as number;
      const way = (travel[node * size + (order[slot + 1] as number)] as number) + (service[node] as number);
      due = Math.min(to[node] as number, due - way);
      latest[slot] = due;
    }
  }

  /** Makes one tour the same as that of another solution. What is on neither tour then is for the caller to say. */
  copyTour(source: Tours, vehicle: number): void {
    const from = source.tours[vehicle] as Tour;
    const into = this.tours[vehicle] as Tour;
    const { count } = from;
    grow(into, count + 2);
    into.count = count;
    into.cost = from.cost;
    into.isLate = from.isLate;
    for (let slot = 0; slot <= count + 1; slot += 1) {
      into.order[slot] = from.order[slot] as number;
      into.ends[slot] = from.ends[slot] as number;
      into.latest[slot] = from.latest[slot] as number;
      into.leg[slot] = from.leg[slot] as number;
    }
    for (let slot = 1; slot <= count; slot += 1) this.vehicleOf[from.order[slot] as number] = vehicle;
    for (let dimension = 0; dimension < into.loads.length; dimension += 1) {
      into.loads[dimension] = from.loads[dimension] as number;
    }
  }

  copy(source: Tours): void {
    this.vehicleOf.fill(NOWHERE);
    for (let vehicle = 0; vehicle < this.tours.length; vehicle += 1) this.copyTour(source, vehicle);
  }

  visits(vehicle: number): number[] {
    const { order, count } = this.tours[vehicle] as Tour;
    return [...order.subarray(1, count + 1)];
  }

  setVisits(vehicle: number, nodes: readonly number[]): void {
    const tour = this.tours[vehicle] as Tour;
    grow(tour, nodes.length + 2);
    tour.order.set(nodes, 1);
    tour.count = nodes.length;
    for (const node of nodes) this.vehicleOf[node] = vehicle;
    this.refresh(vehicle);
  }

  append(vehicle: number, node: number): boolean {
    const tour = this.tours[vehicle] as Tour;
    if (!this.hasRoom(tour, vehicle, node)) return false;
    const { travel, cost, size, from, to, service, shiftTo } = this.model;
    const last = tour.order[tour.count] as number;
    const starts = Math.max(
      (tour.ends[tour.count] as number) + (travel[last * size + node] as number),
      from[node] as number,
    );
    const returns = starts + (service[node] as number) + (travel[node * size] as number);
    if (!(starts <= (to[node] as number) && returns <= (shiftTo[vehicle] as number))) return false;
    const position = tour.count + 1;
    const onward = (cost[last * size + node] as number) + (cost[node * size] as number);
    this.insert(node, { vehicle, position, cost: onward - (tour.leg[position] as number) });
    return true;
  }

  cost(): number {
    let sum = 0;
    for (const tour of this.tours) sum += tour.cost;
    return sum;
  }
}
