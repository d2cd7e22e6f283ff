/**
 * The part of the independent check that looks at one route: it is driven again, event by event, with times, loads and
 * breaks worked out anew from the problem. Frozen stops may break a rule that they cannot keep (see the port).
 */
import {
  LOAD_TOLERANCE,
  type PlannedBreak,
  type PlannedReload,
  type PlannedRoute,
  type PlannedStop,
  type RoutingProblem,
  type RoutingStop,
  type RoutingVehicle,
} from './port.ts';

interface Event {
  readonly index: number;
  readonly stop: RoutingStop | undefined;
  readonly arrivalMs: number;
  readonly serviceStartMs: number;
  readonly servedMs: number;
  readonly departureMs: number;
  readonly legSeconds: number;
  readonly legMeters: number;
  readonly stopsBefore: number;
  readonly trip: number;
  readonly name: string;
}

/** A time in which the vehicle stands and does not serve. */
interface Standing {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stopsBefore: number;
}

/** One sentence per violation. */
export function checkRoute(problem: RoutingProblem, vehicle: RoutingVehicle, route: PlannedRoute): string[] {
  const events = eventsOf(problem, vehicle, route);
  if (typeof events === 'string') return [events];
  return [
    ...checkTimes(problem, vehicle, route, events),
    ...checkLoads(problem, vehicle, route, events),
    ...checkVehicle(vehicle, route, events),
    ...checkBreaks(problem, vehicle, route, events),
  ];
}

/** The stops and reloads in the order in which they happen, or what makes that impossible to say. */
function eventsOf(problem: RoutingProblem, vehicle: RoutingVehicle, route: PlannedRoute): Event[] | string {
  if (route.stops.length === 0) return 'V4: a route without stops';
  const indexes = new Map(problem.stops.map(({ stopId }, index) => [stopId, index + 1]));
  const events: Event[] = [];
  const reloads = [...(route.reloads ?? [])];
  const reloadMs = Math.round((vehicle.reloadSeconds ?? 0) * 1000);
  for (const [number, visit] of route.stops.entries()) {
    const index = indexes.get(visit.stopId);
    if (index === undefined) return `V4: unknown stop ${visit.stopId}`;
    const trip = visit.trip ?? 0;
    while (reloads[0] !== undefined && reloads[0].trip <= trip) {
      events.push(reloadEvent(reloads.shift() as PlannedReload, number, reloadMs));
    }
    events.push(stopEvent(visit, index, problem.stops[index - 1] as RoutingStop, number));
  }
  if (reloads.length > 0) return 'V9: a reload after which nothing is served';
  return events;
}

function reloadEvent(reload: PlannedReload, stopsBefore: number, reloadMs: number): Event {
  // Breaks at the depot may come before and after the loading: only together they have to fit.
  const servedMs = reload.arrivalMs + reloadMs;
  return {
    ...reload,
    index: 0,
    stop: undefined,
    serviceStartMs: reload.arrivalMs,
    servedMs,
    stopsBefore,
    name: `reload ${reload.trip}`,
  };
}

function stopEvent(visit: PlannedStop, index: number, stop: RoutingStop, stopsBefore: number): Event {
  const servedMs = visit.serviceStartMs + Math.round(stop.serviceSeconds * 1000);
  return { ...visit, index, stop, servedMs, trip: visit.trip ?? 0, stopsBefore, name: `stop ${stop.stopId}` };
}

/** When a vehicle arrives that leaves at `leaveMs`; NaN when there is no way. */
function reachedMs({ matrix }: RoutingProblem, from: number, to: number, leaveMs: number): number {
  const { size, durationsSeconds, distancesMeters, slots = [] } = matrix;
  const cell = from * size + to;
  const isWay = (seconds: number | undefined): boolean => seconds !== undefined && seconds >= 0 && seconds < Infinity;
  if (!isWay(durationsSeconds[cell]) || !isWay(distancesMeters[cell])) return Number.NaN;
  const speeds = [{ fromMs: Number.NEGATIVE_INFINITY, durationsSeconds }, ...slots];
  let clock = leaveMs;
  let done = 0;
  for (const [number, speed] of speeds.entries()) {
    const untilMs = speeds[number + 1]?.fromMs ?? Infinity;
    if (untilMs <= clock) continue;
    const wholeMs = (speed.durationsSeconds[cell] as number) * 1000;
    if (isWay(wholeMs)) {
      const restMs = (1 - done) * wholeMs;
      if (clock + restMs <= untilMs) return clock + restMs;
      done += (untilMs - clock) / wholeMs;
    }
    clock = untilMs;
  }
  return Number.NaN;
}

/** When each frozen stop can be served at the earliest, no break counted. */
function frozenStartsMs(problem: RoutingProblem, vehicle: RoutingVehicle): Map<string, number> {
  const result = new Map<string, number>();
  let before = vehicle.startIndex ?? 0;
  let clock = Math.ceil(Math.max(problem.nowMs, vehicle.shift.fromMs));
  for (const stopId of vehicle.frozenStopIds ?? []) {
    const index = problem.stops.findIndex((stop) => stop.stopId === stopId);
    const stop = problem.stops[index];
    if (stop === undefined) break;
    const start = Math.max(Math.round(reachedMs(problem, before, index + 1, clock)), Math.ceil(stop.window.fromMs));
    result.set(stopId, start);
    clock = start + Math.round(stop.serviceSeconds * 1000);
    before = index + 1;
  }
  return result;
}

function checkTimes(
  problem: RoutingProblem,
  vehicle: RoutingVehicle,
  route: PlannedRoute,
  events: readonly Event[],
): string[] {
  const { matrix, nowMs } = problem;
  const faults: string[] = [];
  const expect = (isTrue: boolean, fault: string): void => {
    if (!isTrue) faults.push(fault);
  };
  const frozen = vehicle.frozenStopIds ?? [];
  const frozenStarts = frozenStartsMs(problem, vehicle);
  expect(route.departMs >= Math.max(nowMs, vehicle.shift.fromMs), 'V3: leaves before its shift or before now');
  let before = vehicle.startIndex ?? 0;
  let leftMs = route.departMs;
  let meters = 0;
  const drive = (to: number): number => {
    meters += matrix.distancesMeters[before * matrix.size + to] as number;
    return reachedMs(problem, before, to, leftMs);
  };
  const roundingMs = 0.501;
  for (const event of events) {
    const { stop, name } = event;
    const arrivalMs = drive(event.index);
    expect(
      Math.abs(event.arrivalMs - arrivalMs) <= roundingMs,
      `V5: ${name} is reached at another time than the matrix says`,
    );
    const hasLeg = Math.abs(event.legSeconds * 1000 - (event.arrivalMs - leftMs)) < 0.01;
    expect(hasLeg, `V5: ${name} has another travel time than the matrix`);
    expect(event.serviceStartMs >= event.arrivalMs, `V2: ${name} is served before the vehicle arrives`);
    expect(event.departureMs >= event.servedMs - 1, `V5: ${name} is not served for its service time`);
    if (stop !== undefined) {
      expect(event.serviceStartMs >= stop.window.fromMs, `V2: ${name} is served before its window`);
      const lateMs = Math.max(0, event.serviceStartMs - stop.window.toMs);
      const said = (route.stops[event.stopsBefore] as PlannedStop).lateSeconds ?? 0;
      expect(Math.abs(said * 1000 - lateMs) < 2, `V2: ${name} is ${lateMs / 1000} s late and not ${said} s`);
      const isForced =
        event.stopsBefore < frozen.length &&
        ((vehicle.breaks ?? []).length > 0 || event.serviceStartMs <= (frozenStarts.get(stop.stopId) ?? 0) + 1);
      expect(
        event.serviceStartMs <= (stop.latestMs ?? stop.window.toMs) || isForced,
        `V2: ${name} is served after its window`,
      );
    }
    leftMs = event.departureMs;
    before = event.index;
  }
  const end = vehicle.endIndex ?? 0;
  const endMs = end === 'open' ? leftMs : drive(end);
  expect(Math.abs(route.returnMs - endMs) <= roundingMs, 'V5: returns at another time than the matrix says');
  const isFrozenOnly = frozen.length > 0 && route.stops.length === frozen.length;
  expect(route.returnMs <= vehicle.shift.toMs || isFrozenOnly, 'V3: returns after its shift');
  expect(Math.abs(meters - route.distanceMeters) <= 0.001, 'V5: the distance is not the sum of the legs');
  return faults;
}

function checkLoads(
  problem: RoutingProblem,
  vehicle: RoutingVehicle,
  route: PlannedRoute,
  events: readonly Event[],
): string[] {
  const faults: string[] = [];
  const frozen = new Set(vehicle.frozenStopIds ?? []);
  for (const [dimension, capacity] of vehicle.capacity.entries()) {
    const sumOf = (stops: readonly RoutingStop[]): number =>
      stops.reduce((sum, stop) => sum + (stop.load[dimension] ?? Number.NaN), 0);
    const kept = sumOf(problem.stops.filter(({ stopId }) => frozen.has(stopId)));
    const trips = new Map<number, RoutingStop[]>();
    for (const { stop, trip } of events) if (stop !== undefined) trips.set(trip, [...(trips.get(trip) ?? []), stop]);
    for (const [trip, stops] of trips) {
      const load = sumOf(stops);
      const limit = trip === 0 ? Math.max(capacity, kept) : capacity;
      if (!(load <= limit + LOAD_TOLERANCE)) {
        faults.push(`V1: load ${load} of trip ${trip} exceeds capacity ${capacity} (${dimension})`);
      }
    }
    const whole = sumOf([...trips.values()].flat());
    if (!(Math.abs(whole - (route.loads[dimension] ?? Number.NaN)) <= 1e-6)) {
      faults.push('V1: loads are not the sum of the stops');
    }
  }
  return faults;
}

function checkVehicle(vehicle: RoutingVehicle, route: PlannedRoute, events: readonly Event[]): string[] {
  const faults: string[] = [];
  const frozen = vehicle.frozenStopIds ?? [];
  const skills = new Set(vehicle.skills ?? []);
  for (const [number, { stopId }] of route.stops.entries()) {
    const expected = frozen[number];
    if (expected !== undefined && expected !== stopId)
      faults.push(`V7: stop ${stopId} stands where ${expected} is frozen`);
  }
  if (route.stops.length < frozen.length) faults.push('V7: a frozen stop is missing');
  for (const { stop, trip, stopsBefore, name } of events) {
    if (stop === undefined) continue;
    const { loadedOn } = stop;
    if (loadedOn !== undefined && loadedOn !== vehicle.vehicleId) faults.push(`V8: ${name} is loaded on ${loadedOn}`);
    if (stopsBefore < frozen.length) {
      if (trip > 0) faults.push(`V7: frozen ${name} is not on the first trip`);
      continue;
    }
    for (const skill of stop.skills ?? []) if (!skills.has(skill)) faults.push(`V6: ${name} asks for ${skill}`);
    if (vehicle.isUnderWay === true && trip === 0 && loadedOn === undefined) {
      faults.push(`V8: ${name} is not on board of a vehicle under way`);
    }
  }
  const reloads = route.reloads ?? [];
  for (const [index, { trip }] of reloads.entries())
    if (trip !== index + 1) faults.push('V9: trips are not numbered from 1');
  if (reloads.length + 1 > (vehicle.maxTrips ?? 1)) faults.push(`V9: ${reloads.length + 1} trips are too many`);
  const trips = events.flatMap(({ stop, trip }) => (stop === undefined ? [] : [trip]));
  for (const [index, trip] of trips.entries()) {
    if (trip < (trips[index - 1] ?? 0) || trip > reloads.length)
      faults.push('V9: a stop is on a trip that is not open');
  }
  return faults;
}

function standings(
  problem: RoutingProblem,
  vehicle: RoutingVehicle,
  route: PlannedRoute,
  events: readonly Event[],
): Standing[] {
  const first = { fromMs: Math.max(problem.nowMs, vehicle.shift.fromMs), toMs: route.departMs, stopsBefore: 0 };
  return [
    first,
    ...events.flatMap(({ stop, arrivalMs, serviceStartMs, servedMs, departureMs, stopsBefore }): Standing[] =>
      stop === undefined
        ? [{ fromMs: arrivalMs, toMs: departureMs, stopsBefore }]
        : [
            { fromMs: arrivalMs, toMs: serviceStartMs, stopsBefore },
            { fromMs: servedMs - 1, toMs: departureMs, stopsBefore: stopsBefore + 1 },
          ],
    ),
  ];
}

function checkBreaks(
  problem: RoutingProblem,
  vehicle: RoutingVehicle,
  route: PlannedRoute,
  events: readonly Event[],
): string[] {
  const faults: string[] = [];
  const frozen = (vehicle.frozenStopIds ?? []).length;
  const taken = new Map<string, PlannedBreak>();
  for (const rest of route.breaks ?? []) {
    if (taken.has(rest.breakId)) faults.push(`V10: break ${rest.breakId} is taken twice`);
    taken.set(rest.breakId, rest);
  }
  const places = standings(problem, vehicle, route, events);
  const earliestMs = Math.max(problem.nowMs, vehicle.shift.fromMs);
  for (const { breakId, window, durationSeconds } of vehicle.breaks ?? []) {
    const rest = taken.get(breakId);
    taken.delete(breakId);
    if (rest === undefined) {
      const isNoPart = window.fromMs >= route.returnMs || window.toMs < earliestMs;
      if (!isNoPart) faults.push(`V10: break ${breakId} is not taken`);
      continue;
    }
    const { startMs, endMs, afterStops } = rest;
    if (Math.abs(endMs - startMs - durationSeconds * 1000) > 1) faults.push(`V10: break ${breakId} is not taken whole`);
    const isDelayed = frozen > 0 && startMs > window.toMs && afterStops <= frozen;
    if (startMs < window.fromMs || (startMs > window.toMs && !isDelayed)) {
      faults.push(`V10: break ${breakId} begins outside its window`);
    }
    const stands = places.some(
      ({ fromMs, toMs, stopsBefore }) => stopsBefore === afterStops && fromMs <= startMs && endMs <= toMs,
    );
    if (!stands) faults.push(`V10: the vehicle does not stand still during break ${breakId}`);
  }
  for (const breakId of taken.keys()) faults.push(`V10: break ${breakId} is not the vehicle's`);
  return [...faults, ...checkTogether(vehicle, route, events)];
}

/** Breaks exclude each other, and leave the loading at the depot its time. */
function checkTogether(vehicle: RoutingVehicle, route: PlannedRoute, events: readonly Event[]): string[] {
  const faults: string[] = [];
  const rests = [...(route.breaks ?? [])].sort((left, right) => left.startMs - right.startMs);
  for (const [index, rest] of rests.entries()) {
    if (rest.startMs < (rests[index - 1]?.endMs ?? Number.NEGATIVE_INFINITY)) faults.push('V10: two breaks overlap');
  }
  const loadingMs = Math.round((vehicle.reloadSeconds ?? 0) * 1000);
  for (const { stop, arrivalMs, departureMs, name } of events) {
    if (stop !== undefined) continue;
    const inside = rests.filter(({ startMs, endMs }) => startMs >= arrivalMs && endMs <= departureMs);
    const gaps = [arrivalMs, ...inside.flatMap(({ startMs, endMs }) => [startMs, endMs]), departureMs];
    const longestMs = Math.max(
      ...gaps.flatMap((at, index) => (index % 2 === 0 ? [(gaps[index + 1] as number) - at] : [])),
    );
    if (longestMs < loadingMs - 1) faults.push(`V9: ${name} leaves no time to load`);
  }
  return faults;
}
