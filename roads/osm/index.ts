/** Road graphs from OpenStreetMap extracts. Apart from the rest, so that who only asks for ways carries no parser. */
export type { OsmElement, OsmNode, OsmRelation, OsmWay } from './elements.ts';
export { type ExtractReport, type ReadExtract, readExtract } from './read-extract.ts';
export { writeExtract } from './write-extract.ts';
