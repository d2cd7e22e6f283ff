/**
 * What an order costs, by service: counted units times list prices, divided by the orders. A counter without a price
 * is an error, since a silent zero would hide the very service that dominates.
 */
import { UNIT_PRICES, type UnitPrice, type UsageUnit } from './prices.ts';

export interface ServiceCost {
  readonly service: string;
  /** Units per order, by usage unit. */
  readonly units: Readonly<Partial<Record<UsageUnit, number>>>;
  /** Dollars per order. */
  readonly dollars: number;
}

/** The price of one unit. Throws a RangeError that names an unknown unit. */
export function unitPrice(unit: string): UnitPrice {
  if (!Object.hasOwn(UNIT_PRICES, unit)) {
    throw new RangeError(`usage unit '${unit}' has no price; use one of ${Object.keys(UNIT_PRICES).join(', ')}`);
  }
  return UNIT_PRICES[unit as UsageUnit];
}

/**
 * Cost per order by service, the dearest first.
 * @param usage units of the whole run
 * @param orders how many orders the run had, at least 1
 * @throws RangeError for an unknown unit, an amount that is negative or not a number, or no orders
 */
export function costPerOrder(usage: Readonly<Record<string, number>>, orders: number): ServiceCost[] {
  if (!(orders > 0)) throw new RangeError(`a cost per order needs at least one order, not ${orders}`);
  const services = new Map<string, { units: Partial<Record<UsageUnit, number>>; dollars: number }>();
  for (const [unit, amount] of Object.entries(usage)) {
    const price = unitPrice(unit);
    if (!(amount >= 0 && amount < Infinity)) throw new RangeError(`usage of ${unit} is ${amount}; count from 0`);
    const entry = services.get(price.service) ?? { units: {}, dollars: 0 };
    entry.units[unit as UsageUnit] = amount / orders;
    entry.dollars += (amount * price.dollars) / orders;
    services.set(price.service, entry);
  }
  const costs = [...services].map(([service, { units, dollars }]) => ({ service, units, dollars }));
  return costs.sort((a, b) => b.dollars - a.dollars || (a.service < b.service ? -1 : 1));
}

/** Sum over the services, in dollars. */
export function totalDollars(costs: readonly ServiceCost[]): number {
  return costs.reduce((sum, cost) => sum + cost.dollars, 0);
}
