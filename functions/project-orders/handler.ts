/** Streams of the Orders and the Ledger table -> the board, which operators look at. */
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { documents } from '../platform/clients.ts';
import { readConfig } from '../platform/config.ts';
import { count, lambda, logger, now } from '../platform/powertools.ts';
import { projectOrders } from './project-orders.ts';

const ports = { documents: documents(), ...readConfig('boardTable'), now };

export const handler = lambda(async (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
  const { written, failed } = await projectOrders(event.Records, ports);
  if (written > 0) count('BoardItemsWritten', written);
  for (const failure of failed) logger.error('not projected; the stream is read again from here', { failure });
  return { batchItemFailures: failed.map(({ sequenceNumber }) => ({ itemIdentifier: sequenceNumber })) };
});
