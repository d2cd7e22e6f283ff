/** How good a solution is, as far as two of them have to be compared. */

export interface Standing {
  /** Stops left out, by priority. */
  readonly absence: number;
  /** Vehicles used where they come before cost, 0 where they do not. */
  readonly vehicles: number;
  /** In thousandths of a unit of the objective, with what the absence costs; without vehicles that come first. */
  readonly cost: number;
}

/** Where leaving a stop out has a price it is part of the cost, and more than any tour unless the objective says so. */
export function isBetter(one: Standing, other: Standing): boolean {
  if (one.vehicles !== other.vehicles) {
    return one.absence === other.absence ? one.vehicles < other.vehicles : one.absence < other.absence;
  }
  return one.cost < other.cost;
}
