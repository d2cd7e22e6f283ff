import { describe, expect, test } from '@jest/globals';
import { causePattern } from './cause-pattern.ts';
import { orderIdOfExecution, replayName } from './replay.ts';

describe('the pattern of a cause', () => {
  test('is the same for two orders that failed for the same reason', () => {
    const cause = (id: string, route: string, seconds: number) =>
      JSON.stringify({
        errorType: 'OrderStateError',
        errorMessage: `Order ${id} left route ${route} after ${seconds} s (arn:aws:states:us-east-1:1:execution:x:${id})`,
        trace: [`at line ${seconds}`],
      });
    const [first, second] = [
      cause('AB-17', 'DLA9-20180720T0800-r3', 12),
      cause('AB-4711', 'DLA9-20180721T0900-r12', 7.5),
    ];
    expect(causePattern(first)).toBe(causePattern(second));
    expect(causePattern(first)).toBe('OrderStateError: Order <id> left route <id> after <n> s (<arn>)');
  });

  test('tells two reasons apart', () => {
    expect(causePattern('the table is throttled')).not.toBe(causePattern('the queue is throttled'));
  });

  test('takes out ids that have no digit where they are given, and keeps words', () => {
    expect(causePattern('order alpha: Rate exceeded in depot NORTH', ['alpha', 'NORTH', ''])).toBe(
      'order <id>: Rate exceeded in depot <id>',
    );
  });

  test('has no times, addresses or UUIDs, and an end', () => {
    const cause = `2026-03-02T10:00:00.000Z https://sqs.us-east-1.amazonaws.com/1/q 0b5e8a3c-1f2d-4c6b-9a7e-001122334455 ${'x '.repeat(400)}`;
    expect(causePattern(cause)).toMatch(/^<time> <url> <id> x x/);
    expect(causePattern(cause).length).toBeLessThanOrEqual(200);
  });
});

describe('the name of a replay', () => {
  test('leads back to its order, whatever dots the id has', () => {
    expect(orderIdOfExecution(replayName('o.r1', 2) ?? '', true)).toBe('o.r1');
    expect(orderIdOfExecution('o.r1', false)).toBe('o.r1');
  });

  test('is none where Step Functions would not take it', () => {
    expect(replayName('x'.repeat(77), 1)).toBe(`${'x'.repeat(77)}.r1`);
    expect(replayName('x'.repeat(78), 1)).toBeUndefined();
  });
});
