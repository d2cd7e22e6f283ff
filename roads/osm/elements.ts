/** The elements of a block, as `osm-pbf-parser-node` gives them: its declarations say `object`. */
import { parse } from 'osm-pbf-parser-node';
import { type Chunks, dataBlocks, guarded } from './blocks.ts';
import type { Tags } from './way-rules.ts';

export interface OsmNode {
  readonly type: 'node';
  readonly id: number;
  readonly lat: number;
  readonly lon: number;
  readonly tags?: Tags;
}

export interface OsmWay {
  readonly type: 'way';
  readonly id: number;
  readonly refs: readonly number[];
  readonly tags?: Tags;
}

export interface OsmRelation {
  readonly type: 'relation';
  readonly id: number;
  readonly members: readonly { readonly type: string; readonly ref: number; readonly role: string }[];
  readonly tags?: Tags;
}

export type OsmElement = OsmNode | OsmWay | OsmRelation;

/** Of nodes, the tags that matter to a driver; others make up most of an extract. */
const WITH_TAGS = {
  node: ['highway', 'barrier', 'access', 'vehicle', 'motor_vehicle', 'motorcar', 'goods'],
  way: true,
  relation: true,
};

/** @throws RoadsError NotAnExtract, ExtractDamaged or ExtractUnsupported */
export async function* elementsOf(chunks: Chunks): AsyncGenerator<readonly OsmElement[]> {
  for await (const block of dataBlocks(chunks)) {
    // Its reader decodes strings by Buffer's toString, and takes the choice of tags by itself here.
    const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
    yield guarded(undefined, () => parse(bytes, WITH_TAGS as object)) as readonly OsmElement[];
  }
}
