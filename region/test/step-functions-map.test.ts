/** Distributed Maps over objects of the region's S3: where items come from, and the children that take them. */
import { gzipSync } from 'node:zlib';
import {
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
  StateMachineTypeNotSupported,
  StopExecutionCommand,
  UpdateMapRunCommand,
  ValidationException,
} from '@aws-sdk/client-sfn';
import { describe, expect, test } from '@jest/globals';
import { role } from '../testing/assembly-fixture.ts';
import { execute, openMachines, outputOf } from '../testing/machine-fixture.ts';
import { CALL, describeRun, listing, mapping, mapRunOf, put, reading } from '../testing/map-fixture.ts';

describe('A distributed Map takes its items from', () => {
  const CSV = { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' };
  const inventory = {
    sourceBucket: 'parcels',
    destinationBucket: 'arn:aws:s3:::parcels',
    version: '2016-11-30',
    fileFormat: 'CSV',
    fileSchema: 'Bucket, Key, Size',
    files: [{ key: 'inventory/data/a.csv.gz', size: 1, MD5checksum: 'x' }],
  };
  test.each<[string, object, Readonly<Record<string, string | Uint8Array>>, unknown]>([
    ['a JSON array', reading({ InputType: 'JSON' }, 'a.json'), { 'a.json': '[1,{"n":2}]' }, [1, { n: 2 }]],
    [
      'a part of a JSON object',
      reading({ InputType: 'JSON', ItemsPointer: '/day/orders' }, 'a.json'),
      { 'a.json': '{"day":{"orders":[1,2]}}' },
      [1, 2],
    ],
    [
      'JSON Lines',
      reading({ InputType: 'JSONL' }, 'a.jsonl'),
      { 'a.jsonl': '{"n":1}\n{"n":2}\n' },
      [{ n: 1 }, { n: 2 }],
    ],
    [
      'a CSV with its headers in the first row',
      reading(CSV, 'a.csv'),
      { 'a.csv': 'id,note\n1,"a, ""b"""\n2\n' },
      [
        { id: '1', note: 'a, "b"' },
        { id: '2', note: '' },
      ],
    ],
    [
      'a CSV with given headers and delimiter',
      reading(
        { InputType: 'CSV', CSVHeaderLocation: 'GIVEN', CSVHeaders: ['id', 'kg'], CSVDelimiter: 'PIPE' },
        'a.csv',
      ),
      { 'a.csv': '1|2.5\n2|3\n' },
      [
        { id: '1', kg: '2.5' },
        { id: '2', kg: '3' },
      ],
    ],
    [
      'a zipped object',
      reading({ ...CSV, MaxItems: 1 }, 'a.csv.gz'),
      { 'a.csv.gz': gzipSync('id\n1\n2\n') },
      [{ id: '1' }],
    ],
    [
      'the objects under a prefix',
      listing('day/'),
      { 'day/1': 'x', 'day/2': 'yy', 'night/1': 'z' },
      [
        expect.objectContaining({ Key: 'day/1', Size: 1, LastModified: Date.parse('2026-03-02T08:00:00Z') / 1000 }),
        expect.objectContaining({
          Key: 'day/2',
          Size: 2,
          StorageClass: 'STANDARD',
          Etag: expect.any(String) as unknown,
        }),
      ],
    ],
    [
      'the contents of the objects under a prefix',
      listing('day/', { InputType: 'JSONL', Transformation: 'LOAD_AND_FLATTEN' }),
      { 'day/1': '1\n2', 'day/2': '3' },
      [1, 2, 3],
    ],
    [
      'the files of an S3 inventory',
      reading({ InputType: 'MANIFEST' }, 'inventory/manifest.json'),
      {
        'inventory/manifest.json': JSON.stringify(inventory),
        'inventory/data/a.csv.gz': gzipSync('"parcels","a/1","17"\n"parcels","a/2","4"\n'),
      },
      [
        { Bucket: 'parcels', Key: 'a/1', Size: '17' },
        { Bucket: 'parcels', Key: 'a/2', Size: '4' },
      ],
    ],
  ])('%s', async (_, fields, objects, items) => {
    const region = await openMachines({ Map: mapping(fields) });
    await put(region, objects);
    expect(outputOf(await execute(region, 'Map', {}))).toEqual(items);
  });

  test('a listing of more than a page', async () => {
    const region = await openMachines({ Map: mapping({ ...listing('p/'), ToleratedFailurePercentage: 0 }) });
    await put(region, Object.fromEntries(Array.from({ length: 1100 }, (_, index) => [`p/${index}`, 'x'])));
    const { executionArn } = await execute(region, 'Map', {});
    expect(await describeRun(region, await mapRunOf(region, executionArn))).toMatchObject({
      status: 'SUCCEEDED',
      itemCounts: { total: 1100, succeeded: 1100 },
    });
  });
});

describe('A distributed Map that cannot read its items', () => {
  test('fails with what S3 said, and with a cause when its role may not read', async () => {
    const machines = { Map: mapping(reading({ InputType: 'JSON' }, 'none.json')) };
    expect(await execute(await openMachines(machines), 'Map', {})).toMatchObject({
      status: 'FAILED',
      error: 'States.ItemReaderFailed',
      cause: expect.stringMatching(
        /^The specified key does not exist\. \(Service: S3, Status Code: 404, Request ID: /,
      ) as unknown,
    });
    expect(await execute(await openMachines(machines, role(['states:*'])), 'Map', {})).toMatchObject({
      error: 'States.ItemReaderFailed',
      cause: expect.stringContaining('is not authorized to perform: s3:GetObject') as unknown,
    });
  });
});

describe('The children of a distributed Map', () => {
  test('take batches with the input that they share', async () => {
    const ItemBatcher = { MaxItemsPerBatch: 2, BatchInput: { day: '{% $states.input.day %}' } };
    const region = await openMachines({ Map: mapping({ ...reading({ InputType: 'JSON' }, 'a.json'), ItemBatcher }) });
    await put(region, { 'a.json': '[1,2,3]' });
    expect(outputOf(await execute(region, 'Map', { day: 'mon' }))).toEqual([
      { BatchInput: { day: 'mon' }, Items: [1, 2] },
      { BatchInput: { day: 'mon' }, Items: [3] },
    ]);
  });

  test('are listed by their run, described with the part of the definition they run, and have histories', async () => {
    const region = await openMachines({
      Map: mapping({ Items: [{ n: 1 }, { n: -1 }], ToleratedFailureCount: 1 }, CALL),
    });
    const { executionArn } = await execute(region, 'Map', {});
    const mapRunArn = await mapRunOf(region, executionArn);
    const sfn = region.sdk(SFNClient);
    const { executions = [] } = await sfn.send(new ListExecutionsCommand({ mapRunArn }));
    expect(executions.map(({ status }) => status).sort()).toEqual(['FAILED', 'SUCCEEDED']);
    expect(executions[0]).toMatchObject({ mapRunArn, itemCount: 1 });
    const failed = await sfn.send(new ListExecutionsCommand({ mapRunArn, statusFilter: 'FAILED' }));
    expect(failed.executions).toHaveLength(1);
    const child = failed.executions?.[0]?.executionArn;
    const machine = await sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn: child }));
    expect(machine).toMatchObject({ mapRunArn, label: 'each' });
    expect(JSON.parse(String(machine.definition))).toMatchObject({ StartAt: 'Double' });
    const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn: child, reverseOrder: true }));
    expect(events[0]).toMatchObject({ type: 'ExecutionFailed', executionFailedEventDetails: { error: 'BelowZero' } });
  });

  test('run at most MaxConcurrency at a time, which UpdateMapRun raises', async () => {
    const items = Array.from({ length: 4 }, () => ({ n: 1, afterMs: 10_000 }));
    const region = await openMachines({ Map: mapping({ Items: items, MaxConcurrency: 1 }, CALL) });
    const sfn = region.sdk(SFNClient);
    const { executionArn } = await sfn.send(
      new StartExecutionCommand({ stateMachineArn: region.outputs()['Map'], input: '{}' }),
    );
    await region.advance(1000);
    const mapRunArn = await mapRunOf(region, executionArn);
    expect((await describeRun(region, mapRunArn)).itemCounts).toMatchObject({ running: 1, pending: 3 });
    await sfn.send(new UpdateMapRunCommand({ mapRunArn, maxConcurrency: 3 }));
    await region.advance(1000);
    expect((await describeRun(region, mapRunArn)).itemCounts).toMatchObject({ running: 3, pending: 1 });
    await sfn.send(new StopExecutionCommand({ executionArn }));
    const ended = await describeRun(region, mapRunArn);
    expect(ended).toMatchObject({ status: 'ABORTED', itemCounts: { aborted: 3, running: 0, pending: 1 } });
    await expect(sfn.send(new UpdateMapRunCommand({ mapRunArn, maxConcurrency: 1 }))).rejects.toBeInstanceOf(
      ValidationException,
    );
  });
});

test('Express children give their outputs, and nothing else is kept of them', async () => {
  const region = await openMachines({ Map: mapping(reading({ InputType: 'JSON' }, 'a.json'), CALL, 'EXPRESS') });
  await put(region, { 'a.json': '[{"n":1},{"n":2}]' });
  const execution = await execute(region, 'Map', {});
  expect(outputOf(execution)).toEqual([{ n: 2 }, { n: 4 }]);
  const mapRunArn = await mapRunOf(region, execution.executionArn);
  expect(await describeRun(region, mapRunArn)).toMatchObject({ executionCounts: { succeeded: 2, total: 2 } });
  await expect(region.sdk(SFNClient).send(new ListExecutionsCommand({ mapRunArn }))).rejects.toBeInstanceOf(
    StateMachineTypeNotSupported,
  );
});
