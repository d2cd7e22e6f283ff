/**
 * A planning wave: the pending route requests of one depot, claimed together, planned together, assigned one by one.
 * The execution is named by the wave id, so a wave that is opened twice is one wave.
 */
import * as z from 'zod';
import { dispatchInputSchema } from '../route-dispatch/contracts.ts';

const isoTime = z.iso.datetime({ offset: true });
const position = z.tuple([z.number(), z.number()]);

/** A route request as planning keeps it (item `REQUEST#<orderId>#<cycle>` of the depot). */
export const routeRequestSchema = z.object({
  orderId: z.string(),
  cycle: z.number().int().positive(),
  depotId: z.string(),
  customerId: z.string(),
  position,
  promise: z.object({ from: isoTime, to: isoTime, version: z.number().int() }),
  serviceSeconds: z.number().nonnegative(),
  volumeM3: z.number().nonnegative(),
  weightKg: z.number().nonnegative(),
  tier: z.string(),
  requestedAt: isoTime,
  state: z.enum(['PENDING', 'CLAIMED', 'ASSIGNED']),
  waveId: z.string().optional(),
  /** The parcel is on this route's vehicle until the route has closed; not claimed before. */
  heldByRouteId: z.string().optional(),
  /** Opens no wave of its own before this: its last route found no driver, and asking at once finds none either. */
  notBefore: isoTime.optional(),
  /** The route that a request in state ASSIGNED is on. */
  routeId: z.string().optional(),
  /** Why the last wave that claimed it found no place for it. */
  lastReasons: z.array(z.string()).optional(),
});
export type RouteRequest = z.infer<typeof routeRequestSchema>;

/**
 * What a wave has to do with routes that are planned already. `never`: it leaves them alone. `apply`: it re-plans those of
 * the depot together with the pending requests. `compare`: the same, to see what would change; nothing is changed.
 */
export const REPLAN_MODES = ['never', 'apply', 'compare'] as const;
export type ReplanMode = (typeof REPLAN_MODES)[number];

/** `vehicleIds`: the vehicles to plan with; without it every free vehicle of the depot whose shift is not over. */
export const waveInputSchema = z.object({
  depotId: z.string().min(1),
  waveId: z.string().min(1),
  vehicleIds: z.array(z.string()).optional(),
  replan: z.enum(REPLAN_MODES).optional(),
});
export type WaveInput = z.infer<typeof waveInputSchema>;

export const claimResultSchema = z.object({
  depotId: z.string(),
  waveId: z.string(),
  requestCount: z.number().int().nonnegative(),
  /** The Fargate task that plans it: CPU units and MiB, as RunTask takes them. */
  task: z.object({ cpu: z.string(), memory: z.string() }),
  replan: z.enum(REPLAN_MODES),
});
export type ClaimResult = z.infer<typeof claimResultSchema>;

/** One stop of a planned route; every order of the stop with the cycle it was requested for. */
export const plannedStopSchema = z.object({
  stopId: z.string(),
  sequence: z.number().int().positive(),
  position,
  orders: z.array(z.object({ orderId: z.string(), cycle: z.number().int().positive() })).min(1),
  serviceSeconds: z.number().nonnegative(),
  plannedArrivalAt: isoTime,
  plannedDepartureAt: isoTime,
  legSeconds: z.number().nonnegative(),
  legMeters: z.number().nonnegative(),
});
export type PlannedStop = z.infer<typeof plannedStopSchema>;

/** A route as the planner wrote it (item `ROUTE#<n>` of the wave) and as it is kept while it is driven. */
export const plannedRouteSchema = z.object({
  routeId: z.string(),
  waveId: z.string(),
  depotId: z.string(),
  depotPosition: position,
  vehicleId: z.string(),
  driverId: z.string(),
  plannedDepartureAt: isoTime,
  plannedReturnAt: isoTime,
  returnLegSeconds: z.number().nonnegative(),
  returnLegMeters: z.number().nonnegative(),
  distanceMeters: z.number().nonnegative(),
  loadVolumeM3: z.number().nonnegative(),
  loadWeightKg: z.number().nonnegative(),
  stops: z.array(plannedStopSchema),
});
export type PlannedRoute = z.infer<typeof plannedRouteSchema>;

const orderOfCycle = z.object({ orderId: z.string(), cycle: z.number().int().positive() });

/** A change of a route as the re-plan computed it (item `CHANGE#<n>` of the wave): what the caller sees, and what is applied. */
export const routeChangeSchema = z.object({
  /** The route as it is to be. Stops through `frozenThrough` are those of the route as it was. */
  route: plannedRouteSchema.extend({ version: z.number().int().positive() }),
  /** From which it was computed: its version (0: never changed), its status, and whether its vehicle had left. */
  from: z.object({ version: z.number().int().nonnegative(), status: z.string(), hasDeparted: z.boolean() }),
  frozenThrough: z.number().int().nonnegative(),
  added: z.array(orderOfCycle),
  /** The stops after the frozen ones, in their new order; `before` is null for a stop that came in. */
  stops: z.array(
    z.object({
      stopId: z.string(),
      orderIds: z.array(z.string()),
      before: z.object({ sequence: z.number().int(), arrivalAt: isoTime }).nullable(),
      after: z.object({ sequence: z.number().int(), arrivalAt: isoTime }),
    }),
  ),
  /** Legs between stops that the route had and, of those, the ones that it has no more. */
  legs: z.number().int(),
  changedLegs: z.number().int(),
  extraSeconds: z.number(),
  extraMeters: z.number(),
});
export type RouteChange = z.infer<typeof routeChangeSchema>;

/** An order that a plan found no place for. */
export const unassignedOrderSchema = orderOfCycle.extend({
  reasons: z.array(z.string()),
  /** A vehicle under way could take the order once it has been back: a forecast of a re-plan, which binds no wave. */
  nextTrip: z.object({ vehicleId: z.string(), arrivalAt: isoTime }).optional(),
});
export type UnassignedOrder = z.infer<typeof unassignedOrderSchema>;

/** Result of AssignOrders: the routes that got at least one order, to be dispatched. */
export const assignResultSchema = z.object({
  depotId: z.string(),
  waveId: z.string(),
  routes: z.array(dispatchInputSchema),
  assigned: z.number().int(),
  unassigned: z.number().int(),
});
export type AssignResult = z.infer<typeof assignResultSchema>;

/** Payload of ReleaseWave: why the wave came to nothing. */
export const releaseWaveRequestSchema = z.object({ depotId: z.string(), waveId: z.string(), reason: z.string() });
export type ReleaseWaveRequest = z.infer<typeof releaseWaveRequestSchema>;

/** Requests of one wave at most: what the planner solves in minutes; the rest waits for the next wave. */
export const MAX_WAVE_REQUESTS = 1_000;
