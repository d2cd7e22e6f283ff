/**
 * What the map shows: depots, routes with their stops, vehicles and fences. Plain JSON, as the command line prints it,
 * the HTTP API answers it and the console draws it; times are ISO 8601 UTC with milliseconds, durations are in seconds
 * and say so.
 */

export interface MapDepot {
  readonly depotId: string;
  readonly position: readonly [number, number];
}
export interface MapStop {
  readonly sequence: number;
  readonly stopId: string;
  readonly position: readonly [number, number];
  readonly orderIds: readonly string[];
  readonly plannedArrivalAt: string;
  readonly isDone: boolean;
}
export interface MapRoute {
  readonly routeId: string;
  readonly depotId: string;
  readonly vehicleId: string;
  readonly driverId: string;
  readonly status: string;
  readonly stops: readonly MapStop[];
}
export interface MapVehicle {
  readonly vehicleId: string;
  readonly position: readonly [number, number];
  readonly sampleTime: string;
  readonly routeId?: string;
  readonly headingDegrees?: number;
}
export interface MapFence {
  readonly fenceId: string;
  readonly kind: 'depot' | 'stop' | 'zone';
  readonly center: readonly [number, number];
  readonly radiusMeters: number;
}
export interface MapPicture {
  readonly now: string;
  readonly depots: readonly MapDepot[];
  readonly routes: readonly MapRoute[];
  readonly vehicles: readonly MapVehicle[];
  readonly fences: readonly MapFence[];
}
