import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { forRecord, tracer } from './powertools.ts';
import { orderKeys } from './queue-batch.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

/** A tracer that is switched on, with what it was told, in order. */
function switchedOn(): string[] {
  const told: string[] = [];
  jest.spyOn(tracer, 'isTracingEnabled').mockReturnValue(true);
  jest.spyOn(tracer, 'putAnnotation').mockImplementation((key, value) => void told.push(`${key} ${value}`));
  jest.spyOn(tracer, 'addErrorAsMetadata').mockImplementation((error) => void told.push(error.message));
  jest.spyOn(tracer.provider, 'captureAsyncFunc').mockImplementation((name, work) => {
    told.push(`open ${name}`);
    return work({ close: () => void told.push('close') } as never);
  });
  return told;
}

describe('the work on one record of a batch', () => {
  test('is a subsegment that bears the order id, and ends with the work', async () => {
    const told = switchedOn();
    const result = await forRecord({ orderId: 'o-1' }, async () => told.push('work'));
    expect(told).toEqual(['open ## record', 'orderId o-1', 'work', 'close']);
    expect(result).toBe(3);
  });

  test('leaves its error in the subsegment and throws it on', async () => {
    const told = switchedOn();
    const work = forRecord({ orderId: 'o-1' }, () => Promise.reject(new Error('no such table')));
    await expect(work).rejects.toThrow('no such table');
    expect(told).toEqual(['open ## record', 'orderId o-1', 'no such table', 'close']);
  });

  test('is only done where nothing is traced', async () => {
    const captured = jest.spyOn(tracer.provider, 'captureAsyncFunc');
    expect(await forRecord({ orderId: 'o-1' }, async () => 'done')).toBe('done');
    expect(captured).not.toHaveBeenCalled();
  });
});

describe('the order id of a message', () => {
  test.each([
    ['of an order', '{"orderId":"o-1","depotId":"d"}'],
    ['of a waiting state', '{"frame":{"depotId":"d","orderId": "o-1"},"token":"t"}'],
    ['of an event', '{"detail-type":"OrderPlaced","detail":{"orderId" :"o-1"}}'],
  ])('is found in the message %s', (_, body) => expect(orderKeys(body)).toEqual({ orderId: 'o-1' }));

  test('is none where there is none, however the message looks', () => {
    for (const body of ['', 'no json', '{"orderId":7}', '{"orderId":""}']) expect(orderKeys(body)).toEqual({});
  });
});
