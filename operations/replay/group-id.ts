/** The identity of a group of failures: the same for the same state, error and pattern, in every tool and run. */
import { createHash } from 'node:crypto';
import type { FailureView } from '../model/orders.ts';

/** Failures without a recorded reason are one group. */
const UNKNOWN = { state: '?', error: '?', pattern: '?' };

export function groupIdOf(failure: Pick<FailureView, 'state' | 'error' | 'pattern'> | undefined): string {
  const { state, error, pattern } = failure ?? UNKNOWN;
  return createHash('sha256')
    .update(JSON.stringify([state, error, pattern]))
    .digest('hex')
    .slice(0, 10);
}
