import { SendTaskFailureCommand, SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { clock } from '../testing/order-world.ts';
import { waitAnswers } from './wait-answers.ts';

const client = new SFNClient({});
const machines = mockClient(client);
const reached = { kind: 'Cancelled' as const, at: clock('09:00') };

beforeEach(() => {
  machines.reset();
});

describe('the answer to a wait', () => {
  test('succeeds with what was reached, or fails with it as the cause', async () => {
    machines.on(SendTaskSuccessCommand).resolves({}).on(SendTaskFailureCommand).resolves({});
    expect(await waitAnswers(client).succeed('t', reached)).toBe('delivered');
    expect(await waitAnswers(client).fail('t', 'Cancelled', reached)).toBe('delivered');
    const inputs = machines.calls().map((call) => call.args[0].input);
    expect(inputs).toEqual([
      { taskToken: 't', output: JSON.stringify(reached) },
      { taskToken: 't', error: 'Cancelled', cause: JSON.stringify(reached) },
    ]);
  });

  test.each(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'])('R2: finds the token gone on %s', async (name) => {
    const error = Object.assign(new Error(name), { name });
    machines.on(SendTaskSuccessCommand).rejects(error).on(SendTaskFailureCommand).rejects(error);
    expect(await waitAnswers(client).succeed('t', reached)).toBe('gone');
    expect(await waitAnswers(client).fail('t', 'Cancelled', reached)).toBe('gone');
  });

  test('R1: does not take any other failure for an answer', async () => {
    machines.on(SendTaskSuccessCommand).rejects(Object.assign(new Error('slow down'), { name: 'ThrottlingException' }));
    await expect(waitAnswers(client).succeed('t', reached)).rejects.toThrow('slow down');
  });
});
