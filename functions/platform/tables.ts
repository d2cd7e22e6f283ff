/**
 * Shapes and keys of the items that the functions keep, one table per owner, and the names by which operations
 * find what is deployed. Times are ISO 8601 UTC with milliseconds (so that text order is time order); every item is
 * plain JSON for the document client.
 */
import type {
  ChainHead,
  ChainLink,
  Initiator,
  Order,
  OrderPromise,
  OrderStatus,
  Tier,
  Verdict,
} from '../../domain/index.ts';
import type { Milestone, Proof, Reached, RoutePlace, Signal } from '../../workflows/order-lifecycle/contracts.ts';
import type { PlannedRoute } from '../../workflows/route-planning/contracts.ts';

// Orders table: pk = orderId, sk = 'ORDER' | 'EVENT#<key>' | 'REJECTION#<content hash>'. The stream feeds the outbox pipe.
//   pk = 'CHAIN#<day of closing>', sk = 'HEAD#<depotId>': ChainHeadItem, the end of the archive's hash chain of that day.
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
  /** Place in the archive's hash chain, taken once; the time is that of the archived record. */
  readonly archive?: ChainLink & { readonly archivedAt: string };
  /** Present while the order's execution stands still on an error and nobody has taken it up. */
  readonly failure?: OrderFailure;
  /** How often the order was replayed; absent: never. */
  readonly replays?: number;
  /** The run of an execution that the last replay began: what is heard of an older one is stale. */
  readonly replayedRun?: { readonly executionArn: string; readonly redriveCount: number };
}

/** Where and why the execution of an order stopped. `executionArn` and `redriveCount` name the run that a replay takes up. */
export interface OrderFailure {
  readonly executionArn: string;
  readonly redriveCount: number;
  /** FAILED, TIMED_OUT or ABORTED. */
  readonly executionStatus: string;
  /** State in which it stopped; `?` when its history could not be read. */
  readonly state: string;
  readonly error: string;
  readonly cause: string;
  /** The cause with ids, numbers, times and ARNs taken out (`causePattern`). */
  readonly pattern: string;
  readonly failedAt: string;
  /** Status that the order had, and since when; it has both again when it is replayed. */
  readonly failedIn: OrderStatus;
  readonly failedInAt: string;
}

/** Written with each place that an order takes in the chain. No order id has a `#`. */
export interface ChainHeadItem extends ChainHead {
  readonly orderId: `CHAIN#${string}`;
  readonly sk: `HEAD#${string}`;
  readonly chain: string;
}

/** @param closedAt ISO 8601, or the day alone */
export const chainHeadKey = (depotId: string, closedAt: string): Pick<ChainHeadItem, 'orderId' | 'sk'> => ({
  orderId: `CHAIN#${closedAt.slice(0, 10)}`,
  sk: `HEAD#${depotId}`,
});

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
//   pk = 'WAVE#<waveId>',   sk = 'CHANGE#<n>'                 RouteChange
//   pk = 'WAVE#<waveId>',   sk = 'UNASSIGNED'                 { orders: [{orderId, cycle, reasons}] }
//   pk = 'DEPOT#<depotId>', sk = 'REPLAN#<routeId>'           ReplanItem; in the index too, as 'REPLAN'

// Routes table: pk, sk.
//   pk = 'ROUTE#<routeId>',     sk = 'ROUTE'   RouteItem
//   pk = 'ROUTE#<routeId>',     sk = 'OFFER'   OfferItem (the one open or last offer)
//   pk = 'VEHICLE#<vehicleId>', sk = 'ACTIVE'  ActiveRouteItem while the vehicle drives a route

export interface RouteItem extends PlannedRoute {
  readonly pk: `ROUTE#${string}`;
  readonly sk: 'ROUTE';
  readonly status: 'PLANNED' | 'OFFERED' | 'ACCEPTED' | 'CLOSED' | 'WITHDRAWN';
  /** Counts the changes of a route that was re-planned; absent before the first. */
  readonly version?: number;
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

/** Radius of the fences around a route's depot and stops. */
export const FENCE_METERS = { depot: 150, stop: 60 } as const;

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
  /** `version` of the route's plan; absent before its first change. Who keeps plans reads a newer one again. */
  readonly planVersion?: number;
  /** ETA state by order id, written by predict-eta. */
  readonly eta?: Readonly<Record<string, unknown>>;
}

/** Name of the SSM parameter with the outputs of all stacks, as one JSON object from output name to value. */
export const OUTPUTS_PARAMETER = '/perfect-order/outputs';
/** Names of the roles that operators assume; their managed policies have the same names. */
export const OPERATOR_ROLES = { viewer: 'PerfectOrderViewer', operator: 'PerfectOrderOperator' } as const;

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
  boardTable: 'BOARD_TABLE',
  actionsTable: 'ACTIONS_TABLE',
  signalsQueueUrl: 'SIGNALS_QUEUE_URL',
  archiveBucket: 'ARCHIVE_BUCKET',
  orderMachineArn: 'ORDER_MACHINE_ARN',
  replayMachineArn: 'REPLAY_MACHINE_ARN',
  planningMachineArn: 'PLANNING_MACHINE_ARN',
  customerTopicArn: 'CUSTOMER_TOPIC_ARN',
  driverTopicArn: 'DRIVER_TOPIC_ARN',
  alarmTopicArn: 'ALARM_TOPIC_ARN',
  driverApiUrl: 'DRIVER_API_URL',
  geofenceCollection: 'GEOFENCE_COLLECTION',
  zoneCollection: 'ZONE_COLLECTION',
  graphEndpoint: 'GRAPH_ENDPOINT',
  graphQueueUrl: 'GRAPH_QUEUE_URL',
  roadsObject: 'ROADS_OBJECT',
  matrixLifetimeDays: 'MATRIX_LIFETIME_DAYS',
  depotId: 'DEPOT_ID',
  waveId: 'WAVE_ID',
  taskCpu: 'TASK_CPU',
} as const;
