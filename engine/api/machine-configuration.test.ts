import { describe, expect, test } from '@jest/globals';
import { encryptionOf, loggingOf } from './machine-configuration.ts';

const group = (name: string) => ({
  cloudWatchLogsLogGroup: { logGroupArn: `arn:aws:logs:eu-central-1:111111111111:log-group:${name}:*` },
});

describe('A logging configuration', () => {
  test('is OFF by default, and complete whatever was given', () => {
    expect(loggingOf(undefined)).toEqual({ level: 'OFF', includeExecutionData: false });
    const given = { level: 'ERROR', destinations: [group('/aws/vendedlogs/orders')] };
    expect(loggingOf(given)).toEqual({ ...given, includeExecutionData: false });
  });

  test('needs exactly one log group, except at level OFF', () => {
    for (const given of [
      { level: 'ALL' },
      { level: 'ALL', destinations: [] },
      { destinations: [group('a'), group('b')] },
    ]) {
      expect(() => loggingOf(given)).toThrow(
        'Invalid Logging Configuration: Must specify exactly one Log Destination.',
      );
    }
    expect(() => loggingOf({ level: 'ALL', destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: 'x' } }] })).toThrow(
      'Invalid Logging Configuration',
    );
    expect(loggingOf({ destinations: [] })).toMatchObject({ level: 'OFF' });
  });
});

describe('An encryption configuration', () => {
  test('names a key exactly when the key is the customer’s', () => {
    expect(encryptionOf(undefined)).toEqual({ type: 'AWS_OWNED_KEY' });
    const own = { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: 'k', kmsDataKeyReusePeriodSeconds: 300 };
    expect(encryptionOf(own)).toEqual(own);
    expect(() => encryptionOf({ type: 'CUSTOMER_MANAGED_KMS_KEY' })).toThrow('kmsKeyId must be specified');
    expect(() => encryptionOf({ type: 'AWS_OWNED_KEY', kmsKeyId: 'k' })).toThrow('Invalid Encryption Configuration');
  });
});
