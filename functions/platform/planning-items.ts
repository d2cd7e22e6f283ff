/** Keys and items of the planning and routes tables, as the functions of planning and dispatch write them. */
import type {
  PlannedRoute,
  ReplanMode,
  RouteChange,
  RouteRequest,
  UnassignedOrder,
} from '../../workflows/route-planning/contracts.ts';
import type { OfferItem, RouteItem } from './tables.ts';

export const depotPk = (depotId: string) => `DEPOT#${depotId}` as const;
export const wavePk = (waveId: string) => `WAVE#${waveId}` as const;
export const routePk = (routeId: string) => `ROUTE#${routeId}` as const;
export const vehiclePk = (vehicleId: string) => `VEHICLE#${vehicleId}` as const;
export const requestSk = (orderId: string, cycle: number) => `REQUEST#${orderId}#${cycle}` as const;

export const PENDING_INDEX = 'pending';
export const PENDING_SHARD = 'PENDING';
/** In the same index, the depots' items that ask for a re-plan. */
export const REPLAN_SHARD = 'REPLAN';

/** A request as it lies in the table; `pendingShard` puts it into the index of what nobody has claimed. */
export interface RequestItem extends RouteRequest {
  readonly pk: string;
  readonly sk: string;
  readonly pendingShard?: string;
}

/** `DEPOT#<depotId>` / `WAVE`. */
export interface DepotWaveItem {
  readonly lastWaveAt: string;
}

/** `WAVE#<waveId>` / `CLAIM`: what the wave set out to claim, and, once it has, how many it got. */
export interface ClaimItem {
  readonly pk: string;
  readonly sk: 'CLAIM';
  readonly depotId: string;
  readonly requestKeys: readonly string[];
  readonly vehicleIds?: readonly string[];
  /** `never` where it is absent. */
  readonly replan?: ReplanMode;
  readonly claimedAt: string;
  readonly requestCount?: number;
}

/** `WAVE#<waveId>` / `UNASSIGNED`: written last, so its presence says that all routes and changes are there. */
export interface UnassignedItem {
  readonly pk: string;
  readonly sk: 'UNASSIGNED';
  readonly routeCount: number;
  /** Absent on a wave that changes no route. */
  readonly changeCount?: number;
  readonly orders: readonly UnassignedOrder[];
}

/** `WAVE#<waveId>` / `ROUTE#<n>`. */
export interface PlannedRouteItem extends PlannedRoute {
  readonly pk: string;
  readonly sk: string;
}

/** `WAVE#<waveId>` / `CHANGE#<n>`: what a re-plan would change of a route under way or soon to be. */
export interface RouteChangeItem extends RouteChange {
  readonly pk: string;
  readonly sk: string;
}

/** `DEPOT#<depotId>` / `REPLAN#<routeId>`: asks for a re-plan while it is in the index; the next look at the depot opens it. */
export interface ReplanItem {
  readonly pk: string;
  readonly sk: string;
  readonly pendingShard?: typeof REPLAN_SHARD;
  readonly depotId: string;
  readonly routeId: string;
  readonly reason: string;
  /** How many re-plans of this route came to nothing: it had moved on meanwhile, or the wave failed. */
  readonly tries: number;
  /** The wave that was opened for it last. */
  readonly waveId?: string;
  /** For the table's TTL. */
  readonly expiresAt: number;
}

/** A route item with the orders that the driver was told not to serve any more (cancelled, or planned anew). */
export interface RouteRecord extends RouteItem {
  readonly dropped?: readonly string[];
  /** The wave that changed it last. */
  readonly changedBy?: string;
}

/** An offer with its answer. */
export interface OfferRecord extends OfferItem {
  readonly answeredAt?: string;
  readonly declineReason?: string;
}

/** Every order of a route with its cycle, in driving order. */
export const ordersOf = (route: Pick<PlannedRoute, 'stops'>): PlannedRoute['stops'][number]['orders'] =>
  route.stops.flatMap((stop) => stop.orders);
