/** Invoked by the operators' tools: one change of one order, answered with what became of it. */
import { documents, machines } from '../platform/clients.ts';
import { readConfig } from '../platform/config.ts';
import { createLedger } from '../platform/ledger-client.ts';
import { count, identify, lambda, logger, now } from '../platform/powertools.ts';
import { operateOrder } from './operate-order.ts';

const ports = {
  documents: documents(),
  machines: machines(),
  ledger: createLedger(),
  ...readConfig('ordersTable', 'actionsTable', 'replayMachineArn'),
  now,
};

export const handler = lambda(async (event: unknown) => {
  const answer = await operateOrder(event, ports);
  identify({ orderId: answer.orderId });
  count(`Operator${answer.operation.charAt(0).toUpperCase()}${answer.operation.slice(1)}`);
  logger.info(`operator: ${answer.operation} ${answer.outcome}`, { request: event, answer });
  return answer;
});
