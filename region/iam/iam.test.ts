import { describe, expect, test } from '@jest/globals';
import type { Principal } from '../service.ts';
import { PolicyStore } from './policy-store.ts';

const ARN = 'arn:aws:iam::123456789012:role/worker';
const worker: Principal = { kind: 'role', arn: ARN };

function storeWith(...statements: readonly object[]): PolicyStore {
  const store = new PolicyStore('123456789012');
  store.addRole(ARN, 'worker');
  store.attachInline(ARN, { Statement: statements }, 'test');
  return store;
}

const may = (
  store: PolicyStore,
  action: string,
  resource: string,
  conditions?: Record<string, string | string[]>,
): boolean => {
  try {
    store.authorize(worker, [{ action, resource, ...(conditions === undefined ? {} : { conditions }) }]);
    return true;
  } catch {
    return false;
  }
};

describe('a role', () => {
  test('may what a statement allows, by wildcards, and nothing else', () => {
    const store = storeWith({
      Effect: 'Allow',
      Action: ['s3:Get*', 'sqs:sendmessage'],
      Resource: ['arn:aws:s3:::lake/*', 'q?'],
    });
    expect(may(store, 's3:GetObject', 'arn:aws:s3:::lake/a/b')).toBe(true);
    expect(may(store, 'sqs:SendMessage', 'q1')).toBe(true);
    expect(may(store, 's3:PutObject', 'arn:aws:s3:::lake/a')).toBe(false);
    expect(may(store, 's3:GetObject', 'arn:aws:s3:::lakes')).toBe(false);
  });

  test('may not what any statement denies', () => {
    const store = storeWith(
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', NotAction: 's3:*', Resource: '*' },
    );
    expect(may(store, 's3:PutObject', 'x')).toBe(true);
    expect(may(store, 'sqs:SendMessage', 'x')).toBe(false);
  });

  test('is held to the conditions of its statements', () => {
    const keys = { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['a', 'b'] }, StringLike: { name: 'van-*' } };
    const store = storeWith({ Effect: 'Allow', Action: 'x:Y', Resource: '*', Condition: keys });
    expect(may(store, 'x:Y', 'r', { 'dynamodb:LeadingKeys': ['a'], name: 'van-1' })).toBe(true);
    expect(may(store, 'x:Y', 'r', { 'dynamodb:LeadingKeys': ['a', 'c'], name: 'van-1' })).toBe(false);
    expect(may(store, 'x:Y', 'r')).toBe(false);
  });

  test('gains what is attached later, decided afresh', () => {
    const store = storeWith();
    expect(may(store, 'x:Y', 'r')).toBe(false);
    store.attachInline(ARN, { Statement: { Effect: 'Allow', Action: 'x:Y', Resource: 'r' } }, 'test');
    expect(may(store, 'x:Y', 'r')).toBe(true);
  });

  test('cannot have a policy that the region would misread', () => {
    const condition = { NumericLessThan: { size: '3' } };
    expect(() => storeWith({ Effect: 'Allow', Action: '*', Resource: '*', Condition: condition })).toThrow(
      /NumericLessThan/,
    );
    expect(() => storeWith({ Effect: 'Allow', Action: '*', Resource: '*', Principal: '*' })).toThrow(/field Principal/);
    expect(() => storeWith().attachManaged(ARN, 'arn:aws:iam::aws:policy/AdministratorAccess', 'test')).toThrow(
      /AdministratorAccess/,
    );
  });
});
