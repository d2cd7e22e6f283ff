/**
 * A route between plan and return: offered to one driver at a time, followed while it is driven, closed when the
 * vehicle is back at its depot or given back to planning when it is not driven to the end.
 */
import * as z from 'zod';

const isoTime = z.iso.datetime({ offset: true });

/** Input of the route-dispatch execution, which is named by the route id. */
export const dispatchInputSchema = z.object({
  routeId: z.string(),
  /** When the vehicle is meant to leave the depot: until then it may stand silent. */
  plannedDepartureAt: isoTime,
  /** After this time offering makes no sense any more. */
  offerUntil: isoTime,
  /** After this time the route is given back, whatever the vehicle says. */
  followUntil: isoTime,
});
export type DispatchInput = z.infer<typeof dispatchInputSchema>;

const tokenWait = { routeId: z.string(), token: z.string().min(1).max(2048), executionArn: z.string() };

/** Payload of OfferRoute and FollowRoute (token waits), and of CloseRoute. */
export const offerRequestSchema = z.object({ ...tokenWait, offerUntil: isoTime });
export type OfferRequest = z.infer<typeof offerRequestSchema>;

export const followRequestSchema = z.object({
  ...tokenWait,
  driverId: z.string(),
  vehicleId: z.string(),
  acceptedAt: isoTime,
});
export type FollowRequest = z.infer<typeof followRequestSchema>;

export const closeRouteRequestSchema = z.object({
  routeId: z.string(),
  outcome: z.enum(['RETURNED', 'WITHDRAWN']),
  reason: z.string(),
  returnedAt: isoTime.optional(),
});
export type CloseRouteRequest = z.infer<typeof closeRouteRequestSchema>;

/** What OfferRoute is answered with when a driver accepts. */
export const offerAcceptedSchema = z.object({ driverId: z.string(), vehicleId: z.string(), acceptedAt: isoTime });
export type OfferAccepted = z.infer<typeof offerAcceptedSchema>;

/** Seconds that one driver has to answer an offer. */
export const OFFER_TIMEOUT_SECONDS = 120;
/** Part of those seconds in which an answer is no longer taken, so that one that is taken reaches the execution. */
export const ANSWER_MARGIN_SECONDS = 10;
/** A vehicle on the road that says nothing for this long is silent: its route goes back to planning. */
export const SILENCE_TIMEOUT_SECONDS = 1_800;

/** `vehicles/<vehicleId>/fixes`: the only topic a vehicle may publish to. */
export const fixTopic = (vehicleId: string): string => `vehicles/${vehicleId}/fixes`;

/** A position fix as the vehicle publishes it. Speed in m/s, heading in degrees, accuracy and odometer in metres. */
export const fixSchema = z.object({
  vehicleId: z.string(),
  position: z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]),
  sampleTime: isoTime,
  speedMps: z.number().nonnegative(),
  headingDegrees: z.number().min(0).max(360),
  accuracyMeters: z.number().nonnegative(),
  odometerMeters: z.number().nonnegative().optional(),
});
export type Fix = z.infer<typeof fixSchema>;
