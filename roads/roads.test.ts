import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Position } from './geometry.ts';
import { isAgainst, type RoadGraph, streetOf } from './graph.ts';
import { Roads } from './roads.ts';
import { contract } from './search/contract.ts';
import { sourceSeeds, targetSeeds } from './seeds.ts';
import type { Snap } from './street-index.ts';
import { PlainDijkstra } from './testing/plain-dijkstra.ts';
import { randomGraph } from './testing/random-graph.ts';
import { at, gridTown, Town } from './testing/small-town.ts';

/** The fastest way by Dijkstra's search alone, the street between two positions on it included. */
function plainWay(graph: RoadGraph, plain: PlainDijkstra, from: Snap, to: Snap) {
  const found = plain.find(sourceSeeds(graph, from), targetSeeds(graph, to));
  const candidates = found === undefined ? [] : [found];
  if (from.street === to.street) {
    for (const lane of [2 * from.street, 2 * from.street + 1]) {
      const length = graph.lengthCm[from.street] as number;
      const along = (cm: number): number => (isAgainst(lane) ? length - cm : cm);
      if (graph.laneMs[lane] === 0 || along(from.offsetCm) > along(to.offsetCm)) continue;
      const msAt = (cm: number): number => Math.round(((graph.laneMs[lane] as number) * along(cm)) / length);
      candidates.push({
        ms: msAt(to.offsetCm) - msAt(from.offsetCm),
        cm: along(to.offsetCm) - along(from.offsetCm),
      });
    }
  }
  return candidates.sort((a, b) => a.ms - b.ms || a.cm - b.cm)[0];
}

describe('the hierarchy', () => {
  test('answers as Dijkstra does, ways and matrices alike, on random graphs', () => {
    let ways = 0;
    let sameStreet = 0;
    let unreachable = 0;
    const property = fc.property(
      fc.integer({ min: 1, max: 1e9 }),
      fc.integer({ min: 2, max: 120 }),
      fc.boolean(),
      (seed, vertexCount, isConnected) => {
        const graph = randomGraph(seed, vertexCount, isConnected);
        const roads = new Roads(contract(graph), 1e6);
        const plain = new PlainDijkstra(graph);
        const draw = fc.sample(
          fc.tuple(fc.double({ min: 0, max: 0.1, noNaN: true }), fc.double({ min: 0, max: 0.1, noNaN: true })),
          {
            numRuns: 8,
            seed,
          },
        );
        const places: Position[] = [...draw, ...draw.slice(0, 2).map(([x, y]): Position => [x + 0.0005, y])];
        const matrix = roads.matrix(places.slice(0, 6), places);
        for (const [row, from] of places.slice(0, 6).entries()) {
          for (const [column, to] of places.entries()) {
            const start = roads.snap(from) as Snap;
            const end = roads.snap(to) as Snap;
            const expected = plainWay(graph, plain, start, end);
            const way = roads.way(from, to);
            const cell = row * places.length + column;
            expect(way?.seconds).toBe(expected === undefined ? undefined : expected.ms / 1000);
            expect(way?.meters).toBe(expected === undefined ? undefined : expected.cm / 100);
            expect(matrix.seconds[cell]).toBe(way?.seconds ?? Number.POSITIVE_INFINITY);
            expect(matrix.meters[cell]).toBe(way?.meters ?? Number.POSITIVE_INFINITY);
            if (way === undefined) unreachable += 1;
            else ways += 1;
            if (start.street === end.street) sameStreet += 1;
          }
        }
      },
    );
    fc.assert(property, { numRuns: 60, seed: 20_261_129, endOnFailure: true });
    expect(ways).toBeGreaterThan(1000);
    expect(sameStreet).toBeGreaterThan(20);
    expect(unreachable).toBeGreaterThan(20);
  });

  test('follows streets: the track is joined, begins and ends where it should, and adds up', async () => {
    const roads = await gridTown(9).roads();
    const places = Array.from({ length: 12 }, (_, index) => at(((index * 5) % 8) + 0.3, (index * 3) % 8));
    for (const from of places) {
      for (const to of places) {
        const way = roads.way(from, to);
        if (way === undefined) throw new Error('a grid has a way between any two places');
        const [first] = way.track;
        const last = way.track.at(-1);
        expect(first?.seconds).toBe(0);
        expect(first?.position[0]).toBeCloseTo(roads.snap(from)?.position[0] ?? 0, 6);
        expect(last?.position[1]).toBeCloseTo(roads.snap(to)?.position[1] ?? 0, 6);
        expect(last?.seconds).toBeCloseTo(way.seconds, 3);
        expect(last?.meters).toBeCloseTo(way.meters, 2);
        for (const [index, point] of way.track.slice(1).entries()) {
          expect(point.seconds).toBeGreaterThanOrEqual(way.track[index]?.seconds ?? 0);
          expect(roads.snap(point.position)?.distanceMeters).toBeLessThan(0.1);
        }
      }
    }
  });

  test('is the same each time it is built', () => {
    const graph = randomGraph(7, 300, true);
    expect(contract(graph)).toEqual(contract(graph));
  });

  test('is told how far it is, to the end', () => {
    const told: number[] = [];
    contract(randomGraph(7, 50, true), (done, total) => told.push(done / total));
    expect(told.at(-1)).toBe(1);
  });
});

describe('a position', () => {
  test('far from every road has no way and no times, and the others keep theirs', async () => {
    const roads = await gridTown(4).roads();
    const far: Position = [14, 52.5];
    expect(roads.way(far, at(0, 0))).toBeUndefined();
    const matrix = roads.matrix([at(0, 0), far], [at(2, 0), far]);
    expect(matrix.isOriginNear).toEqual([true, false]);
    expect(matrix.isDestinationNear).toEqual([true, false]);
    expect(Array.from(matrix.meters, Number.isFinite)).toEqual([true, false, false, false]);
  });

  test('is on the nearest street, also where a box of another street is nearer', () => {
    const graph = randomGraph(11, 200, true);
    const roads = new Roads(contract(graph), 1e6);
    const places = fc.sample(
      fc.tuple(fc.double({ min: 0, max: 0.1, noNaN: true }), fc.double({ min: 0, max: 0.1, noNaN: true })),
      { numRuns: 200, seed: 5 },
    );
    for (const place of places) {
      const snap = roads.snap(place) as Snap;
      // Each street by its points alone: a lower bound that needs no projection.
      let nearest = Number.POSITIVE_INFINITY;
      for (let at = 0; at < graph.shape.length; at += 2) {
        const dx = ((graph.shape[at] as number) / 1e7 - place[0]) * 111_195;
        const dy = ((graph.shape[at + 1] as number) / 1e7 - place[1]) * 111_195;
        nearest = Math.min(nearest, Math.hypot(dx, dy));
      }
      expect(nearest).toBeGreaterThan(snap.distanceMeters - 0.5);
    }
  });

  test('beside a motorway is on the street behind it', async () => {
    const town = gridTown(4);
    town.way(
      [
        [0, 5],
        [3, 5],
      ],
      { highway: 'motorway' },
    );
    town.way(
      [
        [3, 5],
        [3, 3],
      ],
      { highway: 'motorway_link', oneway: 'yes' },
    );
    town.way(
      [
        [0, 3],
        [0, 5],
      ],
      { highway: 'motorway_link', oneway: 'yes' },
    );
    const roads = await town.roads();
    expect(roads.snap(at(1.5, 4.9))?.distanceMeters).toBeGreaterThan(150);
  });

  test('at a dead end turns there', async () => {
    const town = gridTown(3);
    town.way([
      [2, 2],
      [2, 5],
    ]);
    const roads = await town.roads();
    const there = roads.way(at(0, 0), at(2, 5));
    const back = roads.way(at(2, 5), at(0, 0));
    expect(there?.meters).toBe(back?.meters);
  });

  test('behind another on a one-way street is reached around the block', async () => {
    const town = new Town();
    town.way(
      [
        [0, 0],
        [4, 0],
      ],
      { highway: 'residential', oneway: 'yes' },
    );
    town.way(
      [
        [4, 0],
        [4, 2],
        [0, 2],
        [0, 0],
      ],
      { highway: 'residential', oneway: 'yes' },
    );
    const roads = await town.roads();
    const ahead = roads.way(at(1, 0), at(2, 0));
    const around = roads.way(at(2, 0), at(1, 0));
    const lap = roads.graph.lengthCm.reduce((sum, cm) => sum + cm, 0) / 100;
    expect(ahead?.meters).toBeCloseTo(100, -1);
    expect((ahead?.meters ?? 0) + (around?.meters ?? 0)).toBeCloseTo(lap, 1);
    expect(streetOf(1)).toBe(0);
  });
});
