/** Places with what they cost more, cheapest first and of equals the first: a heap, since few of them are ever asked for. */
export class CheapestFirst {
  #places = new Int32Array(64);
  #costs = new Float64Array(64);
  #count = 0;
  /** What the place taken last costs more. */
  cost = 0;

  clear(): void {
    this.#count = 0;
  }

  add(place: number, cost: number): void {
    if (this.#count === this.#places.length) this.#widen();
    let at = this.#count;
    this.#count += 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.#isAfter(above, place, cost)) break;
      this.#move(above, at);
      at = above;
    }
    this.#places[at] = place;
    this.#costs[at] = cost;
  }

  /** -1 when none is left. */
  take(): number {
    if (this.#count === 0) return -1;
    const first = this.#places[0] as number;
    this.cost = this.#costs[0] as number;
    this.#count -= 1;
    const place = this.#places[this.#count] as number;
    const cost = this.#costs[this.#count] as number;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= this.#count) break;
      const right = below + 1;
      if (right < this.#count && this.#isAfter(below, this.#places[right] as number, this.#costs[right] as number)) {
        below = right;
      }
      if (this.#isAfter(below, place, cost)) break;
      this.#move(below, at);
      at = below;
    }
    this.#places[at] = place;
    this.#costs[at] = cost;
    return first;
  }

  #isAfter(at: number, place: number, cost: number): boolean {
    const own = this.#costs[at] as number;
    return own > cost || (own === cost && (this.#places[at] as number) > place);
  }

  #move(from: number, to: number): void {
    this.#places[to] = this.#places[from] as number;
    this.#costs[to] = this.#costs[from] as number;
  }

  #widen(): void {
    const [places, costs] = [this.#places, this.#costs];
    this.#places = new Int32Array(places.length * 2);
    this.#costs = new Float64Array(costs.length * 2);
    this.#places.set(places);
    this.#costs.set(costs);
  }
}
