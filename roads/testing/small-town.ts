/** Extracts written by hand for tests: nodes on a grid of about 100 m, named by column and row. */
import type { OsmElement, OsmNode, OsmRelation, OsmWay } from '../osm/elements.ts';
import { readExtract } from '../osm/read-extract.ts';
import type { Tags } from '../osm/way-rules.ts';
import { writeExtract } from '../osm/write-extract.ts';
import { Roads } from '../roads.ts';
import { contract } from '../search/contract.ts';

export const ORIGIN: readonly [number, number] = [13.4, 52.5];
const STEP_LON = 0.00148;
const STEP_LAT = 0.0009;

/** Position of a grid point. */
export const at = (column: number, row: number): [number, number] => [
  ORIGIN[0] + column * STEP_LON,
  ORIGIN[1] + row * STEP_LAT,
];

const nodeId = (column: number, row: number): number => 1_000_000_000_000 + row * 1000 + column;

export class Town {
  readonly #nodes = new Map<number, OsmNode>();
  readonly #ways: OsmWay[] = [];
  readonly #relations: OsmRelation[] = [];

  /** A way over grid points. @returns its id */
  way(points: readonly (readonly [number, number])[], tags: Tags = { highway: 'residential' }): number {
    const id = this.#ways.length + 1;
    for (const [column, row] of points) this.node(column, row);
    this.#ways.push({ type: 'way', id, refs: points.map(([column, row]) => nodeId(column, row)), tags });
    return id;
  }

  node(column: number, row: number, tags?: Tags): void {
    const id = nodeId(column, row);
    if (tags === undefined && this.#nodes.has(id)) return;
    const [lon, lat] = at(column, row);
    this.#nodes.set(id, { type: 'node', id, lon, lat, ...(tags !== undefined && { tags }) });
  }

  restriction(kind: string, from: number, via: readonly [number, number], to: number, tags: Tags = {}): void {
    this.#relations.push({
      type: 'relation',
      id: this.#relations.length + 1,
      members: [
        { type: 'way', ref: from, role: 'from' },
        { type: 'node', ref: nodeId(...via), role: 'via' },
        { type: 'way', ref: to, role: 'to' },
      ],
      tags: { type: 'restriction', restriction: kind, ...tags },
    });
  }

  elements(): OsmElement[] {
    const nodes = [...this.#nodes.values()].sort((a, b) => a.id - b.id);
    return [...nodes, ...this.#ways, ...this.#relations];
  }

  bytes(): Uint8Array {
    return writeExtract(this.elements(), 'test');
  }

  async read() {
    return readExtract(() => chunksOf(this.bytes()));
  }

  async roads(): Promise<Roads> {
    return new Roads(contract((await this.read()).graph));
  }
}

/** A file as a stream gives it, in small pieces. */
export async function* chunksOf(bytes: Uint8Array, size = 100): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

/** A square of two-way streets, `size` by `size` crossings. */
export function gridTown(size: number): Town {
  const town = new Town();
  const line = Array.from({ length: size }, (_, index) => index);
  for (const fixed of line) {
    town.way(line.map((moving): [number, number] => [moving, fixed]));
    town.way(line.map((moving): [number, number] => [fixed, moving]));
  }
  return town;
}
