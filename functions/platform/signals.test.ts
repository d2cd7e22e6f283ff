import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { signalSchema } from '../../workflows/order-lifecycle/contracts.ts';
import { TransientError } from '../../workflows/order-lifecycle/errors.ts';
import { type NewSignal, signalSender } from './signals.ts';
import { clock } from './testing/order-world.ts';

const client = new SQSClient({});
const queue = mockClient(client);
const send = signalSender(client, 'https://queue');
const signals = (count: number): NewSignal[] =>
  Array.from({ length: count }, (_, index) => ({
    signalId: `DepartedDepot#o-${index}#1`,
    orderId: `o-${index}`,
    kind: 'DepartedDepot' as const,
    cycle: 1,
    at: clock('09:00'),
  }));
const batches = () => queue.commandCalls(SendMessageBatchCommand).map((call) => call.args[0].input);

beforeEach(() => {
  queue.reset();
  queue.on(SendMessageBatchCommand).resolves({});
});

describe('signals that functions send', () => {
  test('go to the queue in batches of ten, in order, as the ledger reads them', async () => {
    await send(signals(21));
    expect(batches().map(({ Entries }) => Entries?.length)).toEqual([10, 10, 1]);
    const sent = batches().flatMap(({ Entries = [] }) =>
      Entries.map(({ MessageBody = '' }) => JSON.parse(MessageBody)),
    );
    expect(sent.map((signal) => signalSchema.parse(signal).orderId)).toEqual(signals(21).map(({ orderId }) => orderId));
    for (const { QueueUrl, Entries = [] } of batches()) {
      expect(QueueUrl).toBe('https://queue');
      expect(new Set(Entries.map(({ Id }) => Id)).size).toBe(Entries.length);
    }
  });

  test('need no queue when there are none', async () => {
    await send([]);
    expect(batches()).toEqual([]);
  });

  test('are all or an error: a queue that refuses part of a batch is asked again by the caller', async () => {
    const Failed = [{ Id: '3', Code: 'InternalError', Message: 'busy', SenderFault: false }];
    queue.on(SendMessageBatchCommand).resolves({ Failed });
    await expect(send(signals(15))).rejects.toThrow(TransientError);
    await expect(send(signals(15))).rejects.toThrow('1 of 10 messages (InternalError: busy)');
  });
});
