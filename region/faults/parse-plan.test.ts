import { describe, expect, test } from '@jest/globals';
import { parseFaultPlan } from './parse-plan.ts';

const rule = { id: 'r', at: { function: 'f' }, kind: 'crash-before', rate: 0.5 };
const withRule = (change: object): unknown => ({ rules: [{ ...rule, ...change }] });
const call = (operation: string, kind: string, more: object = {}): unknown =>
  withRule({ at: { service: operation.split(':')[0], operation: operation.split(':')[1] }, kind, ...more });

describe('a fault plan', () => {
  test.each([
    withRule({ from: 60, to: '2026-03-02T09:00:00Z', per: 'orderId' }),
    withRule({ kind: 'fail', error: { name: 'TypeError', message: '' } }),
    withRule({ at: { target: '*:queue', containing: 'x' }, kind: 'lose' }),
    call('s3:PutObject', 'refuse', { error: { name: 'SlowDown', message: 'm', status: 503 } }),
    call('sqs:SendMessage', 'delay', { seconds: [1, 2] }),
    call('sfn:SendTaskSuccess', 'lose'),
    { title: 'A quiet day', rules: [] },
  ])('is read: %j', (plan) => {
    expect(parseFaultPlan(plan)).toBe(plan);
  });

  test.each<[unknown, string]>([
    [[], '[]: give an object with `rules`'],
    [{}, 'rules = nothing: give a list of rules'],
    [{ rules: [], speed: 2 }, 'speed = 2: leave it out'],
    [withRule({ id: '' }), 'rules[0].id = "": give text'],
    [{ rules: [rule, rule] }, 'id = "r": give each rule an id of its own'],
    [withRule({ rate: 1.5 }), 'rules[0].rate = 1.5: give a number from 0 to 1'],
    [withRule({ rate: undefined }), 'rules[0].rate = nothing'],
    [withRule({ often: true }), 'rules[0].often = true: leave it out'],
    [withRule({ at: {} }), 'rules[0].at = {}: give one of function, service, target'],
    [withRule({ at: { function: 'f', target: 't' } }), 'give one of function, service, target'],
    [withRule({ at: { function: 'f', by: 'x' } }), 'rules[0].at.by = "x": leave it out'],
    [withRule({ kind: 'lose' }), 'rules[0].kind = "lose": of a function: give one of fail, crash-before'],
    [withRule({ kind: 'fail' }), 'rules[0].error = nothing: give {"name", "message"}'],
    [withRule({ kind: 'fail', error: { name: 'E', message: 'm', status: 200 } }), 'rules[0].error = '],
    [withRule({ error: { name: 'E', message: 'm' } }), 'for fail, refuse, throttle, lose-answer only'],
    [withRule({ from: 'noon' }), 'rules[0].from = "noon": give an ISO 8601 time'],
    [withRule({ to: -1 }), 'rules[0].to = -1'],
    [withRule({ seconds: [1, 2] }), 'rules[0].seconds = [1,2]: give [least, most] for delay and duplicate'],
    [call('sqs:SendMessage', 'delay'), 'rules[0].seconds = nothing'],
    [call('sqs:SendMessage', 'duplicate', { seconds: [2, 1] }), 'rules[0].seconds = [2,1]'],
    [call('dynamodb:PutItem', 'lose'), 'of dynamodb:PutItem, whose callers need its answer'],
    [call('lambda:Invoke', 'delay', { seconds: [1, 2] }), 'of lambda:Invoke'],
  ])('is refused with the field, its value and the remedy: %j', (plan, message) => {
    expect(() => parseFaultPlan(plan)).toThrow(message);
  });

  test('is refused with all of its problems at once', () => {
    expect(() => parseFaultPlan({ rules: [{}, { ...rule, rate: 2 }] })).toThrow(
      /rules\[0\]\.id.*rules\[0\]\.rate.*rules\[0\]\.at.*rules\[1\]\.rate/s,
    );
  });
});
