/** What a mock's answer comes to as the end of a task. */
import type { MockAnswer } from './mocks.ts';

export type Outcome =
  | { readonly output: string }
  | { readonly error?: string; readonly cause?: string; readonly byToken?: boolean };

/** For answers that end a task. */
export function outcomeOf(answer: Exclude<MockAnswer, { timesOut: true } | { requestError: string }>): Outcome {
  if ('result' in answer) return { output: JSON.stringify(answer.result) ?? 'null' };
  if ('resultText' in answer) return { output: answer.resultText };
  const { error, cause } = 'errorOutput' in answer ? answer.errorOutput : answer;
  return { ...(typeof error === 'string' && { error }), ...(cause !== undefined && { cause }), byToken: true };
}
