import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { orderFrameSchema } from '../../workflows/order-lifecycle/contracts.ts';
import { startOrder } from './start-order.ts';

const client = new SFNClient({});
const machines = mockClient(client);
const ports = { machines: client, orderMachineArn: 'arn:machine' };
const event = {
  'detail-type': 'OrderPlaced',
  detail: {
    schemaVersion: 1,
    eventKey: 'o-1#OrderPlaced',
    orderId: 'o-1',
    status: 'PLACED',
    at: '2026-03-02T08:00:30.000Z',
    cause: 'accepted',
    cycle: '1',
    attempt: '0',
    promiseVersion: '1',
    depotId: 'D1',
    customerId: 'c-1',
    facts: JSON.stringify({ promiseTo: '2026-03-02T14:00:00.000Z', tier: 'express' }),
  },
};
const named = (name: string) => Object.assign(new Error(name), { name });

beforeEach(() => {
  machines.reset();
  machines.on(StartExecutionCommand).resolves({});
});

describe('start-order', () => {
  test('starts the execution named by the order, with a frame the workflow accepts', async () => {
    expect(await startOrder(event, ports)).toEqual({ orderId: 'o-1', outcome: 'started' });
    const input = machines.commandCalls(StartExecutionCommand)[0]?.args[0].input;
    expect(input).toMatchObject({ stateMachineArn: 'arn:machine', name: 'o-1' });
    expect(orderFrameSchema.parse(JSON.parse(input?.input ?? ''))).toEqual({
      orderId: 'o-1',
      depotId: 'D1',
      tier: 'express',
      cycle: 1,
      promiseTo: '2026-03-02T14:00:00.000Z',
      waitUntil: '2026-03-03T14:00:00.000Z',
    });
  });

  test('waits a day from its acceptance for an order promised in the past', async () => {
    const facts = JSON.stringify({ promiseTo: '2026-01-01T00:00:00.000Z', tier: 'standard' });
    await startOrder({ ...event, detail: { ...event.detail, facts } }, ports);
    const input = machines.commandCalls(StartExecutionCommand)[0]?.args[0].input.input ?? '';
    expect(JSON.parse(input).waitUntil).toBe('2026-03-03T08:00:30.000Z');
  });

  test('takes an execution that exists for a success, and nothing else', async () => {
    machines.on(StartExecutionCommand).rejects(named('ExecutionAlreadyExists'));
    expect((await startOrder(event, ports)).outcome).toBe('exists');
    machines.on(StartExecutionCommand).rejects(named('ThrottlingException'));
    await expect(startOrder(event, ports)).rejects.toThrow('ThrottlingException');
  });

  test('names the field of an event that is not its own', async () => {
    await expect(startOrder({ detail: { ...event.detail, facts: '{}' } }, ports)).rejects.toThrow('promiseTo');
    expect(machines.commandCalls(StartExecutionCommand)).toHaveLength(0);
  });
});
