/**
 * One driver with one vehicle through a shift: hears offers, thinks, accepts, declines or says nothing, drives what was
 * accepted, and is free again when back at the depot. One route at a time: an offer that meets a busy driver is declined.
 */
import { msOf, type Prng, type Vehicle } from '../domain/index.ts';
import { Drive, type DrivenRoute } from './drive.ts';
import type { DriverApp, Offered } from './driver-app.ts';
import type { DriverRoute } from './driver-documents.ts';
import type { FleetClock, FleetLog, FleetTimer, Navigator } from './ports.ts';
import type { DriverProfile } from './profiles.ts';
import type { FleetStatistics } from './statistics.ts';
import type { Tracker } from './tracker.ts';

export const DECLINE_REASONS = ['BREAK', 'VEHICLE_TROUBLE', 'ROUTE_TOO_LONG'] as const;
const BUSY_REASON = 'ON_A_ROUTE';
/** How the driver API begins its reason when an offer has an answer already. */
const ANSWERED_BEFORE = 'ALREADY_ANSWERED';

export interface DriverPorts {
  readonly clock: FleetClock;
  readonly app: DriverApp;
  readonly tracker: Tracker;
  readonly statistics: FleetStatistics;
  readonly log: FleetLog;
  readonly navigator?: Navigator;
  onDriven(driven: DrivenRoute): void;
}

export class Driver {
  readonly #vehicle: Vehicle;
  readonly #profile: DriverProfile;
  readonly #prng: Prng;
  readonly #ports: DriverPorts;
  readonly #reactions = new Map<string, FleetTimer>();
  #state: 'free' | 'busy' | 'silent' | 'stopped' = 'free';
  #routeId: string | undefined;
  #drive: Drive | undefined;
  /** Whether the accepted route was read. */
  #isRead = false;

  /** @param prng the vehicle's own stream */
  constructor(vehicle: Vehicle, profile: DriverProfile, prng: Prng, ports: DriverPorts) {
    this.#vehicle = vehicle;
    this.#profile = profile;
    this.#prng = prng;
    this.#ports = ports;
  }

  /** Rejects when the driver cannot subscribe to offers. */
  start(): Promise<void> {
    return this.#ports.app.listen(
      (offer) => this.#hear(offer),
      (routeId) => void this.#follow(routeId).catch(this.#onDefect),
    );
  }

  async stop(): Promise<void> {
    this.#state = 'stopped';
    for (const timer of this.#reactions.values()) timer.cancel();
    this.#reactions.clear();
    this.#drive?.end();
    await this.#ports.app.close();
  }

  #hear({ routeId }: Offered): void {
    const { clock, statistics } = this.#ports;
    if (this.#state === 'silent' || this.#state === 'stopped') return;
    // The backend may publish an offer twice; the driver thinks about it once.
    if (this.#reactions.has(routeId) || this.#routeId === routeId) return;
    statistics.offers += 1;
    const { reactionSeconds, silenceRate, declineRate } = this.#profile.offers;
    const luck = this.#prng.fork(`offer/${routeId}`);
    const delayMs = Math.round(
      (reactionSeconds.min + (reactionSeconds.max - reactionSeconds.min) * luck.next()) * 1000,
    );
    const isSilent = luck.next() < silenceRate;
    const reason = luck.next() < declineRate ? luck.pick(DECLINE_REASONS) : undefined;
    const react = async (): Promise<void> => {
      this.#reactions.delete(routeId);
      if (this.#state === 'silent') return;
      if (this.#state === 'busy') await this.#decline(routeId, BUSY_REASON);
      else if (isSilent) statistics.silent += 1;
      else if (reason !== undefined) await this.#decline(routeId, reason);
      else await this.#accept(routeId);
    };
    this.#reactions.set(
      routeId,
      clock.at(clock.now() + delayMs, () => void react().catch(this.#onDefect)),
    );
  }

  /** The route was re-planned: the app reads it again. A change that comes before the first reading is read with it. */
  async #follow(routeId: string): Promise<void> {
    const { app, statistics } = this.#ports;
    if (this.#routeId !== routeId || !this.#isRead) return;
    const drive = this.#drive;
    const route = await app.route(routeId);
    if (route === undefined || route === null || this.#drive !== drive || this.#routeId !== routeId) return;
    if (drive?.follow(route) === true) statistics.routeChanges += 1;
  }

  async #decline(routeId: string, reason: string): Promise<void> {
    const { app, statistics } = this.#ports;
    statistics.declined += 1;
    await app.declineRoute(routeId, reason);
  }

  async #accept(routeId: string): Promise<void> {
    const { app, statistics, log } = this.#ports;
    this.#state = 'busy';
    this.#routeId = routeId;
    const answer = await app.acceptRoute(routeId);
    if (this.#state !== 'busy') return;
    // A driver answers an offer once: one that was answered before was, by a try of this call whose answer got lost.
    const isTaken = answer?.accepted === true || answer?.reason?.startsWith(ANSWERED_BEFORE) === true;
    if (!isTaken) {
      statistics.acceptancesRefused += 1;
      log('an acceptance was not taken', { routeId, ...this.#names(), reason: answer?.reason ?? 'no answer' });
      this.#free();
      return;
    }
    statistics.accepted += 1;
    const route = await app.route(routeId);
    if (this.#state !== 'busy') return;
    this.#isRead = true;
    if (route === undefined || route === null) {
      log('an accepted route could not be read', { routeId, ...this.#names() });
      this.#free();
      return;
    }
    this.#depart(route);
  }

  #depart(route: DriverRoute): void {
    const { clock, app, tracker, statistics, log, navigator } = this.#ports;
    const loadedMs = clock.now() + this.#profile.road.loadingSeconds * 1000;
    const departMs = Math.max(route.plannedDepartureAt, msOf(this.#vehicle.shift.from), loadedMs);
    // The drive before may still be awake at the depot.
    this.#drive?.end();
    const vehicle = { ...this.#names(), shiftToMs: msOf(this.#vehicle.shift.to) };
    this.#drive = new Drive(vehicle, route, departMs, this.#profile, this.#prng.fork(`route/${route.routeId}`), {
      clock,
      app,
      tracker,
      statistics,
      log,
      ...(navigator !== undefined && { navigator }),
      onReturned: (driven) => {
        this.#free();
        this.#ports.onDriven(driven);
      },
      onSilent: (driven) => {
        this.#state = 'silent';
        statistics.silentForGood += 1;
        log('the phone died', { routeId: route.routeId, ...this.#names() });
        this.#ports.onDriven(driven);
        app.close().catch(this.#onDefect);
      },
      onDefect: this.#onDefect,
    });
  }

  #free(): void {
    this.#state = 'free';
    this.#routeId = undefined;
    this.#isRead = false;
  }

  #names(): { readonly vehicleId: string; readonly driverId: string } {
    return { vehicleId: this.#vehicle.vehicleId, driverId: this.#vehicle.driverId };
  }

  /** Thrown again from the clock, so that the run ends with it instead of going on with a driver less. */
  readonly #onDefect = (error: unknown): void => {
    const { clock } = this.#ports;
    clock.at(clock.now(), () => {
      throw error;
    });
  };
}
