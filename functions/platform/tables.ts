/**
 * Shapes and keys of the items that the functions keep, one table per owner. Times are ISO 8601 UTC with milliseconds
 * (so that text order is time order); every item is plain JSON for the document client.
 */
import type { Initiator, Order, OrderPromise, OrderStatus, Tier, Verdict } from '../../domain/index.ts';
import type { Milestone, Proof, Reached, RoutePlace, Signal } from '../../workflows/order-lifecycle/contracts.ts';
import type { PlannedRoute } from '../../workflows/route-planning/contracts.ts';

// Orders table: pk = orderId, sk = 'ORDER' | 'EVENT#<key>' | 'REJECTION#<content hash>'. The stream feeds the outbox pipe.
// GSI `due`: dueShard (constant 'DUE') + dueAt, sparse: orders with an open SLA deadline.

/** When each milestone of an order happened in the world. */
export interface OrderTimes {
  readonly placedAt?: string;
  readonly acceptedAt?: string;
  readonly plannedAt?: string;
  readonly dispatchedAt?: string;
  readonly departedAt?: string;
  readonly approachedAt?: string;
  readonly arrivedAt?: string;
  readonly deliveredAt?: string;
  readonly closedAt?: string;
  readonly archivedAt?: string;
}

export interface Breach {
  readonly stage: string;
  readonly deadline: string;
  readonly promiseVersion: number;
  readonly firedAt: string;
}

/** The order record: owner of status, promise, deadlines and attempts. */
export interface OrderRecord {
  readonly orderId: string;
  readonly sk: 'ORDER';
  readonly order: Order;
  /** Canonical content of the accepted message: the same id with other content is refused. */
  readonly contentKey: string;
  readonly depotId: string;
  readonly customerId: string;
  readonly tier: Tier;
  readonly status: OrderStatus;
  readonly statusAt: string;
  readonly cause: string;
  readonly cycle: number;
  /** Outcomes at the customer's door so far, delivered or failed: 0 until the first. */
  readonly attempts: number;
  readonly promise: OrderPromise;
  readonly times: OrderTimes;
  readonly place?: RoutePlace;
  readonly proof?: Proof;
  readonly verdict?: Verdict;
  readonly reason?: string;
  /** Open deadlines by stage, ISO; the earliest is `dueAt`. */
  readonly deadlines: Readonly<Record<string, string>>;
  readonly dueShard?: 'DUE';
  readonly dueAt?: string;
  readonly breaches: readonly Breach[];
  readonly executionArn?: string;
  /** The route whose vehicle still carries the goods after a failed attempt: they are planned again once it is back. */
  readonly heldByRouteId?: string;
  readonly cancelledBy?: Initiator;
  /** Line of the orders file that the message came from, where the sender said so. */
  readonly line?: number;
}

/** A refused message: kept beside the order of that id, if there is one, and never in its way. */
export interface RejectionRecord {
  /** The order id, or `intake-<hash>` where none could be read. */
  readonly orderId: string;
  readonly sk: `REJECTION#${string}`;
  readonly refusals: readonly {
    readonly field: string;
    readonly value: unknown;
    readonly remedy: string;
    readonly code: string;
  }[];
  readonly line?: number;
  readonly rejectedAt: string;
}

// Ledger table: pk = orderId, one item per order.
// GSI `unsettled`: unsettledShard (constant 'UNSETTLED') + unsettledAt, sparse: work that a crash may have cut short.

/** A signal as the ledger keeps it; `arrival` is its place in the order of acceptance. */
export interface StoredSignal extends Signal {
  readonly arrival: number;
  readonly acceptedAt: string;
}

/** The open wait of an order, or the last one. `match` is set once, by conditional write, before the answer is sent;
 * what became of the answer stands with the signal's fate. */
export interface StoredWait {
  readonly awaits: Milestone;
  readonly cycle: number;
  readonly amendedThrough?: { readonly at: string; readonly arrival: number };
  readonly token: string;
  readonly epoch: string;
  readonly openedAt: string;
  readonly executionArn: string;
  readonly match?: { readonly signalId: string; readonly reached: Reached; readonly matchedAt: string };
}

// Fleet table: pk = depotId, sk = 'DEPOT' | 'VEHICLE#<vehicleId>'.

export interface DepotItem {
  readonly depotId: string;
  readonly sk: 'DEPOT';
  readonly position: readonly [number, number];
}
export interface VehicleItem {
  readonly depotId: string;
  readonly sk: `VEHICLE#${string}`;
  readonly vehicleId: string;
  readonly driverId: string;
  readonly capacity: { readonly volumeM3: number; readonly weightKg?: number };
  readonly shift: { readonly from: string; readonly to: string };
  /** The route that the vehicle is planned on, offered or driving; absent when it is free. */
  readonly routeId?: string;
}

// Planning table: pk, sk. GSI `pending`: pendingShard (constant 'PENDING') + depotId, sparse: requests nobody claimed.
//   pk = 'DEPOT#<depotId>', sk = 'REQUEST#<orderId>#<cycle>'  RouteRequest
//   pk = 'DEPOT#<depotId>', sk = 'WAVE'                       { lastWaveAt }
//   pk = 'WAVE#<waveId>',   sk = 'CLAIM'                      { depotId, requestKeys, claimedAt }
//   pk = 'WAVE#<waveId>',   sk = 'ROUTE#<n>'                  PlannedRoute
//   pk = 'WAVE#<waveId>',   sk = 'UNASSIGNED'                 { orders: [{orderId, cycle, reasons}] }

// Routes table: pk, sk.
//   pk = 'ROUTE#<routeId>',     sk = 'ROUTE'   RouteItem
//   pk = 'ROUTE#<routeId>',     sk = 'OFFER'   OfferItem (the one open or last offer)
//   pk = 'VEHICLE#<vehicleId>', sk = 'ACTIVE'  ActiveRouteItem while the vehicle drives a route

export interface RouteItem extends PlannedRoute {
  readonly pk: `ROUTE#${string}`;
  readonly sk: 'ROUTE';
  readonly status: 'PLANNED' | 'OFFERED' | 'ACCEPTED' | 'CLOSED' | 'WITHDRAWN';
  readonly acceptedAt?: string;
  readonly departedAt?: string;
  readonly returnedAt?: string;
  readonly drivenDistanceMeters?: number;
  readonly closeReason?: string;
  /** Outcome the driver reported, in the order it was reported. */
  readonly outcomes: readonly {
    readonly orderId: string;
    readonly kind: 'Delivered' | 'AttemptFailed';
    readonly at: string;
  }[];
}

export interface OfferItem {
  readonly pk: `ROUTE#${string}`;
  readonly sk: 'OFFER';
  readonly driverId: string;
  readonly vehicleId: string;
  readonly token: string;
  readonly offeredAt: string;
  readonly answerBy: string;
  readonly state: 'OPEN' | 'ACCEPTED' | 'DECLINED' | 'EXPIRED';
  /** Every driver that was asked for this route, the present one included. */
  readonly asked: readonly string[];
}

export interface ActiveRouteItem {
  readonly pk: `VEHICLE#${string}`;
  readonly sk: 'ACTIVE';
  readonly routeId: string;
  readonly driverId: string;
  readonly vehicleId: string;
  readonly depotId: string;
  /** Token of FollowRoute: heartbeats keep it alive, the return answers it. */
  readonly token: string;
  readonly heartbeatAt: string;
  /** First stop (sequence from 1) that still has an order without outcome; stops.length + 1 when all have one. */
  readonly nextSequence: number;
  /** Fence state of locate-vehicle: fence ids the vehicle is inside of. */
  readonly inside: readonly string[];
  readonly departedAt?: string;
  readonly odometerAtDeparture?: number;
  /** ETA state by order id, written by predict-eta. */
  readonly eta?: Readonly<Record<string, unknown>>;
}

// Positions table: pk = vehicleId, sk = 'NEWEST' | 'LATE#<sampleTime>' (expires). The stream feeds fences and ETA.
// Idempotency table: pk = id (Powertools).

/** Environment variable of each resource; every function gets exactly those that it uses. */
export const ENVIRONMENT = {
  ordersTable: 'ORDERS_TABLE',
  ledgerTable: 'LEDGER_TABLE',
  fleetTable: 'FLEET_TABLE',
  planningTable: 'PLANNING_TABLE',
  routesTable: 'ROUTES_TABLE',
  positionsTable: 'POSITIONS_TABLE',
  idempotencyTable: 'IDEMPOTENCY_TABLE',
  signalsQueueUrl: 'SIGNALS_QUEUE_URL',
  archiveBucket: 'ARCHIVE_BUCKET',
  orderMachineArn: 'ORDER_MACHINE_ARN',
  planningMachineArn: 'PLANNING_MACHINE_ARN',
  customerTopicArn: 'CUSTOMER_TOPIC_ARN',
  driverTopicArn: 'DRIVER_TOPIC_ARN',
  alarmTopicArn: 'ALARM_TOPIC_ARN',
  driverApiUrl: 'DRIVER_API_URL',
  geofenceCollection: 'GEOFENCE_COLLECTION',
  zoneCollection: 'ZONE_COLLECTION',
  graphEndpoint: 'GRAPH_ENDPOINT',
  depotId: 'DEPOT_ID',
  waveId: 'WAVE_ID',
} as const;
