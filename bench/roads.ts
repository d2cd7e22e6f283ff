/**
 * Roads: what a graph takes to build and to load, ways a second with the hierarchy and with Dijkstra's search as its peer
 * in the same run, and matrices. Without a file, on a made-up town that is the same each time.
 * `npm run bench -- roads [FILE]`, an .osm.pbf extract or a road file.
 */
import { readFileSync } from 'node:fs';
import { createPrng, type Prng } from '../domain/index.ts';
import { type Contracted, contract, decodeRoads, encodeRoads, Roads } from '../roads/index.ts';
import { readExtract, writeExtract } from '../roads/osm/index.ts';
import { sourceSeeds, targetSeeds } from '../roads/seeds.ts';
import type { Snap } from '../roads/street-index.ts';
import { PlainDijkstra } from '../roads/testing/plain-dijkstra.ts';
import { areasAround } from '../samples/town/areas.ts';
import { TownElements } from '../samples/town/town-elements.ts';
import { figure, perSecond, printTable, quantile } from './measure.ts';

const WAYS = 2_000;
const PLAIN_WAYS = 200;
const MATRICES = [200, 1_000];
const ROUNDS = 3;
const CENTER = [-18.5, 41.2] as const;
/** Of the made-up town: half a degree of places, some of which have streets around them. */
const TOWN_PLACES = 400;

interface Timed<T> {
  readonly result: T;
  readonly ms: number;
}

async function timed<T>(work: () => T | Promise<T>): Promise<Timed<T>> {
  const fromMs = performance.now();
  const result = await work();
  return { result, ms: performance.now() - fromMs };
}

export async function benchRoads(): Promise<void> {
  const [, , , path] = process.argv;
  const prng = createPrng('roads');
  const rows: string[][] = [];
  const row = (name: string, value: string, unit: string): void => void rows.push([name, value, unit]);
  const contracted = await build(path, prng, row);
  const file = await timed(() => encodeRoads(contracted));
  row('road file', figure(file.result.length), 'bytes');
  const loads: number[] = [];
  let roads = new Roads(contracted);
  for (let round = 0; round < ROUNDS; round += 1) {
    const loaded = await timed(() => {
      roads = new Roads(decodeRoads(file.result));
      roads.snap(CENTER);
    });
    loads.push(loaded.ms);
  }
  row('loading, with the index of streets', quantile(loads, 0.5).toFixed(0), 'ms');
  await benchWays(roads, prng, row);
  await benchMatrices(roads, prng, row);
  printTable(`Roads: ${path ?? 'a made-up town'}`, ['', 'value', ''], rows);
}

async function build(
  path: string | undefined,
  prng: Prng,
  row: (name: string, value: string, unit: string) => void,
): Promise<Contracted> {
  const bytes = path === undefined ? madeUpTown(prng) : readFileSync(path);
  if (path !== undefined && !path.endsWith('.pbf')) return decodeRoads(bytes);
  async function* open(): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  row('extract', figure(bytes.length), 'bytes');
  const read = await timed(() => readExtract(open));
  const { graph } = read.result;
  const built = await timed(() => contract(graph));
  row('nodes', figure(graph.vertexCount), '');
  row('edges', figure(graph.arcLane.length), '');
  row('shortcuts', figure(built.result.hierarchy.shortcutFirst.length), '');
  row('reading the extract', (read.ms / 1000).toFixed(2), 's');
  row('building the hierarchy', (built.ms / 1000).toFixed(2), 's');
  return built.result;
}

function madeUpTown(prng: Prng): Uint8Array {
  const luck = prng.fork('places');
  const places = Array.from(
    { length: TOWN_PLACES },
    () => [CENTER[0] + luck.normal(0, 0.06), CENTER[1] + luck.normal(0, 0.05)] as const,
  );
  const town = new TownElements();
  for (const area of areasAround([places])) town.add(area, prng.fork('town'));
  return writeExtract(town.all(), 'perfect-order bench');
}

/** Places on streets all over the largest part of the graph. */
function snapsOf(roads: Roads, count: number, prng: Prng): Snap[] {
  const { shape } = roads.graph;
  return Array.from({ length: count }, () => {
    const at = 2 * prng.int(shape.length / 2);
    return roads.snap([(shape[at] as number) / 1e7, (shape[at + 1] as number) / 1e7]);
  }).filter((snap) => snap !== undefined);
}

async function benchWays(
  roads: Roads,
  prng: Prng,
  row: (name: string, value: string, unit: string) => void,
): Promise<void> {
  const snaps = snapsOf(roads, 2 * WAYS, prng.fork('ways'));
  const pairs = Array.from({ length: Math.floor(snaps.length / 2) }, (_, index) =>
    snaps.slice(2 * index, 2 * index + 2),
  );
  const ask = (count: number): void => {
    for (const [from, to] of pairs.slice(0, count)) roads.way(from?.position ?? CENTER, to?.position ?? CENTER);
  };
  ask(200);
  const byHierarchy = await timed(() => ask(WAYS));
  row('ways with their lines, by the hierarchy', figure(perSecond(pairs.length, byHierarchy.ms)), '/s');
  const plain = new PlainDijkstra(roads.graph);
  const compared = pairs.slice(0, PLAIN_WAYS) as [Snap, Snap][];
  const byDijkstra = await timed(() =>
    compared.map(([from, to]) => plain.find(sourceSeeds(roads.graph, from), targetSeeds(roads.graph, to))),
  );
  // A street between two places on it is no part of Dijkstra's search.
  const differing = compared.filter(([from, to], index) => {
    const found = byDijkstra.result[index];
    const seconds = roads.way(from.position, to.position)?.seconds;
    return from.street !== to.street && (found === undefined ? undefined : found.ms / 1000) !== seconds;
  }).length;
  row('ways without lines, by Dijkstra', figure(perSecond(PLAIN_WAYS, byDijkstra.ms)), '/s');
  row('answers that differ', String(differing), `of ${PLAIN_WAYS}`);
  if (differing > 0) throw new Error(`${differing} ways differ from Dijkstra's`);
}

async function benchMatrices(
  roads: Roads,
  prng: Prng,
  row: (name: string, value: string, unit: string) => void,
): Promise<void> {
  for (const size of MATRICES) {
    const places = snapsOf(roads, size, prng.fork(`matrix/${size}`)).map(({ position }) => position);
    const rounds: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) rounds.push((await timed(() => roads.matrix(places, places))).ms);
    row(`matrix ${places.length} x ${places.length}`, Math.min(...rounds).toFixed(0), 'ms');
  }
}
