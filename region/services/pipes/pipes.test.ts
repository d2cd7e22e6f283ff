import { describe, expect, test } from '@jest/globals';
import { AwsError } from '../../errors.ts';
import type { QueueMessage, QueueSource, StreamRecord, StreamSource } from '../../event-source.ts';
import { type FakePortsOptions, fakePorts, fakeResource } from '../../testing/fake-ports.ts';
import { createPipes } from './index.ts';

const streamArn = 'arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/stream/1';
const busArn = 'arn:aws:events:eu-central-1:123456789012:event-bus/orders';

class FakeStream implements StreamSource {
  readonly records: StreamRecord[] = [];
  readonly #listeners: ((shardId: string) => void)[] = [];

  put(eventName: string, image: Record<string, unknown>): void {
    const sequenceNumber = String(this.records.length + 1).padStart(4, '0');
    const event = {
      eventID: sequenceNumber,
      eventName,
      eventSource: 'aws:dynamodb',
      dynamodb: { NewImage: image, SequenceNumber: sequenceNumber },
    };
    this.records.push({ sequenceNumber, arrivedAtMs: 0, event });
    for (const listener of this.#listeners) listener('shard-0');
  }

  shards = () => ['shard-0'];
  latest = () => ({ after: this.records[this.records.length - 1]?.sequenceNumber ?? '' });
  read: StreamSource['read'] = (_arn, _shard, position, max) => {
    const after = typeof position === 'object' ? position.after : '';
    return this.records.filter((record) => record.sequenceNumber > after).slice(0, max);
  };
  onRecords: StreamSource['onRecords'] = (_arn, listener) => {
    this.#listeners.push(listener);
  };
}

function pipe(properties: Record<string, unknown>, options: FakePortsOptions) {
  const ports = fakePorts(options);
  const service = createPipes(ports);
  service.resources['AWS::Pipes::Pipe']?.create(
    fakeResource('Pipe', { RoleArn: 'arn:aws:iam::1:role/pipe', ...properties }),
  );
  service.start?.();
  return ports;
}

const toBus = {
  Source: streamArn,
  SourceParameters: {
    DynamoDBStreamParameters: {
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 10,
      MaximumRetryAttempts: 2,
      DeadLetterConfig: { Arn: 'arn:aws:sqs:eu-central-1:123456789012:dead' },
    },
    FilterCriteria: {
      Filters: [{ Pattern: '{"eventName":["INSERT"],"dynamodb":{"NewImage":{"status":{"S":["PLACED"]}}}}' }],
    },
  },
  Target: busArn,
  TargetParameters: {
    EventBridgeEventBusParameters: {
      DetailType: '$.dynamodb.NewImage.kind.S',
      Source: 'perfect-order.orders',
      Resources: ['$.dynamodb.NewImage.id.S'],
    },
    InputTemplate:
      '{"orderId":<$.dynamodb.NewImage.id.S>,"text":"order <$.dynamodb.NewImage.id.S>","gone":"<$.nothing>","note":<$.dynamodb.NewImage.note.S>}',
  },
};
const image = (id: string, status = 'PLACED') => ({
  id: { S: id },
  status: { S: status },
  kind: { S: 'OrderPlaced' },
  note: { S: 'a "b"' },
});

describe('a pipe from a DynamoDB stream', () => {
  test('filters, fills the template and resolves the target’s dynamic values', async () => {
    const stream = new FakeStream();
    stream.put('INSERT', image('o-1'));
    const ports = pipe(toBus, { streamSource: stream });
    stream.put('MODIFY', image('o-1'));
    stream.put('INSERT', image('o-2', 'REJECTED'));
    stream.put('INSERT', image('o-3'));
    await ports.clock.advance(0);
    expect(ports.deliveries.map(({ payload }) => payload)).toEqual([
      { orderId: 'o-1', text: 'order o-1', gone: '', note: 'a "b"' },
      { orderId: 'o-3', text: 'order o-3', gone: '', note: 'a "b"' },
    ]);
    expect(ports.deliveries[0]).toMatchObject({
      targetArn: busArn,
      principal: { kind: 'role', arn: 'arn:aws:iam::1:role/pipe' },
      parameters: {
        EventBridgeEventBusParameters: {
          DetailType: 'OrderPlaced',
          Source: 'perfect-order.orders',
          Resources: ['o-1'],
        },
      },
    });
    expect(ports.crashes).toEqual([]);
  });

  test('repeats from the first event that was refused, in order, without losing or doubling what passed', async () => {
    const stream = new FakeStream();
    let refusals = 2;
    const passed: unknown[] = [];
    const ports = pipe(toBus, {
      streamSource: stream,
      onDeliver: ({ payload }) => {
        const { orderId } = payload as { orderId: string };
        if (orderId === 'o-2' && refusals-- > 0) throw new AwsError('ThrottlingException', 'slow');
        passed.push(orderId);
      },
    });
    for (const id of ['o-1', 'o-2', 'o-3']) stream.put('INSERT', image(id));
    await ports.clock.advance(500);
    expect(passed).toEqual(['o-1']);
    stream.put('INSERT', image('o-4'));
    await ports.clock.advance(10_000);
    expect(passed).toEqual(['o-1', 'o-2', 'o-3', 'o-4']);
  });

  test('gives up after its attempts, tells the dead-letter queue where, and goes on', async () => {
    const stream = new FakeStream();
    const ports = pipe(toBus, {
      streamSource: stream,
      onDeliver: ({ targetArn, payload }) => {
        if (targetArn === busArn && (payload as { orderId: string }).orderId === 'bad')
          throw new AwsError('InternalException', 'no', 500);
      },
    });
    stream.put('INSERT', image('bad'));
    await ports.clock.advance(60_000);
    stream.put('INSERT', image('good'));
    await ports.clock.advance(0);
    const dead = ports.deliveries.filter(({ targetArn }) => targetArn.endsWith(':dead'));
    expect(dead.map(({ payload }) => payload)).toMatchObject([
      {
        context: { condition: 'RetryAttemptsExhausted' },
        DDBStreamBatchInfo: { shardId: 'shard-0', startSequenceNumber: '0001', endSequenceNumber: '0001' },
      },
    ]);
    expect(ports.deliveries.at(-1)?.payload).toMatchObject({ orderId: 'good' });
    expect(ports.deliveries.filter(({ targetArn }) => targetArn === busArn)).toHaveLength(4);
  });

  test('waits for its window or a full batch, and enriches a batch at once', async () => {
    const stream = new FakeStream();
    const ports = pipe(
      {
        Source: streamArn,
        SourceParameters: {
          DynamoDBStreamParameters: { StartingPosition: 'LATEST', BatchSize: 2, MaximumBatchingWindowInSeconds: 5 },
        },
        Enrichment: 'arn:aws:lambda:eu-central-1:123456789012:function:enrich',
        Target: 'arn:aws:states:eu-central-1:123456789012:stateMachine:m',
        TargetParameters: { StepFunctionStateMachineParameters: { InvocationType: 'FIRE_AND_FORGET' } },
      },
      { streamSource: stream, onCall: ({ input }) => ({ Payload: (input as { Payload: Uint8Array }).Payload }) },
    );
    stream.put('INSERT', image('o-1'));
    await ports.clock.advance(4_000);
    expect(ports.deliveries).toHaveLength(0);
    await ports.clock.advance(1_000);
    expect(ports.deliveries).toHaveLength(1);
    stream.put('INSERT', image('o-2'));
    stream.put('INSERT', image('o-3'));
    await ports.clock.advance(0);
    expect(ports.deliveries.map(({ payload }) => (payload as unknown[]).length)).toEqual([1, 2]);
    expect(ports.calls).toHaveLength(2);
  });
});

test('a pipe waits for its function, and refuses to wait for a state machine', async () => {
  const stream = new FakeStream();
  const source = { Source: streamArn, SourceParameters: { DynamoDBStreamParameters: { StartingPosition: 'LATEST' } } };
  const ports = pipe({ ...source, Target: 'arn:aws:lambda:eu-central-1:1:function:f' }, { streamSource: stream });
  stream.put('INSERT', image('o-1'));
  await ports.clock.advance(0);
  expect(ports.deliveries[0]?.parameters).toEqual({ LambdaFunctionParameters: { InvocationType: 'REQUEST_RESPONSE' } });
  const unsaid = { LambdaFunctionParameters: {} };
  const target = { Target: 'arn:aws:lambda:eu-central-1:1:function:f', TargetParameters: unsaid };
  const other = pipe({ ...source, ...target }, { streamSource: stream });
  stream.put('INSERT', image('o-2'));
  await other.clock.advance(0);
  expect(other.deliveries[0]?.parameters).toEqual({ LambdaFunctionParameters: { InvocationType: 'REQUEST_RESPONSE' } });
  const machine = { ...source, Target: 'arn:aws:states:eu-central-1:1:stateMachine:m' };
  expect(() => pipe(machine, { streamSource: stream })).toThrow('FIRE_AND_FORGET');
});

describe('a pipe from a queue', () => {
  test('opens JSON bodies for filters and paths, and deletes what it delivered or left out', async () => {
    const bodies = ['{"kind":"keep","id":"1"}', '{"kind":"drop"}', 'no json'];
    const waiting: QueueMessage[] = bodies.map((body, index) => ({
      messageId: String(index),
      receiptHandle: `r${index}`,
      body,
      md5OfBody: '',
      attributes: {},
      messageAttributes: {},
    }));
    const deleted: string[] = [];
    const queueSource: QueueSource = {
      available: () => waiting.length,
      receive: (_arn, max) => waiting.splice(0, max),
      delete: (_arn, handles) => void deleted.push(...handles),
      release: () => undefined,
      onAvailable: () => undefined,
    };
    const ports = pipe(
      {
        Source: 'arn:aws:sqs:eu-central-1:123456789012:in',
        SourceParameters: { FilterCriteria: { Filters: [{ Pattern: '{"body":{"kind":["keep"]}}' }] } },
        Target: 'arn:aws:sqs:eu-central-1:123456789012:out.fifo',
        TargetParameters: { SqsQueueParameters: { MessageGroupId: '$.body.id' }, InputTemplate: '{"id":<$.body.id>}' },
      },
      { queueSource },
    );
    await ports.clock.advance(0);
    expect(ports.deliveries).toMatchObject([
      { payload: { id: '1' }, parameters: { SqsParameters: { MessageGroupId: '1' } } },
    ]);
    expect(deleted).toEqual(['r0', 'r1', 'r2']);
  });
});
