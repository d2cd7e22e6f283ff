/**
 * The road graph, in typed arrays. A street is a piece of road between two vertices, with its shape; a lane is a street
 * in one direction; an arc is a lane between two vertices of the search. Most lanes have one arc. Where turns are banned
 * a vertex has copies, one per lane from which a turn is banned, and the lanes out of it have an arc from each copy that
 * may be left by them. So a turn restriction costs a vertex and needs no search of its own.
 *
 * - R1 Lane `2s` runs along the shape of street `s`, lane `2s + 1` against it.
 * - R2 Arcs are sorted by lane: those of lane `l` are `firstArc[l]` up to `firstArc[l + 1]`; a closed lane has none.
 * - R3 All arcs of a lane have the same head: which copy is entered depends on the lane alone.
 * - R4 Every arc lies in a strongly connected component worth having, so that who enters a street can leave it again.
 * - R5 Times and lengths are whole (ms, cm) and at least 1, so sums are exact and every step of a search makes progress.
 */
export interface RoadGraph {
  readonly vertexCount: number;
  /** First shape point of each street, and one entry more for the end. */
  readonly shapeFirst: Uint32Array;
  /** Longitude and latitude in turn, in units of 1e-7 degrees, as OpenStreetMap keeps them. */
  readonly shape: Int32Array;
  readonly lengthCm: Int32Array;
  /** By lane; 0 where it is closed. */
  readonly laneMs: Int32Array;
  /** 1 for streets at which nobody lives and no vehicle stops, as motorways. */
  readonly isThrough: Uint8Array;
  readonly firstArc: Uint32Array;
  readonly arcLane: Uint32Array;
  readonly arcTail: Uint32Array;
  readonly arcHead: Uint32Array;
}

export const COORDINATE_SCALE = 1e7;

export const streetCount = (graph: RoadGraph): number => graph.lengthCm.length;
export const arcCount = (graph: RoadGraph): number => graph.arcLane.length;
export const streetOf = (lane: number): number => lane >>> 1;
export const isAgainst = (lane: number): boolean => (lane & 1) === 1;

/** Ms from the start of a lane to a point on it, `offsetCm` along the shape. Differences of it add up exactly. */
export function msTo(graph: RoadGraph, lane: number, offsetCm: number): number {
  const length = graph.lengthCm[streetOf(lane)] as number;
  const driven = isAgainst(lane) ? length - offsetCm : offsetCm;
  return Math.round(((graph.laneMs[lane] as number) * driven) / length);
}

/** Cm from the start of a lane to a point on it. */
export function cmTo(graph: RoadGraph, lane: number, offsetCm: number): number {
  return isAgainst(lane) ? (graph.lengthCm[streetOf(lane)] as number) - offsetCm : offsetCm;
}
