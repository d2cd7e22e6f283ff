/** What AppSync hands to a direct Lambda resolver, limited to what is used here. */
import * as z from 'zod';
import { proofSchema } from '../../workflows/order-lifecycle/contracts.ts';

const id = z.string().min(1).max(200);
const isoTime = z.iso.datetime({ offset: true });
const optionalText = (max: number) => z.string().max(max).nullish();

const identity = z.object({ username: id });
const field = <Name extends string, Arguments extends z.ZodType>(name: Name, args: Arguments) =>
  z.object({ identity, info: z.object({ fieldName: z.literal(name) }), arguments: args });

/** GraphQL gives null for what was left out; a proof of the contract has no nulls. */
const proof = z
  .record(z.string(), z.unknown())
  .transform((given) => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null)))
  .pipe(proofSchema);

export const deliverySchema = z.object({ routeId: id, orderId: id, deliveredAt: isoTime, proof });
export const failedAttemptSchema = z.object({
  routeId: id,
  orderId: id,
  failedAt: isoTime,
  reason: z.string().min(1).max(500),
});

/** The caller is `identity.username`: Cognito vouches for it, no argument can stand in for it. */
export const driverEventSchema = z.union([
  field('route', z.object({ routeId: id })),
  field('acceptRoute', z.object({ routeId: id })),
  field('declineRoute', z.object({ routeId: id, reason: optionalText(500) })),
  field('confirmDelivery', z.object({ input: deliverySchema })),
  field('reportFailedAttempt', z.object({ input: failedAttemptSchema })),
]);
export type DriverEvent = z.infer<typeof driverEventSchema>;

/** `Answer` of the driver API. */
export interface Answer {
  readonly accepted: boolean;
  readonly reason?: string;
}

export type RefusalCode =
  | 'ALREADY_ANSWERED'
  | 'ALREADY_REPORTED'
  | 'IN_THE_FUTURE'
  | 'NOT_YOUR_OFFER'
  | 'NOT_YOUR_ROUTE'
  | 'OFFER_EXPIRED'
  | 'ORDER_CANCELLED'
  | 'ORDER_CLOSED'
  | 'ORDER_PLANNED_ANEW'
  | 'ROUTE_CLOSED'
  | 'UNKNOWN_ORDER';

/** A refusal is an answer, not an error: the driver's app shows the sentence behind the code. */
export const refuse = (code: RefusalCode, sentence: string): Answer => ({
  accepted: false,
  reason: `${code}: ${sentence}`,
});
