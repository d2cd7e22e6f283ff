/** Status queue -> customer topic, one notification per key. */
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { documents, topics } from '../platform/clients.ts';
import { readConfig } from '../platform/config.ts';
import { readOrder } from '../platform/order-record.ts';
import { count, forRecord, lambda, logger } from '../platform/powertools.ts';
import { orderKeys } from '../platform/queue-batch.ts';
import { customerPublisher } from './customer-topic.ts';
import { notifyOfEvent } from './notify-customer.ts';
import { onceByKey } from './once-by-key.ts';

const config = readConfig('ordersTable', 'customerTopicArn', 'idempotencyTable');
const once = onceByKey(new DynamoDBClient({}), config.idempotencyTable);
const ports = {
  readOrder: (orderId: string) => readOrder(documents(), config.ordersTable, orderId),
  notifyCustomer: once.wrap(customerPublisher(topics(), config.customerTopicArn)),
};

async function notifyOfRecord({ body, messageId }: SQSRecord): Promise<void> {
  try {
    const { orderId, outcome, kind } = await forRecord(orderKeys(body), () => notifyOfEvent(body, ports));
    if (outcome === 'told') count('CustomersNotified');
    logger.info(`customer: ${outcome}`, { orderId, kind: kind ?? null });
  } catch (error) {
    logger.error('notification left for another delivery', { messageId, error: error as Error });
    throw error;
  }
}

export const handler = lambda<SQSEvent, SQSBatchResponse>(async (event, context) => {
  once.enter(context);
  return processPartialResponse(event, notifyOfRecord, new BatchProcessor(EventType.SQS), {
    context,
    throwOnFullBatchFailure: false,
  });
});
