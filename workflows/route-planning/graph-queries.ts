/**
 * What may be asked of the graph of routes, and what it answers: the contract between the tools and the function
 * `query-graph`. There are these questions and no others: no query text comes from outside.
 */
import * as z from 'zod';

const id = z.string().min(1).max(200);
const isoTime = z.iso.datetime();
const day = z.iso.date();
/** The greatest circle that may be asked for. */
export const MAX_RADIUS_METERS = 10_000;

export const graphQuerySchema = z.union([
  z.strictObject({ query: z.literal('route-of-order'), orderId: id }),
  z.strictObject({
    query: z.literal('orders-of-vehicle'),
    vehicleId: id,
    /** Of the planned departure of its routes; without them all that is known. */
    from: isoTime.optional(),
    to: isoTime.optional(),
  }),
  z.strictObject({ query: z.literal('drivers-who-know'), customerId: id }),
  z.strictObject({
    query: z.literal('drivers-who-know'),
    position: z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]),
    radiusMeters: z.number().positive().max(MAX_RADIUS_METERS),
  }),
  z.strictObject({ query: z.literal('co-delivered'), customerId: id }),
  z.strictObject({ query: z.literal('plan-against-driven'), routeId: id }),
  /** The day of planned departure, in UTC. */
  z.strictObject({ query: z.literal('plan-against-driven'), depotId: id, day }),
]);
export type GraphQuery = z.infer<typeof graphQuerySchema>;
export type GraphQueryName = GraphQuery['query'];

export type GraphOutcome = 'Delivered' | 'AttemptFailed';

/** What became of an order on a route; absent until the driver has said so and the route has closed. */
export interface OrderOutcome {
  readonly outcome: GraphOutcome;
  readonly at: string;
}

/** Who is or was on a route. */
export interface Crew {
  readonly vehicleId: string;
  readonly driverId: string;
}

/** A plan that an order was in. */
export interface PlanOfOrder {
  /** The one that counts: of the highest cycle, then the latest. */
  readonly isCurrent: boolean;
  readonly planId: string;
  readonly plannedAt: string;
  readonly routeId: string;
  readonly cycle: number;
  readonly sequence: number;
  readonly plannedArrivalAt: string;
  readonly planned: Crew;
  readonly driven?: Crew;
  readonly result?: OrderOutcome;
}

export interface OrderOfVehicle {
  readonly orderId: string;
  readonly routeId: string;
  readonly cycle: number;
  readonly sequence: number;
  readonly plannedArrivalAt: string;
  /** Whether the vehicle was planned for the route, and whether it drove it. */
  readonly isPlanned: boolean;
  /** Absent while nobody has driven the route. */
  readonly drivenBy?: string;
  readonly result?: OrderOutcome;
}

export interface KnowingDriver {
  readonly driverId: string;
  readonly routes: number;
  /** Orders that the driver brought to the door, whatever came of it, and those handed over. */
  readonly visits: number;
  readonly delivered: number;
  readonly lastAt: string;
  /** Of a place: distance of the nearest stop. */
  readonly nearestMeters?: number;
}

export interface CoDeliveredCustomer {
  readonly customerId: string;
  /** Routes that delivered to both. */
  readonly routes: number;
  readonly orders: number;
  readonly lastAt: string;
}

export interface RouteComparison {
  readonly routeId: string;
  readonly planId: string;
  readonly planned: Crew & { readonly departureAt: string; readonly returnAt: string; readonly distanceMeters: number };
  /** Absent while nothing is known of its having been driven. */
  readonly driven?: Crew & {
    readonly departedAt?: string;
    readonly returnedAt?: string;
    readonly distanceMeters?: number;
  };
  readonly orders: number;
  readonly delivered: number;
  readonly failed: number;
  /** Mean seconds that outcomes came after the planned end of their stop; negative when before. Absent without outcomes. */
  readonly meanLateSeconds?: number;
}

export interface StopComparison {
  readonly sequence: number;
  readonly orderId: string;
  readonly cycle: number;
  readonly plannedArrivalAt: string;
  readonly serviceSeconds: number;
  readonly result?: OrderOutcome;
  /** After the planned end of the stop. */
  readonly lateSeconds?: number;
}

/** `truncated`: more was found than an answer holds. */
interface Rows<Row> {
  readonly rows: readonly Row[];
  readonly truncated: boolean;
}

export interface GraphAnswers {
  readonly 'route-of-order': Rows<PlanOfOrder>;
  readonly 'orders-of-vehicle': Rows<OrderOfVehicle>;
  readonly 'drivers-who-know': Rows<KnowingDriver>;
  readonly 'co-delivered': Rows<CoDeliveredCustomer>;
  /** `stops`: of a single route. */
  readonly 'plan-against-driven': Rows<RouteComparison> & { readonly stops?: readonly StopComparison[] };
}
