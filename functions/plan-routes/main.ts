/**
 * The planner's program: one Fargate task per wave. It reads DEPOT_ID and WAVE_ID, plans, and exits with 0, or with 1
 * when there is no plan. A plan is better late than never, and better in time than perfect: roads that are not answered
 * are estimated, and the search ends when the vehicles are to be loaded (plan-deadline.ts). SIGTERM (the task is being
 * stopped) makes it end with the best it has: nothing more is asked, the search is cut short, only the plan is written.
 * The search uses the processors of the task; the plan does not depend on how many they are.
 */
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { GeoRoutesClient } from '@aws-sdk/client-geo-routes';
import { LocationClient } from '@aws-sdk/client-location';
import { NeptunedataClient } from '@aws-sdk/client-neptunedata';
import { S3Client } from '@aws-sdk/client-s3';
import type { PlannedRoute } from '../../workflows/route-planning/contracts.ts';
import { documents, queues } from '../platform/clients.ts';
import { readConfig, readOptional } from '../platform/config.ts';
import { graphUrl, runStatements } from '../platform/graph/graph-client.ts';
import { graphTeller } from '../platform/graph/graph-messages.ts';
import { graphStatements } from '../platform/graph/plan-graph.ts';
import { recordedPlan } from '../platform/graph/recorded-plan.ts';
import { count, logger, metrics, now } from '../platform/powertools.ts';
import { putFences } from '../platform/route-fences.ts';
import { beat } from './heartbeat.ts';
import { policyWith } from './matrix/matrix-policy.ts';
import type { MatrixReport } from './matrix/matrix-report.ts';
import { planRoutes } from './plan-routes.ts';
import { fetchRoads, roadGraphNetwork } from './road-graph-network.ts';
import { geoRoadNetwork, type RoadNetwork } from './road-network.ts';
import { solveOnThreads } from './solve-on-threads.ts';

/** The SDK's own retries, with backoff: throttling is usual for the road network, a failover takes the graph seconds. */
const RETRIES = { maxAttempts: 6 };
/** Of the road network at most; what it has not answered by then is estimated, and the wave gets its plan. */
const MAX_ROADS_SECONDS = 240;
const CPU_UNITS_PER_PROCESSOR = 1024;
/** Lies beside the program. */
const WORKER_FILE = 'island-worker.js';

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
    'graphQueueUrl',
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
    roads: roadNetwork(AbortSignal.any([signal, slowRoads.signal])),
    solve: (problem, deadlineMs) =>
      solveOnThreads(problem, {
        threads: processors(),
        workerFile: join(dirname(process.argv[1] ?? ''), WORKER_FILE),
        deadlineMs,
        nowMs: beatingNow,
        signal,
        onFailure: (error) => logger.error('thread of the solver failed', { error: error as Error }),
      }),
    writeGraph: (routes) => writeGraph(config, graph, routes),
    putFences: (routes) => putFences(fences, routes),
    onFailure: (what, error) => logger.error(`${what} of the wave failed`, { error: error as Error }),
    onProgress: beat,
    signal,
    now,
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    matrixPolicy: policyWith(readOptional('matrixLifetimeDays')),
  });
  logger.info('wave planned', { ...report });
  if (report.matrix !== undefined) countMatrix(report.matrix);
}

/**
 * The processors of the task. The system may show those of the whole host, since Fargate bounds the task around the container
 * and not the container; the size that the task was started with is what it has of them. An execution that began before
 * its definition told the size does not tell it.
 */
function processors(): number {
  const shown = availableParallelism();
  const taskCpu = readOptional('taskCpu');
  if (taskCpu === undefined) return shown;
  return Math.max(1, Math.min(shown, Math.floor(Number(taskCpu) / CPU_UNITS_PER_PROCESSOR)));
}

/** The search asks for the time as often as it should be heard of. */
function beatingNow(): number {
  const nowMs = now().getTime();
  beat(nowMs);
  return nowMs;
}

/** A graph that does not answer gets the plan later, from the graph's queue. */
async function writeGraph(
  config: Readonly<Record<'waveId' | 'depotId' | 'planningTable' | 'graphQueueUrl', string>>,
  graph: NeptunedataClient,
  routes: readonly PlannedRoute[],
): Promise<void> {
  const { waveId, depotId } = config;
  try {
    const plan = await recordedPlan({ documents: documents(), ...config }, config, routes);
    await runStatements(graph, graphStatements(plan));
  } catch (error) {
    logger.error('graph of the wave put off', { error: error as Error });
    await graphTeller(queues(), config.graphQueueUrl)({ waveId, depotId });
  }
}

function countMatrix({ askedPairs, cachedPairs, estimatedPairs, requests, estimatedLegs }: MatrixReport): void {
  for (const [name, amount] of Object.entries({ askedPairs, cachedPairs, estimatedPairs, requests, estimatedLegs })) {
    count(`Matrix${name[0]?.toUpperCase()}${name.slice(1)}`, amount);
  }
  metrics.publishStoredMetrics();
}

/** A road graph where the stack was given one, else Amazon Location. */
function roadNetwork(signal: AbortSignal): RoadNetwork {
  const roadsObject = readOptional('roadsObject');
  if (roadsObject !== undefined) {
    return roadGraphNetwork({
      load: () => fetchRoads(new S3Client(RETRIES), roadsObject),
      onFailure: (error) => logger.error('roads not read, matrix estimated', { roadsObject, error: error as Error }),
    });
  }
  return geoRoadNetwork({
    client: new GeoRoutesClient(RETRIES),
    signal,
    onFailure: ({ error, ...tile }) => logger.error('matrix tile estimated', { ...tile, error: error as Error }),
  });
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
