/** Billable units, counted as services report them; prices are not the region's business. */
export class UsageCounter {
  readonly #services = new Map<string, Map<string, number>>();

  add(service: string, unit: string, amount: number): void {
    let units = this.#services.get(service);
    if (units === undefined) {
      units = new Map();
      this.#services.set(service, units);
    }
    units.set(unit, (units.get(unit) ?? 0) + amount);
  }

  /** Sums by `service/unit`, sorted by name. */
  snapshot(): Readonly<Record<string, number>> {
    const sums = [...this.#services].flatMap(([service, units]) =>
      [...units].map(([unit, sum]) => [`${service}/${unit}`, sum] as const),
    );
    return Object.fromEntries(sums.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
