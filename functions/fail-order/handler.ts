/** Rule on executions of the order machines that failed, timed out or were aborted -> the order record says FAILED. */
import { documents, machines } from '../platform/clients.ts';
import { readConfig } from '../platform/config.ts';
import { count, identify, lambda, logger, now } from '../platform/powertools.ts';
import { failOrder } from './fail-order.ts';

const ports = { documents: documents(), machines: machines(), ...readConfig('ordersTable', 'replayMachineArn'), now };

export const handler = lambda(async (event: unknown) => {
  const { orderId, outcome, cause } = await failOrder(event, ports);
  identify({ orderId });
  if (outcome === 'failed' || outcome === 'unarchived') {
    count('OrdersFailed');
    logger.error(`order ${outcome}`, { cause });
  } else {
    logger.info(`stopped execution: order ${outcome}`, { cause });
  }
  return { orderId, outcome };
});
