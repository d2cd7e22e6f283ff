import { describe, expect, test } from '@jest/globals';
import { AwsError } from '../../errors.ts';
import type { Delivery } from '../../service.ts';
import { type FakePortsOptions, fakePorts, fakeResource, invoke } from '../../testing/fake-ports.ts';
import { createEventBridge } from './index.ts';

const queueArn = 'arn:aws:sqs:eu-central-1:123456789012:jobs';
const dlqArn = 'arn:aws:sqs:eu-central-1:123456789012:dead';

function bridge(rule: Record<string, unknown>, options: FakePortsOptions = {}) {
  const ports = fakePorts(options);
  const service = createEventBridge(ports);
  service.resources['AWS::Events::EventBus']?.create(fakeResource('Bus', { Name: 'orders' }));
  const created = service.resources['AWS::Events::Rule']?.create(fakeResource('Rule', rule));
  service.start?.();
  return { ports, service, created };
}

const placed = {
  Source: 'perfect-order.orders',
  DetailType: 'OrderPlaced',
  Detail: '{"orderId":"o-1","name":"say \\"hi\\""}',
  EventBusName: 'orders',
};
const onPlaced = { EventBusName: 'orders', EventPattern: { 'detail-type': ['OrderPlaced'] } };

describe('EventBridge', () => {
  test('gives a matching event to the target as an envelope, in whole seconds', async () => {
    const { ports, service, created } = bridge({
      ...onPlaced,
      Targets: [{ Id: 't', Arn: queueArn, RoleArn: 'arn:aws:iam::1:role/r' }],
    });
    const answer = await invoke<{ FailedEntryCount: number; Entries: { EventId: string }[] }>(service, 'PutEvents', {
      Entries: [placed, { ...placed, DetailType: 'OrderCancelled' }],
    });
    await ports.clock.advance(0);
    expect(answer.FailedEntryCount).toBe(0);
    expect(ports.deliveries).toEqual([
      {
        targetArn: queueArn,
        principal: { kind: 'role', arn: 'arn:aws:iam::1:role/r' },
        parameters: {},
        payload: {
          version: '0',
          id: answer.Entries[0]?.EventId,
          'detail-type': 'OrderPlaced',
          source: 'perfect-order.orders',
          account: '123456789012',
          time: '2026-03-02T08:00:00Z',
          region: 'eu-central-1',
          resources: [],
          detail: { orderId: 'o-1', name: 'say "hi"' },
        },
      },
    ]);
    expect(ports.meters).toEqual({ 'eventbridge/event': 2 });
    expect(await created).toMatchObject({ attributes: { Arn: expect.stringContaining('rule/orders/') } });
  });

  test('fails entries one by one', async () => {
    const { service } = bridge({ ...onPlaced, Targets: [] });
    const answer = await invoke<{ Entries: { ErrorCode?: string }[] }>(service, 'PutEvents', {
      Entries: [
        placed,
        { ...placed, Source: '' },
        { ...placed, Detail: '[1' },
        { ...placed, Source: 'aws.s3' },
        { ...placed, EventBusName: 'nowhere' },
      ],
    });
    expect(answer.Entries.map((entry) => entry.ErrorCode)).toEqual([
      undefined,
      'InvalidArgument',
      'MalformedDetail',
      'NotAuthorizedForSourceException',
      'ResourceNotFoundException',
    ]);
  });

  test('refuses a request of more than ten entries or 256 KiB', async () => {
    const { service } = bridge({ ...onPlaced, Targets: [] });
    await expect(invoke(service, 'PutEvents', { Entries: Array(11).fill(placed) })).rejects.toThrow('between 1 and 10');
    const big = { ...placed, Detail: JSON.stringify({ text: 'x'.repeat(262_144) }) };
    await expect(invoke(service, 'PutEvents', { Entries: [big] })).rejects.toThrow('over the limit');
  });

  test('shapes the input by path, constant and transformer', async () => {
    const { ports, service } = bridge({
      ...onPlaced,
      Targets: [
        { Id: 'a', Arn: queueArn, InputPath: '$.detail.orderId' },
        { Id: 'b', Arn: queueArn, Input: '{"constant":true}' },
        {
          Id: 'c',
          Arn: queueArn,
          InputTransformer: {
            InputPathsMap: { id: '$.detail.orderId', name: '$.detail.name', whole: '$.detail', gone: '$.detail.gone' },
            InputTemplate:
              '{"id":<id>,"text":"<id>: <name>","whole":<whole>,"gone":"<gone>","rule":"<aws.events.rule-name>"}',
          },
        },
      ],
    });
    await invoke(service, 'PutEvents', { Entries: [placed] });
    await ports.clock.advance(0);
    expect(ports.deliveries.map((delivery) => delivery.payload)).toEqual([
      'o-1',
      { constant: true },
      {
        id: 'o-1',
        text: 'o-1: say "hi"',
        whole: { orderId: 'o-1', name: 'say "hi"' },
        gone: '',
        rule: 'Test-Rule-0A1B2C3D',
      },
    ]);
  });

  test('retries a target that is throttled, then gives the event to the dead-letter queue', async () => {
    const { ports, service } = bridge(
      {
        ...onPlaced,
        Targets: [
          { Id: 't', Arn: queueArn, RetryPolicy: { MaximumRetryAttempts: 2 }, DeadLetterConfig: { Arn: dlqArn } },
        ],
      },
      {
        onDeliver: () => {
          throw new AwsError('ThrottlingException', 'slow down');
        },
      },
    );
    await invoke(service, 'PutEvents', { Entries: [placed] });
    await ports.clock.advance(60_000);
    expect(ports.deliveries).toHaveLength(3);
    expect(ports.calls[0]).toMatchObject({
      service: 'sqs',
      operation: 'SendMessage',
      input: {
        QueueUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/dead',
        MessageAttributes: {
          EXHAUSTED_RETRY_CONDITION: { StringValue: 'MaximumRetryAttempts' },
          RETRY_ATTEMPTS: { StringValue: '2' },
        },
      },
    });
    expect(ports.crashes).toEqual([]);
  });

  test('does not retry what no repetition mends', async () => {
    const { ports, service } = bridge(
      { ...onPlaced, Targets: [{ Id: 't', Arn: queueArn, DeadLetterConfig: { Arn: dlqArn } }] },
      {
        onDeliver: () => {
          throw new AwsError('AccessDeniedException', 'no');
        },
      },
    );
    await invoke(service, 'PutEvents', { Entries: [placed] });
    await ports.clock.advance(1);
    expect(ports.deliveries).toHaveLength(1);
    expect(ports.calls).toHaveLength(1);
  });

  test('a rate rule fires aligned to its start with one timer, and stops when disabled', async () => {
    const { ports, service } = bridge({
      ScheduleExpression: 'rate(1 minute)',
      Name: 'tick',
      Targets: [{ Id: 't', Arn: queueArn }],
    });
    await ports.clock.advance(36 * 60_000);
    expect(ports.deliveries).toHaveLength(36);
    expect(ports.clock.pending).toBe(1);
    expect(ports.deliveries[0]?.payload).toMatchObject({
      'detail-type': 'Scheduled Event',
      time: '2026-03-02T08:01:00Z',
      detail: {},
    });
    await invoke(service, 'DisableRule', { Name: 'tick' });
    expect(ports.clock.pending).toBe(0);
    expect(ports.meters).toEqual({});
  });

  test('takes an event from a pipe with the pipe’s parameters', async () => {
    const { ports, service } = bridge({ ...onPlaced, Targets: [{ Id: 't', Arn: queueArn }] });
    const delivery: Delivery = {
      targetArn: 'arn:aws:events:eu-central-1:123456789012:event-bus/orders',
      payload: { orderId: 'o-2' },
      principal: { kind: 'role', arn: 'arn:aws:iam::1:role/pipe' },
      parameters: {
        EventBridgeEventBusParameters: {
          DetailType: 'OrderPlaced',
          Source: 'perfect-order.orders',
          Time: '2026-03-01T00:00:00.500Z',
          Resources: ['o-2'],
        },
      },
    };
    await service.deliver?.(delivery);
    await ports.clock.advance(0);
    expect(ports.deliveries[0]?.payload).toMatchObject({
      source: 'perfect-order.orders',
      time: '2026-03-01T00:00:00Z',
      resources: ['o-2'],
      detail: { orderId: 'o-2' },
    });
  });

  test('refuses a target setting it does not honour, by name', () => {
    expect(() => bridge({ ...onPlaced, Targets: [{ Id: 't', Arn: queueArn, HttpParameters: {} }] })).toThrow(
      'property HttpParameters',
    );
  });

  test('a schedule of EventBridge Scheduler invokes its target as its role', async () => {
    const ports = fakePorts();
    const service = createEventBridge(ports);
    service.resources['AWS::Scheduler::Schedule']?.create(
      fakeResource('Nightly', {
        ScheduleExpression: 'cron(30 8 * * ? *)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: queueArn, RoleArn: 'arn:aws:iam::1:role/s', Input: '{"run":1}' },
      }),
    );
    service.start?.();
    await ports.clock.advance(86_400_000);
    expect(ports.deliveries).toHaveLength(1);
    expect(ports.deliveries[0]).toMatchObject({ payload: { run: 1 }, principal: { kind: 'role' } });
  });
});
