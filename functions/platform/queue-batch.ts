/** The shape of every queue consumer: one message at a time, in order, and only the failed ones come back. */
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { forRecord, lambda, logger } from './powertools.ts';

const processor = new BatchProcessor(EventType.SQS);

/**
 * Of which order a message of any of our queues speaks: an order, a request of a waiting state, a signal or an event. The
 * consumer parses the message for itself; here the id is only for trace and log.
 */
export function orderKeys(body: string): Readonly<Record<string, string>> {
  const orderId = /"orderId"\s*:\s*"([^"\\]{1,200})"/.exec(body)?.[1];
  return orderId === undefined ? {} : { orderId };
}

/**
 * @param handle throws to have this message delivered again, and in the end dead-lettered
 * @example export const handler = queueConsumer((message) => signalOrder(JSON.parse(message.body), ports));
 */
export function queueConsumer(handle: (message: SQSRecord) => Promise<void>) {
  return lambda(async (event: SQSEvent, context) =>
    processPartialResponse(
      event,
      async (message: SQSRecord) => {
        try {
          await forRecord(orderKeys(message.body), () => handle(message));
        } catch (error) {
          logger.error('message failed', {
            messageId: message.messageId,
            ...orderKeys(message.body),
            error: error as Error,
          });
          throw error;
        }
      },
      processor,
      // One after the other: parallel messages of one order would only race each other on its ledger item.
      { context, processInParallel: false, throwOnFullBatchFailure: false },
    ),
  );
}
