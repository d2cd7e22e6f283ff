/**
 * Checks a solution of a benchmark instance in the units and the convention of the instance, from the sequences alone:
 * it shares neither times nor sums with the solver.
 */
import { type BenchObjective, type Customer, distanceOf, type Instance } from './routing-instances.ts';

/** The solver counts in millionths of a unit, each leg rounded; a route of hundreds of legs stays below this. */
const TOLERANCE = 1e-3;

export interface CheckedSolution {
  readonly vehicles: number;
  readonly distance: number;
  readonly unserved: number;
  /** One sentence per violation. */
  readonly faults: readonly string[];
}

/** @param routes sequences of customer numbers, without the depot */
export function checkSolution(
  { customers, fleet, capacity }: Instance,
  objective: BenchObjective,
  routes: readonly (readonly number[])[],
): CheckedSolution {
  const faults: string[] = [];
  const depot = customers[0] as Customer;
  const visits = new Map<number, number>();
  let distance = 0;
  for (const [index, route] of routes.entries()) {
    let time = depot.ready;
    let load = 0;
    let before = depot;
    for (const number of [...route, 0]) {
      const customer = customers[number];
      if (customer === undefined) throw new Error(`route ${index + 1} visits customer ${number}, who does not exist`);
      const leg = distanceOf(before, customer, objective);
      distance += leg;
      time = Math.max(time + leg, customer.ready);
      if (time > customer.due + TOLERANCE)
        faults.push(`route ${index + 1} reaches ${number} at ${time}, after ${customer.due}`);
      time += customer.service;
      load += customer.demand;
      before = customer;
      visits.set(number, (visits.get(number) ?? 0) + 1);
    }
    if (load > capacity) faults.push(`route ${index + 1} loads ${load} of ${capacity}`);
  }
  if (routes.length > fleet) faults.push(`${routes.length} routes for ${fleet} vehicles`);
  for (const [number, count] of visits)
    if (number > 0 && count > 1) faults.push(`customer ${number} is served ${count} times`);
  const served = visits.size - (visits.has(0) ? 1 : 0);
  return { vehicles: routes.length, distance, unserved: customers.length - 1 - served, faults };
}
