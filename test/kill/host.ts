/**
 * The process that is killed: its executions' time runs faster than life. Tokens go to the parent, which stands for
 * everyone outside and is never killed.
 */
import { AwsError, SqliteJournal } from '../../region/index.ts';
import type { JournalBatch, JournalStore } from '../../region/journal/journal-store.ts';
import type { FromHost, HostOptions, ToHost } from './messages.ts';
import { type Outside, openHost, pack } from './open-host.ts';

/** Dies by its own hand at an append: the moments that a parent's signal seldom hits. */
function mortal(store: JournalStore, { dieAtAppend }: HostOptions): JournalStore {
  let left = dieAtAppend?.number ?? Number.POSITIVE_INFINITY;
  const die = (when: 'before' | 'after'): void => {
    if (left === 0 && dieAtAppend?.when === when) process.kill(process.pid, 'SIGKILL');
  };
  return {
    generation: store.generation,
    lastMs: store.lastMs,
    largestGroup: store.largestGroup,
    append(batches: readonly JournalBatch[]) {
      left -= 1;
      die('before');
      store.append(batches);
      die('after');
    },
    load: () => store.load(),
    close: () => store.close(),
  };
}

const options = JSON.parse(process.argv[2] ?? '') as HostOptions;
const send = (message: FromHost): void => void process.send?.(message);
const outside: Outside = {
  token: (state, n, token) => send({ kind: 'token', state, n, token }),
  ended: (n, broke) => send({ kind: 'ended', n, broke }),
};
const startAt = new Date((Date.now() - options.epochMs) * options.speed).toISOString();
const clock = { mode: 'scaled', startAt, speed: options.speed } as const;
const region = await openHost(mortal(new SqliteJournal(options.file), options), clock, outside);
process.on('disconnect', () => process.exit(0));
process.on('message', async ({ id, action, input }: ToHost) => {
  try {
    await region.callFromOutside('sfn', action, input);
    send({ kind: 'called', id, outcome: 'accepted' });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    send({ kind: 'called', id, outcome: error.name });
  }
});
const ended = region.run();
region.spawn(() => pack(region, outside));
send({ kind: 'ready' });
await ended;
