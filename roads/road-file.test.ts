import { describe, expect, test } from '@jest/globals';
import { decodeRoads, encodeRoads } from './road-file.ts';
import { Roads } from './roads.ts';
import { contract } from './search/contract.ts';
import { randomGraph } from './testing/random-graph.ts';
import { at, gridTown } from './testing/small-town.ts';

const contracted = contract(randomGraph(3, 80, true));

describe('a road file', () => {
  test('gives back what was written, wherever in memory it lies', () => {
    const file = encodeRoads(contracted);
    for (const offset of [0, 1, 8]) {
      const moved = new Uint8Array(file.length + offset);
      moved.set(file, offset);
      expect(decodeRoads(moved.subarray(offset))).toEqual(contracted);
    }
  });

  test('is the same bytes for the same roads, and answers as they do', async () => {
    const { graph } = await gridTown(6).read();
    const built = contract(graph);
    const file = encodeRoads(built);
    expect(Buffer.compare(encodeRoads(contract(graph)), file)).toBe(0);
    const [before, after] = [new Roads(built), new Roads(decodeRoads(file))];
    expect(after.way(at(0.2, 0), at(4, 4.6))).toEqual(before.way(at(0.2, 0), at(4, 4.6)));
  });

  test('of another version, cut short, or with a bit turned over is refused by name', () => {
    const file = encodeRoads(contracted);
    const changed = (place: number): Uint8Array => {
      const copy = Uint8Array.from(file);
      copy[place] = (copy[place] as number) ^ 1;
      return copy;
    };
    const version = file.indexOf(10) + 1;
    expect(() => decodeRoads(changed(version))).toThrow('has version 0; this program reads version 1');
    for (const bytes of [
      file.subarray(0, file.length - 1),
      file.subarray(0, 60),
      changed(file.length - 2),
      changed(200),
    ]) {
      expect(() => decodeRoads(bytes)).toThrow(expect.objectContaining({ name: 'RoadFileDamaged' }));
    }
    for (const bytes of [changed(3), new Uint8Array(), Buffer.from('perfect-order')]) {
      expect(() => decodeRoads(bytes)).toThrow(expect.objectContaining({ name: 'NotARoadFile' }));
    }
  });
});
