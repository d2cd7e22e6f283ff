/**
 * Starts the execution of an order that was placed. The execution is named by the order id and its input depends on
 * the event alone, so an event that arrives twice finds the execution running, or closed, and that is a success.
 */
import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { isoOf, msOf } from '../../domain/index.ts';
import type { OrderFrame } from '../../workflows/order-lifecycle/contracts.ts';
import { orderEventSchema } from '../../workflows/order-lifecycle/events.ts';

/** An order is followed for this long past its promise; what is still waiting then has lost its world. */
const PATIENCE_MS = 24 * 3_600_000;

const placedEventSchema = z.object({ detail: orderEventSchema });
const factsSchema = z.object({ promiseTo: z.iso.datetime({ offset: true }), tier: z.string() });

export interface StartOrderPorts {
  readonly machines: SFNClient;
  readonly orderMachineArn: string;
}

/**
 * @param event OrderPlaced as it comes from the bus
 * @throws ZodError naming the field when the event is not an OrderPlaced event; what Step Functions throws, except
 * that the execution exists
 */
export async function startOrder(
  event: unknown,
  { machines, orderMachineArn }: StartOrderPorts,
): Promise<{ orderId: string; outcome: 'started' | 'exists' }> {
  const { detail } = placedEventSchema.parse(event);
  const { promiseTo, tier } = factsSchema.parse(JSON.parse(detail.facts));
  const frame: OrderFrame = {
    orderId: detail.orderId,
    depotId: detail.depotId,
    tier,
    cycle: detail.cycle,
    promiseTo,
    waitUntil: isoOf(Math.max(msOf(promiseTo), msOf(detail.at)) + PATIENCE_MS),
  };
  try {
    await machines.send(
      new StartExecutionCommand({
        stateMachineArn: orderMachineArn,
        name: frame.orderId,
        input: JSON.stringify(frame),
      }),
    );
    return { orderId: frame.orderId, outcome: 'started' };
  } catch (error) {
    if (error instanceof Error && error.name === 'ExecutionAlreadyExists') {
      return { orderId: frame.orderId, outcome: 'exists' };
    }
    throw error;
  }
}
