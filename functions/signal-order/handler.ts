import { createLedger } from '../platform/ledger-client.ts';
import { now } from '../platform/powertools.ts';
import { queueConsumer } from '../platform/queue-batch.ts';
import { signalOrder } from './signal-order.ts';

const ports = { ledger: createLedger(), now };

export const handler = queueConsumer(async (message) => {
  await signalOrder(message.body, ports);
});
