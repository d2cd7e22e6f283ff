import { expect, test } from '@jest/globals';
import { DEFAULT_MATRIX_POLICY, policyWith } from './matrix-policy.ts';

test('the environment may say for how many days ways are used again', () => {
  expect(policyWith(undefined)).toBe(DEFAULT_MATRIX_POLICY);
  expect(policyWith('14')).toEqual({ ...DEFAULT_MATRIX_POLICY, lifetimeDays: 14 });
  for (const days of ['0', '-1', 'soon', 'Infinity']) {
    expect(() => policyWith(days)).toThrow(`MATRIX_LIFETIME_DAYS is "${days}"`);
  }
});
