/** A customer cancels, or changes the promise, at each stage of the order's way to the door. */
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, test } from '@jest/globals';
import type { Order, OrderStatus } from '../../domain/index.ts';
import { type Deployed, OrderBook } from '../../operations/index.ts';
import type { Region } from '../../region/index.ts';
import type { Signal } from '../../workflows/order-lifecycle/contracts.ts';
import { at, orderOf, runDay, smallDay } from './days.ts';

const LOOK_EVERY_MS = 5_000;
const STAGES = ['PLACED', 'PLANNED', 'DISPATCHED', 'OUT_FOR_DELIVERY', 'ARRIVING'] as const satisfies OrderStatus[];

type Message = Pick<Signal, 'kind'> & Partial<Pick<Signal, 'detail'>>;

/** Sends the signal as soon as the order is seen in the status. */
function whenIn(status: OrderStatus, orderId: string, message: Message) {
  return (region: Region, deployed: Deployed): void => {
    const book = new OrderBook(deployed);
    const look = (): void => {
      region.spawn(async () => {
        const nowMs = region.clock.now();
        if ((await book.order(orderId))?.status !== status) {
          region.clock.at(nowMs + LOOK_EVERY_MS, look, 'background');
          return;
        }
        const signal = {
          schemaVersion: 1,
          signalId: `${message.kind}#${orderId}#test`,
          orderId,
          at: new Date(nowMs).toISOString(),
          by: 'customer',
          ...message,
        };
        await deployed.queues.send(
          new SendMessageCommand({ QueueUrl: deployed.output('SignalsQueueUrl'), MessageBody: JSON.stringify(signal) }),
        );
      });
    };
    region.clock.at(region.clock.now(), look, 'background');
  };
}

const day = smallDay(5, 1);
const [first, second] = day.orders as [Order, Order];

describe('an order that its customer cancels', () => {
  test.each(STAGES)('while it is %s ends CANCELLED, is told once, and leaves its neighbours alone', async (status) => {
    const prepare = whenIn(status, second.orderId, { kind: 'Cancelled', detail: { initiator: 'customer' } });
    const result = await runDay(day.orders, { fleet: day.fleet, prepare });
    expect(result.report.unfinished).toEqual([]);
    const order = orderOf(result, second.orderId);
    expect(order.status).toBe('CANCELLED');
    expect(order.times.deliveredAt).toBeNull();
    expect(order.verdict).toMatchObject({ perfect: false, excluded: true });
    const told = result.report.notifications.filter(
      ({ orderId, kind }) => orderId === second.orderId && kind === 'cancelled',
    );
    expect(told).toHaveLength(1);
    for (const { orderId, status: end } of result.report.orders) {
      if (orderId !== second.orderId) expect([orderId, end]).toEqual([orderId, 'ARCHIVED']);
    }
    expect(result.report.summary.perfectOrder).toMatchObject({ excluded: 1, counted: day.orders.length - 1 });
  });
});

describe('an order whose customer changes the promise', () => {
  test.each(STAGES)('while it is %s is judged by the new window and delivered', async (status) => {
    const promise = { from: at(30), to: at(600) };
    const prepare = whenIn(status, first.orderId, { kind: 'Amended', detail: { promise, initiator: 'customer' } });
    const result = await runDay(day.orders, { fleet: day.fleet, prepare });
    expect(result.report.unfinished).toEqual([]);
    const order = orderOf(result, first.orderId);
    expect(order).toMatchObject({ status: 'ARCHIVED', promise: { ...promise, version: 2 } });
    expect(order.verdict.onTime).toBe(true);
  });
});
