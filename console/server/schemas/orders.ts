/** Orders as the board has them: rows, pages, counts and the map. */
import { z } from '@hono/zod-openapi';
import { ORDER_STATUSES, STAGES, TIERS, VERDICT_CODES } from '../../../domain/index.ts';
import type { MapDepot, MapFence, MapPicture, MapRoute, MapStop, MapVehicle } from '../../../operations/model/map.ts';
import type {
  BoardSummary,
  BreachView,
  FailureView,
  OrderPage,
  OrderView,
  PromiseState,
  WaitView,
} from '../../../operations/model/orders.ts';
import { countSchema, listOf, type Members, placeSchema, textSchema, timeSchema } from './members.ts';

export const PROMISE_STATES = [
  'ON_TIME',
  'AT_RISK',
  'LATE',
  'MET',
  'MISSED',
  'EXCLUDED',
] as const satisfies readonly PromiseState[];

export const statusSchema = z.enum(ORDER_STATUSES);
export const promiseStateSchema = z.enum(PROMISE_STATES);
export const verdictCodeSchema = z.enum(VERDICT_CODES);

const breachSchema = z.object({
  stage: textSchema,
  deadline: timeSchema,
  promiseVersion: countSchema,
  firedAt: timeSchema,
} satisfies Members<BreachView>);

const failureSchema = z.object({
  executionArn: textSchema,
  redriveCount: countSchema,
  executionStatus: textSchema,
  state: textSchema,
  error: textSchema,
  cause: textSchema,
  pattern: textSchema,
  failedAt: timeSchema,
  failedIn: textSchema,
} satisfies Members<FailureView>);

export const waitSchema = z
  .object({
    awaits: textSchema,
    cycle: countSchema,
    openedAt: timeSchema,
    executionArn: textSchema,
    matched: z.boolean(),
  } satisfies Members<WaitView>)
  .openapi('Wait');

export const orderSchema = z
  .object({
    orderId: textSchema,
    customerId: textSchema,
    depotId: textSchema,
    tier: z.enum(TIERS),
    status: statusSchema,
    statusAt: timeSchema,
    cause: textSchema,
    cycle: countSchema,
    attempts: countSchema,
    placedAt: timeSchema,
    promiseFrom: timeSchema,
    promiseTo: timeSchema,
    promiseVersion: countSchema,
    committedTo: timeSchema,
    etaAt: timeSchema.optional(),
    slipSeconds: z.number().optional(),
    routeId: textSchema.optional(),
    vehicleId: textSchema.optional(),
    driverId: textSchema.optional(),
    stopSequence: countSchema.optional(),
    plannedArrivalAt: timeSchema.optional(),
    position: placeSchema,
    stage: z.enum(STAGES).optional(),
    stageDueAt: timeSchema.optional(),
    breaches: listOf(breachSchema),
    perfect: z.boolean().optional(),
    reasons: listOf(verdictCodeSchema),
    deliveredAt: timeSchema.optional(),
    closedAt: timeSchema.optional(),
    archivedAt: timeSchema.optional(),
    executionArn: textSchema.optional(),
    failure: failureSchema.optional(),
    replays: countSchema,
    wait: waitSchema.optional(),
    pendingSignals: countSchema,
    oldestPendingAt: timeSchema.optional(),
    changedAt: timeSchema,
    promiseState: promiseStateSchema,
    stageAgeSeconds: z.number(),
  } satisfies Members<OrderView>)
  .openapi('Order');

export const orderPageSchema = z
  .object({
    orders: listOf(orderSchema),
    total: countSchema,
    offset: countSchema,
    now: timeSchema,
  } satisfies Members<OrderPage>)
  .openapi('OrderPage');

export const summarySchema = z
  .object({
    now: timeSchema,
    total: countSchema,
    open: countSchema,
    byStatus: z.partialRecord(statusSchema, countSchema),
    byPromiseState: z.partialRecord(promiseStateSchema, countSchema),
    byDepot: listOf(z.object({ depotId: textSchema, open: countSchema, late: countSchema })),
    perfectShare: z.number().nullable(),
    perfect: countSchema,
    counted: countSchema,
    breaches: countSchema,
    failed: countSchema,
    stuck: countSchema,
  } satisfies Members<BoardSummary>)
  .openapi('Summary');

export const mapRouteSchema = z
  .object({
    routeId: textSchema,
    depotId: textSchema,
    vehicleId: textSchema,
    driverId: textSchema,
    status: textSchema,
    stops: listOf(
      z.object({
        sequence: countSchema,
        stopId: textSchema,
        position: placeSchema,
        orderIds: listOf(textSchema),
        plannedArrivalAt: timeSchema,
        isDone: z.boolean(),
      } satisfies Members<MapStop>),
    ),
  } satisfies Members<MapRoute>)
  .openapi('Route');

export const mapVehicleSchema = z
  .object({
    vehicleId: textSchema,
    position: placeSchema,
    sampleTime: timeSchema,
    routeId: textSchema.optional(),
    headingDegrees: z.number().optional(),
  } satisfies Members<MapVehicle>)
  .openapi('Vehicle');

export const mapSchema = z
  .object({
    now: timeSchema,
    depots: listOf(z.object({ depotId: textSchema, position: placeSchema } satisfies Members<MapDepot>)),
    routes: listOf(mapRouteSchema),
    vehicles: listOf(mapVehicleSchema),
    fences: listOf(
      z.object({
        fenceId: textSchema,
        kind: z.enum(['depot', 'stop', 'zone']),
        center: placeSchema,
        radiusMeters: z.number(),
      } satisfies Members<MapFence>),
    ),
  } satisfies Members<MapPicture>)
  .openapi('Map');
