/**
 * The depot-days of a proof: all orders of a depot as one wave, and a second day of the same depot with four fifths of the
 * orders and new places in their streets, for which the cache of the first day is warm.
 */
import { createPrng, type Fleet, type Order, orderLoad } from '../../domain/index.ts';
import { type Wave, type WaveProblem, waveProblem } from '../../functions/plan-routes/plan-wave.ts';
import type { RouteRequest } from '../../workflows/route-planning/contracts.ts';

export interface TownDay {
  readonly depotId: string;
  readonly first: WaveProblem;
  readonly second: WaveProblem;
}

const AGAIN_SHARE = 0.8;
const NEW_SHARE = 0.1;
/** New customers live about so far from known ones: 300 m. */
const NEW_DEGREES = 0.003;
const HOUR_MS = 3_600_000;

export function townDays(fleet: Fleet, orders: readonly Order[], iterations?: number): TownDay[] {
  return fleet.depots.flatMap(({ depotId }) => {
    const own = orders.filter((order) => order.depotId === depotId);
    const problem = (waveId: string, some: readonly Order[]): WaveProblem | undefined => {
      const wave = depotWave(fleet, depotId, waveId, some);
      return wave === undefined ? undefined : waveProblem(wave, iterations);
    };
    const first = problem(`${depotId}/1`, own);
    const second = problem(`${depotId}/2`, secondDay(depotId, own));
    return first === undefined || second === undefined ? [] : [{ depotId, first, second }];
  });
}

/** @returns the orders as one wave, an hour before the first shift; undefined where there is nothing to plan or to drive with */
export function depotWave(
  { depots, vehicles }: Fleet,
  depotId: string,
  waveId: string,
  orders: readonly Order[],
): Wave | undefined {
  const depot = depots.find((each) => each.depotId === depotId);
  const drivers = vehicles.filter((vehicle) => vehicle.depotId === depotId);
  if (depot === undefined || orders.length === 0 || drivers.length === 0) return undefined;
  return {
    waveId,
    depotId,
    depotPosition: depot.position,
    requests: orders.map(requestOf),
    vehicles: drivers.map(({ capacity: { volumeM3, weightKg }, ...vehicle }) => ({
      ...vehicle,
      sk: `VEHICLE#${vehicle.vehicleId}` as const,
      capacity: { volumeM3, ...(weightKg === undefined ? {} : { weightKg }) },
    })),
    nowMs: Math.min(...drivers.map(({ shift }) => Date.parse(shift.from))) - HOUR_MS,
  };
}

function secondDay(depotId: string, orders: readonly Order[]): Order[] {
  const prng = createPrng(depotId).fork('second day');
  const mixed = orders
    .map((order) => ({ order, key: prng.next() }))
    .sort((one, other) => one.key - other.key)
    .map(({ order }) => order);
  const again = mixed.slice(0, Math.round(AGAIN_SHARE * orders.length));
  const moved = mixed.slice(orders.length - Math.round(NEW_SHARE * orders.length)).map((order): Order => {
    const [longitude, latitude] = order.deliverTo.position;
    const position: [number, number] = [
      longitude + prng.normal(0, NEW_DEGREES),
      latitude + prng.normal(0, NEW_DEGREES),
    ];
    return { ...order, customer: { customerId: `${order.customer.customerId}/new` }, deliverTo: { position } };
  });
  return [...again, ...moved];
}

const requestOf = (order: Order): RouteRequest => ({
  orderId: order.orderId,
  cycle: 1,
  depotId: order.depotId,
  customerId: order.customer.customerId,
  position: order.deliverTo.position,
  promise: { ...order.promise, version: 1 },
  serviceSeconds: order.serviceSeconds,
  ...orderLoad(order),
  tier: 'standard',
  requestedAt: order.placedAt,
  state: 'CLAIMED',
});
