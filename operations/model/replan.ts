/** Planning the routes of a depot again, as an operator asks for it and sees it; times are ISO 8601 UTC. */

export interface ReplanRequest {
  readonly depotId: string;
  /** `compare` changes nothing. */
  readonly mode: 'apply' | 'compare';
  /** Recorded; needed for `apply`. */
  readonly why?: string;
  /** How long to wait for the wave, milliseconds. */
  readonly timeoutMs: number;
}

/** What a re-plan of a depot changes, or would. */
export interface ReplanReport {
  readonly depotId: string;
  readonly mode: 'apply' | 'compare';
  readonly waveId: string;
  readonly executionArn: string;
  /** Only those that change. */
  readonly routes: readonly ReplannedRoute[];
  /** Of vehicles that were free. */
  readonly newRoutes: readonly {
    readonly routeId: string;
    readonly vehicleId: string;
    readonly orderIds: readonly string[];
    readonly departsAt: string;
    readonly returnsAt: string;
    readonly isMade: boolean;
  }[];
  /** Pending orders without a place, with the next trip that could take them where there is one. */
  readonly waiting: readonly {
    readonly orderId: string;
    readonly nextTrip?: { readonly vehicleId: string; readonly arrivalAt: string };
    readonly reasons: readonly string[];
  }[];
}

export interface ReplannedRoute {
  readonly routeId: string;
  readonly vehicleId: string;
  /** Stops that are done, or too near to be changed. */
  readonly settledStops: number;
  readonly stops: readonly ReplannedStop[];
  /** Pairs of the stops above that followed each other, and those that no longer do; a stop that came in changes none. */
  readonly legs: number;
  readonly changedLegs: number;
  readonly extraSeconds: number;
  readonly extraMeters: number;
  /** Orders whose promise the new sequence misses and the old one kept, by the planned arrivals; and the other way round. */
  readonly becomeLate: readonly string[];
  readonly becomeKept: readonly string[];
  /** Whether the route is so now: false for `compare`, and where it had moved on before the change could be made. */
  readonly isMade: boolean;
}

export interface ReplannedStop {
  readonly stopId: string;
  readonly orderIds: readonly string[];
  /** `resequenced`: at another place among the stops that were there. */
  readonly change: 'kept' | 'resequenced' | 'inserted';
  readonly before?: { readonly sequence: number; readonly arrivalAt: string };
  readonly after: { readonly sequence: number; readonly arrivalAt: string };
}
