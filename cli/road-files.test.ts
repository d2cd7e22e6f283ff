import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import { parseFleet } from '../domain/index.ts';
import { readOrderLines } from '../operations/index.ts';
import { encodeRoads } from '../roads/index.ts';
import { buildRoads, openRoads } from './road-files.ts';
import type { StepProgress } from './step-progress.ts';

const SAMPLES = fileURLToPath(new URL('../samples/', import.meta.url));
const EXTRACT = join(SAMPLES, 'portolan.osm.pbf');
const folder = mkdtempSync(join(tmpdir(), 'perfect-order-roads-'));
afterAll(() => rmSync(folder, { recursive: true }));

function recorded(): { readonly progress: StepProgress; readonly shown: Map<string, number> } {
  const shown = new Map<string, number>();
  const show = (step: string, done: number, total: number): void => void shown.set(step, done / total);
  return { progress: { show, end: () => undefined }, shown };
}

const written = (name: string, content: Uint8Array | string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

describe('roads of the user', () => {
  test('are built from the sample town, in which every customer and the depot reach each other', async () => {
    const { progress, shown } = recorded();
    const { contracted, report } = await buildRoads(EXTRACT, progress);
    expect(report).toMatchObject({ networks: 1, restrictionsLeftOut: 0 });
    expect(report.restrictionsKept).toBeGreaterThan(10);
    expect([...shown]).toEqual([
      ['reading', 1],
      ['contracting', 1],
    ]);
    const roads = await openRoads(written('town.roads', encodeRoads(contracted)), progress);
    const fleet = parseFleet(readFileSync(join(SAMPLES, 'fleet.json'), 'utf8'));
    const lines = readOrderLines(readFileSync(join(SAMPLES, 'orders.jsonl'), 'utf8'));
    const customers = lines.flatMap(({ parsed }) => (parsed.ok ? [parsed.order.deliverTo.position] : []));
    const places = [...(fleet.ok ? fleet.fleet.depots.map(({ position }) => position) : []), ...customers];
    expect(places.length).toBe(61);
    const { seconds, meters } = roads.matrix(places, places);
    expect(Array.from(seconds).every(Number.isFinite)).toBe(true);
    expect(Math.max(...meters)).toBeLessThan(25_000);
    const fromExtract = await openRoads(EXTRACT, progress);
    expect(fromExtract.matrix(places, places)).toEqual(roads.matrix(places, places));
  });

  test.each([
    ['a file that is not there', 'none.roads', undefined, 'PO-101', 'ENOENT'],
    ['an extract that is not there', 'none.osm.pbf', undefined, 'PO-101', 'ENOENT'],
    ['a text', 'text.roads', 'hello', 'PO-113', 'NotARoadFile'],
    ['a text that calls itself an extract', 'text.osm.pbf', 'hello', 'PO-113', 'NotAnExtract'],
    ['an extract cut short', 'short.osm.pbf', readFileSync(EXTRACT).subarray(0, 9000), 'PO-113', 'ExtractDamaged'],
  ])('refuse %s', async (_, name, content, code, message) => {
    const path = content === undefined ? join(folder, name) : written(name, content);
    await expect(openRoads(path, recorded().progress)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });
});
