import { describe, expect, test } from '@jest/globals';
import { parseResource } from '../definition/resource.ts';
import type { JsonValue } from '../json.ts';
import { checkMockedResult, type FieldValidationMode } from './mock-schema.ts';

function check(resource: string, result: JsonValue, mode: FieldValidationMode = 'STRICT'): void {
  const target = parseResource(`arn:aws:states:::${resource}`);
  if (target === undefined) throw new Error(`no such resource: ${resource}`);
  checkMockedResult(target, result, mode);
}

describe('a mocked result', () => {
  test('has the types of the service', () => {
    expect(() => check('aws-sdk:dynamodb:query', { Count: '1' })).toThrow("Field 'Count' must be a number");
    expect(() => check('aws-sdk:dynamodb:query', { Items: {} })).toThrow("Field 'Items' must be an array");
    expect(() => check('aws-sdk:sqs:receiveMessage', { Messages: [{ Body: 1 }] })).toThrow(
      "Field 'Body' must be a string",
    );
    expect(() => check('aws-sdk:kms:describeKey', { KeyMetadata: { KeyId: 'k', Enabled: 'yes' } })).toThrow(
      "Field 'Enabled' must be a boolean",
    );
  });

  test('has the fields that are required only in STRICT mode', () => {
    expect(() => check('states:startExecution', { ExecutionArn: 'arn' })).toThrow("Field 'StartDate'");
    expect(() => check('states:startExecution', { ExecutionArn: 'arn' }, 'PRESENT')).not.toThrow();
  });

  test('is held against what .sync polls, with the output parsed in .sync:2', () => {
    const description = {
      ExecutionArn: 'a',
      StateMachineArn: 'b',
      Status: 'SUCCEEDED',
      StartDate: 'c',
      Output: { a: 1 },
    };
    expect(() => check('states:startExecution.sync', description)).toThrow("Field 'Output' must be a string");
    expect(() => check('states:startExecution.sync:2', description)).not.toThrow();
    expect(() => check('states:startExecution.sync:2', { ...description, Status: 'DONE' })).toThrow(
      "Field 'Status' is not an expected value",
    );
  });

  test('may be anything for a token, an unknown service, or in mode NONE', () => {
    expect(() => check('sqs:sendMessage.waitForTaskToken', 'picked')).not.toThrow();
    expect(() => check('aws-sdk:inspector2:listFindings', { findings: 1 })).not.toThrow();
    expect(() => check('sqs:sendMessage', { MessageId: 1 }, 'NONE')).not.toThrow();
    expect(() => check('sqs:sendMessage', { MessageId: 1 })).toThrow('MessageId');
  });
});
