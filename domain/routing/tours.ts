/**
 * The solver's working solution: one tour per vehicle as flat arrays, kept so that the question "may this stop go
 * here, and at what cost" is answered in constant time. Each stop on a tour knows the earliest time its service ends
 * (`ends`) and the latest time it may be reached without making any later stop, or the return, late (`latest`).
 */

import type { RoutingModel } from './model.ts';
import { LOAD_TOLERANCE } from './port.ts';

export const NOWHERE = -1;

export interface Slot {
  vehicle: number;
  position: number;
  /** Additional travel in ms; `Infinity` when the stop fits nowhere. */
  cost: number;
}

/** A copy of what distinguishes one solution from another. */
export interface ToursSnapshot {
  readonly order: Int32Array;
  readonly length: Int32Array;
  readonly vehicleOf: Int32Array;
  travelMs: number;
}

export class Tours {
  readonly model: RoutingModel;
  /** Vehicle after vehicle, `stopCount` places each. */
  readonly order: Int32Array;
  readonly length: Int32Array;
  /** Per node; NOWHERE when the stop is on no tour. */
  readonly vehicleOf: Int32Array;
  readonly positionOf: Int32Array;
  readonly ends: Float64Array;
  readonly latest: Float64Array;
  readonly loads: Float64Array;
  readonly travelOf: Float64Array;
  /**
   * 1 for a tour that breaks a window or its shift. Insertion never makes one late; removal can, where the direct way
   * takes longer than the way around.
   */
  readonly isLate: Uint8Array;

  constructor(model: RoutingModel) {
    const { size, stopCount, vehicleCount, dimensions } = model;
    this.model = model;
    this.order = new Int32Array(stopCount * vehicleCount);
    this.length = new Int32Array(vehicleCount);
    this.vehicleOf = new Int32Array(size).fill(NOWHERE);
    this.positionOf = new Int32Array(size).fill(NOWHERE);
    this.ends = new Float64Array(size);
    this.latest = new Float64Array(size);
    this.loads = new Float64Array(vehicleCount * dimensions);
    this.travelOf = new Float64Array(vehicleCount);
    this.isLate = new Uint8Array(vehicleCount);
  }

  /** Travel of all tours in ms. */
  travelMs(): number {
    let sum = 0;
    for (const travel of this.travelOf) sum += travel;
    return sum;
  }

  isFeasible(): boolean {
    return !this.isLate.includes(1);
  }

  hasRoom(vehicle: number, node: number): boolean {
    const { dimensions, load, capacity } = this.model;
    for (let dimension = 0; dimension < dimensions; dimension += 1) {
      const used = this.loads[vehicle * dimensions + dimension] as number;
      const more = load[node * dimensions + dimension] as number;
      if (used + more > (capacity[vehicle * dimensions + dimension] as number) + LOAD_TOLERANCE) return false;
    }
    return true;
  }

  /**
   * The cheapest feasible place of a stop on one tour, written to `best` when it beats what is there.
   * `skip` is asked once per place: ruin and recreate overlooks a few on purpose.
   */
  findSlot(vehicle: number, node: number, best: Slot, skip: () => boolean): void {
    if (!this.hasRoom(vehicle, node)) return;
    const { travel, size, from, to, service, startNode, shiftFrom, shiftTo, stopCount } = this.model;
    const { order, ends, latest } = this;
    const opens = from[node] as number;
    const closes = to[node] as number;
    const lasts = service[node] as number;
    const nodeRow = node * size;
    const base = vehicle * stopCount;
    const count = this.length[vehicle] as number;
    let before = startNode[vehicle] as number;
    let leaves = shiftFrom[vehicle] as number;
    for (let position = 0; position <= count; position += 1) {
      const after = position < count ? (order[base + position] as number) : 0;
      const reached = leaves + (travel[before * size + node] as number);
      if (reached <= closes && !skip()) {
        const onwards = travel[nodeRow + after] as number;
        // A vehicle without stops does not drive at all, wherever it stands.
        const spared = count === 0 ? 0 : (travel[before * size + after] as number);
        const cost = (travel[before * size + node] as number) + onwards - spared;
        if (cost < best.cost) {
          const due = position < count ? (latest[after] as number) : (shiftTo[vehicle] as number);
          if (Math.max(reached, opens) + lasts + onwards <= due) {
            best.cost = cost;
            best.vehicle = vehicle;
            best.position = position;
          }
        }
      }
      if (position < count) {
        before = after;
        leaves = ends[after] as number;
      }
    }
  }

  insert(node: number, { vehicle, position }: Slot): void {
    const base = vehicle * this.model.stopCount;
    const count = this.length[vehicle] as number;
    this.order.copyWithin(base + position + 1, base + position, base + count);
    this.order[base + position] = node;
    this.length[vehicle] = count + 1;
    this.vehicleOf[node] = vehicle;
    this.refresh(vehicle);
  }

  /** Takes the marked nodes off one tour. */
  removeMarked(vehicle: number, marked: Uint8Array): void {
    const base = vehicle * this.model.stopCount;
    const count = this.length[vehicle] as number;
    let kept = 0;
    for (let position = 0; position < count; position += 1) {
      const node = this.order[base + position] as number;
      if (marked[node] === 1) {
        this.vehicleOf[node] = NOWHERE;
        this.positionOf[node] = NOWHERE;
      } else {
        this.order[base + kept] = node;
        kept += 1;
      }
    }
    this.length[vehicle] = kept;
    this.refresh(vehicle);
  }

  /** Recomputes times, loads and travel of one tour from its order. */
  refresh(vehicle: number): void {
    const { travel, size, from, to, service, startNode, shiftFrom, shiftTo, stopCount, dimensions, load } = this.model;
    const base = vehicle * stopCount;
    const count = this.length[vehicle] as number;
    this.loads.fill(0, vehicle * dimensions, (vehicle + 1) * dimensions);
    let before = startNode[vehicle] as number;
    let leaves = shiftFrom[vehicle] as number;
    let driven = 0;
    let late = false;
    for (let position = 0; position < count; position += 1) {
      const node = this.order[base + position] as number;
      const leg = travel[before * size + node] as number;
      const opens = from[node] as number;
      driven += leg;
      const starts = Math.max(leaves + leg, opens);
      late ||= starts > (to[node] as number);
      leaves = starts + (service[node] as number);
      this.ends[node] = leaves;
      this.positionOf[node] = position;
      for (let dimension = 0; dimension < dimensions; dimension += 1) {
        const slot = vehicle * dimensions + dimension;
        this.loads[slot] = (this.loads[slot] as number) + (load[node * dimensions + dimension] as number);
      }
      before = node;
    }
    const back = travel[before * size] as number;
    this.travelOf[vehicle] = count === 0 ? 0 : driven + back;
    this.isLate[vehicle] = late || (count > 0 && leaves + back > (shiftTo[vehicle] as number)) ? 1 : 0;
    let due = shiftTo[vehicle] as number;
    let after = 0;
    for (let position = count - 1; position >= 0; position -= 1) {
      const node = this.order[base + position] as number;
      due = Math.min(to[node] as number, due - (travel[node * size + after] as number) - (service[node] as number));
      this.latest[node] = due;
      after = node;
    }
  }

  snapshot(): ToursSnapshot {
    const { order, length, vehicleOf } = this;
    return { order: order.slice(), length: length.slice(), vehicleOf: vehicleOf.slice(), travelMs: this.travelMs() };
  }

  saveTo(snapshot: ToursSnapshot): void {
    snapshot.order.set(this.order);
    snapshot.length.set(this.length);
    snapshot.vehicleOf.set(this.vehicleOf);
    snapshot.travelMs = this.travelMs();
  }

  restore(snapshot: ToursSnapshot): void {
    this.order.set(snapshot.order);
    this.length.set(snapshot.length);
    this.vehicleOf.set(snapshot.vehicleOf);
    for (let vehicle = 0; vehicle < this.model.vehicleCount; vehicle += 1) this.refresh(vehicle);
  }
}
