/**
 * Towns whose roads are not kind to estimates, as a service would answer: a grid of streets under the places of a depot-day, each
 * street with a speed of its own, some one-way, some fast, a river with few bridges across the middle, and for each pair of
 * places its own congestion, so that ways are neither symmetric nor, where they are short, metric. Same seed, same town.
 */
import FlatQueue from 'flatqueue';
import { createPrng, haversineMeters, type Position } from '../../domain/index.ts';
import type { BlockAnswer, RoadBlock } from '../../functions/plan-routes/road-network.ts';
import type { Leg } from '../../region/services/georoutes/road.ts';
import { MAPLESS_ROADS } from '../../region/services/georoutes/road-model.ts';
import { contract, Roads } from '../../roads/index.ts';
import { readExtract, writeExtract } from '../../roads/osm/index.ts';
import { areasAround } from '../../samples/town/areas.ts';
import { TownElements } from '../../samples/town/town-elements.ts';

/** What a town answers, at any hour. */
export type Ways = (request: Pick<RoadBlock, 'origins' | 'destinations'>) => BlockAnswer;

export interface GridTown {
  readonly name: string;
  readonly bridges: number | null;
  /** Share of streets that go one way only. */
  readonly oneWay: number;
  /** Standard deviation of the logarithm of a pair's congestion. */
  readonly congestion: number;
  /** Ranges of the speed of small streets, km/h. */
  readonly kmh: readonly [number, number];
}

export const GRID_TOWNS: readonly GridTown[] = [
  { name: 'grid', bridges: null, oneWay: 0, congestion: 0, kmh: [25, 35] },
  { name: 'bridges', bridges: 2, oneWay: 0, congestion: 0.05, kmh: [20, 40] },
  { name: 'one-ways', bridges: null, oneWay: 0.6, congestion: 0.05, kmh: [20, 40] },
  { name: 'rush', bridges: 3, oneWay: 0.5, congestion: 0.15, kmh: [12, 45] },
];

/** Crossings per side of the grid. */
const SIDE = 90;
/** Every so many streets one is fast. */
const ARTERIAL_EVERY = 9;
const ARTERIAL_KMH = 70;
const WALK_KMH = 15;
const START_SECONDS = 15;

interface Streets {
  readonly crossingOf: (position: Position) => { readonly node: number; readonly meters: number };
  readonly next: readonly (readonly { readonly node: number; readonly seconds: number; readonly meters: number }[])[];
}

export function gridWays(town: GridTown, seed: string, around: readonly Position[]): Ways {
  const streets = layOut(town, seed, around);
  const trees = new Map<number, ReturnType<typeof shortestWays>>();
  const way = (from: Position, to: Position): { seconds: number; meters: number } => {
    if (from[0] === to[0] && from[1] === to[1]) return { seconds: 0, meters: 0 };
    const [start, end] = [streets.crossingOf(from), streets.crossingOf(to)];
    const tree = trees.get(start.node) ?? shortestWays(streets, start.node);
    trees.set(start.node, tree);
    const access = start.meters + end.meters;
    const noise = createPrng(`${seed}/${from.join()}>${to.join()}`).normal(0, town.congestion);
    const driven = (tree.seconds[end.node] as number) + (access * 3.6) / WALK_KMH;
    return { seconds: START_SECONDS + driven * Math.exp(noise), meters: (tree.meters[end.node] as number) + access };
  };
  return ({ origins, destinations }) => {
    const ways = origins.flatMap((from) => destinations.map((to) => way(from, to)));
    return {
      seconds: Float64Array.from(ways, ({ seconds }) => seconds),
      meters: Float64Array.from(ways, ({ meters }) => meters),
    };
  };
}

function layOut(town: GridTown, seed: string, around: readonly Position[]): Streets {
  const prng = createPrng(`${seed}/streets`);
  const sides = ([0, 1] as const).map((axis) => {
    const values = around.map((position) => position[axis]).sort((a, b) => a - b);
    const margin = 0.01;
    const from = (values[0] as number) - margin;
    const to = (values.at(-1) as number) + margin;
    return { from, step: (to - from) / (SIDE - 1), middle: values[Math.floor(values.length / 2)] as number };
  });
  const [x, y] = sides as [(typeof sides)[0], (typeof sides)[0]];
  const at = (node: number): Position => [x.from + (node % SIDE) * x.step, y.from + Math.floor(node / SIDE) * y.step];
  const street = () =>
    Array.from({ length: SIDE }, (_, index) => ({
      kmh: index % ARTERIAL_EVERY === 0 ? ARTERIAL_KMH : town.kmh[0] + prng.next() * (town.kmh[1] - town.kmh[0]),
      // Arterials go both ways, and so do the edges of the map: every crossing can be reached.
      direction:
        index % ARTERIAL_EVERY === 0 || index === SIDE - 1 || prng.next() >= town.oneWay ? 0 : prng.pick([-1, 1]),
    }));
  const [rows, columns] = [street(), street()];
  const riverRow = Math.round((y.middle - y.from) / y.step);
  const bridges = new Set(Array.from({ length: town.bridges ?? 0 }, () => prng.int(SIDE)));
  const next: { node: number; seconds: number; meters: number }[][] = Array.from({ length: SIDE * SIDE }, () => []);
  const lay = (from: number, to: number, { kmh, direction }: { kmh: number; direction: number }) => {
    const meters = haversineMeters(at(from), at(to));
    const seconds = (meters * 3.6) / kmh;
    if (direction >= 0) next[from]?.push({ node: to, seconds, meters });
    if (direction <= 0) next[to]?.push({ node: from, seconds, meters });
  };
  for (let row = 0; row < SIDE; row += 1) {
    for (let column = 0; column < SIDE; column += 1) {
      const node = row * SIDE + column;
      if (column + 1 < SIDE) lay(node, node + 1, rows[row] as (typeof rows)[0]);
      const crossesRiver = town.bridges !== null && row === riverRow;
      if (row + 1 >= SIDE || (crossesRiver && !bridges.has(column))) continue;
      const bridge = crossesRiver ? { kmh: ARTERIAL_KMH, direction: 0 } : (columns[column] as (typeof columns)[0]);
      lay(node, node + SIDE, bridge);
    }
  }
  return {
    next,
    crossingOf(position) {
      const column = Math.min(SIDE - 1, Math.max(0, Math.round((position[0] - x.from) / x.step)));
      const row = Math.min(SIDE - 1, Math.max(0, Math.round((position[1] - y.from) / y.step)));
      return { node: row * SIDE + column, meters: haversineMeters(position, at(row * SIDE + column)) };
    },
  };
}

function shortestWays({ next }: Streets, source: number): { seconds: Float64Array; meters: Float64Array } {
  const seconds = new Float64Array(next.length).fill(Number.POSITIVE_INFINITY);
  const meters = new Float64Array(next.length).fill(Number.POSITIVE_INFINITY);
  const queue = new FlatQueue<number>();
  seconds[source] = 0;
  meters[source] = 0;
  queue.push(source, 0);
  while (queue.length > 0) {
    const reached = queue.peekValue() as number;
    const node = queue.pop() as number;
    if (reached > (seconds[node] as number)) continue;
    for (const edge of next[node] ?? []) {
      if (reached + edge.seconds >= (seconds[edge.node] as number)) continue;
      seconds[edge.node] = reached + edge.seconds;
      meters[edge.node] = (meters[node] as number) + edge.meters;
      queue.push(edge.node, reached + edge.seconds);
    }
  }
  return { seconds, meters };
}

/** The region's Location without a map. */
export const maplessWays: Ways = ({ origins, destinations }) => {
  const legOf = MAPLESS_ROADS.matrix(origins, destinations);
  const legs = origins.flatMap((_, origin) => destinations.map((__, destination) => legOf(origin, destination) as Leg));
  return {
    seconds: Float64Array.from(legs, ({ durationSeconds }) => durationSeconds),
    meters: Float64Array.from(legs, ({ distanceM }) => distanceM),
  };
};

/** A made-up town with the rules of OpenStreetMap (lanes, turns that are banned, lights), around all places. */
export async function streetWays(groups: readonly (readonly Position[])[]): Promise<Ways> {
  const town = new TownElements();
  for (const [index, area] of areasAround(groups).entries()) town.add(area, createPrng('1').fork(`town/${index}`));
  const bytes = writeExtract(town.all(), 'prove-matrix');
  const { graph } = await readExtract(async function* () {
    yield bytes;
  });
  const roads = new Roads(contract(graph));
  return ({ origins, destinations }) => {
    const { seconds, meters } = roads.matrix(origins, destinations);
    return { seconds: Float64Array.from(seconds), meters: Float64Array.from(meters) };
  };
}
