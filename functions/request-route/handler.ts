import { documents } from '../platform/clients.ts';
import { readConfig } from '../platform/config.ts';
import { createLedger } from '../platform/ledger-client.ts';
import { now } from '../platform/powertools.ts';
import { queueConsumer } from '../platform/queue-batch.ts';
import { requestRoute } from './request-route.ts';

const config = readConfig('ordersTable', 'planningTable');
const ports = { ...config, documents: documents(), ledger: createLedger(), now };

export const handler = queueConsumer((message) => requestRoute(message.body, ports));
