/** Stream of the Positions table, gathered for a minute -> ETAs -> delay alerts on the crossing of a promise. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GeoRoutesClient } from '@aws-sdk/client-geo-routes';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { followedRoutes } from '../locate-vehicle/followed-route.ts';
import { segmentsByVehicle } from '../locate-vehicle/positions.ts';
import { customerPublisher } from '../notify-customer/customer-topic.ts';
import { onceByKey } from '../notify-customer/once-by-key.ts';
import { documents, machines, queues, topics } from '../platform/clients.ts';
import { readConfig } from '../platform/config.ts';
import { count, lambda, logger } from '../platform/powertools.ts';
import { signalSender } from '../platform/signals.ts';
import { delayTeller, driverPublisher } from './delay-alert.ts';
import { predictEtaOfVehicles } from './predict-eta.ts';
import { promiseDirectory } from './promises.ts';
import { roadAsker } from './road.ts';

const config = readConfig(
  'ordersTable',
  'routesTable',
  'signalsQueueUrl',
  'customerTopicArn',
  'driverTopicArn',
  'idempotencyTable',
);
const once = onceByKey(new DynamoDBClient({}), config.idempotencyTable);
const ports = {
  documents: documents(),
  ordersTable: config.ordersTable,
  routes: followedRoutes(documents(), config.routesTable),
  promises: promiseDirectory(documents(), config.ordersTable),
  sendSignals: signalSender(queues(), config.signalsQueueUrl),
  tellDelay: delayTeller({
    notifyCustomer: once.wrap(customerPublisher(topics(), config.customerTopicArn)),
    alertDriver: once.wrap(driverPublisher(topics(), config.driverTopicArn)),
  }),
  machines: machines(),
  askRoad: roadAsker(new GeoRoutesClient({})),
  count,
  log: logger,
};

export const handler = lambda(async (event: DynamoDBStreamEvent, context): Promise<DynamoDBBatchResponse> => {
  once.enter(context);
  const failed = await predictEtaOfVehicles(segmentsByVehicle(event.Records), ports);
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
});
