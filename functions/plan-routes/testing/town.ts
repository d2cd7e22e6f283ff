/** A small town with tight windows, to be solved on islands. */
import { createPrng, type RoutingProblem } from '../../../domain/index.ts';

const HOUR = 3_600_000;

export function town(seed: number, islands: number): RoutingProblem {
  const prng = createPrng(seed);
  const stopCount = 40;
  const size = stopCount + 1;
  const places = Array.from({ length: size }, () => [prng.next() * 3000, prng.next() * 3000] as const);
  const durationsSeconds = Float64Array.from(
    places.flatMap((a) => places.map((b) => Math.hypot(a[0] - b[0], a[1] - b[1]))),
  );
  return {
    depot: [0, 0],
    stops: Array.from({ length: stopCount }, (_, index) => {
      const fromMs = prng.next() * 5 * HOUR;
      const window = { fromMs, toMs: fromMs + prng.pick([HOUR, 8 * HOUR]) };
      const load = [prng.next()];
      return { stopId: `s${index}`, orderIds: [], position: [0, 0], serviceSeconds: 60, window, load, priority: 0 };
    }),
    vehicles: Array.from({ length: 8 }, (_, index) => ({
      vehicleId: `v${index}`,
      driverId: `d${index}`,
      capacity: [6],
      shift: { fromMs: 0, toMs: 9 * HOUR },
    })),
    matrix: { size, durationsSeconds, distancesMeters: durationsSeconds },
    nowMs: 0,
    iterations: 4_000,
    islands,
    seed,
    objective: { kind: 'hierarchical' },
  };
}
