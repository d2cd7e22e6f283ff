/** What an operator asks of one order: to replay its stopped execution, to settle its ledger, to give a signal up. */
import {
  type OperateAnswer,
  operateRequestSchema,
  type SettleRequest,
  type SupersedeRequest,
} from '../../workflows/order-lifecycle/operate-order.ts';
import type { Ledger } from '../platform/ledger/ledger.ts';
import { type ReplayPorts, replayOrder } from './replay-order.ts';

export interface OperateOrderPorts extends ReplayPorts {
  readonly ledger: Ledger;
}

/**
 * @param event an `OperateRequest`
 * @throws ZodError naming the field of a request that cannot be read; what the tables and Step Functions throw that may
 * pass: ask again
 */
export async function operateOrder(event: unknown, ports: OperateOrderPorts): Promise<OperateAnswer> {
  const request = operateRequestSchema.parse(event);
  switch (request.operation) {
    case 'replay':
      return replayOrder(request, ports);
    case 'settle':
      return settle(request, ports);
    case 'supersede':
      return supersede(request, ports);
  }
}

async function settle({ orderId, operation }: SettleRequest, ports: OperateOrderPorts): Promise<OperateAnswer> {
  await ports.ledger.settle(orderId, ports.now().toISOString());
  return { orderId, operation, outcome: 'done' };
}

async function supersede(request: SupersedeRequest, ports: OperateOrderPorts): Promise<OperateAnswer> {
  const { orderId, operation, signalId, by, why } = request;
  const outcome = await ports.ledger.supersede(orderId, signalId, `${by}: ${why}`, ports.now().toISOString());
  if (outcome === 'superseded') return { orderId, operation, outcome: 'done' };
  if (outcome === 'known')
    return { orderId, operation, outcome: 'already', reason: 'its fate is known: see the trace' };
  return { orderId, operation, outcome: 'refused', reason: `order ${orderId} has no signal ${signalId}: check the id` };
}
