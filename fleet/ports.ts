/**
 * What the fleet needs from its host: a clock, a seed, and per vehicle a connection that has the public interfaces of a
 * driver app and nothing else. Whether AppSync and IoT Core behind it are those of an account or of a region in one
 * process makes no difference here.
 */
import type { Position } from '../domain/index.ts';

/** One per vehicle: its driver already signed in, its certificate already provisioned. */
export interface DriverConnection {
  /** A query or mutation; resolves with the `data` of the answer, rejects when the answer has errors. */
  query<T>(document: string, variables: Readonly<Record<string, unknown>>): Promise<T>;
  /** `onData` gets the `data` of each event, such as `{ onRouteOffered: {...} }`. */
  subscribe(
    document: string,
    variables: Readonly<Record<string, unknown>>,
    onData: (data: unknown) => void,
  ): Promise<{ unsubscribe(): void }>;
  /** MQTT publish with the vehicle's certificate. */
  publish(topic: string, payload: object): Promise<void>;
  close?(): void | Promise<void>;
}

/** The clock of the region fits. */
export interface FleetClock {
  /** ms since 1970. */
  now(): number;
  at(dueMs: number, work: () => void): FleetTimer;
}

export interface FleetTimer {
  cancel(): void;
}

export type FleetLog = (message: string, fields: Readonly<Record<string, unknown>>) => void;

/** A point of a way, with what it takes to come there from the way's start. */
export interface WayPoint {
  readonly position: Position;
  readonly seconds: number;
  readonly meters: number;
}

/** The navigation of the driver's phone. */
export interface Navigator {
  /** Along streets; undefined where it knows no way. */
  way(from: Position, to: Position): readonly WayPoint[] | undefined;
}

export interface FleetPorts {
  readonly clock: FleetClock;
  readonly seed: number | string;
  connect(vehicle: { readonly vehicleId: string; readonly driverId: string }): Promise<DriverConnection>;
  readonly log?: FleetLog;
  /** Without one, vehicles move in straight lines from stop to stop. */
  readonly navigator?: Navigator;
}
