/** A road graph of one's own: fastest ways and matrices over streets. Extracts are read by `osm/index.ts`. */
export { RoadsError, type RoadsErrorName } from './errors.ts';
export type { Position } from './geometry.ts';
export type { RoadGraph } from './graph.ts';
export { decodeRoads, encodeRoads } from './road-file.ts';
export { type RoadMatrix, Roads, type Way } from './roads.ts';
export { type Contracted, contract } from './search/contract.ts';
export type { TrackPoint } from './track.ts';
