/**
 * The peer of the route solver, PyVRP, on the same instance in the same convention with as many seconds: installed for the
 * measurement into a virtual environment of its own from the Python package index. It counts in whole numbers and knows no
 * order of aims, so that a vehicle costs more than any distance where vehicles come first. Its solution goes through the
 * same check as ours.
 */
import { execFile } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type BenchObjective, distanceOf, type Instance } from './routing-instances.ts';

const run = promisify(execFile);
export const PEER = 'pyvrp==0.14.1';
const INSTALL_WITHIN_MS = 300_000;
/** Reading a thousand customers, and writing them. */
const GRACE_MS = 60_000;
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Its counts per unit: the truncation of DIMACS is exact; otherwise legs are rounded up, so that all stays feasible. */
const COUNTS: Readonly<Record<BenchObjective, number>> = { dimacs: 10, hierarchical: 1000 };

const PROGRAM = `
import json, sys, time
import numpy as np
from pyvrp import Model, solve
from pyvrp.stop import MaxRuntime

class MaxCpu:
    def __init__(self, seconds):
        self.until = time.process_time() + seconds
    def __call__(self, best_cost):
        return time.process_time() >= self.until
    def fraction_remaining(self):
        return None

task = json.load(sys.stdin)
stop = (MaxCpu if task["cpu"] else MaxRuntime)(task["seconds"])
model = Model()
places = [model.add_location(x, y) for x, y in task["places"]]
depot = model.add_depot(places[0])
model.add_vehicle_type(task["fleet"], task["capacity"], depot, depot, fixed_cost=task["vehicleCost"],
                       tw_early=task["windows"][0][0], tw_late=task["windows"][0][1])
for place, load, lasts, (opens, closes) in list(zip(places, task["loads"], task["services"], task["windows"]))[1:]:
    model.add_client(place, delivery=load, service_duration=lasts, tw_early=opens, tw_late=closes)
legs = np.array(task["legs"], dtype=np.int64).reshape(len(places), len(places))
data = model.data().replace(distance_matrices=[legs], duration_matrices=[legs])
best = solve(data, stop, seed=task["seed"], collect_stats=False).best
routes = [[client.idx + 1 for client in route if client.is_client()] for route in best.routes()]
json.dump({"feasible": best.is_feasible(), "routes": routes}, sys.stdout)
`;

export interface PeerEffort {
  readonly seconds: number;
  /** The seconds are those of the processor. */
  readonly cpu: boolean;
  readonly seed: number;
}

/** Runs the peer on an instance. */
export type RoutingPeer = (
  instance: Instance,
  objective: BenchObjective,
  effort: PeerEffort,
) => Promise<readonly (readonly number[])[]>;

/** @throws Error that says what is missing when it cannot be installed */
export async function installPeer(): Promise<RoutingPeer> {
  const folder = join(import.meta.dirname, '..', 'build', 'bench-pyvrp');
  const python = join(folder, 'bin', 'python');
  if (!existsSync(join(folder, 'ready'))) {
    rmSync(folder, { recursive: true, force: true });
    try {
      await run('python3', ['-m', 'venv', folder], { timeout: INSTALL_WITHIN_MS });
      await run(python, ['-m', 'pip', 'install', '--quiet', PEER], { timeout: INSTALL_WITHIN_MS });
      writeFileSync(join(folder, 'ready'), PEER);
    } catch (error) {
      throw new Error(`${PEER} cannot be installed; it needs Python 3.11: ${(error as Error).message.split('\n')[0]}`);
    }
  }
  return (instance, objective, effort) => solveBy(python, instance, objective, effort);
}

async function solveBy(
  python: string,
  { name, fleet, capacity, customers }: Instance,
  objective: BenchObjective,
  { seconds, cpu, seed }: PeerEffort,
): Promise<readonly (readonly number[])[]> {
  const counts = COUNTS[objective];
  const rounded = objective === 'dimacs' ? Math.round : Math.ceil;
  const legs = customers.flatMap((from) => customers.map((to) => rounded(distanceOf(from, to, objective) * counts)));
  const task = {
    seconds,
    cpu,
    seed,
    fleet,
    capacity,
    vehicleCost: objective === 'dimacs' ? 0 : legs.reduce((most, leg) => Math.max(most, leg), 0) * customers.length,
    places: customers.map(({ x, y }) => [x, y]),
    loads: customers.map(({ demand }) => demand),
    services: customers.map(({ service }) => service * counts),
    windows: customers.map(({ ready, due }) => [ready * counts, due * counts]),
    legs,
  };
  // Seconds of the processor may take far longer on a clock.
  const timeout = seconds * 1000 * (cpu ? 10 : 1) + GRACE_MS;
  const peer = run(python, ['-c', PROGRAM], { timeout, maxBuffer: MAX_OUTPUT_BYTES });
  // A program that ends before it has read all says why by its exit.
  peer.child.stdin?.on('error', () => undefined);
  peer.child.stdin?.end(JSON.stringify(task));
  const { feasible, routes } = JSON.parse((await peer).stdout) as { feasible: boolean; routes: number[][] };
  if (!feasible) throw new Error(`${PEER} found no feasible solution of ${name} in ${seconds} s`);
  return routes;
}
