/** Task FollowRoute of route-dispatch: returns once the route is active; the vehicle's return ends the wait. */
import { followRequestSchema } from '../../workflows/route-dispatch/contracts.ts';
import { documents, queues } from '../platform/clients.ts';
import { readConfig } from '../platform/config.ts';
import { count, identify, lambda, logger, now } from '../platform/powertools.ts';
import { signalSender } from '../platform/signals.ts';
import { followRoute } from './follow-route.ts';

const config = readConfig('routesTable', 'signalsQueueUrl');
const ports = { ...config, documents: documents(), sendSignals: signalSender(queues(), config.signalsQueueUrl), now };

export const handler = lambda(async (event: unknown) => {
  const request = followRequestSchema.parse(event);
  identify({ routeId: request.routeId, vehicleId: request.vehicleId });
  const result = await followRoute(request, ports);
  count('RoutesAccepted');
  logger.info('route accepted', { driverId: request.driverId, orders: result.orders });
  return result;
});
