/** Task AssignOrders of route-planning. */
import { LocationClient } from '@aws-sdk/client-location';
import { claimResultSchema, type PlannedRoute } from '../../workflows/route-planning/contracts.ts';
import { documents, queues } from '../platform/clients.ts';
import { readConfig } from '../platform/config.ts';
import { driverApi, environmentCredentials } from '../platform/driver-api.ts';
import { count, identify, lambda, logger, now } from '../platform/powertools.ts';
import { deleteFences, putFences } from '../platform/route-fences.ts';
import { signalSender } from '../platform/signals.ts';
import { assignOrders } from './assign-orders.ts';
import type { ChangedRoute } from './assign-ports.ts';
import { publishChange } from './publish-change.ts';

const config = readConfig(
  'ordersTable',
  'planningTable',
  'routesTable',
  'fleetTable',
  'signalsQueueUrl',
  'geofenceCollection',
  'driverApiUrl',
);
const callDriverApi = driverApi({
  driverApiUrl: config.driverApiUrl,
  region: process.env['AWS_REGION'] ?? 'us-east-1',
  credentials: environmentCredentials,
  fetch: (url, init) => fetch(url, init),
  now,
});
const fences = { location: new LocationClient({}), geofenceCollection: config.geofenceCollection };
const ports = {
  ...config,
  documents: documents(),
  sendSignals: signalSender(queues(), config.signalsQueueUrl),
  async moveFences(planned: PlannedRoute, driven: PlannedRoute): Promise<void> {
    try {
      await deleteFences(fences, planned);
      await putFences(fences, [driven]);
    } catch (error) {
      logger.error('fences of the route were not moved', { routeId: driven.routeId, error: error as Error });
      count('FenceWritesFailed');
    }
  },
  async publishChange(route: ChangedRoute): Promise<void> {
    try {
      await publishChange(callDriverApi, route);
    } catch (error) {
      // The change stands: the driver meets it in the app, and reports name orders.
      logger.error('the driver was not told of the change', { routeId: route.routeId, error: error as Error });
      count('RouteChangesUntold');
    }
  },
  now,
};

export const handler = lambda(async (event: unknown) => {
  const wave = claimResultSchema.parse(event);
  identify({ waveId: wave.waveId, depotId: wave.depotId });
  const result = await assignOrders(wave, ports);
  count('OrdersAssigned', result.assigned);
  count('OrdersUnassigned', result.unassigned);
  logger.info('wave assigned', {
    routes: result.routes.length,
    assigned: result.assigned,
    unassigned: result.unassigned,
  });
  return result;
});
