import { beforeEach, describe, expect, test } from '@jest/globals';
import { AwsError } from '../../errors.ts';
import type { Delivery } from '../../service.ts';
import { type FakePorts, fakePorts, fakeResource, invoke } from '../../testing/fake-ports.ts';
import { passes } from './filter-policy.ts';
import { createSns, type Sns } from './index.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:alerts';
const QUEUE = 'arn:aws:sqs:eu-central-1:123456789012:q';

describe('SNS', () => {
  let ports: FakePorts;
  let sns: Sns;
  let refuse: (delivery: Delivery) => void = () => {};
  const subscribe = async (properties: object): Promise<void> => {
    await sns.resources['AWS::SNS::Subscription']?.create(fakeResource('Sub', { TopicArn: TOPIC, ...properties }));
  };
  const publish = (more: object = {}): Promise<unknown> =>
    invoke(sns, 'Publish', { TopicArn: TOPIC, Message: 'late', ...more });
  beforeEach(async () => {
    refuse = () => {};
    ports = fakePorts({ onDeliver: (delivery) => refuse(delivery) });
    sns = createSns(ports);
    await sns.resources['AWS::SNS::Topic']?.create(fakeResource('Alerts', { TopicName: 'alerts' }));
  });

  test('refuses by name what would have no effect', async () => {
    await expect(publish({ MessageGroupId: 'g' })).rejects.toThrow('member MessageGroupId of sns:Publish ("g")');
    await expect(invoke(sns, 'ListTopics', { NextToken: 't' })).rejects.toThrow('member NextToken of sns:ListTopics');
  });

  test('shows what left for people', async () => {
    await subscribe({ Protocol: 'email', Endpoint: 'ann@example.com' });
    await publish({ Subject: 'Delay', MessageAttributes: { orderId: { DataType: 'String', StringValue: 'o1' } } });
    await invoke(sns, 'Publish', { PhoneNumber: '+491701234567', Message: 'hello' });
    expect(sns.inspect.published()).toMatchObject([
      {
        topicArn: TOPIC,
        subject: 'Delay',
        message: 'late',
        attributes: { orderId: { StringValue: 'o1' } },
        atMs: ports.clock.now(),
        recipients: [{ protocol: 'email', endpoint: 'ann@example.com' }],
      },
      { topicArn: undefined, message: 'hello', recipients: [{ protocol: 'sms', endpoint: '+491701234567' }] },
    ]);
    expect([ports.deliveries, ports.meters['sns/publish']]).toEqual([[], 2]);
  });

  test('wraps notifications for queues and functions, unless a queue wants them raw', async () => {
    await subscribe({ Protocol: 'sqs', Endpoint: QUEUE });
    await subscribe({ Protocol: 'sqs', Endpoint: `${QUEUE}-raw`, RawMessageDelivery: true });
    await subscribe({ Protocol: 'lambda', Endpoint: 'arn:aws:lambda:eu-central-1:123456789012:function:f' });
    const MessageAttributes = { kind: { DataType: 'String', StringValue: 'slip' } };
    await publish({ MessageAttributes });
    await ports.clock.advance(0);
    const [wrapped, raw, lambda] = ports.deliveries;
    expect(JSON.parse(String(wrapped?.payload))).toMatchObject({
      Type: 'Notification',
      Message: 'late',
      TopicArn: TOPIC,
    });
    expect(raw).toMatchObject({ payload: 'late', parameters: { MessageAttributes } });
    expect(lambda?.payload).toMatchObject({
      Records: [
        {
          EventSource: 'aws:sns',
          Sns: { Message: 'late', MessageAttributes: { kind: { Type: 'String', Value: 'slip' } } },
        },
      ],
    });
  });

  test('delivers only what the filter policy lets through', async () => {
    await subscribe({ Protocol: 'sqs', Endpoint: QUEUE, FilterPolicy: { kind: ['slip'] } });
    await publish();
    await publish({ MessageAttributes: { kind: { DataType: 'String', StringValue: 'slip' } } });
    await ports.clock.advance(0);
    expect(ports.deliveries).toHaveLength(1);
  });

  test('tries again after a server fault and gives up at once after a refusal', async () => {
    await subscribe({
      Protocol: 'sqs',
      Endpoint: QUEUE,
      RedrivePolicy: { deadLetterTargetArn: `${QUEUE}-dlq` },
    });
    let failures = 4;
    refuse = () => {
      failures -= 1;
      if (failures >= 0) throw new AwsError('InternalFailure', 'busy', 500);
    };
    await publish();
    await ports.clock.advance(5_000);
    expect(ports.deliveries).toHaveLength(5);
    refuse = ({ targetArn }) => {
      if (targetArn === QUEUE) throw new AwsError('QueueDoesNotExist', 'gone');
    };
    await publish();
    await ports.clock.advance(60_000);
    expect(ports.deliveries.slice(5).map(({ targetArn }) => targetArn)).toEqual([QUEUE, `${QUEUE}-dlq`]);
    expect(ports.crashes).toEqual([]);
  });

  test('refuses what AWS refuses', async () => {
    await expect(publish({ TopicArn: `${TOPIC}x` })).rejects.toMatchObject({ name: 'NotFoundException' });
    await expect(publish({ Message: '' })).rejects.toThrow('Invalid parameter: Empty message');
    await expect(publish({ PhoneNumber: '+491701234567' })).rejects.toMatchObject({ name: 'InvalidParameter' });
    await expect(
      invoke(sns, 'PublishBatch', {
        TopicArn: TOPIC,
        PublishBatchRequestEntries: [
          { Id: '1', Message: 'a' },
          { Id: '1', Message: 'b' },
        ],
      }),
    ).rejects.toMatchObject({ name: 'BatchEntryIdsNotDistinctException' });
  });
});

describe('filter policies', () => {
  const body = JSON.stringify({ kind: 'EtaSlipped', minutes: 12, order: { tier: 'gold' }, tags: ['a', 'b'] });
  test.each<[object, boolean]>([
    [{ kind: ['EtaSlipped', 'x'] }, true],
    [{ kind: [{ prefix: 'Eta' }] }, true],
    [{ kind: [{ suffix: 'ped' }], minutes: [{ numeric: ['>', 10, '<=', 12] }] }, true],
    [{ minutes: [{ numeric: ['>', 12] }] }, false],
    [{ order: { tier: ['gold'] } }, true],
    [{ tags: ['b'] }, true],
    [{ missing: [{ exists: false }], kind: [{ exists: true }] }, true],
    [{ kind: [{ 'anything-but': ['EtaSlipped'] }] }, false],
    [{ kind: [{ 'anything-but': { prefix: 'Del' } }] }, true],
    [{ kind: [{ 'equals-ignore-case': 'etaslipped' }] }, true],
    [{ $or: [{ kind: ['x'] }, { minutes: [12] }] }, true],
    [{ kind: ['EtaSlipped'], minutes: [13] }, false],
  ])('%j on a body: %s', (policy, expected) => {
    expect(passes(policy as never, 'MessageBody', body, {})).toBe(expected);
  });
});
