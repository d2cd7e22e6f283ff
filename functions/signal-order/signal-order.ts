/** Consumer of the signals queue: what happened in the world, handed to the ledger. */
import { JSONStringified } from '@aws-lambda-powertools/parser/helpers';
import { type Signal, signalSchema } from '../../workflows/order-lifecycle/contracts.ts';
import type { Ledger } from '../platform/ledger/ledger.ts';

export interface SignalOrderPorts {
  readonly ledger: Ledger;
  now(): Date;
}

const messageSchema = JSONStringified(signalSchema);

/**
 * @param body JSON text of a signal
 * @throws ZodError naming the field of a malformed signal: the message ends in the dead-letter queue, not in silence
 */
export async function signalOrder(body: string, ports: SignalOrderPorts): Promise<Signal> {
  const signal = messageSchema.parse(body);
  await ports.ledger.accept(signal, ports.now().toISOString());
  return signal;
}
