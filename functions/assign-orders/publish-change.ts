/** Tells a driver that the route under way has changed: the mutation `publishRouteChange` of the driver API. */
import type { CallDriverApi } from '../platform/driver-api.ts';
import type { ChangedRoute } from './assign-ports.ts';

// A subscriber receives the fields that the mutation selects, so all of them are selected.
const MUTATION = /* GraphQL */ `mutation PublishRouteChange($input: RouteChangeInput!) {
  publishRouteChange(input: $input) { routeId driverId vehicleId version }
}`;

/** @throws TransientError when the API did not take it */
export const publishChange = (
  call: CallDriverApi,
  { routeId, driverId, vehicleId, version }: ChangedRoute,
): Promise<void> => call(MUTATION, { routeId, driverId, vehicleId, version }, `the change of route ${routeId}`);
