/**
 * The promise to the customer and its versions. A change the customer asked for starts a new version, against which
 * the order is judged from then on; a change the carrier makes moves only the window it plans for, and the order is
 * still judged against what the customer was told. The initial commitment is kept in every case.
 */

/** ISO 8601 UTC. */
export interface PromiseWindow {
  readonly from: string;
  readonly to: string;
}

export interface OrderPromise extends PromiseWindow {
  /** Starts at 1. */
  readonly version: number;
  readonly initial: PromiseWindow;
  /** What the order is judged against, when the carrier has moved the window away from it. */
  readonly committed?: PromiseWindow;
}

export type Initiator = 'customer' | 'carrier';

export function newPromise({ from, to }: PromiseWindow): OrderPromise {
  return { from, to, version: 1, initial: { from, to } };
}

/** Throws a RangeError when the new window ends before or when it starts. */
export function amendPromise(promise: OrderPromise, { from, to }: PromiseWindow, by: Initiator): OrderPromise {
  if (!(Date.parse(from) < Date.parse(to))) {
    throw new RangeError(`a promise from ${from} to ${to} ends before or when it starts; give a later 'to'`);
  }
  if (by === 'customer') return { from, to, version: promise.version + 1, initial: promise.initial };
  return { from, to, version: promise.version, initial: promise.initial, committed: committedWindow(promise) };
}

/** The window the customer was last told and agreed to. */
export function committedWindow(promise: PromiseWindow & { committed?: PromiseWindow }): PromiseWindow {
  return promise.committed ?? { from: promise.from, to: promise.to };
}
