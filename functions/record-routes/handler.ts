/** Consumer of the graph's queue: the one writer of what was driven. */
import { NeptunedataClient } from '@aws-sdk/client-neptunedata';
import { documents } from '../platform/clients.ts';
import { readConfig } from '../platform/config.ts';
import { graphUrl, runStatements } from '../platform/graph/graph-client.ts';
import { count, logger } from '../platform/powertools.ts';
import { queueConsumer } from '../platform/queue-batch.ts';
import { recordRoutes } from './record-routes.ts';

const config = readConfig('planningTable', 'routesTable', 'graphEndpoint');
const graph = new NeptunedataClient({ endpoint: graphUrl(config.graphEndpoint) });
const ports = {
  documents: documents(),
  planningTable: config.planningTable,
  routesTable: config.routesTable,
  write: (statements: Parameters<typeof runStatements>[1]) => runStatements(graph, statements),
};

export const handler = queueConsumer(async ({ body }) => {
  const message = await recordRoutes(body, ports);
  logger.info('written to the graph', { ...message });
  count('routeId' in message ? 'RoutesRecorded' : 'PlansRecorded');
});
