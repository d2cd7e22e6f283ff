/**
 * The planner's program: one Fargate task per wave. It reads DEPOT_ID and WAVE_ID, plans, and exits with 0, or with 1
 * when there is no plan. A plan is better late than never, and better in time than perfect: roads that are not answered
 * are estimated, and the search ends when the vehicles are to be loaded (plan-deadline.ts). SIGTERM (the task is being
 * stopped) makes it end with the best it has: nothing more is asked, the search is cut short, only the plan is written.
 */
import { GeoRoutesClient } from '@aws-sdk/client-geo-routes';
import { LocationClient } from '@aws-sdk/client-location';
import { NeptunedataClient } from '@aws-sdk/client-neptunedata';
import { documents } from '../platform/clients.ts';
import { readConfig } from '../platform/config.ts';
import { logger, now } from '../platform/powertools.ts';
import { putFences } from '../platform/route-fences.ts';
import { graphUrl, writeGraph } from './graph.ts';
import { beat } from './heartbeat.ts';
import { planRoutes } from './plan-routes.ts';
import { geoRoadNetwork } from './road-network.ts';

/** The SDK's own retries, with backoff: throttling is usual for the road network, a failover takes the graph seconds. */
const RETRIES = { maxAttempts: 6 };
/** Of the road network at most; what it has not answered by then is estimated, and the wave gets its plan. */
const MAX_ROADS_SECONDS = 240;

async function plan(signal: AbortSignal): Promise<void> {
  const config = readConfig(
    'depotId',
    'waveId',
    'planningTable',
    'fleetTable',
    'routesTable',
    'positionsTable',
    'geofenceCollection',
    'graphEndpoint',
  );
  logger.appendKeys({ waveId: config.waveId, depotId: config.depotId });
  const graph = new NeptunedataClient({ endpoint: graphUrl(config.graphEndpoint), ...RETRIES });
  const fences = { location: new LocationClient(RETRIES), geofenceCollection: config.geofenceCollection };
  const slowRoads = new AbortController();
  setTimeout(() => slowRoads.abort(new Error(`no answer within ${MAX_ROADS_SECONDS} s`)), MAX_ROADS_SECONDS * 1000);
  const report = await planRoutes(config.waveId, config.depotId, {
    documents: documents(),
    planningTable: config.planningTable,
    fleetTable: config.fleetTable,
    routesTable: config.routesTable,
    positionsTable: config.positionsTable,
    roads: geoRoadNetwork({
      client: new GeoRoutesClient(RETRIES),
      signal: AbortSignal.any([signal, slowRoads.signal]),
      onFailure: ({ error, ...tile }) => logger.error('matrix tile estimated', { ...tile, error: error as Error }),
    }),
    writeGraph: (routes) => writeGraph(graph, routes),
    putFences: (routes) => putFences(fences, routes),
    onFailure: (what, error) => logger.error(`${what} of the wave not written`, { error: error as Error }),
    onProgress: beat,
    signal,
    now,
  });
  logger.info('wave planned', { ...report });
}

async function main(): Promise<void> {
  const stop = new AbortController();
  process.on('SIGTERM', () => stop.abort(new Error('the task is being stopped')));
  let code = 0;
  try {
    await plan(stop.signal);
  } catch (error) {
    logger.error('wave not planned', { error: error as Error });
    code = 1;
  }
  process.exit(code);
}

// Everything is caught above; what a host may throw out of `process.exit` is not an error of the planner.
main().catch(() => undefined);
