import { GetQueueAttributesCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { type OrderLine, readOrderLines } from './order-lines.ts';
import { Intake } from './place-orders.ts';

const queues = mockClient(SQSClient);
const intake = (): Intake => new Intake({ queues: new SQSClient({ region: 'us-east-1' }), output: () => 'queue-url' });
const lines = (...texts: readonly string[]): OrderLine[] => readOrderLines(texts.join('\n'));
const sent = (): (string | undefined)[][] =>
  queues.commandCalls(SendMessageBatchCommand).map(({ args }) => (args[0].input.Entries ?? []).map(({ Id }) => Id));

beforeEach(() => {
  queues.reset();
  queues.on(GetQueueAttributesCommand).resolves({ Attributes: { MaximumMessageSize: '1048576' } });
  queues.on(SendMessageBatchCommand).resolves({});
});

describe('the intake', () => {
  test('sends ten lines at a time, in order, each with its number', async () => {
    const placed = await intake().place(lines(...Array.from({ length: 12 }, (_, index) => `{"n":${index}}`)));
    expect(placed).toEqual({ sent: 12, refused: [] });
    expect(sent()).toEqual([
      ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'],
      ['11', '12'],
    ]);
    const [entry] = queues.commandCalls(SendMessageBatchCommand)[0]?.args[0].input.Entries ?? [];
    expect(entry).toMatchObject({
      MessageBody: '{"n":0}',
      MessageAttributes: { line: { DataType: 'Number', StringValue: '1' } },
    });
  });

  test('never lets a batch grow beyond one MiB', async () => {
    const big = 'x'.repeat(400 * 1024);
    await intake().place(lines(big, big, big));
    expect(sent()).toEqual([['1', '2'], ['3']]);
  });

  test('refuses what the queue can not take, with the line and the remedy, and sends the rest', async () => {
    const placed = await intake().place(lines('{"n":1}', 'x'.repeat(1_048_577), 'ring \u0007'));
    expect(placed.sent).toBe(1);
    expect(placed.refused).toMatchObject([
      { line: 2, refusals: [{ field: '$', code: 'TOO_LARGE' }] },
      { line: 3, refusals: [{ field: '$', value: 'U+0007', code: 'BAD_FORMAT' }] },
    ]);
  });

  test('sends again only what the queue did not take', async () => {
    queues
      .on(SendMessageBatchCommand)
      .resolvesOnce({ Successful: [], Failed: [{ Id: '2', Code: 'InternalError', SenderFault: false }] })
      .resolves({});
    await intake().place(lines('{"n":1}', '{"n":2}'));
    expect(sent()).toEqual([['1', '2'], ['2']]);
  });

  test('gives up with the line when the queue refuses it', async () => {
    queues
      .on(SendMessageBatchCommand)
      .resolves({ Successful: [], Failed: [{ Id: '1', Code: 'InvalidMessageContents', SenderFault: true }] });
    await expect(intake().place(lines('{"n":1}'))).rejects.toThrow(/line 1: InvalidMessageContents/);
  });
});
