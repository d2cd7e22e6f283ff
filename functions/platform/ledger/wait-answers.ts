/** Answers waits through Step Functions; a token it does not know any more is an expected outcome (R2). */
import { SendTaskFailureCommand, SendTaskSuccessCommand, type SFNClient } from '@aws-sdk/client-sfn';
import type { WaitAnswers } from './ledger.ts';

/** What Step Functions says of a token that was answered, timed out, or belongs to nobody. */
const GONE = new Set(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken']);

export function waitAnswers(client: SFNClient): WaitAnswers {
  const outcome = async (send: Promise<unknown>): Promise<'delivered' | 'gone'> => {
    try {
      await send;
      return 'delivered';
    } catch (error) {
      if (error instanceof Error && GONE.has(error.name)) return 'gone';
      throw error;
    }
  };
  return {
    succeed: (token, output) =>
      outcome(client.send(new SendTaskSuccessCommand({ taskToken: token, output: JSON.stringify(output) }))),
    fail: (token, error, cause) =>
      outcome(client.send(new SendTaskFailureCommand({ taskToken: token, error, cause: JSON.stringify(cause) }))),
  };
}
