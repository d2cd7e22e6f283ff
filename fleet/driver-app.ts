/**
 * The phone in the driver's hand: the calls of the driver API, each tried again a few times with growing pauses on the
 * fleet's clock and then given up. A call never rejects: what was given up answers undefined.
 */
import { type Fix, fixTopic } from '../workflows/route-dispatch/contracts.ts';
import {
  ACCEPT_ROUTE,
  type Answer,
  answerSchema,
  CONFIRM_DELIVERY,
  changeEventSchema,
  DECLINE_ROUTE,
  type DriverRoute,
  ON_ROUTE_CHANGED,
  ON_ROUTE_OFFERED,
  offerEventSchema,
  REPORT_FAILED_ATTEMPT,
  ROUTE,
  routeAnswerSchema,
} from './driver-documents.ts';
import type { DriverConnection, FleetClock, FleetLog, FleetTimer } from './ports.ts';
import type { FleetStatistics } from './statistics.ts';

/** Pauses before the second and each later try. */
const PAUSES_MS = [2_000, 5_000, 15_000, 60_000];

type Variables = Readonly<Record<string, unknown>>;

export interface Offered {
  readonly routeId: string;
}

export class DriverApp {
  readonly #vehicle: { readonly vehicleId: string; readonly driverId: string };
  readonly #connection: DriverConnection;
  readonly #clock: FleetClock;
  readonly #statistics: FleetStatistics;
  readonly #log: FleetLog;
  readonly #topic: string;
  readonly #pauses = new Map<FleetTimer, () => void>();
  #isOpen = true;
  readonly #subscriptions: { unsubscribe(): void }[] = [];

  constructor(
    vehicle: { readonly vehicleId: string; readonly driverId: string },
    connection: DriverConnection,
    ports: { readonly clock: FleetClock; readonly statistics: FleetStatistics; readonly log: FleetLog },
  ) {
    this.#vehicle = vehicle;
    this.#connection = connection;
    this.#clock = ports.clock;
    this.#statistics = ports.statistics;
    this.#log = ports.log;
    this.#topic = fixTopic(vehicle.vehicleId);
  }

  /** Rejects when a subscription is refused: a driver who hears no offers is no driver. */
  async listen(onOffer: (offer: Offered) => void, onChange: (routeId: string) => void): Promise<void> {
    const { vehicleId } = this.#vehicle;
    // A driver of two vehicles hears what is for both.
    await this.#subscribe(ON_ROUTE_OFFERED, offerEventSchema, ({ onRouteOffered }) => {
      if (onRouteOffered.vehicleId === vehicleId) onOffer(onRouteOffered);
    });
    await this.#subscribe(ON_ROUTE_CHANGED, changeEventSchema, ({ onRouteChanged }) => {
      if (onRouteChanged.vehicleId === vehicleId) onChange(onRouteChanged.routeId);
    });
  }

  acceptRoute(routeId: string): Promise<Answer | undefined> {
    return this.#answerOf('acceptRoute', ACCEPT_ROUTE, { routeId });
  }

  declineRoute(routeId: string, reason: string): Promise<Answer | undefined> {
    return this.#answerOf('declineRoute', DECLINE_ROUTE, { routeId, reason });
  }

  confirmDelivery(input: Variables): Promise<Answer | undefined> {
    return this.#answerOf('confirmDelivery', CONFIRM_DELIVERY, { input });
  }

  reportFailedAttempt(input: Variables): Promise<Answer | undefined> {
    return this.#answerOf('reportFailedAttempt', REPORT_FAILED_ATTEMPT, { input });
  }

  /** Null when the backend does not show this route to this driver. */
  route(routeId: string): Promise<DriverRoute | null | undefined> {
    return this.#persist('route', async () =>
      routeAnswerSchema.parse(await this.#connection.query(ROUTE, { routeId })),
    );
  }

  /** Not waited for: a fix that is not taken is a fix less. */
  publish(fix: Fix): void {
    this.#statistics.fixes += 1;
    this.#connection.publish(this.#topic, fix).catch((error: unknown) => {
      this.#statistics.fixesFailed += 1;
      this.#log('a fix was not taken', { vehicleId: fix.vehicleId, sampleTime: fix.sampleTime, error: String(error) });
    });
  }

  /** Ends the subscription, the pauses and with them every call that is tried again. */
  async close(): Promise<void> {
    this.#isOpen = false;
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    for (const [timer, goOn] of this.#pauses) {
      timer.cancel();
      goOn();
    }
    this.#pauses.clear();
    await this.#connection.close?.();
  }

  async #subscribe<Event>(
    document: string,
    schema: { safeParse(data: unknown): { success: true; data: Event } | { success: false; error: Error } },
    onEvent: (event: Event) => void,
  ): Promise<void> {
    const { driverId } = this.#vehicle;
    const subscription = await this.#connection.subscribe(document, { driverId }, (data) => {
      const event = schema.safeParse(data);
      if (event.success) onEvent(event.data);
      else this.#log('an event that is none', { ...this.#vehicle, reason: event.error.message });
    });
    this.#subscriptions.push(subscription);
  }

  #answerOf(name: string, document: string, variables: Variables): Promise<Answer | undefined> {
    return this.#persist(name, async () => answerSchema.parse(await this.#connection.query(document, variables)));
  }

  async #persist<T>(name: string, call: () => Promise<T>): Promise<T | undefined> {
    for (let tries = 0; this.#isOpen; tries += 1) {
      try {
        return await call();
      } catch (error) {
        const pauseMs = PAUSES_MS[tries];
        const fields = { ...this.#vehicle, call: name, tries: tries + 1, error: String(error) };
        if (pauseMs === undefined) {
          this.#statistics.callsGivenUp += 1;
          this.#log('a call was given up', fields);
          return undefined;
        }
        this.#statistics.callRetries += 1;
        this.#log('a call is tried again', fields);
        await this.#pause(pauseMs);
      }
    }
    return undefined;
  }

  #pause(pauseMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#clock.at(this.#clock.now() + pauseMs, () => {
        this.#pauses.delete(timer);
        resolve();
      });
      this.#pauses.set(timer, resolve);
    });
  }
}
