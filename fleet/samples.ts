/**
 * A day in Portolan, a harbour city on no map: one depot, a few vans and the orders of one day, made from a seed. The
 * day is laid out to be watched: nearly all orders are in before the wave of the first shift may run, their addresses
 * are near, and the first parcels are handed over some forty minutes after the start; late callers wait for a second
 * tour.
 */
import {
  createPrng,
  type Fleet as FleetFile,
  isoOf,
  msOf,
  type Order,
  orderLoad,
  type Position,
  type Prng,
  type Vehicle,
} from '../domain/index.ts';
import { ARTICLES, FAMILY_NAMES, GIVEN_NAMES, STREETS } from './sample-names.ts';

export interface SampleDaySettings {
  readonly seed: number | string;
  /** Orders placed in the first ten minutes. */
  readonly orders: number;
  readonly vehicles: number;
  /** ISO 8601 UTC: the first order comes then. */
  readonly startAt: string;
}

export interface SampleDay {
  /** In the order of `placedAt`. */
  readonly orders: Order[];
  readonly fleet: FleetFile;
}

const MINUTE_MS = 60_000;
const DEPOT_ID = 'PORTOLAN';
/** Out in the Atlantic, far from every real address. */
const DEPOT_POSITION: Position = [-18.5, 41.2];
const METERS_PER_DEGREE = 111_195;
const DISTANCE_METERS = { min: 1_000, max: 4_000 };

/** The wave of a shift may run a quarter of an hour before it: ten minutes after the start, when the orders are in. */
const SHIFT_FROM_MINUTES = 25;
const SHIFT_HOURS = 9;
/** So little room that one van cannot take it all: a planner that saves on driving would leave the others at home. */
const CAPACITY_MARGIN = 1.1;
const EARLY_ORDERS_MINUTES = 4.5;
const LATE_ORDERS_MINUTES = 10;
const LATE_CALLER_RATE = 0.1;
/** Another order of a customer who has ordered already, to the same door. */
const REPEAT_RATE = 0.1;
const EXPRESS_RATE = 0.1;
/** Minutes after the start. */
const WINDOWS = {
  express: { from: 30, to: 210 },
  morning: { from: 30, to: 270 },
  day: { from: 30, to: 540 },
} as const;

type Customer = Pick<Order, 'customer' | 'deliverTo'>;

/**
 * @throws RangeError for a count that is no whole number of 1 or more, or a `startAt` that is no time
 * @example sampleDay({ seed: 1, orders: 60, vehicles: 3, startAt: '2026-01-31T08:00:00Z' })
 */
export function sampleDay({ seed, orders, vehicles, startAt }: SampleDaySettings): SampleDay {
  for (const [name, count] of Object.entries({ orders, vehicles })) {
    if (!Number.isInteger(count) || count < 1)
      throw new RangeError(`${name} is ${count}; give a whole number of 1 or more`);
  }
  const startMs = msOf(startAt);
  const prng = createPrng(seed).fork('portolan');
  const placed = sampleOrders(orders, startMs, prng);
  return { orders: placed, fleet: sampleFleet(vehicles, placed, startMs) };
}

function sampleFleet(count: number, orders: readonly Order[], startMs: number): FleetFile {
  const volumes = orders.map((order) => orderLoad(order).volumeM3);
  const share = (volumes.reduce((sum, volume) => sum + volume, 0) / count) * CAPACITY_MARGIN;
  const volumeM3 = Math.ceil(Math.max(share, ...volumes) * 10) / 10;
  const shift = {
    from: isoOf(startMs + SHIFT_FROM_MINUTES * MINUTE_MS),
    to: isoOf(startMs + (SHIFT_FROM_MINUTES + SHIFT_HOURS * 60) * MINUTE_MS),
  };
  const vehicles = Array.from({ length: count }, (_, index): Vehicle => {
    const number = index + 1;
    const capacity = { volumeM3, weightKg: 700 };
    return { vehicleId: `van-${number}`, driverId: `driver-${number}`, depotId: DEPOT_ID, capacity, shift };
  });
  return { depots: [{ depotId: DEPOT_ID, position: [...DEPOT_POSITION] }], vehicles };
}

function sampleOrders(count: number, startMs: number, prng: Prng): Order[] {
  const times = Array.from({ length: count }, (_, index): number => {
    if (index === 0) return startMs;
    const isLate = prng.next() < LATE_CALLER_RATE;
    const from = isLate ? EARLY_ORDERS_MINUTES : 0;
    const to = isLate ? LATE_ORDERS_MINUTES : EARLY_ORDERS_MINUTES;
    // Whole seconds, as a shop would send them.
    return startMs + Math.floor((from + prng.next() * (to - from)) * 60) * 1000;
  }).sort((left, right) => left - right);
  const customers: Customer[] = [];
  return times.map((placedMs, index): Order => {
    const isRepeat = customers.length > 0 && prng.next() < REPEAT_RATE;
    const customer = isRepeat ? prng.pick(customers) : newCustomer(customers.length + 1, prng);
    if (!isRepeat) customers.push(customer);
    const isExpress = prng.next() < EXPRESS_RATE;
    const window = isExpress ? WINDOWS.express : prng.next() < 0.4 ? WINDOWS.morning : WINDOWS.day;
    return {
      orderId: `portolan-${String(index + 1).padStart(4, '0')}`,
      placedAt: isoOf(placedMs),
      customer: { ...customer.customer },
      depotId: DEPOT_ID,
      deliverTo: { ...customer.deliverTo },
      promise: { from: isoOf(startMs + window.from * MINUTE_MS), to: isoOf(startMs + window.to * MINUTE_MS) },
      serviceSeconds: 60 + prng.int(91),
      tier: isExpress ? 'express' : 'standard',
      items: sampleItems(prng),
    };
  });
}

function newCustomer(number: number, prng: Prng): Customer {
  const given = prng.pick(GIVEN_NAMES);
  const family = prng.pick(FAMILY_NAMES);
  // Some customers can be reached by mail, some by phone, some only in the app.
  const channel = prng.next();
  return {
    customer: {
      customerId: `customer-${String(number).padStart(3, '0')}`,
      name: `${given} ${family}`,
      ...(channel < 0.7 ? { email: `${given}.${family}.${number}@portolan.example`.toLowerCase() } : {}),
      ...(channel >= 0.5 && channel < 0.9 ? { phone: `+999 555 ${String(1000 + number)}` } : {}),
    },
    deliverTo: {
      position: positionAround(DEPOT_POSITION, prng),
      address: `${1 + prng.int(98)} ${prng.pick(STREETS)}, Portolan`,
    },
  };
}

function sampleItems(prng: Prng): Order['items'] {
  const articles = new Set(Array.from({ length: 1 + prng.int(3) }, () => prng.pick(ARTICLES)));
  return [...articles].map((article) => ({ ...article, quantity: prng.next() < 0.8 ? 1 : 2 }));
}

/** Evenly over the ring between the two distances. */
function positionAround([lon, lat]: Position, prng: Prng): [number, number] {
  const { min, max } = DISTANCE_METERS;
  const distance = Math.sqrt(min * min + (max * max - min * min) * prng.next());
  const angle = 2 * Math.PI * prng.next();
  const metersPerLonDegree = METERS_PER_DEGREE * Math.cos((lat * Math.PI) / 180);
  const rounded = (degrees: number): number => Math.round(degrees * 1e6) / 1e6;
  return [
    rounded(lon + (Math.cos(angle) * distance) / metersPerLonDegree),
    rounded(lat + (Math.sin(angle) * distance) / METERS_PER_DEGREE),
  ];
}
