/**
 * Roads one can ask: the nearest street of a position, the fastest way between two positions, and times and distances
 * between many. Answers are whole milliseconds and centimetres underneath, so a way and a matrix say the same.
 */
import type { Position } from './geometry.ts';
import { arcCount, isAgainst, type RoadGraph, streetOf } from './graph.ts';
import type { Seed } from './search/climb.ts';
import type { Contracted } from './search/contract.ts';
import { type FoundWay, WayFinder } from './search/find-way.ts';
import { type Hierarchy, UNREACHED } from './search/hierarchy.ts';
import { MatrixFinder } from './search/many-to-many.ts';
import { directWay, type LaneSeed, sourceSeeds, targetSeeds } from './seeds.ts';
import { type Snap, StreetIndex } from './street-index.ts';
import { type Stretch, type TrackPoint, trackOf } from './track.ts';

export interface Way {
  readonly seconds: number;
  readonly meters: number;
  /** From the street at the first position to that at the second. */
  readonly track: readonly TrackPoint[];
}

/** Row by row, one per origin; infinite where there is no way. */
export interface RoadMatrix {
  readonly seconds: Float64Array;
  readonly meters: Float64Array;
  /** By origin and by destination: whether a street is near. */
  readonly isOriginNear: readonly boolean[];
  readonly isDestinationNear: readonly boolean[];
}

/** A position farther than this from every street has none. */
const MAX_SNAP_METERS = 2_000;

export class Roads {
  readonly graph: RoadGraph;
  readonly #hierarchy: Hierarchy;
  readonly #maxSnapMeters: number;
  #streets: StreetIndex | undefined;
  #ways: WayFinder | undefined;
  #matrices: MatrixFinder | undefined;

  constructor({ graph, hierarchy }: Contracted, maxSnapMeters = MAX_SNAP_METERS) {
    this.graph = graph;
    this.#hierarchy = hierarchy;
    this.#maxSnapMeters = maxSnapMeters;
  }

  /** Undefined when no street is near. */
  snap(position: Position): Snap | undefined {
    this.#streets ??= new StreetIndex(this.graph);
    return this.#streets.nearest(position, this.#maxSnapMeters);
  }

  /** Undefined when a position has no street near it, or no way leads from the one to the other. */
  way(from: Position, to: Position): Way | undefined {
    const start = this.snap(from);
    const end = this.snap(to);
    return start === undefined || end === undefined ? undefined : this.#wayBetween(start, end);
  }

  matrix(origins: readonly Position[], destinations: readonly Position[]): RoadMatrix {
    const starts = origins.map((position) => this.snap(position));
    const ends = origins === destinations ? starts : destinations.map((position) => this.snap(position));
    const seedsOf = (snaps: readonly (Snap | undefined)[], of: typeof sourceSeeds): readonly (readonly Seed[])[] =>
      snaps.map((snap) => (snap === undefined ? [] : of(this.graph, snap)));
    this.#matrices ??= new MatrixFinder(this.#hierarchy);
    const { ms, cm } = this.#matrices.find(seedsOf(starts, sourceSeeds), seedsOf(ends, targetSeeds));
    for (const [row, start] of starts.entries()) {
      for (const [column, end] of ends.entries()) {
        const direct = start === undefined || end === undefined ? undefined : directWay(this.graph, start, end);
        const cell = row * ends.length + column;
        if (direct === undefined || !isBetter(direct.ms, direct.cm, ms[cell] as number, cm[cell] as number)) continue;
        ms[cell] = direct.ms;
        cm[cell] = direct.cm;
      }
    }
    const scaled = (values: Int32Array, scale: number): Float64Array =>
      Float64Array.from(values, (value) => (value === UNREACHED ? Number.POSITIVE_INFINITY : value / scale));
    return {
      seconds: scaled(ms, 1000),
      meters: scaled(cm, 100),
      isOriginNear: starts.map((snap) => snap !== undefined),
      isDestinationNear: ends.map((snap) => snap !== undefined),
    };
  }

  #wayBetween(start: Snap, end: Snap): Way | undefined {
    const sources = sourceSeeds(this.graph, start);
    const targets = targetSeeds(this.graph, end);
    this.#ways ??= new WayFinder(this.#hierarchy, arcCount(this.graph));
    const found = this.#ways.find(sources, targets);
    const direct = directWay(this.graph, start, end);
    const isDirect =
      direct !== undefined && (found === undefined || isBetter(direct.ms, direct.cm, found.ms, found.cm));
    if (isDirect) {
      const stretch = { lane: direct.lane, fromCm: start.offsetCm, toCm: end.offsetCm };
      return { seconds: direct.ms / 1000, meters: direct.cm / 100, track: trackOf(this.graph, [stretch]) };
    }
    if (found === undefined) return undefined;
    const stretches = this.#stretchesOf(found, { start, end, sources, targets });
    return { seconds: found.ms / 1000, meters: found.cm / 100, track: trackOf(this.graph, stretches) };
  }

  /** The rest of the first lane, whole lanes, and the part of the last one. */
  #stretchesOf(
    found: FoundWay,
    ends: {
      readonly start: Snap;
      readonly end: Snap;
      readonly sources: readonly LaneSeed[];
      readonly targets: readonly LaneSeed[];
    },
  ): Stretch[] {
    const { arcTail, arcHead, arcLane, lengthCm } = this.graph;
    const { arcs } = found;
    const whole = arcs.map((arc): Stretch => {
      const lane = arcLane[arc] as number;
      const length = lengthCm[streetOf(lane)] as number;
      return isAgainst(lane) ? { lane, fromCm: length, toCm: 0 } : { lane, fromCm: 0, toCm: length };
    });
    const drivenMs = arcs.reduce((sum, arc) => sum + (this.graph.laneMs[arcLane[arc] as number] as number), 0);
    const drivenCm = arcs.reduce((sum, arc) => sum + (lengthCm[streetOf(arcLane[arc] as number)] as number), 0);
    // Which seeds the way joins follows from where its arcs begin and end, and from what it takes in all.
    for (const source of ends.sources) {
      if (arcs.length > 0 && arcTail[arcs[0] as number] !== source.vertex) continue;
      const leftAt = arcs.length === 0 ? source.vertex : arcHead[arcs.at(-1) as number];
      for (const target of ends.targets) {
        if (target.vertex !== leftAt) continue;
        const isIt = source.ms + drivenMs + target.ms === found.ms && source.cm + drivenCm + target.cm === found.cm;
        if (!isIt) continue;
        const first = {
          lane: source.lane,
          fromCm: ends.start.offsetCm,
          toCm: isAgainst(source.lane) ? 0 : (lengthCm[ends.start.street] as number),
        };
        const last = {
          lane: target.lane,
          fromCm: isAgainst(target.lane) ? (lengthCm[ends.end.street] as number) : 0,
          toCm: ends.end.offsetCm,
        };
        return [first, ...whole, last];
      }
    }
    throw new Error('a way does not begin and end where it was looked for');
  }
}

const isBetter = (ms: number, cm: number, thanMs: number, thanCm: number): boolean =>
  ms < thanMs || (ms === thanMs && cm < thanCm);
