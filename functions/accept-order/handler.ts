/** Intake queue -> order records. Messages of a batch are taken in turn, so the first of two with one id is the order. */
import { documents } from '../platform/clients.ts';
import { readConfig } from '../platform/config.ts';
import { count, logger, now } from '../platform/powertools.ts';
import { queueConsumer } from '../platform/queue-batch.ts';
import { orderAcceptor } from './accept-order.ts';

const accept = orderAcceptor({ documents: documents(), ...readConfig('ordersTable', 'fleetTable'), now });

const METRICS = { accepted: 'OrdersAccepted', refused: 'OrdersRefused', repeated: 'OrdersRepeated' } as const;

export const handler = queueConsumer(async ({ body, messageAttributes }) => {
  const line = Number(messageAttributes['line']?.stringValue);
  const isLine = Number.isSafeInteger(line) && line > 0;
  const { outcome, recordId, refusals } = await accept(isLine ? { body, line } : { body });
  count(METRICS[outcome]);
  if (outcome === 'refused') logger.warn('order refused', { orderId: recordId, line: isLine ? line : null, refusals });
  else logger.info(`order ${outcome}`, { orderId: recordId });
});
