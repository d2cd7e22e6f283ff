import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { logger } from './powertools.ts';
import { queueConsumer } from './queue-batch.ts';

const context = { functionName: 'f', awsRequestId: 'request-1', getRemainingTimeInMillis: () => 1_000 } as Context;
const event = (...bodies: string[]): SQSEvent => ({
  Records: bodies.map((body, index) => ({ messageId: `m${index}`, body, eventSource: 'aws:sqs' }) as SQSRecord),
});
const logged = jest.spyOn(logger, 'error').mockImplementation(() => {});

beforeEach(() => {
  logged.mockClear();
});

/** Fails on `bad`, and keeps what it was given. */
function consumer() {
  const seen: string[] = [];
  let running = 0;
  const handler = queueConsumer(async ({ body }) => {
    running += 1;
    expect(running).toBe(1);
    await Promise.resolve();
    seen.push(body);
    running -= 1;
    if (body === 'bad') throw new Error('not this one');
  });
  return { handler, seen };
}

describe('a queue consumer', () => {
  test('handles the messages one after the other, in their order', async () => {
    const { handler, seen } = consumer();
    expect(await handler(event('a', 'b', 'c'), context)).toEqual({ batchItemFailures: [] });
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  test('gives back only the messages that failed, and logs each', async () => {
    const { handler, seen } = consumer();
    expect(await handler(event('a', 'bad', 'c', 'bad'), context)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm1' }, { itemIdentifier: 'm3' }],
    });
    expect(seen).toEqual(['a', 'bad', 'c', 'bad']);
    expect(logged.mock.calls.map(([, extra]) => extra)).toMatchObject([{ messageId: 'm1' }, { messageId: 'm3' }]);
  });

  test('gives back a batch that failed as a whole message by message, and starts the next one clean', async () => {
    const { handler } = consumer();
    expect(await handler(event('bad'), context)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
    expect(await handler(event('a'), context)).toEqual({ batchItemFailures: [] });
  });
});
