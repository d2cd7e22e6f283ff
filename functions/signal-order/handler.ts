import { createLedger } from '../platform/ledger-client.ts';
import { identify, now } from '../platform/powertools.ts';
import { queueConsumer } from '../platform/queue-batch.ts';
import { signalOrder } from './signal-order.ts';

const ports = { ledger: createLedger(), now };

export const handler = queueConsumer(async (message) => {
  const signal = await signalOrder(message.body, ports);
  identify({ orderId: signal.orderId });
});
