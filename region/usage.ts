/** Billable units, counted as services report them; prices are not the region's business. */
export class UsageCounter {
  readonly #units = new Map<string, number>();

  add(service: string, unit: string, amount: number): void {
    const key = `${service}/${unit}`;
    this.#units.set(key, (this.#units.get(key) ?? 0) + amount);
  }

  /** Sums by `service/unit`, sorted by name. */
  snapshot(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#units].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
