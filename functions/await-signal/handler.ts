import { documents } from '../platform/clients.ts';
import { readConfig } from '../platform/config.ts';
import { createLedger } from '../platform/ledger-client.ts';
import { identify, lambda, now } from '../platform/powertools.ts';
import { awaitSignal } from './await-signal.ts';

const { ordersTable } = readConfig('ordersTable');
const ports = { documents: documents(), ordersTable, ledger: createLedger(), now };

export const handler = lambda(async (event: { frame?: { orderId?: string } }) => {
  identify({ orderId: event.frame?.orderId ?? 'unknown' });
  return awaitSignal(event, ports);
});
