/**
 * The process that is killed: the durable engine over a SQLite journal on a clock that runs faster than life, with a
 * world that answers after a while. Tokens go to the parent, which stands for everyone outside and is never killed.
 */
import { type Effect, EngineError, type InvokeTask } from '../../engine/index.ts';
import { DurableEngine } from '../../region/journal/durable-engine.ts';
import type { JournalBatch, JournalStore } from '../../region/journal/journal-store.ts';
import { SqliteJournal } from '../../region/journal/sqlite-journal.ts';
import { createPrng } from '../../region/prng.ts';
import { type Answer, answerOf, commandOf, inputOf, MACHINE, MACHINE_ARN, SUBMITTED } from './workload.ts';

export interface HostOptions {
  readonly file: string;
  readonly seed: number;
  /** Wall time at which the virtual clock stood at 0, and how many virtual ms pass in one. */
  readonly epochMs: number;
  readonly speed: number;
  /** Ends the process at this append, counted from 1: before it, or right after. */
  readonly dieAtAppend?: { readonly number: number; readonly when: 'before' | 'after' };
}
export type ToHost =
  | { readonly kind: 'start'; readonly n: number }
  | { readonly kind: 'answer'; readonly n: number; readonly token: string; readonly answer: Answer };
export type FromHost =
  | { readonly kind: 'ready' }
  | { readonly kind: 'started'; readonly n: number }
  | { readonly kind: 'ended'; readonly n: number }
  | { readonly kind: 'token'; readonly n: number; readonly token: string }
  | { readonly kind: 'answered'; readonly token: string; readonly outcome: string };

const options = JSON.parse(process.argv[2] ?? '') as HostOptions;
const send = (message: FromHost): void => void process.send?.(message);
const now = (): number => Math.floor((Date.now() - options.epochMs) * options.speed);

/** Dies by its own hand at an append: the moments that a parent's signal seldom hits. */
function mortal(store: JournalStore): JournalStore {
  let left = options.dieAtAppend?.number ?? Number.POSITIVE_INFINITY;
  const die = (when: 'before' | 'after'): void => {
    if (left === 0 && options.dieAtAppend?.when === when) process.kill(process.pid, 'SIGKILL');
  };
  return {
    generation: store.generation,
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

const store = mortal(new SqliteJournal(options.file));
const prng = createPrng(options.seed, `generation ${store.generation}`);
const host = { random: () => prng.random(), uuid: () => prng.uuid() };
const timers = new Map<string, NodeJS.Timeout>();
const engine = new DurableEngine({ accountId: '111111111111', region: 'us-east-1', host }, store, perform);

function perform(effect: Effect): void {
  switch (effect.kind) {
    case 'setTimer':
      timers.set(effect.timerId, setTimeout(fire, Math.max(0, (effect.dueMs - now()) / options.speed), effect));
      return;
    case 'cancelTimer':
      clearTimeout(timers.get(effect.timerId));
      timers.delete(effect.timerId);
      return;
    case 'invokeTask':
      if (effect.taskToken === undefined) setTimeout(answer, prng.random() * 30, effect);
      else handOut(effect, effect.taskToken);
      return;
    case 'executionStatusChanged':
      if (effect.detail.status !== 'RUNNING') send({ kind: 'ended', n: Number(effect.detail.name.slice(2)) });
  }
}

function fire({ timerId, dueMs }: { timerId: string; dueMs: number }): void {
  timers.delete(timerId);
  void engine.apply(Math.max(now(), dueMs), { kind: 'timerFired', timerId });
}

function handOut(task: InvokeTask, token: string): void {
  send({ kind: 'token', n: (task.input as { Payload: { n: number } }).Payload.n, token });
  void engine.apply(now(), { kind: 'taskSubmitted', taskId: task.taskId, output: SUBMITTED });
}

function answer(task: InvokeTask): void {
  void engine.apply(now(), commandOf(task.taskId, answerOf(task)));
}

/** What AWS would say to this call: `accepted`, or the name of its error. */
async function called(action: string, input: object): Promise<string> {
  try {
    await engine.apply(now(), { kind: 'api', action, input });
    return 'accepted';
  } catch (error) {
    if (error instanceof EngineError) return error.name;
    throw error;
  }
}

process.on('message', (message: ToHost) => {
  if (message.kind === 'start') {
    const { n } = message;
    const input = { stateMachineArn: MACHINE_ARN, name: `n-${n}`, input: inputOf(n) };
    void called('StartExecution', input).then(() => send({ kind: 'started', n }));
    return;
  }
  const { token, answer: given } = message;
  const action = 'output' in given ? 'SendTaskSuccess' : 'SendTaskFailure';
  void called(action, { taskToken: token, ...given }).then((outcome) => send({ kind: 'answered', token, outcome }));
});
process.on('disconnect', () => process.exit(0));

await called('CreateStateMachine', MACHINE);
// A token that was handed out is asked for again: the parent may know it already.
engine.resume();
send({ kind: 'ready' });
