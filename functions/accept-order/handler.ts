/** Intake queue -> order records. Messages of a batch are taken in turn, so the first of two with one id is the order. */
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { documents } from '../platform/clients.ts';
import { readConfig } from '../platform/config.ts';
import { count, lambda, logger, now } from '../platform/powertools.ts';
import { orderAcceptor } from './accept-order.ts';
import type { IntakeMessage } from './records.ts';

const accept = orderAcceptor({ documents: documents(), ...readConfig('ordersTable', 'fleetTable'), now });

async function acceptRecord({ body, messageAttributes, messageId }: SQSRecord): Promise<void> {
  const line = Number(messageAttributes['line']?.stringValue);
  const message: IntakeMessage = Number.isSafeInteger(line) && line > 0 ? { body, line } : { body };
  try {
    const { outcome, recordId, refusals } = await accept(message);
    count(`Orders${outcome === 'accepted' ? 'Accepted' : outcome === 'refused' ? 'Refused' : 'Repeated'}`);
    const log = outcome === 'refused' ? logger.warn.bind(logger) : logger.info.bind(logger);
    log(`order ${outcome}`, { orderId: recordId, line: message.line, refusals });
  } catch (error) {
    count('OrdersDeferred');
    logger.error('message left for another delivery', { messageId, error: error as Error });
    throw error;
  }
}

export const handler = lambda<SQSEvent, SQSBatchResponse>((event, context) =>
  processPartialResponse(event, acceptRecord, new BatchProcessor(EventType.SQS), {
    context,
    processInParallel: false,
    throwOnFullBatchFailure: false,
  }),
);
