/** Distributed Maps over the rows of Parquet files, which pyarrow wrote. */
import { describe, expect, test } from '@jest/globals';
import { execute, openMachines, outputOf } from '../testing/machine-fixture.ts';
import { describeRun, listing, mapping, mapRunOf, put, reading } from '../testing/map-fixture.ts';

const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));

/** Two rows: text, 64-bit integer, double, timestamp, date and a list, with Snappy. */
const ORDERS = bytesOf(
  [
    'UEFSMRUAFTgVPCwVBBUAFQYVBhwAAAAcbAIAAAAEAQcAAABvcmRlci0xBwAAAG9yZGVyLTIVABUsFTAsFQQVABUGFQYcAAAAFlQCAAAABAHcBQAA',
    'AAAAAAAAAAAAAAAQFQAVHBUgLBUEFQAVBhUGHAAAAA40AgAAAAMBAAAAAAAA+D8VABUcFSAsFQQVABUGFQYcAAAADjQCAAAAAwEArI+tnAEAABUA',
    'FRQVGCwVBBUAFQYVBhwAAAAKJAIAAAADASJQAAAVABUuFTAsFQYVABUGFQYcAAAAFxgCAAAAAwIDAQYsHwABAAAAYQEAAABiFQQZnDUAGAZzY2hl',
    'bWEVDAAVDCUCGAVvcmRlciUATBwAAAAVBCUCGAVncmFtcwAVCiUCGAJrZwAVBCUCGAhwcm9taXNlZCUSTIwRHBwAAAAAABUCJQIYA2RheSUMTGwA',
    'AAA1AhgEdGFncxUCFQZMPAAAADUEGARsaXN0FQIAFQwlAhgHZWxlbWVudCUATBwAAAAWBBkcGWwmABwVDBklBgAZGAVvcmRlchUCFgQWXhZiJghJ',
    'HBUAFQAVAgA8FhwZBhkmAAQAAAAmABwVBBklBgAZGAVncmFtcxUCFgQWUhZWJmpJHBUAFQAVAgA8KQYZJgAEAAAAJgAcFQoZJQYAGRgCa2cVAhYE',
    'FkIWRibAAUkcFQAVABUCADwpBhkmAgIAAAAmABwVBBklBgAZGAhwcm9taXNlZBUCFgQWQhZGJoYCSRwVABUAFQIAPCkGGSYCAgAAACYAHBUCGSUG',
    'ABkYA2RheRUCFgQWOhY+JswCSRwVABUAFQIAPCkGGSYCAgAAACYAHBUMGSUGABk4BHRhZ3MEbGlzdAdlbGVtZW50FQIWBhZUFlYmigNJHBUAFQAV',
    'AgA8FgQZJgQCGUYAAgAEAAAAFsIDFgQmCBbYAwAoIHBhcnF1ZXQtY3BwLWFycm93IHZlcnNpb24gMjYuMC4xGWwcAAAcAAAcAAAcAAAcAAAcAAAA',
    'BAIAAFBBUjE=',
  ].join(''),
);
/** Three rows with one number, with GZIP and with Zstandard. */
const GZIP = bytesOf(
  [
    'UEFSMRUAFTwVQiwVBhUAFQYVBhwAAAAfiwgAAAAAAAIDY2JgYGBjZIACGIMJSgMA9iPdDh4AAAAVBBksNQAYBnNjaGVtYRUCABUEJQIYAW4AFgYZ',
    'HBkcJgAcFQQZJQYAGRgBbhUEFgYWYhZoJghJHBUAFQAVAgA8KQYZJgAGAAAAFmIWBiYIFmgAKCBwYXJxdWV0LWNwcC1hcnJvdyB2ZXJzaW9uIDI2',
    'LjAuMRkcHAAAAHoAAABQQVIx',
  ].join(''),
);
const ZSTD = bytesOf(
  [
    'UEFSMRUAFTwVRCwVBhUAFQYVBhwAAAAotS/9IB7NAACIAgAAAAYBAAEAAgAAAAAAAAACAGDgDBgBFQQZLDUAGAZzY2hlbWEVAgAVBCUCGAFuABYG',
    'GRwZHCYAHBUEGSUGABkYAW4VDBYGFmIWaiYISRwVABUAFQIAPCkGGSYABgAAABZiFgYmCBZqACggcGFycXVldC1jcHAtYXJyb3cgdmVyc2lvbiAy',
    'Ni4wLjEZHBwAAAB6AAAAUEFSMQ==',
  ].join(''),
);
const PARQUET = { InputType: 'PARQUET' };

async function itemsOf(
  fields: object,
  objects: Readonly<Record<string, string | Uint8Array>>,
): Promise<{ readonly items?: unknown; readonly error?: string | undefined; readonly cause?: string | undefined }> {
  const region = await openMachines({ Map: mapping(fields) });
  await put(region, objects);
  const { status, error, cause, output } = await execute(region, 'Map', {});
  return status === 'SUCCEEDED' ? { items: outputOf({ output }) } : { error, cause };
}

describe('A distributed Map over Parquet files', () => {
  test('has a row as an item: dates as ISO 8601, whole numbers beyond a double as text', async () => {
    expect(await itemsOf(reading(PARQUET, 'orders.parquet'), { 'orders.parquet': ORDERS })).toEqual({
      items: [
        {
          order: 'order-1',
          grams: 1500,
          kg: 1.5,
          promised: '2026-03-02T08:00:00.000Z',
          day: '2026-03-02T00:00:00.000Z',
          tags: ['a', 'b'],
        },
        { order: 'order-2', grams: '1152921504606846976', kg: null, promised: null, day: null, tags: [] },
      ],
    });
  });

  test('takes no more than MaxItems', async () => {
    const region = await openMachines({ Map: mapping(reading({ ...PARQUET, MaxItems: 2 }, 'n.parquet')) });
    await put(region, { 'n.parquet': GZIP });
    const execution = await execute(region, 'Map', {});
    expect(outputOf(execution)).toEqual([{ n: 0 }, { n: 1 }]);
    expect((await describeRun(region, await mapRunOf(region, execution.executionArn))).itemCounts?.total).toBe(2);
  });

  test('takes the rows of all files under a prefix, or of all files that an Athena manifest names', async () => {
    const files = { 'day/1': GZIP, 'day/2': GZIP, manifest: 's3://parcels/day/1\ns3://parcels/day/2\n' };
    const rows = { items: [0, 1, 2, 0, 1, 2].map((n) => ({ n })) };
    expect(await itemsOf(listing('day/', { ...PARQUET, Transformation: 'LOAD_AND_FLATTEN' }), files)).toEqual(rows);
    expect(await itemsOf(reading({ ...PARQUET, ManifestType: 'ATHENA_DATA' }, 'manifest'), files)).toEqual(rows);
  });

  test.each<[string, string | Uint8Array, RegExp]>([
    ['a codec that is not read, which it names', ZSTD, /compressed with ZSTD; SNAPPY, GZIP, BROTLI and uncompressed/],
    ['JSON Lines', '{"n":1}\n{"n":2}\n{"n":3}\n', /cannot be read as a Parquet file: .*PAR1/],
    ['a file that is cut off', ORDERS.subarray(0, 400), /cannot be read as a Parquet file/],
    ['an empty object', '', /cannot be read as a Parquet file/],
  ])('fails for %s', async (_, object, cause) => {
    expect(await itemsOf(reading(PARQUET, 'x'), { x: object })).toEqual({
      error: 'States.ItemReaderFailed',
      cause: expect.stringMatching(cause) as unknown,
    });
  });

  test('does not take a Parquet file for JSON Lines when the InputType is another', async () => {
    expect(await itemsOf(reading({ InputType: 'JSONL' }, 'x'), { x: GZIP })).toMatchObject({
      error: 'States.ItemReaderFailed',
    });
  });
});
