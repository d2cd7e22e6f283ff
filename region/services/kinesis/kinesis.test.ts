import { beforeEach, describe, expect, test } from '@jest/globals';
import { type FakePorts, fakePorts, fakeResource, invoke } from '../../testing/fake-ports.ts';
import { createKinesis, type Kinesis } from './index.ts';

const ARN = 'arn:aws:kinesis:eu-central-1:123456789012:stream/fixes';

describe('Kinesis', () => {
  let ports: FakePorts;
  let kinesis: Kinesis;
  const put = (PartitionKey: string, text: string): Promise<{ ShardId: string; SequenceNumber: string }> =>
    invoke(kinesis, 'PutRecord', { StreamName: 'fixes', PartitionKey, Data: Buffer.from(text) });
  beforeEach(async () => {
    ports = fakePorts();
    kinesis = createKinesis(ports);
    await kinesis.resources['AWS::Kinesis::Stream']?.create(fakeResource('S', { Name: 'fixes', ShardCount: 4 }));
  });

  test('refuses by name what would have no effect', async () => {
    const Records = [{ PartitionKey: 'v-1', Data: Buffer.from('x'), SequenceNumberForOrdering: '1' }];
    await expect(invoke(kinesis, 'PutRecords', { StreamName: 'fixes', Records })).rejects.toThrow(
      'member SequenceNumberForOrdering of kinesis:PutRecords Records ("1")',
    );
  });

  test('keeps the records of a partition key in order on one shard', async () => {
    const shards = new Set<string>();
    for (let at = 0; at < 5; at += 1) shards.add((await put('v-1', String(at))).ShardId);
    expect(shards.size).toBe(1);
    const [shard] = shards;
    const records = kinesis.streamSource.read(ARN, shard ?? '', 'TRIM_HORIZON', 10);
    expect(
      records.map(({ event }) => Buffer.from(String((event['kinesis'] as { data: string }).data), 'base64').toString()),
    ).toEqual(['0', '1', '2', '3', '4']);
    expect(records[0]?.event).toMatchObject({
      eventName: 'aws:kinesis:record',
      eventSourceARN: ARN,
      kinesis: { partitionKey: 'v-1', approximateArrivalTimestamp: ports.clock.now() / 1000 },
    });
  });

  test('spreads partition keys over all shards, as their MD5 says', async () => {
    const shards = new Set<string>();
    for (let at = 0; at < 60; at += 1) shards.add((await put(`v-${at}`, 'x')).ShardId);
    expect(shards.size).toBe(4);
    // MD5 of "a" starts with 0x0c: the first quarter of the hash space.
    expect((await put('a', 'x')).ShardId).toBe('shardId-000000000000');
  });

  test('drops what its only consumer has passed, and keeps the rest', async () => {
    const shard = (await put('v', 'first')).ShardId;
    kinesis.streamSource.onRecords(ARN, () => {});
    for (let at = 0; at < 5000; at += 1) await put('v', String(at));
    let position: unknown = 'TRIM_HORIZON';
    let count = 0;
    for (;;) {
      const records = kinesis.streamSource.read(ARN, shard, position as never, 100);
      const last = records.at(-1);
      if (last === undefined) break;
      count += records.length;
      position = { after: last.sequenceNumber };
    }
    expect([count, kinesis.inspect.sizes()['fixes']]).toEqual([5001, 0]);
    await put('v', 'next');
    expect(kinesis.streamSource.read(ARN, shard, position as never, 100)).toHaveLength(1);
  });

  test('keeps records for two consumers until their retention ends', async () => {
    kinesis.streamSource.onRecords(ARN, () => {});
    kinesis.streamSource.onRecords(ARN, () => {});
    const { ShardId, SequenceNumber } = await put('v', 'old');
    kinesis.streamSource.read(ARN, ShardId, { after: SequenceNumber }, 10);
    expect(kinesis.inspect.sizes()['fixes']).toBe(1);
    await ports.clock.advance(25 * 3_600_000);
    await put('v', 'new');
    expect(kinesis.inspect.sizes()['fixes']).toBe(1);
  });

  test('is read by shard iterators', async () => {
    const first = await put('v', 'one');
    await put('v', 'two');
    const iterate = async (ShardIteratorType: string): Promise<string[]> => {
      const { ShardIterator } = await invoke<{ ShardIterator: string }>(kinesis, 'GetShardIterator', {
        StreamName: 'fixes',
        ShardId: first.ShardId,
        ShardIteratorType,
        StartingSequenceNumber: first.SequenceNumber,
      });
      const { Records } = await invoke<{ Records: { Data: Uint8Array }[] }>(kinesis, 'GetRecords', { ShardIterator });
      return Records.map(({ Data }) => Buffer.from(Data).toString());
    };
    expect(await iterate('TRIM_HORIZON')).toEqual(['one', 'two']);
    expect(await iterate('AT_SEQUENCE_NUMBER')).toEqual(['one', 'two']);
    expect(await iterate('AFTER_SEQUENCE_NUMBER')).toEqual(['two']);
    expect(await iterate('LATEST')).toEqual([]);
  });

  test('takes deliveries under the partition key of their parameters', async () => {
    const principal = { kind: 'service', service: 'iot.amazonaws.com' } as const;
    await kinesis.deliver?.({ targetArn: ARN, payload: { a: 1 }, principal, parameters: { PartitionKey: 'a' } });
    const [record] = kinesis.streamSource.read(ARN, 'shardId-000000000000', 'TRIM_HORIZON', 1);
    expect(record?.event).toMatchObject({
      kinesis: { partitionKey: 'a', data: Buffer.from('{"a":1}').toString('base64') },
    });
    expect(ports.meters).toEqual({ 'kinesis/putUnit': 1, 'kinesis/record': 1 });
  });

  test('knows only its streams', async () => {
    await expect(
      invoke(kinesis, 'PutRecord', { StreamName: 'none', PartitionKey: 'a', Data: Buffer.from('x') }),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
