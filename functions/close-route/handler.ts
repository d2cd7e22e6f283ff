/** Tasks CloseRoute and WithdrawRoute of route-dispatch. */
import { LocationClient } from '@aws-sdk/client-location';
import { closeRouteRequestSchema } from '../../workflows/route-dispatch/contracts.ts';
import type { PlannedRoute } from '../../workflows/route-planning/contracts.ts';
import { documents, queues } from '../platform/clients.ts';
import { readConfig } from '../platform/config.ts';
import { graphTeller } from '../platform/graph/graph-messages.ts';
import { count, identify, lambda, logger, now } from '../platform/powertools.ts';
import { deleteFences } from '../platform/route-fences.ts';
import { signalSender } from '../platform/signals.ts';
import { closeRoute } from './close-route.ts';

const config = readConfig(
  'routesTable',
  'planningTable',
  'fleetTable',
  'positionsTable',
  'signalsQueueUrl',
  'geofenceCollection',
  'graphQueueUrl',
);
const tellGraph = graphTeller(queues(), config.graphQueueUrl);
const fences = { location: new LocationClient({}), geofenceCollection: config.geofenceCollection };
const ports = {
  ...config,
  documents: documents(),
  sendSignals: signalSender(queues(), config.signalsQueueUrl),
  async deleteFences(route: PlannedRoute): Promise<void> {
    try {
      await deleteFences(fences, route);
    } catch (error) {
      // Fences that stay behind are litter, not harm: vehicles are only evaluated against their own route.
      logger.error('fences of the route were not deleted', { routeId: route.routeId, error: error as Error });
      count('FenceWritesFailed');
    }
  },
  async recordRoute(routeId: string): Promise<void> {
    try {
      await tellGraph({ routeId });
    } catch (error) {
      // The graph serves questions: a route that it misses is no reason to close the route again.
      logger.error('the graph was not told of the route', { routeId, error: error as Error });
      count('GraphMessagesFailed');
    }
  },
  now,
};

export const handler = lambda(async (event: unknown) => {
  const request = closeRouteRequestSchema.parse(event);
  identify({ routeId: request.routeId });
  const result = await closeRoute(request, ports);
  count(result.status === 'CLOSED' ? 'RoutesClosed' : 'RoutesWithdrawn');
  logger.info('route ended', { ...result, reason: request.reason });
  return result;
});
