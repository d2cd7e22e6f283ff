/** Stream of the Positions table -> fence crossings -> signals, and the answer of the route's wait on return. */
import { LocationClient } from '@aws-sdk/client-location';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { documents, machines, queues } from '../platform/clients.ts';
import { readConfig } from '../platform/config.ts';
import { count, lambda, logger, now } from '../platform/powertools.ts';
import { signalSender } from '../platform/signals.ts';
import { followedRoutes } from './followed-route.ts';
import { locateVehicles } from './locate-vehicle.ts';
import { segmentsByVehicle } from './positions.ts';
import { zoneDirectory } from './zones.ts';

const config = readConfig('routesTable', 'signalsQueueUrl', 'zoneCollection');
const ports = {
  documents: documents(),
  routesTable: config.routesTable,
  routes: followedRoutes(documents(), config.routesTable),
  zones: zoneDirectory({
    location: new LocationClient({}),
    zoneCollection: config.zoneCollection,
    log: logger,
  }),
  sendSignals: signalSender(queues(), config.signalsQueueUrl),
  machines: machines(),
  now,
  count,
  log: logger,
};

export const handler = lambda(async (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
  const failed = await locateVehicles(segmentsByVehicle(event.Records), ports);
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
});
