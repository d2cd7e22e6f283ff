import { beforeEach, describe, expect, test } from '@jest/globals';
import { type FakePorts, fakePorts, fakeResource, invoke } from '../../testing/fake-ports.ts';
import { createSqs, type Sqs } from './index.ts';

const URL_OF = (name: string): string => `https://sqs.eu-central-1.amazonaws.com/123456789012/${name}`;
const ARN_OF = (name: string): string => `arn:aws:sqs:eu-central-1:123456789012:${name}`;

interface Received {
  readonly MessageId: string;
  readonly Body: string;
  readonly ReceiptHandle: string;
  readonly Attributes?: Record<string, string>;
}

describe('SQS', () => {
  let ports: FakePorts;
  let sqs: Sqs;
  const create = async (QueueName: string, more: object = {}): Promise<void> => {
    await sqs.resources['AWS::SQS::Queue']?.create(fakeResource(QueueName, { QueueName, ...more }));
  };
  const call = <T = Record<string, unknown>>(operation: string, input: object): Promise<T> =>
    invoke<T>(sqs, operation, { QueueUrl: URL_OF('q'), ...input });
  const send = (MessageBody: string, more: object = {}): Promise<Record<string, unknown>> =>
    call('SendMessage', { MessageBody, ...more });
  const receive = async (more: object = {}): Promise<readonly Received[]> =>
    (await call<{ Messages?: Received[] }>('ReceiveMessage', { MaxNumberOfMessages: 10, ...more })).Messages ?? [];
  const bodies = async (more: object = {}): Promise<string[]> => (await receive(more)).map(({ Body }) => Body);
  beforeEach(async () => {
    ports = fakePorts();
    sqs = createSqs(ports);
    await create('dlq');
    await create('q', {
      VisibilityTimeout: 60,
      RedrivePolicy: { deadLetterTargetArn: ARN_OF('dlq'), maxReceiveCount: 2 },
    });
    await create('f.fifo', { FifoQueue: true, ContentBasedDeduplication: true });
  });

  test('answers with the digests that SDKs verify', async () => {
    const answer = await send('hello', { MessageAttributes: { a: { DataType: 'String', StringValue: 'b' } } });
    expect(answer).toMatchObject({
      MD5OfMessageBody: '5d41402abc4b2a76b9719d911017c592',
      MD5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    const [message] = await receive({ MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'] });
    expect(message).toMatchObject({
      Body: 'hello',
      MD5OfMessageAttributes: answer['MD5OfMessageAttributes'],
      Attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(ports.clock.now()) },
    });
  });

  test('hides a received message until its visibility timeout ends, and for good once it is deleted', async () => {
    await send('a');
    const [message] = await receive();
    expect(await bodies()).toEqual([]);
    await ports.clock.advance(59_999);
    expect(await bodies()).toEqual([]);
    await ports.clock.advance(1);
    const [again] = await receive();
    expect(again?.MessageId).toBe(message?.MessageId);
    await call('DeleteMessage', { ReceiptHandle: again?.ReceiptHandle });
    await ports.clock.advance(120_000);
    expect([await bodies(), ports.clock.pending]).toEqual([[], 0]);
  });

  test('changes the visibility of a message in flight only', async () => {
    await send('a');
    const [message] = await receive();
    const ReceiptHandle = message?.ReceiptHandle;
    await call('ChangeMessageVisibility', { ReceiptHandle, VisibilityTimeout: 0 });
    expect(await bodies()).toEqual(['a']);
    await expect(call('ChangeMessageVisibility', { ReceiptHandle, VisibilityTimeout: 5 })).rejects.toThrow(
      'not available for visibility timeout change',
    );
    await expect(call('DeleteMessage', { ReceiptHandle: 'nonsense' })).rejects.toMatchObject({
      name: 'ReceiptHandleIsInvalid',
    });
  });

  test('moves a message to the dead-letter queue instead of receiving it once too often, and back', async () => {
    const { MessageId } = await send('poison');
    for (let turn = 0; turn < 2; turn += 1) {
      expect(await bodies()).toEqual(['poison']);
      await ports.clock.advance(60_000);
    }
    expect(await bodies()).toEqual([]);
    const [dead] = await receive({
      QueueUrl: URL_OF('dlq'),
      MessageSystemAttributeNames: ['All'],
      VisibilityTimeout: 0,
    });
    expect(dead).toMatchObject({ MessageId, Attributes: { DeadLetterQueueSourceArn: ARN_OF('q') } });
    await ports.clock.advance(0);
    await call('StartMessageMoveTask', { QueueUrl: undefined, SourceArn: ARN_OF('dlq') });
    expect(await bodies()).toEqual(['poison']);
  });

  test('delays messages and drops those that are too old', async () => {
    await send('later', { DelaySeconds: 30 });
    expect(sqs.inspect.counts()['q']).toEqual({ visible: 0, inFlight: 0, delayed: 1 });
    await ports.clock.advance(30_000);
    expect(sqs.inspect.counts()['q']).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
    await ports.clock.advance(345_600_000);
    expect(await bodies()).toEqual([]);
  });

  test('long polling answers when a message comes, or with nothing when the time is over', async () => {
    let answer: unknown = 'waiting';
    void bodies({ WaitTimeSeconds: 20 }).then((messages) => {
      answer = messages;
    });
    await ports.clock.advance(5_000);
    expect(answer).toBe('waiting');
    await send('now');
    await ports.clock.advance(0);
    expect([answer, ports.clock.pending]).toEqual([['now'], 1]);
    answer = 'waiting';
    void bodies({ WaitTimeSeconds: 20 }).then((messages) => {
      answer = messages;
    });
    await ports.clock.advance(20_000);
    expect(answer).toEqual([]);
  });

  test('a FIFO queue keeps the order of each group and takes a duplicate once', async () => {
    const fifo = { QueueUrl: URL_OF('f.fifo') };
    for (const body of ['a1', 'a2', 'b1', 'a1']) await send(body, { ...fifo, MessageGroupId: body.charAt(0) });
    const [first] = await receive({ ...fifo, MaxNumberOfMessages: 1 });
    expect(first?.Body).toBe('a1');
    expect(await bodies(fifo)).toEqual(['b1']);
    await ports.clock.advance(30_000);
    expect(await bodies(fifo)).toEqual(['a1', 'a2', 'b1']);
    await expect(send('x', fifo)).rejects.toMatchObject({ name: 'MissingParameter' });
  });

  test('batches succeed and fail by entry', async () => {
    const answer = await call('SendMessageBatch', {
      Entries: [
        { Id: '1', MessageBody: 'ok' },
        { Id: '2', MessageBody: '' },
      ],
    });
    expect(answer).toMatchObject({
      Successful: [{ Id: '1' }],
      Failed: [{ Id: '2', SenderFault: true, Code: 'MissingParameter' }],
    });
    const many = Array.from({ length: 11 }, (_, at) => ({ Id: String(at), MessageBody: 'x' }));
    await expect(call('SendMessageBatch', { Entries: many })).rejects.toMatchObject({
      name: 'TooManyEntriesInBatchRequest',
    });
    await expect(call('SendMessageBatch', { Entries: [] })).rejects.toMatchObject({ name: 'EmptyBatchRequest' });
    await expect(call('SendMessageBatch', { Entries: [many[0], many[0]] })).rejects.toMatchObject({
      name: 'BatchEntryIdsNotDistinct',
    });
  });

  test('refuses what is too long and what does not exist', async () => {
    await expect(send('x'.repeat(1_048_577))).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: 'One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.',
    });
    await expect(call('GetQueueUrl', { QueueUrl: undefined, QueueName: 'none' })).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
  });

  test('refuses by name what would have no effect, also within the entries of a batch', async () => {
    await expect(call('ReceiveMessage', { ReceiveRequestAttemptId: 'a' })).rejects.toThrow(
      'member ReceiveRequestAttemptId of sqs:ReceiveMessage ("a")',
    );
    const Entries = [{ Id: '1', MessageBody: 'a', MessageSystemAttributes: { Other: { DataType: 'String' } } }];
    await expect(call('SendMessageBatch', { Entries })).rejects.toThrow(
      'member Other of sqs:SendMessageBatch Entries MessageSystemAttributes',
    );
  });

  test('serves pollers: they hear of messages, delete, and give back', async () => {
    const source = sqs.queueSource;
    let heard = 0;
    source.onAvailable(ARN_OF('q'), () => {
      heard += 1;
    });
    await sqs.deliver?.({
      targetArn: ARN_OF('q'),
      payload: { order: 1 },
      principal: { kind: 'service', service: 'events.amazonaws.com' },
    });
    await send('second');
    expect([heard, source.available(ARN_OF('q'))]).toEqual([2, 2]);
    const messages = source.receive(ARN_OF('q'), 10);
    expect(messages.map(({ body }) => body)).toEqual(['{"order":1}', 'second']);
    source.delete(ARN_OF('q'), [messages[0]?.receiptHandle ?? '']);
    source.release(ARN_OF('q'), [messages[1]?.receiptHandle ?? ''], 0);
    expect([heard, source.available(ARN_OF('q'))]).toEqual([3, 1]);
    const { Attributes } = await call<{ Attributes: object }>('GetQueueAttributes', { AttributeNames: ['All'] });
    expect(Attributes).toMatchObject({ ApproximateNumberOfMessages: '1', ApproximateNumberOfMessagesNotVisible: '0' });
  });
});
