/**
 * One route as it is driven: load, drive leg by leg, serve each stop and report each order, come back. A machine of
 * phases on one timer: it is due at the next fix or at the end of the phase, whichever is first.
 *
 * - D1 A fix is due at the depot before departure and at each stop on arrival, so that the crossing of a fence is seen
 *   before what follows it, whatever the interval of fixes. Only a gap on the road can swallow one.
 * - D2 No stop is served before the plan serves it: the plan knows the customer's window.
 * - D3 A delivery or failed attempt bears the time it happened, however often its report is tried.
 * - D4 After the end nothing is sent any more.
 * - D5 A driver who could not be back by the end of the shift turns home and leaves the remaining stops unserved.
 * - D6 A changed route is followed from the next stop on: what is driven to or served stays, nothing is served twice.
 */
import { isoOf, type Position, type Prng } from '../domain/index.ts';
import { knock } from './doorstep.ts';
import type { DriverApp } from './driver-app.ts';
import type { DriverOrder, DriverRoute, DriverStop } from './driver-documents.ts';
import { Line } from './line.ts';
import type { FleetClock, FleetLog, FleetTimer, Navigator } from './ports.ts';
import type { DriverProfile } from './profiles.ts';
import { canStillServe, plannedServiceMs, Road, reckonedWayHome } from './road.ts';
import type { FleetStatistics } from './statistics.ts';
import { FIX_INTERVAL_MS, type Tracker } from './tracker.ts';

/** The engine is on and the phone awake this long before departure, and this long after the return. */
const BEFORE_DEPARTURE_MS = 60_000;
const AFTER_RETURN_MS = 180_000;
/** With orders still aboard: until the depot takes the standing vehicle for returned. */
const AFTER_EARLY_RETURN_MS = 20 * 60_000;
const SERVICE_FACTOR_MIN = 0.5;

type Phase = 'loading' | 'driving' | 'serving' | 'reporting' | 'parked' | 'ended';

/** A route as it was driven; `returnedAt` is absent when the phone died on the way. */
export interface DrivenRoute {
  readonly routeId: string;
  readonly vehicleId: string;
  readonly driverId: string;
  readonly departedAt: string;
  readonly returnedAt?: string;
  readonly distanceMeters: number;
  /** Orders whose report was taken, in the order of their reports. */
  readonly delivered: readonly string[];
  readonly failed: readonly string[];
}

export interface DrivingVehicle {
  readonly vehicleId: string;
  readonly driverId: string;
  readonly shiftToMs: number;
}

export interface DrivePorts {
  readonly clock: FleetClock;
  readonly app: DriverApp;
  readonly tracker: Tracker;
  readonly statistics: FleetStatistics;
  readonly log: FleetLog;
  readonly navigator?: Navigator;
  /** The vehicle is back and its driver free again; it stays awake for some minutes. */
  onReturned(driven: DrivenRoute): void;
  /** The phone died. */
  onSilent(driven: DrivenRoute): void;
  /** A defect of this code: what was thrown after an await. */
  onDefect(error: unknown): void;
}

export class Drive {
  readonly #vehicle: DrivingVehicle;
  #route: DriverRoute;
  readonly #profile: DriverProfile;
  readonly #prng: Prng;
  readonly #ports: DrivePorts;
  readonly #road: Road;
  readonly #delivered: string[] = [];
  readonly #failed: string[] = [];
  #phase: Phase = 'loading';
  #phaseFromMs: number;
  #phaseToMs: number;
  #nextFixMs: number;
  #silentAtMs: number;
  #timer: FleetTimer | undefined;
  /** Of the stop that is driven to or served; as many as there are stops on the way back. */
  #stopIndex = 0;
  #orderIndex = 0;
  #orderMs = 0;
  /** Where the leg ends, or the vehicle stands. */
  #to: Position;
  #line: Line;
  #heading = 0;
  #legMeters = 0;
  #odometerAtLegStart: number;
  readonly #odometerAtStart: number;
  #departedMs = 0;
  #hasTurnedHome = false;

  /** @param departMs not before the shift, the plan and the loading allow */
  constructor(
    vehicle: DrivingVehicle,
    route: DriverRoute,
    departMs: number,
    profile: DriverProfile,
    prng: Prng,
    ports: DrivePorts,
  ) {
    this.#vehicle = vehicle;
    this.#route = route;
    this.#profile = profile;
    this.#prng = prng;
    this.#ports = ports;
    this.#road = new Road(profile.road, prng.fork('road'));
    this.#to = route.depotPosition;
    this.#line = Line.between(this.#to, this.#to);
    this.#odometerAtStart = ports.tracker.odometerMeters;
    this.#odometerAtLegStart = this.#odometerAtStart;
    this.#phaseFromMs = ports.clock.now();
    this.#phaseToMs = departMs;
    this.#nextFixMs = Math.max(this.#phaseFromMs, departMs - BEFORE_DEPARTURE_MS); // D1
    const death = prng.fork('phone');
    const dies = death.next() < profile.road.phoneDeathRate;
    const spanMs = Math.max(0, route.plannedReturnAt - route.plannedDepartureAt);
    this.#silentAtMs = dies ? departMs + death.next() * spanMs : Number.POSITIVE_INFINITY;
    this.#schedule();
  }

  /** @returns whether there was anything left to change */
  follow(route: DriverRoute): boolean {
    if (this.#phase === 'ended' || this.#phase === 'parked' || this.#hasTurnedHome) return false;
    if (this.#phase === 'loading') {
      this.#route = route;
      return true;
    }
    const begun = this.#route.stops.slice(0, this.#stopIndex + 1);
    if (this.#stopIndex >= this.#route.stops.length) return false;
    const isBegun = new Set(begun.flatMap(({ orders }) => orders.map(({ orderId }) => orderId)));
    // D6
    const ahead = route.stops.filter(({ orders }) => !orders.some(({ orderId }) => isBegun.has(orderId)));
    this.#route = { ...route, stops: [...begun, ...ahead] };
    return true;
  }

  /** Stops at once and says nothing any more. */
  end(): void {
    this.#phase = 'ended'; // D4
    this.#timer?.cancel();
  }

  readonly #tick = (): void => {
    const nowMs = this.#ports.clock.now();
    // A phone that outlives the road has survived.
    if (nowMs >= this.#silentAtMs && this.#phase !== 'parked') {
      this.end();
      this.#ports.onSilent(this.#driven());
      return;
    }
    if (nowMs >= this.#phaseToMs) this.#endPhase(nowMs);
    if (this.#phase === 'ended') return;
    if (nowMs >= this.#nextFixMs) {
      this.#fix(nowMs);
      this.#nextFixMs = nowMs + FIX_INTERVAL_MS;
    }
    this.#schedule();
  };

  #schedule(): void {
    this.#timer = this.#ports.clock.at(Math.min(this.#nextFixMs, this.#phaseToMs), this.#tick);
  }

  #endPhase(nowMs: number): void {
    switch (this.#phase) {
      case 'loading':
        this.#departedMs = nowMs;
        this.#ports.statistics.departures += 1;
        this.#driveOn(nowMs);
        return;
      case 'driving':
        this.#arrive(nowMs);
        return;
      case 'serving':
        this.#phase = 'reporting';
        this.#phaseToMs = Number.POSITIVE_INFINITY;
        this.#report(nowMs).catch(this.#ports.onDefect);
        return;
      case 'parked':
        this.end();
        return;
      case 'reporting':
      case 'ended':
        return;
    }
  }

  #driveOn(nowMs: number): void {
    this.#turnHomeIfLate(nowMs);
    const { stops, depotPosition, plannedReturnAt } = this.#route;
    const stop = stops[this.#stopIndex];
    const wayHome = this.#wayHome();
    this.#phase = 'driving';
    const from = this.#to;
    this.#to = stop?.position ?? depotPosition;
    this.#line = Line.between(from, this.#to, this.#ports.navigator);
    this.#legMeters = stop?.legMeters ?? wayHome.meters;
    this.#odometerAtLegStart = this.#ports.tracker.odometerMeters;
    this.#phaseFromMs = nowMs;
    const legSeconds = stop?.legSeconds ?? wayHome.seconds;
    this.#phaseToMs = nowMs + this.#road.legMs(legSeconds, nowMs, stop?.plannedArrivalAt ?? plannedReturnAt);
  }

  /** D5 */
  #turnHomeIfLate(nowMs: number): void {
    const stop = this.#route.stops[this.#stopIndex];
    if (stop === undefined || canStillServe(this.#route, stop, nowMs, this.#vehicle.shiftToMs)) return;
    const unserved = this.#route.stops.length - this.#stopIndex;
    this.#hasTurnedHome = true;
    this.#stopIndex = this.#route.stops.length;
    this.#ports.statistics.turnedHome += 1;
    this.#ports.log('the shift is nearly over: the driver turns home', { routeId: this.#route.routeId, unserved });
  }

  /** The plan knows the way from its last stop only. */
  #wayHome(): { readonly seconds: number; readonly meters: number } {
    const { returnLegSeconds, returnLegMeters } = this.#route;
    if (!this.#hasTurnedHome) return { seconds: returnLegSeconds, meters: returnLegMeters };
    return reckonedWayHome(this.#route, this.#to);
  }

  #arrive(nowMs: number): void {
    const { tracker, statistics } = this.#ports;
    tracker.odometerMeters = this.#odometerAtLegStart + this.#legMeters;
    this.#nextFixMs = nowMs; // D1
    const stop = this.#route.stops[this.#stopIndex];
    if (stop === undefined) {
      this.#phase = 'parked';
      this.#phaseToMs = nowMs + (this.#hasTurnedHome ? AFTER_EARLY_RETURN_MS : AFTER_RETURN_MS);
      statistics.returns += 1;
      this.#ports.onReturned({ ...this.#driven(), returnedAt: isoOf(nowMs) });
      return;
    }
    const doors = this.#prng.fork(`stop/${stop.sequence}`);
    const factor = Math.max(SERVICE_FACTOR_MIN, doors.normal(1, this.#profile.door.serviceSigma));
    this.#heading = this.#line.at(1).heading;
    this.#orderIndex = 0;
    this.#orderMs = Math.round((stop.serviceSeconds * 1000 * factor) / Math.max(1, stop.orders.length));
    this.#phase = 'serving';
    this.#phaseToMs = Math.max(nowMs, plannedServiceMs(this.#route, this.#stopIndex)) + this.#orderMs; // D2
  }

  /** Reports one order, then goes on with the next one of the stop or with the next stop. */
  async #report(happenedMs: number): Promise<void> {
    const stop = this.#route.stops[this.#stopIndex] as DriverStop;
    const order = stop.orders[this.#orderIndex];
    await (order === undefined ? Promise.resolve() : this.#reportOrder(order, isoOf(happenedMs))); // D3
    if (this.#phase !== 'reporting') return; // D4
    this.#timer?.cancel();
    const nowMs = this.#ports.clock.now();
    this.#orderIndex += 1;
    if (this.#orderIndex < stop.orders.length) {
      this.#phase = 'serving';
      this.#phaseToMs = nowMs + this.#orderMs;
    } else {
      this.#stopIndex += 1;
      this.#driveOn(nowMs);
    }
    this.#schedule();
  }

  async #reportOrder(order: DriverOrder, at: string): Promise<void> {
    const { app, statistics, log } = this.#ports;
    const { routeId } = this.#route;
    const { orderId, cycle } = order;
    const outcome = knock(routeId, order, this.#profile.door, this.#prng.fork(`order/${orderId}/${cycle}`));
    const answer =
      outcome.kind === 'delivered'
        ? await app.confirmDelivery({ routeId, orderId, deliveredAt: at, proof: outcome.proof })
        : await app.reportFailedAttempt({ routeId, orderId, failedAt: at, reason: outcome.reason });
    if (answer === undefined) return;
    if (!answer.accepted) {
      statistics.reportsRefused += 1;
      log('a report was refused', { routeId, orderId, kind: outcome.kind, reason: answer.reason ?? 'no reason given' });
      return;
    }
    if (outcome.kind === 'failed') {
      statistics.failedAttempts += 1;
      this.#failed.push(orderId);
      return;
    }
    statistics.deliveries += 1;
    this.#delivered.push(orderId);
    if (outcome.proof.damaged === true) statistics.damaged += 1;
    if (outcome.proof.photoKey === undefined) statistics.undocumented += 1;
    if (outcome.isShort) statistics.short += 1;
  }

  #fix(nowMs: number): void {
    const { tracker } = this.#ports;
    if (this.#phase !== 'driving') {
      tracker.report(nowMs, this.#to, 0, this.#heading, this.#phase === 'loading' || this.#phase === 'parked');
      return;
    }
    const legMs = this.#phaseToMs - this.#phaseFromMs;
    const fraction = legMs === 0 ? 1 : (nowMs - this.#phaseFromMs) / legMs;
    const { position, share, pace, heading } = this.#line.at(fraction);
    this.#heading = heading;
    tracker.odometerMeters = this.#odometerAtLegStart + this.#legMeters * share;
    const speedMps = legMs === 0 ? 0 : (this.#legMeters / (legMs / 1000)) * pace;
    tracker.report(nowMs, position, speedMps, this.#heading, false);
  }

  #driven(): DrivenRoute {
    return {
      routeId: this.#route.routeId,
      ...this.#vehicle,
      departedAt: isoOf(this.#departedMs),
      distanceMeters: this.#ports.tracker.odometerMeters - this.#odometerAtStart,
      delivered: this.#delivered,
      failed: this.#failed,
    };
  }
}
