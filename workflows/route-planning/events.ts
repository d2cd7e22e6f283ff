/**
 * What a re-plan tells about an order whose place on its route moved: `facts` of the order event `RouteReplanned`, which
 * leaves through the outbox of the order record like every other event of an order.
 */
import * as z from 'zod';

const place = z.object({ stopSequence: z.number().int().positive(), plannedArrivalAt: z.string() });

export const routeReplannedSchema = z.object({
  schemaVersion: z.literal(1),
  routeId: z.string(),
  waveId: z.string(),
  /** Of the route, after the change. */
  version: z.number().int().positive(),
  before: place,
  after: place,
});
export type RouteReplanned = z.infer<typeof routeReplannedSchema>;
