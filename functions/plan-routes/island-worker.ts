/**
 * A thread of the solver: opens some islands of a problem, advances them when it is told to, and says where they stand.
 * The problem comes as `workerData`; matrices in it are shared memory where the sender made them so. A thread that
 * searches hears no message, so that it is stopped by shared memory too.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { finish, Island, prepareModel } from '../../domain/index.ts';
import type { IslandReport, IslandTask, IslandThread } from './island-messages.ts';
import { boundedEffort } from './plan-deadline.ts';

const { problem, places, time, stop, isTraced } = workerData as IslandThread;
const nowMs = (): number => performance.timeOrigin + performance.now();
const isStopped = (): boolean => Atomics.load(stop, 0) !== 0;
const improved = (cost: number, unassigned: number, vehicles: number): void =>
  parentPort?.postMessage({ improved: { cost, unassigned, vehicles } } satisfies IslandReport);
const effort = { ...boundedEffort(time.toMs, nowMs, isStopped, time.fromMs), ...(isTraced ? { improved } : {}) };
const model = prepareModel(problem);
const islands = places.map((place) => new Island(model, problem, place, effort, places.length));

parentPort?.on('message', ({ until, adopt }: IslandTask) => {
  for (const { place, solution } of adopt) islands[places.indexOf(place)]?.adopt(solution);
  for (const island of islands) finish(island.advance(until));
  const standings = islands.map(({ standing }, index) => ({ place: places[index] as number, standing }));
  const solutions = islands.map((island) => island.solution());
  parentPort?.postMessage({ stands: { standings, solutions } } satisfies IslandReport);
});
