/**
 * Travel times by the time of the day. A vehicle that is on its way when a slot begins drives the rest at that slot's
 * speed, so that who leaves later never arrives earlier; where a slot has no way, it stands until the next begins.
 */
import type { TravelMatrix } from './port.ts';

export interface SlottedTravel {
  readonly size: number;
  /** When each slot begins; the first began always. */
  readonly from: Float64Array;
  /** Per slot, in ms, not rounded; `Infinity` where there is no way. */
  readonly travel: readonly Float64Array[];
  /** The least that a way takes, whenever one leaves. */
  readonly shortest: Float64Array;
}

const msOfWay = (seconds: number): number => (seconds >= 0 && seconds < Infinity ? seconds * 1000 : Infinity);

export function compileSlots(matrix: TravelMatrix, nowMs: number): SlottedTravel | undefined {
  const { slots, size, durationsSeconds } = matrix;
  if (slots === undefined || slots.length === 0) return undefined;
  const shortest = new Float64Array(durationsSeconds.length).fill(Infinity);
  const travel = [durationsSeconds, ...slots.map((slot) => slot.durationsSeconds)].map((ways) => ways.map(msOfWay));
  for (const ways of travel) {
    for (let cell = 0; cell < ways.length; cell += 1) {
      shortest[cell] = Math.min(shortest[cell] as number, Math.floor(ways[cell] as number));
    }
  }
  const from = Float64Array.from([Number.NEGATIVE_INFINITY, ...slots.map(({ fromMs }) => fromMs - nowMs)]);
  return { size, from, travel, shortest };
}

/** When a vehicle that leaves at `leaves` arrives: whole milliseconds, `Infinity` when there is no way. */
export function arrivalBySlots(slots: SlottedTravel, cell: number, leaves: number): number {
  const { from: begins, travel } = slots;
  let slot = 0;
  while (slot + 1 < begins.length && (begins[slot + 1] as number) <= leaves) slot += 1;
  let time = leaves;
  // The share of the way that is still ahead.
  let ahead = 1;
  for (; slot < begins.length; slot += 1) {
    const whole = (travel[slot] as Float64Array)[cell] as number;
    const until = slot + 1 < begins.length ? (begins[slot + 1] as number) : Infinity;
    if (whole < Infinity) {
      if (time + ahead * whole <= until) return Math.round(time + ahead * whole);
      ahead -= (until - time) / whole;
    }
    time = until;
  }
  return Infinity;
}
