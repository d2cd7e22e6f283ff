/**
 * What a new plan changes for the people who work by the old one: which stops stay, move to another vehicle, change
 * their place or time, come in or fall out, and how much of the sequence that is left a driver has to learn anew.
 */

/**
 * `kept`: same vehicle, same place among the stops that both plans give it. `moved`: another vehicle. `resequenced`: the
 * same vehicle, another place. `inserted`: on no route before. `dropped`: on no route any more.
 */
export type StopChangeKind = 'kept' | 'moved' | 'resequenced' | 'inserted' | 'dropped';

export interface StopChange {
  readonly stopId: string;
  readonly change: StopChangeKind;
  readonly fromVehicleId?: string;
  readonly toVehicleId?: string;
  /** Of the planned arrival; positive when it is later than before. Left out for what is inserted or dropped. */
  readonly shiftSeconds?: number;
}

export interface PlanDifference {
  /** In the order of the new plan's routes, then what is dropped. */
  readonly stops: readonly StopChange[];
  /** Pairs of old stops that followed each other and are neither done nor frozen; and those that no longer do. */
  readonly remainingLegs: number;
  readonly changedLegs: number;
  /** The second by the first; 0 when no leg remains. A new stop between two old ones changes no leg. */
  readonly changedShare: number;
}

/** What of a plan is compared; every `RoutingPlan` is one. */
export interface ComparedPlan {
  readonly routes: readonly {
    readonly vehicleId: string;
    readonly stops: readonly { readonly stopId: string; readonly arrivalMs: number }[];
  }[];
  readonly unassigned: readonly { readonly stopId: string }[];
}

interface Place {
  readonly vehicleId: string;
  readonly arrivalMs: number;
}

function placesOf({ routes }: ComparedPlan): Map<string, Place> {
  return new Map(
    routes.flatMap(({ vehicleId, stops }) =>
      stops.map(({ stopId, arrivalMs }): [string, Place] => [stopId, { vehicleId, arrivalMs }]),
    ),
  );
}

/**
 * A stop that the new plan does not know at all is done or cancelled, and no change of the plan.
 * @param settledStopIds done or frozen: no leg from or to one of them counts
 */
export function comparePlans(
  before: ComparedPlan,
  after: ComparedPlan,
  settledStopIds: Iterable<string> = [],
): PlanDifference {
  const [old, now] = [placesOf(before), placesOf(after)];
  const left = new Set(after.unassigned.map(({ stopId }) => stopId));
  const stays = staying(before, after);
  const stops = [...now].map(([stopId, place]): StopChange => {
    const from = old.get(stopId);
    if (from === undefined) return { stopId, change: 'inserted', toVehicleId: place.vehicleId };
    const change = from.vehicleId !== place.vehicleId ? 'moved' : stays.has(stopId) ? 'kept' : 'resequenced';
    const shiftSeconds = (place.arrivalMs - from.arrivalMs) / 1000;
    return { stopId, change, fromVehicleId: from.vehicleId, toVehicleId: place.vehicleId, shiftSeconds };
  });
  const dropped = [...old]
    .filter(([stopId]) => left.has(stopId))
    .map(([stopId, { vehicleId }]): StopChange => ({ stopId, change: 'dropped', fromVehicleId: vehicleId }));
  const settled = new Set(settledStopIds);
  const isOpen = (stopId: string): boolean => !settled.has(stopId) && (now.has(stopId) || left.has(stopId));
  const legs = legsOf(before, isOpen);
  const kept = new Set(legsOf(after, (stopId) => isOpen(stopId) && old.has(stopId)));
  const changedLegs = legs.filter((leg) => !kept.has(leg)).length;
  const changedShare = legs.length === 0 ? 0 : changedLegs / legs.length;
  return { stops: [...stops, ...dropped], remainingLegs: legs.length, changedLegs, changedShare };
}

/** Each pair of stops that follow each other, the others left out. */
function legsOf({ routes }: ComparedPlan, isCounted: (stopId: string) => boolean): string[] {
  return routes.flatMap((route) => {
    const ids = route.stops.map(({ stopId }) => stopId).filter(isCounted);
    return ids.slice(1).map((stopId, index) => JSON.stringify([ids[index], stopId]));
  });
}

/** Stops that keep their place: per vehicle the longest sequence that both plans have in the same order. */
function staying(before: ComparedPlan, after: ComparedPlan): Set<string> {
  const result = new Set<string>();
  for (const route of after.routes) {
    const old = before.routes.find(({ vehicleId }) => vehicleId === route.vehicleId);
    const rank = new Map(old?.stops.map(({ stopId }, index) => [stopId, index]));
    const ids = route.stops.map(({ stopId }) => stopId).filter((stopId) => rank.has(stopId));
    for (const index of longestRising(ids.map((stopId) => rank.get(stopId) as number)))
      result.add(ids[index] as string);
  }
  return result;
}

/** Indexes of the longest rising subsequence; of several the one that ends first. */
function longestRising(values: readonly number[]): number[] {
  const length: number[] = [];
  const before: number[] = [];
  let best = -1;
  for (const [index, value] of values.entries()) {
    length[index] = 1;
    before[index] = -1;
    for (let other = 0; other < index; other += 1) {
      if ((values[other] as number) < value && (length[other] as number) >= (length[index] as number)) {
        length[index] = (length[other] as number) + 1;
        before[index] = other;
      }
    }
    if (best < 0 || (length[index] as number) > (length[best] as number)) best = index;
  }
  const result: number[] = [];
  for (let at = best; at >= 0; at = before[at] as number) result.push(at);
  return result;
}
