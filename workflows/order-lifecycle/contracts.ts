/**
 * The contracts of the order's life: what enters the execution, what its waits accept, and the signals with which the
 * world answers them. A wait has coordinates (cycle, stage, amendment); a signal names the coordinates it speaks of;
 * whether a signal applies to a wait follows from the coordinates alone, so consuming it again after a redrive gives
 * the same answer and a stale duplicate can never answer a later cycle.
 *
 * A cycle is one pass from "needs a route" to "at the door". It grows when an attempt failed, when the route was
 * withdrawn, and when an amended promise needs another route. An attempt is a cycle that reached the customer.
 */
import * as z from 'zod';

const isoTime = z.iso.datetime({ offset: true });
/** A time of somebody else's clock, brought to the form in which text order is time order. */
const utcTime = isoTime.transform((text) => new Date(text).toISOString());
const position = z.tuple([z.number(), z.number()]);

/** Milestones in the order in which a delivery passes them. A later one implies the earlier ones (a GPS gap). */
export const MILESTONES = [
  'RoutePlanned',
  'RouteAccepted',
  'DepartedDepot',
  'ApproachingStop',
  'ArrivedAtStop',
  'Delivered',
] as const;
export type Milestone = (typeof MILESTONES)[number];

/** Signals that end a wait by its Catch. Each name is also the error name of SendTaskFailure. */
export const EXCEPTIONS = ['AttemptFailed', 'RouteWithdrawn', 'RouteUnavailable', 'Cancelled', 'Amended'] as const;
export type ExceptionKind = (typeof EXCEPTIONS)[number];

/** Signals that are recorded but never enter the execution: ETA moves would cost transitions and decide nothing. */
export const NOTICES = ['EtaSlipped', 'EtaRecovered'] as const;

export const SIGNAL_KINDS = [...MILESTONES, ...EXCEPTIONS, ...NOTICES] as const;
export type SignalKind = (typeof SIGNAL_KINDS)[number];

/** Proof of delivery: what was handed over, in which state, and the documents that say so. */
export const proofSchema = z.object({
  receivedBy: z.string().max(200).optional(),
  photoKey: z.string().max(400).optional(),
  signatureKey: z.string().max(400).optional(),
  damaged: z.boolean().optional(),
  delivered: z.array(z.object({ sku: z.string(), quantity: z.number().int().nonnegative() })).optional(),
});
export type Proof = z.infer<typeof proofSchema>;

/** What planning decided for one order: its place on a route. Times are ISO 8601 UTC. */
export const routePlaceSchema = z.object({
  routeId: z.string(),
  vehicleId: z.string(),
  driverId: z.string(),
  stopId: z.string(),
  stopSequence: z.number().int().positive(),
  plannedArrivalAt: isoTime,
});
export type RoutePlace = z.infer<typeof routePlaceSchema>;

/**
 * One message of the signals queue. `signalId` is deterministic (a retry of the sender is a duplicate, not a second
 * signal); `at` is when it happened in the world. `cycle` is required for everything that belongs to one cycle and
 * absent for `Cancelled` and `Amended`, which address whichever wait is open.
 */
export const signalSchema = z
  .object({
    schemaVersion: z.literal(1),
    signalId: z.string().min(1).max(200),
    orderId: z.string().min(1).max(80),
    kind: z.enum(SIGNAL_KINDS),
    cycle: z.number().int().positive().optional(),
    at: utcTime,
    by: z.string().max(200).optional(),
    detail: z
      .object({
        place: routePlaceSchema.optional(),
        proof: proofSchema.optional(),
        reason: z.string().max(500).optional(),
        promise: z.object({ from: utcTime, to: utcTime }).optional(),
        initiator: z.enum(['customer', 'carrier']).optional(),
        etaAt: isoTime.optional(),
        slipSeconds: z.number().optional(),
        promiseVersion: z.number().int().optional(),
        driverId: z.string().optional(),
        vehicleId: z.string().optional(),
        position: position.optional(),
      })
      .default({}),
  })
  .refine((signal) => signal.cycle !== undefined || signal.kind === 'Cancelled' || signal.kind === 'Amended', {
    path: ['cycle'],
    message: 'is required for this kind of signal; only Cancelled and Amended go without',
  })
  .refine((signal) => signal.kind !== 'Amended' || signal.detail.promise !== undefined, {
    path: ['detail', 'promise'],
    message: 'an Amended signal carries the new promise {from, to}',
  })
  .refine(({ detail: { promise } }) => promise === undefined || promise.from < promise.to, {
    path: ['detail', 'promise', 'to'],
    message: 'the promise ends before or when it starts; give a later time',
  });
export type Signal = z.infer<typeof signalSchema>;

/** What a wait was answered with, as it enters the execution. `implied` when a later milestone stood in for it. */
export const reachedSchema = z.object({
  kind: z.enum(SIGNAL_KINDS),
  at: isoTime,
  implied: z.boolean().optional(),
  signalId: z.string().optional(),
  by: z.string().optional(),
  detail: z.record(z.string(), z.unknown()).optional(),
});
export type Reached = z.infer<typeof reachedSchema>;

/** How far amendments have been applied: position of the last applied one in the order (occurrence, arrival). */
export const amendedThroughSchema = z.object({ at: isoTime, arrival: z.number().int() });

/**
 * The frame that the execution carries from state to state. Kept small: the order's content stays on the record.
 * `cycle` counts from 1; `waitUntil` bounds every wait of the execution (ISO time).
 */
export const orderFrameSchema = z.object({
  orderId: z.string(),
  depotId: z.string(),
  tier: z.string(),
  cycle: z.number().int().positive(),
  promiseTo: isoTime,
  waitUntil: isoTime,
  amendedThrough: amendedThroughSchema.optional(),
  reached: reachedSchema.optional(),
});
export type OrderFrame = z.infer<typeof orderFrameSchema>;

/** Payload with which a state asks the ledger to open its wait. `epoch*` orders retries, redrives and re-entries. */
export const awaitRequestSchema = z.object({
  frame: orderFrameSchema,
  awaits: z.enum(MILESTONES),
  token: z.string().min(1).max(2048),
  enteredAt: isoTime,
  redriveCount: z.number().int().nonnegative(),
  retryCount: z.number().int().nonnegative(),
  executionArn: z.string(),
});
export type AwaitRequest = z.infer<typeof awaitRequestSchema>;

/** Payload of the task states that turn the order off the happy path, and what they answer with. */
export const turnRequestSchema = z.object({
  turn: z.enum(['RecordFailedAttempt', 'ReleaseRoute', 'AmendPromise', 'CancelOrder', 'ReturnOrder']),
  frame: orderFrameSchema,
  awaits: z.enum(MILESTONES),
  error: z.object({ Error: z.string(), Cause: z.string().optional() }),
  enteredAt: isoTime,
  executionArn: z.string(),
});
export type TurnRequest = z.infer<typeof turnRequestSchema>;

export interface TurnResult {
  readonly frame: OrderFrame;
  /** Whether the order is planned again; when not, it is returned. */
  readonly planAgain: boolean;
  /** The milestone to await next after an amendment. */
  readonly resumeAt: Milestone;
  readonly awaits: Milestone;
  readonly error: { readonly Error: string; readonly Cause: string };
}
