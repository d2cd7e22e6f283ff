import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createPrng } from '../random.ts';
import { CheapestFirst } from './cheapest-first.ts';
import { createSolution } from './create-solution.ts';
import type { RoutingModel } from './model.ts';
import { prepareModel } from './prepare-model.ts';
import { growRichTour } from './rich-tour.ts';
import type { RichTours } from './rich-tours.ts';
import type { Slot } from './solution.ts';
import { randomProblem, solvable } from './testing/random-problems.ts';

const VEHICLES = [0, 1];
const noSlot = (): Slot => ({ vehicle: -1, position: 0, cost: Infinity });
const never = (): boolean => false;

describe('what a rich tour knows after many changes', () => {
  test.each([
    ['with breaks and lateness', {}],
    ['with breaks and no lateness', { lateness: false }],
    ['with lateness and no breaks', { breaks: false }],
    ['with neither, nor slots', { breaks: false, lateness: false, slots: false }],
  ])('is what a tour knows that is made anew, %s', (_, features) => {
    let [inserted, removed, late] = [0, 0, 0];
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const problem = solvable(randomProblem(seed, 30, VEHICLES.length, features));
        const compiled = prepareModel(problem);
        const model: RoutingModel = { ...compiled, rich: { ...compiled.rich, isNeeded: true } };
        const prng = createPrng(seed);
        const solution = createSolution(model) as RichTours;
        for (let round = 0; round < 6; round += 1) {
          for (let node = 1; node <= 30; node += 1) {
            if (model.rich.isFrozen[node] === 1 || solution.vehicleOf[node] !== -1) continue;
            const slot = noSlot();
            for (const vehicle of VEHICLES) solution.findSlot(vehicle, node, slot, () => prng.next() < 0.2);
            if (slot.cost === Infinity) continue;
            solution.insert(node, slot);
            inserted += 1;
          }
          expectAsNew(model, solution);
          const marked = new Uint8Array(model.size).map(() => (prng.next() < 0.3 ? 1 : 0));
          for (const vehicle of VEHICLES) solution.removeMarked(vehicle, marked);
          removed += 1;
          expectAsNew(model, solution);
          if (solution.tours.some(({ isLate }) => isLate)) late += 1;
        }
      }),
      { numRuns: 40 },
    );
    expect({ inserted: inserted > 300, removed: removed > 100, late: late > 0 }).toEqual({
      inserted: true,
      removed: true,
      late: true,
    });
  });
});

function expectAsNew(model: RoutingModel, solution: RichTours): void {
  const anew = createSolution(model) as RichTours;
  for (const vehicle of VEHICLES) {
    anew.setVisits(vehicle, solution.visits(vehicle));
    const [tour, fresh] = [solution.tours[vehicle]!, anew.tours[vehicle]!];
    const { count } = fresh;
    expect([tour.count, tour.cost, tour.late, tour.isLate]).toEqual([count, fresh.cost, fresh.late, fresh.isLate]);
    for (const name of ['ends', 'latest', 'leg', 'trip'] as const) {
      const first = name === 'ends' || name === 'trip' ? 0 : 1;
      const last = name === 'latest' || name === 'leg' ? count + 1 : count;
      expect(tour[name].slice(first, last + 1)).toEqual(fresh[name].slice(first, last + 1));
    }
    const { dimensions } = model;
    for (const name of ['loadTo', 'loadFrom'] as const) {
      const range = [dimensions, (count + 1) * dimensions] as const;
      expect(tour[name].slice(...range)).toEqual(fresh[name].slice(...range));
    }
    for (let node = 1; node <= model.stopCount; node += 1) {
      if (model.rich.isFrozen[node] === 1 || solution.vehicleOf[node] !== -1) continue;
      const [found, expected] = [noSlot(), noSlot()];
      solution.findSlot(vehicle, node, found, never);
      anew.findSlot(vehicle, node, expected, never);
      expect(found).toEqual(expected);
    }
  }
}

test('a tour that grows to any length has room for each of its slots', () => {
  const model = prepareModel(solvable(randomProblem(1, 5, 1)));
  for (let slots = 15; slots < 300; slots += 1) {
    const tour = (createSolution({ ...model, rich: { ...model.rich, isNeeded: true } }) as RichTours).tours[0]!;
    growRichTour(tour, slots);
    growRichTour(tour, slots + 1);
    const { length } = tour.order;
    expect([tour.ends.length, tour.loadTo.length, tour.loadFrom.length]).toEqual([length, 2 * length, 2 * length]);
  }
});

test('candidates come cheapest first, and of equals the first', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 }), (costs) => {
      const candidates = new CheapestFirst();
      for (const [place, cost] of costs.entries()) candidates.add(place, cost);
      const expected = [...costs.keys()].sort((a, b) => costs[a]! - costs[b]! || a - b);
      const taken: number[] = [];
      for (let place = candidates.take(); place !== -1; place = candidates.take()) {
        expect(candidates.cost).toBe(costs[place]);
        taken.push(place);
      }
      expect(taken).toEqual(expected);
    }),
  );
});
