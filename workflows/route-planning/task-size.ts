/**
 * How large a Fargate task a wave gets. The search is bound by processors, and what it holds grows with the square of
 * the stops: two matrices of eight bytes a pair, once more as tiles arrive, beside some 200 MiB of Node.
 */

export interface TaskSize {
  /** CPU units, 1,024 to a vCPU. */
  readonly cpu: string;
  /** MiB. */
  readonly memory: string;
}

interface WaveSize extends TaskSize {
  /** Of the wave, at most. */
  readonly requests: number;
  readonly reason: string;
}

/** A depot-day of parcels. */
export const USUAL_WAVE_REQUESTS = 300;

/** Ascending; each is a combination that Fargate has. */
export const TASK_SIZES: readonly WaveSize[] = [
  {
    requests: 60,
    cpu: '1024',
    memory: '2048',
    reason: 'A second round of the day or a small depot: the task starts longer than it searches.',
  },
  {
    requests: USUAL_WAVE_REQUESTS,
    cpu: '2048',
    memory: '4096',
    reason: 'A depot-day of parcels: the search converges within the time that the wave has on two processors.',
  },
  {
    requests: 1_000,
    cpu: '4096',
    memory: '8192',
    reason: 'As many requests as a wave may have: 1,000 stops are 16 MB of matrices, and each worker has its own copy.',
  },
];

/** @throws RangeError when a wave has more requests than any size takes */
export function taskSizeFor(requestCount: number): TaskSize {
  const size = TASK_SIZES.find(({ requests }) => requestCount <= requests);
  if (size === undefined) {
    throw new RangeError(`No task size takes ${requestCount} requests: add one to TASK_SIZES, or claim fewer.`);
  }
  return { cpu: size.cpu, memory: size.memory };
}
