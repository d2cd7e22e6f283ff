/**
 * What is known of the ways between the places of a wave: seconds and metres per ordered pair, row by row, `NaN` where
 * nothing is known and `Infinity` where there is no way. The first thing that is learnt of a pair stays.
 */
export class PairTable {
  readonly size: number;
  readonly seconds: Float64Array;
  readonly meters: Float64Array;

  constructor(size: number) {
    this.size = size;
    this.seconds = new Float64Array(size * size).fill(Number.NaN);
    this.meters = new Float64Array(size * size).fill(Number.NaN);
    for (let place = 0; place < size; place += 1) this.learn(place, place, 0, 0);
  }

  isKnown(from: number, to: number): boolean {
    return !Number.isNaN(this.seconds[from * this.size + to] as number);
  }

  /** @returns whether it was new */
  learn(from: number, to: number, seconds: number, meters: number): boolean {
    const pair = from * this.size + to;
    if (!Number.isNaN(this.seconds[pair] as number)) return false;
    this.seconds[pair] = seconds;
    this.meters[pair] = meters;
    return true;
  }

  isComplete(): boolean {
    return this.knownCount() === this.size * (this.size - 1);
  }

  /** Ordered pairs of different places of which something is known. */
  knownCount(): number {
    let count = -this.size;
    for (const seconds of this.seconds) if (!Number.isNaN(seconds)) count += 1;
    return count;
  }
}
