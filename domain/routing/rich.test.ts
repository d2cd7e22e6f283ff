import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkPlan } from './check-plan.ts';
import { createSolution } from './create-solution.ts';
import type { RoutingModel } from './model.ts';
import { prepareModel } from './prepare-model.ts';
import type { RichTours } from './rich-tours.ts';
import type { Slot } from './solution.ts';
import { solveRoutes } from './solve.ts';
import { randomProblem, solvable } from './testing/random-problems.ts';
import { timetableOf } from './timetable.ts';
import { Tours } from './tours.ts';

const PLAIN = { breaks: false, trips: false, slots: false, lateness: false, bound: false };
const onRich = (model: RoutingModel): RoutingModel => ({ ...model, rich: { ...model.rich, isNeeded: true } });
const noSlot = (): Slot => ({ vehicle: -1, position: 0, cost: Infinity });

describe('the rich solution', () => {
  test('gives the same slots and costs as the plain one where a problem has nothing rich', () => {
    let inserted = 0;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const model = prepareModel(randomProblem(seed, 25, 3, PLAIN));
        const plain = new Tours(model);
        const rich = createSolution(onRich(model)) as RichTours;
        for (let node = 1; node <= 25; node += 1) {
          const [expected, found] = [noSlot(), noSlot()];
          for (let vehicle = 0; vehicle < 3; vehicle += 1) {
            plain.findSlot(vehicle, node, expected, () => false);
            rich.findSlot(vehicle, node, found, () => false);
          }
          expect({ ...found, reloads: undefined }).toEqual({ ...expected, reloads: undefined });
          if (found.cost === Infinity) continue;
          plain.insert(node, expected);
          rich.insert(node, found);
          inserted += 1;
          expect(rich.cost()).toBe(plain.cost());
        }
        const marked = new Uint8Array(model.size).map((_, node) => (node % 3 === 0 ? 1 : 0));
        for (let vehicle = 0; vehicle < 3; vehicle += 1) {
          plain.removeMarked(vehicle, marked);
          rich.removeMarked(vehicle, marked);
          expect(rich.visits(vehicle)).toEqual(plain.visits(vehicle));
          expect(rich.tours[vehicle]?.isLate).toBe(plain.tours[vehicle]?.isLate);
        }
        expect(rich.cost()).toBe(plain.cost());
      }),
      { numRuns: 60 },
    );
    expect(inserted).toBeGreaterThan(300);
  });

  test('finds the cheapest slot that any trial of all places and reloads finds', () => {
    let [found, none, reloading] = [0, 0, 0];
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const model = onRich(prepareModel(solvable(randomProblem(seed, 12, 2))));
        const solution = createSolution(model) as RichTours;
        for (let node = 1; node <= 12; node += 1) {
          if (model.rich.isFrozen[node] === 1) continue;
          const slot = noSlot();
          let least = Infinity;
          for (const vehicle of [0, 1]) {
            solution.findSlot(vehicle, node, slot, () => false);
            least = Math.min(least, leastByTrial(model, solution, vehicle, node));
          }
          expect(slot.cost).toBe(least);
          if (least === Infinity) {
            none += 1;
            continue;
          }
          solution.insert(node, slot);
          found += 1;
          if ((slot.reloads ?? 0) > 0) reloading += 1;
        }
      }),
      { numRuns: 150 },
    );
    expect(found).toBeGreaterThan(200);
    expect(none).toBeGreaterThan(200);
    expect(reloading).toBeGreaterThan(20);
  });
});

/** Puts the stop everywhere, with each pattern of reloads around it, and asks for a timetable. */
function leastByTrial(model: RoutingModel, solution: RichTours, vehicle: number, node: number): number {
  const { rich, size } = model;
  const tour = solution.tours[vehicle]!;
  const frozen = rich.frozen[vehicle]!.length;
  let least = Infinity;
  for (let position = 1; position <= tour.count + 1; position += 1) {
    for (const reloads of [0, 1, 2, 3]) {
      if (reloads > 1 && position > tour.count) continue;
      if ((reloads & 1) === 1 && position === 1 && frozen === 0 && rich.isUnderWay[vehicle] === 0) continue;
      const trial = createSolution(model) as RichTours;
      trial.copy(solution);
      trial.insert(node, { vehicle, position, cost: 0, reloads });
      const visits = trial.visits(vehicle);
      if (visits.filter((visit) => visit === 0).length >= rich.maxTrips[vehicle]!) continue;
      const trips: number[][] = [[]];
      for (const visit of visits) {
        if (visit === 0) trips.push([]);
        else trips.at(-1)?.push(visit);
      }
      const isLoaded = trips.every((trip, number) => isWithin(model, vehicle, trip, number === 0));
      const mayServe = visits.every((visit, index) => {
        if (visit === 0 || index < frozen) return true;
        const allowed = rich.allowed[vehicle * size + visit]!;
        return allowed === 1 || (allowed === 2 && visits.slice(0, index).includes(0));
      });
      if (isLoaded && mayServe && timetableOf(model, vehicle, visits) !== undefined) {
        least = Math.min(least, trial.tours[vehicle]!.cost - tour.cost);
      }
    }
  }
  return least;
}

function isWithin(model: RoutingModel, vehicle: number, trip: readonly number[], isFirst: boolean): boolean {
  const { dimensions, load, capacity, rich } = model;
  for (let dimension = 0; dimension < dimensions; dimension += 1) {
    const sum = trip.reduce((total, node) => total + load[node * dimensions + dimension]!, 0);
    const cell = vehicle * dimensions + dimension;
    if (sum > Math.max(capacity[cell]!, isFirst ? rich.frozenLoad[cell]! : 0) + 1e-9) return false;
  }
  return true;
}

describe('a rich plan', () => {
  test('keeps every constraint, whatever the problem has', () => {
    const reached = { stops: 0, left: 0, reloads: 0, breaks: 0, late: 0, frozen: 0, open: 0 };
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 0, max: 16 }),
        fc.integer({ min: 0, max: 4 }),
        (seed, stops, fleet) => {
          const problem = solvable(randomProblem(seed, stops, fleet));
          const plan = solveRoutes(problem);
          expect(checkPlan(problem, plan)).toEqual([]);
          expect(solveRoutes(structuredClone(problem))).toEqual(plan);
          reached.left += plan.unassigned.length;
          for (const route of plan.routes) {
            const vehicle = problem.vehicles.find(({ vehicleId }) => vehicleId === route.vehicleId)!;
            reached.stops += route.stops.length;
            reached.reloads += route.reloads?.length ?? 0;
            reached.breaks += route.breaks?.length ?? 0;
            reached.late += route.stops.filter(({ lateSeconds }) => lateSeconds !== undefined).length;
            reached.frozen += vehicle.frozenStopIds?.length ?? 0;
            if (vehicle.endIndex === 'open') reached.open += 1;
          }
        },
      ),
      { numRuns: 150 },
    );
    for (const [what, times] of Object.entries(reached))
      expect({ what, isReached: times > 15 }).toEqual({ what, isReached: true });
  });
});
