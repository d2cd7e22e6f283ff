/** Keys and items of the planning and routes tables, as the functions of planning and dispatch write them. */
import type { PlannedRoute, RouteRequest } from '../../workflows/route-planning/contracts.ts';
import type { OfferItem, RouteItem } from './tables.ts';

export const depotPk = (depotId: string) => `DEPOT#${depotId}` as const;
export const wavePk = (waveId: string) => `WAVE#${waveId}` as const;
export const routePk = (routeId: string) => `ROUTE#${routeId}` as const;
export const vehiclePk = (vehicleId: string) => `VEHICLE#${vehicleId}` as const;
export const requestSk = (orderId: string, cycle: number) => `REQUEST#${orderId}#${cycle}` as const;

export const PENDING_INDEX = 'pending';
export const PENDING_SHARD = 'PENDING';

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
  readonly claimedAt: string;
  readonly requestCount?: number;
}

export interface UnassignedOrder {
  readonly orderId: string;
  readonly cycle: number;
  readonly reasons: readonly string[];
}

/** `WAVE#<waveId>` / `UNASSIGNED`: written last, so its presence says that routes 1 to `routeCount` are all there. */
export interface UnassignedItem {
  readonly pk: string;
  readonly sk: 'UNASSIGNED';
  readonly routeCount: number;
  readonly orders: readonly UnassignedOrder[];
}

/** `WAVE#<waveId>` / `ROUTE#<n>`. */
export interface PlannedRouteItem extends PlannedRoute {
  readonly pk: string;
  readonly sk: string;
}

/** A route item with the orders that the driver was told not to serve any more (cancelled, or planned anew). */
export interface RouteRecord extends RouteItem {
  readonly dropped?: readonly string[];
}

/** An offer with its answer. */
export interface OfferRecord extends OfferItem {
  readonly answeredAt?: string;
  readonly declineReason?: string;
}

/** Every order of a route with its cycle, in driving order. */
export const ordersOf = (route: Pick<PlannedRoute, 'stops'>): PlannedRoute['stops'][number]['orders'] =>
  route.stops.flatMap((stop) => stop.orders);
