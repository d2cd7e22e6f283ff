/**
 * A road graph with its hierarchy as one file: a line that says what it is, a header in JSON that lists the arrays, and
 * the arrays as they lie in memory, each at a multiple of eight bytes. So a file is read by looking at it; a checksum
 * says that it is whole.
 */
import { endianness } from 'node:os';
import { crc32 } from 'node:zlib';
import { RoadsError } from './errors.ts';
import type { RoadGraph } from './graph.ts';
import type { Contracted } from './search/contract.ts';
import type { Hierarchy } from './search/hierarchy.ts';

const MAGIC = 'perfect-order roads\n';
export const ROAD_FILE_VERSION = 1;
const ALIGNMENT = 8;
/** The magic line, the version, the length of the header and the checksum of all that follows these. */
const PREFIX_BYTES = MAGIC.length + 12;

const ARRAYS = {
  shapeFirst: Uint32Array,
  shape: Int32Array,
  lengthCm: Int32Array,
  laneMs: Int32Array,
  isThrough: Uint8Array,
  firstArc: Uint32Array,
  arcLane: Uint32Array,
  arcTail: Uint32Array,
  arcHead: Uint32Array,
  upFirst: Uint32Array,
  upHead: Uint32Array,
  upMs: Int32Array,
  upCm: Int32Array,
  upEdge: Uint32Array,
  downFirst: Uint32Array,
  downTail: Uint32Array,
  downMs: Int32Array,
  downCm: Int32Array,
  downEdge: Uint32Array,
  shortcutFirst: Uint32Array,
  shortcutSecond: Uint32Array,
} as const;
type Name = keyof typeof ARRAYS;
const NAMES = Object.keys(ARRAYS) as Name[];

interface Header {
  readonly vertexCount: number;
  /** Where each array begins after the header, and its number of entries. */
  readonly arrays: Readonly<Record<Name, readonly [offset: number, length: number]>>;
}

export function encodeRoads({ graph, hierarchy }: Contracted): Uint8Array {
  requireLittleEndian();
  const all = { ...graph, ...hierarchy };
  const places = {} as Record<Name, readonly [number, number]>;
  let bodyBytes = 0;
  for (const name of NAMES) {
    places[name] = [bodyBytes, all[name].length];
    bodyBytes = aligned(bodyBytes + all[name].byteLength);
  }
  const header = Buffer.from(JSON.stringify({ vertexCount: graph.vertexCount, arrays: places } satisfies Header));
  const bodyAt = aligned(PREFIX_BYTES + header.length);
  const file = Buffer.alloc(bodyAt + bodyBytes);
  file.write(MAGIC, 'latin1');
  file.writeUInt32LE(ROAD_FILE_VERSION, MAGIC.length);
  file.writeUInt32LE(header.length, MAGIC.length + 4);
  header.copy(file, PREFIX_BYTES);
  for (const name of NAMES) {
    const { buffer, byteOffset, byteLength } = all[name];
    file.set(new Uint8Array(buffer, byteOffset, byteLength), bodyAt + places[name][0]);
  }
  file.writeUInt32LE(crc32(file.subarray(PREFIX_BYTES)), MAGIC.length + 8);
  return file;
}

/** @throws RoadsError NotARoadFile, RoadFileVersion or RoadFileDamaged */
export function decodeRoads(bytes: Uint8Array): Contracted {
  requireLittleEndian();
  // Arrays are views of the file, which must lie at a multiple of their entries' size.
  const own = bytes.byteOffset % ALIGNMENT === 0 ? bytes : new Uint8Array(bytes);
  const file = Buffer.from(own.buffer as ArrayBuffer, own.byteOffset, own.byteLength);
  if (file.length < PREFIX_BYTES || file.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw new RoadsError(
      'NotARoadFile',
      'the file is no road file',
      'build one: perfect-order roads build EXTRACT.osm.pbf',
    );
  }
  const version = file.readUInt32LE(MAGIC.length);
  if (version !== ROAD_FILE_VERSION) {
    throw new RoadsError(
      'RoadFileVersion',
      `the road file has version ${version}; this program reads version ${ROAD_FILE_VERSION}`,
      'build it anew from its extract',
    );
  }
  if (crc32(file.subarray(PREFIX_BYTES)) !== file.readUInt32LE(MAGIC.length + 8)) {
    throw new RoadsError('RoadFileDamaged', 'the road file is damaged or cut short', 'build it anew from its extract');
  }
  const headerBytes = file.readUInt32LE(MAGIC.length + 4);
  const { vertexCount, arrays } = JSON.parse(file.toString('utf8', PREFIX_BYTES, PREFIX_BYTES + headerBytes)) as Header;
  const bodyAt = file.byteOffset + aligned(PREFIX_BYTES + headerBytes);
  const all: Record<string, unknown> = {};
  for (const name of NAMES) {
    const [offset, length] = arrays[name];
    all[name] = new ARRAYS[name](file.buffer, bodyAt + offset, length);
  }
  const { upFirst, upHead, upMs, upCm, upEdge, downFirst, downTail, downMs, downCm, downEdge, ...rest } =
    all as unknown as Omit<RoadGraph, 'vertexCount'> & Hierarchy;
  const { shortcutFirst, shortcutSecond, ...graph } = rest;
  const up = { upFirst, upHead, upMs, upCm, upEdge };
  const down = { downFirst, downTail, downMs, downCm, downEdge };
  return { graph: { vertexCount, ...graph }, hierarchy: { ...up, ...down, shortcutFirst, shortcutSecond } };
}

const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

function requireLittleEndian(): void {
  if (endianness() !== 'LE') throw new Error('road files are read and written on little-endian machines only');
}
