/**
 * Random problems with everything that the port can say: breaks, trips, skills, frozen parts, goods on board, lateness,
 * open ends, slots, ways that do not exist. Small enough to be solved a hundred times, tight enough to leave stops out.
 */
import { createPrng, type Prng } from '../../random.ts';
import type { DriverBreak, RoutingProblem, RoutingStop, RoutingVehicle, TravelMatrix } from '../port.ts';
import { prepareModel } from '../prepare-model.ts';

const HOUR = 3_600_000;
const NOW = 1_800_000_000_000;
const SKILLS = ['cold', 'lift'];

/** Which of the features a problem may have; all of them unless given. */
export interface Features {
  readonly breaks?: boolean;
  readonly trips?: boolean;
  readonly slots?: boolean;
  readonly lateness?: boolean;
  readonly bound?: boolean;
}

const window = (from: number, to: number) => ({ fromMs: NOW + from * HOUR, toMs: NOW + to * HOUR });

function randomMatrix(prng: Prng, size: number, withSlots: boolean, isRough: boolean): TravelMatrix {
  const places = Array.from({ length: size }, () => [prng.next() * 2400, prng.next() * 2400] as const);
  const durationsSeconds = Float64Array.from(
    places.flatMap((a) =>
      places.map((b) => {
        if (a === b) return 0;
        if (isRough && prng.next() < 0.02) return prng.pick([-1, Number.NaN, Infinity]);
        return Math.hypot(a[0] - b[0], a[1] - b[1]) * (0.9 + prng.next() * 0.3);
      }),
    ),
  );
  const matrix = { size, durationsSeconds, distancesMeters: durationsSeconds.map((seconds) => seconds * 8) };
  if (!withSlots) return matrix;
  const slots = [2, 3.5].map((hours) => {
    const factor = 0.6 + prng.next();
    const slower = durationsSeconds.map((seconds) => (prng.next() < 0.02 ? -1 : seconds * factor));
    return { fromMs: NOW + hours * HOUR, durationsSeconds: slower };
  });
  return { ...matrix, slots };
}

function randomBreaks(prng: Prng): DriverBreak[] {
  return Array.from({ length: prng.int(3) }, (_, index) => {
    const from = prng.next() * 6;
    const width = prng.pick([0.01, 0.01, 2]);
    return { breakId: `b${index}`, durationSeconds: prng.int(2400), window: window(from, from + width) };
  });
}

export function randomProblem(
  seed: number,
  stopCount: number,
  vehicleCount: number,
  features: Features = {},
): RoutingProblem {
  const { breaks = true, trips = true, slots = true, lateness = true, bound = true } = features;
  const prng = createPrng(seed);
  // Two rows beside the stops: where vehicles start or end.
  const size = stopCount + 3;
  const matrix = randomMatrix(prng, size, slots && prng.next() < 0.4, prng.next() < 0.5);
  const vehicleIds = Array.from({ length: vehicleCount }, (_, index) => `v${index}`);
  const stops = Array.from({ length: stopCount }, (_, index): RoutingStop => {
    const opens = prng.next() * 6;
    const span = window(opens - 1, opens + prng.pick([0.5, 2, 10]));
    const latestMs = span.toMs + prng.int(2 * HOUR);
    const isLoaded = bound && vehicleCount > 0 && prng.next() < 0.15;
    return {
      stopId: `s${index}`,
      orderIds: [`o${index}`],
      position: [0, 0],
      serviceSeconds: prng.int(prng.pick([600, 900, 5400])),
      window: span,
      load: [prng.next() * 2, prng.next() * 50],
      priority: prng.int(2),
      ...(bound && prng.next() < 0.15 ? { skills: [prng.pick(SKILLS)] } : {}),
      ...(lateness && prng.next() < 0.3 ? { latestMs } : {}),
      ...(isLoaded ? { loadedOn: prng.pick(vehicleIds) } : {}),
    };
  });
  const free = stops.filter(({ loadedOn }) => loadedOn === undefined).map(({ stopId }) => stopId);
  const vehicles = vehicleIds.map((vehicleId): RoutingVehicle => {
    const from = prng.next() * 3 - 1;
    const frozenStopIds = bound && prng.next() < 0.4 ? free.splice(0, prng.int(4)) : [];
    return {
      vehicleId,
      driverId: `d-${vehicleId}`,
      capacity: [2 + prng.next() * 6, prng.pick([Infinity, 120])],
      shift: window(from, from + 2 + prng.next() * 6),
      ...(breaks && prng.next() < 0.7 ? { breaks: randomBreaks(prng) } : {}),
      ...(trips && prng.next() < 0.6 ? { maxTrips: 1 + prng.int(3), reloadSeconds: prng.int(900) } : {}),
      ...(bound && prng.next() < 0.3 ? { startIndex: stopCount + 1 } : {}),
      ...(bound && prng.next() < 0.4 ? { endIndex: prng.pick(['open' as const, stopCount + 2]) } : {}),
      ...(bound && prng.next() < 0.5 ? { skills: [prng.pick(SKILLS)] } : {}),
      ...(bound && prng.next() < 0.3 ? { isUnderWay: true } : {}),
      ...(frozenStopIds.length > 0 ? { frozenStopIds } : {}),
    };
  });
  const objective = {
    kind: prng.pick(['weighted', 'hierarchical'] as const),
    perSecond: 1,
    perMeter: prng.pick([0, 0.05]),
    perVehicle: prng.pick([0, 300]),
    ...(lateness ? { perSecondLate: prng.pick([0, 2]) } : {}),
  };
  return { depot: [0, 0], stops, vehicles, matrix, nowMs: NOW, iterations: 60, seed, objective };
}

/** The problem, or without its frozen parts where the matrix has no way along them and it would be refused. */
export function solvable(problem: RoutingProblem): RoutingProblem {
  try {
    prepareModel(problem);
    return problem;
  } catch {
    return { ...problem, vehicles: problem.vehicles.map(({ frozenStopIds: _, ...vehicle }) => vehicle) };
  }
}
