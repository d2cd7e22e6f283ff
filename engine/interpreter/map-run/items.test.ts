import { describe, expect, test } from '@jest/globals';
import type { ItemReader } from '../../definition/model.ts';
import { itemsOfObject, readManifest } from './items.ts';

const READER: ItemReader = {
  resource: 'arn:aws:states:::s3:getObject',
  operation: 'getObject',
  parameters: undefined,
  inputType: 'JSON',
  manifest: undefined,
  csvHeaders: undefined,
  csvDelimiter: ',',
  maxItems: undefined,
  flatten: false,
  itemsPointer: undefined,
};
const read = (body: string, given: Partial<ItemReader>, room = Infinity): unknown[] =>
  itemsOfObject(body, { ...READER, ...given }, room).map((text) => JSON.parse(text) as unknown);

describe('The items of an object', () => {
  test('are the rows of a CSV, cut and filled to its headers', () => {
    expect(read('a,\r\n1,2,3\r\n"x\r\ny"\r\n', { inputType: 'CSV' })).toEqual([
      { a: '1', '': '2' },
      { a: 'x\r\ny', '': '' },
    ]);
  });

  test('of a CSV without a header row take the given headers and delimiter', () => {
    expect(read('1|2', { inputType: 'CSV', csvHeaders: ['a', 'b'], csvDelimiter: '|' })).toEqual([{ a: '1', b: '2' }]);
  });

  test('are the lines of JSON lines, as many as there is room for', () => {
    expect(read('{"a":1}\n\n2\n3', { inputType: 'JSONL' }, 2)).toEqual([{ a: 1 }, 2]);
  });

  test('are found in a JSON object by pointer', () => {
    expect(read('{"a":{"b":[1,2]}}', { itemsPointer: '/a/b' })).toEqual([1, 2]);
    expect(read('{"a":{"b":1}}', { itemsPointer: '/a' })).toEqual([{ Key: 'b', Value: 1 }]);
  });

  test.each([
    ['{"a":1}', {}, 'Attempting to map over non-iterable node.'],
    ['[1', {}, 'The object is not valid JSON'],
    ['1\n{', { inputType: 'JSONL' }, 'Line 2 is not valid JSON'],
    ['a,a\n', { inputType: 'CSV' }, 'CSV headers cannot contain duplicates.'],
  ] as const)('of %j are refused', (body, given, cause) => {
    expect(() => read(body, given)).toThrow(
      expect.objectContaining({ error: 'States.ItemReaderFailed', cause: expect.stringContaining(cause) as unknown }),
    );
  });
});

test('A manifest of S3 Inventory names its files and their columns', () => {
  const manifest = {
    destinationBucket: 'arn:aws:s3:::b',
    fileFormat: 'CSV',
    fileSchema: 'Bucket, Key',
    files: [{ key: 'f' }],
  };
  expect(readManifest(JSON.stringify(manifest), { ...READER, manifest: 'S3_INVENTORY' })).toEqual({
    sources: [{ bucket: 'b', key: 'f' }],
    headers: ['Bucket', 'Key'],
  });
});
