/** A backend of one's own for tests of the fleet: a clock that is turned by hand and connections that keep what came. */
import type { Fix } from '../../workflows/route-dispatch/contracts.ts';
import type { DriverConnection, FleetClock, FleetTimer } from '../ports.ts';

export const START = '2026-01-31T08:00:00.000Z';
export const DEPOT: [number, number] = [-18.5, 41.2];

interface Due {
  readonly dueMs: number;
  readonly sequence: number;
  readonly work: () => void;
}

export class HandClock implements FleetClock {
  #nowMs = Date.parse(START);
  #sequence = 0;
  readonly #due = new Set<Due>();

  now(): number {
    return this.#nowMs;
  }

  at(dueMs: number, work: () => void): FleetTimer {
    const due = { dueMs: Math.max(dueMs, this.#nowMs), sequence: this.#sequence++, work };
    this.#due.add(due);
    return { cancel: () => this.#due.delete(due) };
  }

  get pending(): number {
    return this.#due.size;
  }

  /** Runs until `minutes` after the start, or until nothing is due any more. */
  async run(minutes = Number.POSITIVE_INFINITY): Promise<void> {
    const untilMs = Date.parse(START) + minutes * 60_000;
    for (let turns = 0; turns < 1_000_000; turns += 1) {
      for (let reaction = 0; reaction < 20; reaction += 1) await undefined;
      const next = [...this.#due].sort((a, b) => a.dueMs - b.dueMs || a.sequence - b.sequence)[0];
      if (next === undefined || next.dueMs > untilMs) {
        if (Number.isFinite(untilMs)) this.#nowMs = untilMs;
        return;
      }
      this.#due.delete(next);
      this.#nowMs = next.dueMs;
      next.work();
    }
    throw new Error('the clock does not come to rest');
  }
}

export interface Call {
  readonly atMs: number;
  readonly driverId: string;
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: variables of any document
  readonly variables: any;
}

/** What each call is answered with; `accepted` unless a test says otherwise. May throw. */
export type Answering = (call: Call) => unknown;

const keyOf = (kind: 'offer' | 'change', driverId: string): string => `${kind}/${driverId}`;

export class Backend {
  readonly calls: Call[] = [];
  readonly fixes: (Fix & { readonly topic: string })[] = [];
  readonly log: string[] = [];
  answering: Answering = () => undefined;
  publishing: (fix: Fix) => void = () => {};
  readonly #clock: HandClock;
  readonly #routes: Map<string, object>;
  readonly #listeners = new Map<string, (data: unknown) => void>();

  constructor(clock: HandClock, routes: readonly { readonly routeId: string }[]) {
    this.#clock = clock;
    this.#routes = new Map(routes.map((route) => [route.routeId, route]));
  }

  readonly connect = async ({ driverId }: { readonly driverId: string }): Promise<DriverConnection> => ({
    query: async <T>(document: string, variables: Readonly<Record<string, unknown>>): Promise<T> => {
      const name = /\{\s*(\w+)/.exec(document.slice(document.indexOf('{')))?.[1] ?? '';
      const call = { atMs: this.#clock.now(), driverId, name, variables };
      this.calls.push(call);
      const answer = this.answering(call);
      if (answer !== undefined) return answer as T;
      // As graphql-js makes them: objects without a prototype.
      const data = Object.create(null) as Record<string, unknown>;
      data[name] =
        name === 'route' ? (this.#routes.get(String(variables['routeId'])) ?? null) : { accepted: true, reason: null };
      return data as T;
    },
    subscribe: async (document, variables, onData) => {
      const key = keyOf(document.includes('onRouteChanged') ? 'change' : 'offer', String(variables['driverId']));
      this.#listeners.set(key, onData);
      return { unsubscribe: () => void this.#listeners.delete(key) };
    },
    publish: async (topic, payload) => {
      this.publishing(payload as Fix);
      this.fixes.push({ ...(payload as Fix), topic });
    },
  });

  get listening(): number {
    return this.#listeners.size;
  }

  offer(routeId: string, driverId = 'driver-1', vehicleId = 'van-1'): void {
    this.#listeners.get(keyOf('offer', driverId))?.({ onRouteOffered: { routeId, driverId, vehicleId } });
  }

  /** From now on the route is this one, and its driver hears of it. */
  change(
    route: { readonly routeId: string; readonly stops: readonly object[] },
    driverId = 'driver-1',
    vehicleId = 'van-1',
  ): void {
    this.#routes.set(route.routeId, route);
    const event = { routeId: route.routeId, driverId, vehicleId, version: 1 };
    this.#listeners.get(keyOf('change', driverId))?.({ onRouteChanged: event });
  }

  named(name: string): Call[] {
    return this.calls.filter((call) => call.name === name);
  }
}

const isoAt = (minutes: number): string => new Date(Date.parse(START) + minutes * 60_000).toISOString();

/** Leaves 30 minutes after the start; stops 1 km apart to the east, 5 minutes each way, 2 minutes of service each. */
export function sampleRoute(routeId = 'route-1', stopCount = 2, ordersPerStop = 1) {
  const metersPerDegree = 111_195 * Math.cos((DEPOT[1] * Math.PI) / 180);
  return {
    routeId,
    vehicleId: 'van-1',
    driverId: 'driver-1',
    depotId: 'PORTOLAN',
    depotPosition: DEPOT,
    plannedDepartureAt: isoAt(30),
    plannedReturnAt: isoAt(30 + stopCount * 7 + 5),
    returnLegSeconds: 300,
    returnLegMeters: 1_300 * stopCount,
    stops: Array.from({ length: stopCount }, (_, index) => ({
      stopId: `stop-${index + 1}`,
      sequence: index + 1,
      position: [DEPOT[0] + ((index + 1) * 1_000) / metersPerDegree, DEPOT[1]],
      plannedArrivalAt: isoAt(35 + index * 7),
      serviceSeconds: 120,
      legSeconds: 300,
      legMeters: 1_300,
      orders: Array.from({ length: ordersPerStop }, (_, order) => ({
        orderId: `${routeId}-order-${index * ordersPerStop + order + 1}`,
        cycle: 1,
        items: [
          { sku: 'atlas', quantity: 2 },
          { sku: 'kettle', quantity: 1 },
        ],
      })),
    })),
  };
}

export const van = (number = 1, shiftFromMinutes = 0) => ({
  vehicleId: `van-${number}`,
  driverId: `driver-${number}`,
  depotId: 'PORTOLAN',
  capacity: { volumeM3: 4 },
  shift: { from: isoAt(shiftFromMinutes), to: isoAt(600) },
});
