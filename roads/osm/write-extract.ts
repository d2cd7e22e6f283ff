/**
 * Writes nodes, ways and relations as an OpenStreetMap extract in PBF: the counterpart of the reading, for made-up towns.
 * The same elements give the same bytes.
 */
import { deflateSync } from 'node:zlib';
import { PbfWriter } from 'pbf';
import { COORDINATE_SCALE } from '../graph.ts';
import type { OsmElement, OsmNode, OsmRelation, OsmWay } from './elements.ts';
import type { Tags } from './way-rules.ts';

/** As other programs cut their blocks. */
const ELEMENTS_PER_BLOCK = 8000;
const MEMBER_TYPES = ['node', 'way', 'relation'];

/** @param elements nodes first, then ways, then relations, each by ascending id, as readers expect */
export function writeExtract(elements: readonly OsmElement[], program: string): Uint8Array {
  const parts = [block('OSMHeader', headerBlock(program))];
  for (const type of ['node', 'way', 'relation'] as const) {
    const ofType = elements.filter((element) => element.type === type);
    for (let from = 0; from < ofType.length; from += ELEMENTS_PER_BLOCK) {
      parts.push(block('OSMData', primitiveBlock(ofType.slice(from, from + ELEMENTS_PER_BLOCK))));
    }
  }
  return Buffer.concat(parts);
}

function block(type: 'OSMHeader' | 'OSMData', content: Uint8Array): Uint8Array {
  const blob = new PbfWriter();
  blob.writeVarintField(2, content.length);
  blob.writeBytesField(3, deflateSync(content, { level: 9 }));
  const blobBytes = blob.finish();
  const header = new PbfWriter();
  header.writeStringField(1, type);
  header.writeVarintField(3, blobBytes.length);
  const headerBytes = header.finish();
  const length = Buffer.alloc(4);
  length.writeUInt32BE(headerBytes.length);
  return Buffer.concat([length, headerBytes, blobBytes]);
}

function headerBlock(program: string): Uint8Array {
  const header = new PbfWriter();
  header.writeStringField(4, 'OsmSchema-V0.6');
  header.writeStringField(4, 'DenseNodes');
  header.writeStringField(5, 'Sort.Type_then_ID');
  header.writeStringField(16, program);
  return header.finish();
}

/** Texts of a block by number; 0 is the delimiter of dense tags. */
class Strings {
  readonly #numbers = new Map<string, number>([['', 0]]);

  of(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  write(pbf: PbfWriter): void {
    for (const text of this.#numbers.keys()) pbf.writeBytesField(1, Buffer.from(text));
  }
}

function primitiveBlock(elements: readonly OsmElement[]): Uint8Array {
  const strings = new Strings();
  const group = new PbfWriter();
  const nodes = elements.filter((element) => element.type === 'node');
  if (nodes.length > 0) group.writeMessage(2, (all, pbf) => writeDense(all, strings, pbf), nodes);
  for (const element of elements) {
    if (element.type === 'way') group.writeMessage(3, (way, pbf) => writeWay(way, strings, pbf), element);
    else if (element.type === 'relation')
      group.writeMessage(4, (one, pbf) => writeRelation(one, strings, pbf), element);
  }
  const whole = new PbfWriter();
  whole.writeMessage(1, (table, pbf) => table.write(pbf), strings);
  whole.writeBytesField(2, group.finish());
  return whole.finish();
}

function writeDense(nodes: readonly OsmNode[], strings: Strings, pbf: PbfWriter): void {
  const unit = (degrees: number): number => Math.round(degrees * COORDINATE_SCALE);
  pbf.writePackedSVarint(1, deltas(nodes.map(({ id }) => id)));
  pbf.writePackedSVarint(8, deltas(nodes.map(({ lat }) => unit(lat))));
  pbf.writePackedSVarint(9, deltas(nodes.map(({ lon }) => unit(lon))));
  const keysValues = nodes.flatMap(({ tags = {} }) => [...tagNumbers(tags, strings).flat(), 0]);
  if (keysValues.length > nodes.length) pbf.writePackedVarint(10, keysValues);
}

function writeWay({ id, refs, tags = {} }: OsmWay, strings: Strings, pbf: PbfWriter): void {
  pbf.writeVarintField(1, id);
  writeTags(tags, strings, pbf);
  pbf.writePackedSVarint(8, deltas(refs));
}

function writeRelation({ id, members, tags = {} }: OsmRelation, strings: Strings, pbf: PbfWriter): void {
  pbf.writeVarintField(1, id);
  writeTags(tags, strings, pbf);
  pbf.writePackedVarint(
    8,
    members.map(({ role }) => strings.of(role)),
  );
  pbf.writePackedSVarint(9, deltas(members.map(({ ref }) => ref)));
  pbf.writePackedVarint(
    10,
    members.map(({ type }) => MEMBER_TYPES.indexOf(type)),
  );
}

function writeTags(tags: Tags, strings: Strings, pbf: PbfWriter): void {
  const numbers = tagNumbers(tags, strings);
  pbf.writePackedVarint(
    2,
    numbers.map(([key]) => key),
  );
  pbf.writePackedVarint(
    3,
    numbers.map(([, value]) => value),
  );
}

function tagNumbers(tags: Tags, strings: Strings): [key: number, value: number][] {
  return Object.entries(tags).map(([key, value = '']) => [strings.of(key), strings.of(value)]);
}

const deltas = (values: readonly number[]): number[] =>
  values.map((value, index) => value - (index === 0 ? 0 : (values[index - 1] as number)));
