/**
 * The GraphQL documents of the driver app and the shapes of what they answer, checked where they enter: an app in the
 * field outlives many versions of its backend.
 */
import * as z from 'zod';

export const ON_ROUTE_OFFERED = /* GraphQL */ `
subscription OnRouteOffered($driverId: ID!) {
  onRouteOffered(driverId: $driverId) {
    routeId driverId vehicleId depotId stopCount orderCount plannedDepartureAt plannedReturnAt distanceMeters answerBy
  }
}`;

export const ON_ROUTE_CHANGED = /* GraphQL */ `
subscription OnRouteChanged($driverId: ID!) {
  onRouteChanged(driverId: $driverId) { routeId driverId vehicleId version }
}`;

export const ROUTE = /* GraphQL */ `
query Route($routeId: ID!) {
  route(routeId: $routeId) {
    routeId depotPosition plannedDepartureAt plannedReturnAt returnLegSeconds returnLegMeters
    stops {
      sequence position plannedArrivalAt serviceSeconds legSeconds legMeters
      orders { orderId cycle items { sku quantity } }
    }
  }
}`;

export const ACCEPT_ROUTE = /* GraphQL */ `
mutation AcceptRoute($routeId: ID!) { acceptRoute(routeId: $routeId) { accepted reason } }`;

export const DECLINE_ROUTE = /* GraphQL */ `
mutation DeclineRoute($routeId: ID!, $reason: String) {
  declineRoute(routeId: $routeId, reason: $reason) { accepted reason }
}`;

export const CONFIRM_DELIVERY = /* GraphQL */ `
mutation ConfirmDelivery($input: DeliveryInput!) { confirmDelivery(input: $input) { accepted reason } }`;

export const REPORT_FAILED_ATTEMPT = /* GraphQL */ `
mutation ReportFailedAttempt($input: FailedAttemptInput!) { reportFailedAttempt(input: $input) { accepted reason } }`;

const position = z.tuple([z.number(), z.number()]);
const instantMs = z.iso.datetime({ offset: true }).transform((iso) => Date.parse(iso));

const answer = z.object({ accepted: z.boolean(), reason: z.string().nullish() });
export type Answer = z.output<typeof answer>;

/** The answer of any of the four mutations. */
export const answerSchema = z
  .record(z.string(), answer)
  .transform((data) => Object.values(data)[0])
  .pipe(answer);

export const offerEventSchema = z.object({
  onRouteOffered: z.object({ routeId: z.string(), driverId: z.string(), vehicleId: z.string() }),
});

export const changeEventSchema = z.object({
  onRouteChanged: z.object({ routeId: z.string(), driverId: z.string(), vehicleId: z.string() }),
});

const stop = z.object({
  sequence: z.number(),
  position,
  plannedArrivalAt: instantMs,
  serviceSeconds: z.number().nonnegative(),
  legSeconds: z.number().nonnegative(),
  legMeters: z.number().nonnegative(),
  orders: z.array(
    z.object({
      orderId: z.string(),
      cycle: z.number(),
      items: z.array(z.object({ sku: z.string(), quantity: z.number() })),
    }),
  ),
});

const route = z.object({
  routeId: z.string(),
  depotPosition: position,
  plannedDepartureAt: instantMs,
  plannedReturnAt: instantMs,
  returnLegSeconds: z.number().nonnegative(),
  returnLegMeters: z.number().nonnegative(),
  stops: z.array(stop),
});

export const routeAnswerSchema = z.object({ route: route.nullable() }).transform((data) => data.route);

/** A route as the driver app knows it; its times are ms since 1970. */
export type DriverRoute = z.output<typeof route>;
export type DriverStop = z.output<typeof stop>;
export type DriverOrder = DriverStop['orders'][number];
