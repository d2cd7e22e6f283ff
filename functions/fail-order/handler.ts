/** Rule on executions of order-lifecycle that failed, timed out or were aborted -> the order record says FAILED. */
import { documents } from '../platform/clients.ts';
import { readConfig } from '../platform/config.ts';
import { count, identify, lambda, logger } from '../platform/powertools.ts';
import { failOrder } from './fail-order.ts';

const ports = { documents: documents(), ...readConfig('ordersTable') };

export const handler = lambda(async (event: unknown) => {
  const { orderId, outcome, cause } = await failOrder(event, ports);
  identify({ orderId });
  if (outcome === 'failed') {
    count('OrdersFailed');
    logger.error('order failed', { cause });
  } else {
    logger.info(`stopped execution: order ${outcome}`, { cause });
  }
  return { orderId, outcome };
});
