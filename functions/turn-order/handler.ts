import { documents } from '../platform/clients.ts';
import { readConfig } from '../platform/config.ts';
import { createLedger } from '../platform/ledger-client.ts';
import { identify, lambda, now } from '../platform/powertools.ts';
import { turnOrder } from './turn-order.ts';

const config = readConfig('ordersTable', 'planningTable');
const ports = { ...config, documents: documents(), ledger: createLedger(), now };

export const handler = lambda(async (event: { frame?: { orderId?: string } }) => {
  identify({ orderId: event.frame?.orderId ?? 'unknown' });
  return turnOrder(event, ports);
});
