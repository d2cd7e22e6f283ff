/** Tells a driver of an offer: the mutation `publishOffer` of the driver API. */
import { type DriverApiSettings, driverApi } from '../platform/driver-api.ts';

/** `OfferInput` of the driver API. */
export interface RouteOffer {
  readonly routeId: string;
  readonly driverId: string;
  readonly vehicleId: string;
  readonly depotId: string;
  readonly stopCount: number;
  readonly orderCount: number;
  readonly plannedDepartureAt: string;
  readonly plannedReturnAt: string;
  readonly distanceMeters: number;
  readonly answerBy: string;
}

export type PublishOffer = (offer: RouteOffer) => Promise<void>;

// A subscriber receives the fields that the mutation selects, so all of them are selected.
const MUTATION = /* GraphQL */ `mutation PublishOffer($input: OfferInput!) {
  publishOffer(input: $input) {
    routeId driverId vehicleId depotId stopCount orderCount plannedDepartureAt plannedReturnAt distanceMeters answerBy
  }
}`;

/** @throws TransientError when the API did not take the offer */
export function offerPublisher(settings: DriverApiSettings): PublishOffer {
  const call = driverApi(settings);
  return (offer) => call(MUTATION, offer, `the offer of route ${offer.routeId}`);
}
