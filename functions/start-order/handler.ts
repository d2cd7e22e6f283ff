/** Rule OrderPlaced -> one execution of order-lifecycle, named by the order id. */
import { machines } from '../platform/clients.ts';
import { readConfig } from '../platform/config.ts';
import { count, identify, lambda, logger } from '../platform/powertools.ts';
import { startOrder } from './start-order.ts';

const ports = { machines: machines(), ...readConfig('orderMachineArn') };

export const handler = lambda(async (event: unknown) => {
  const result = await startOrder(event, ports);
  identify({ orderId: result.orderId });
  count(result.outcome === 'started' ? 'ExecutionsStarted' : 'ExecutionsFound');
  logger.info(`execution ${result.outcome}`);
  return result;
});
