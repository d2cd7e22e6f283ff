import { describe, expect, test } from '@jest/globals';
import { connectAws } from './connect-aws.ts';
import { OperationError, operationErrorOf } from './operation-error.ts';
import { seenTime } from './operator-time.ts';

const refusal = (work: Promise<unknown>): Promise<unknown> =>
  work.then(() => 'no error').catch((error: unknown) => error);

describe('a connection', () => {
  test('to an address that is none is refused before anything is sent', async () => {
    const error = await refusal(connectAws({ endpoint: 'localhost' }));
    expect(error).toMatchObject({ code: 'BAD_INPUT', message: "'localhost' is no address" });
  });

  test('to a port where nobody listens says that it is unreachable, and what to do', async () => {
    const error = await refusal(connectAws({ endpoint: 'http://127.0.0.1:9' }));
    expect(error).toBeInstanceOf(OperationError);
    expect(error).toMatchObject({ code: 'UNREACHABLE', remedy: expect.stringContaining('npm start') });
  });
});

describe('errors of AWS', () => {
  const named = (name: string): Error => Object.assign(new Error('x'), { name });

  test.each([
    ['ExpiredTokenException', 'LOGIN_EXPIRED'],
    ['CredentialsProviderError', 'LOGIN_EXPIRED'],
    ['AccessDeniedException', 'FORBIDDEN'],
    ['ResourceNotFoundException', 'NOT_DEPLOYED'],
    ['ThrottlingException', 'THROTTLED'],
  ])('named %s are %s to an operator', (name, code) => {
    expect(operationErrorOf(named(name))?.code).toBe(code);
    expect(operationErrorOf(new Error('wrapped', { cause: named(name) }))?.code).toBe(code);
  });

  test('of another kind stay what they are', () => {
    expect(operationErrorOf(new TypeError('a fault of this program'))).toBeUndefined();
  });
});

describe('the time of a region behind a port', () => {
  test('is the latest that was seen, and never goes back', () => {
    const time = seenTime();
    time.saw('2018-07-20T10:00:00.000Z');
    time.saw('2018-07-20T09:00:00.000Z');
    expect(time.now()).toBe('2018-07-20T10:00:00.000Z');
  });
});
