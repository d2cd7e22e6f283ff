/**
 * A process whose search has no end of its own: `stopped-solver <threads> <worker file>`. It says once that it searches, and
 * when it is told to stop it writes its plan as JSON.
 */
import { solveOnThreads } from '../solve-on-threads.ts';
import { town } from './town.ts';

const [threads = '', workerFile = ''] = process.argv.slice(2);
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());

let improvements = 0;
const plan = await solveOnThreads(
  { ...town(7, 2), iterations: Number.MAX_SAFE_INTEGER },
  {
    threads: Number(threads),
    workerFile,
    nowMs: () => performance.timeOrigin + performance.now(),
    signal: stop.signal,
    improved: () => {
      improvements += 1;
      // Those of the first construction are none of the search.
      if (improvements === 5) process.stdout.write('searching\n');
    },
  },
);
process.stdout.write(`${JSON.stringify({ improvements, plan })}\n`);
