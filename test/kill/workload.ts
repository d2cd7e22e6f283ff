/**
 * What runs while it is killed: a machine with something of each kind of waiting, the world that answers it, and the
 * trace by which a disturbed run is compared with an undisturbed one. The world's answers depend on what it is asked and
 * on nothing else, so that a task asked twice is answered alike.
 */
import type { Command, HistoryEvent, InvokeTask } from '../../engine/index.ts';
import { DurableEngine } from '../../region/journal/durable-engine.ts';
import type { JournalBatch } from '../../region/journal/journal-store.ts';
import { MemoryJournal } from '../../region/journal/memory-journal.ts';

const LAMBDA = 'arn:aws:states:::lambda:invoke';
const TOKEN = 'arn:aws:states:::lambda:invoke.waitForTaskToken';
const RETRY = [{ ErrorEquals: ['Busy'], IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 1.5 }];
const attempt = '{% $states.context.State.RetryCount %}';
const work = (extra: object = {}) => ({
  Type: 'Task',
  Resource: LAMBDA,
  Arguments: { FunctionName: 'work', Payload: { input: '{% $states.input %}', attempt } },
  ...extra,
});

const JOURNEY = {
  QueryLanguage: 'JSONata',
  StartAt: 'Rest',
  TimeoutSeconds: 1_000_000,
  States: {
    Rest: { Type: 'Wait', Seconds: 2, Assign: { n: '{% $states.input.n %}' }, Next: 'Flaky' },
    Flaky: work({ Retry: RETRY, Next: 'Both' }),
    Both: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'Nap', States: { Nap: { Type: 'Wait', Seconds: 3, Next: 'Note' }, Note: work({ End: true }) } },
        {
          StartAt: 'Each',
          States: {
            Each: {
              Type: 'Map',
              Items: [1, 2, 3, 4],
              MaxConcurrency: 2,
              ItemProcessor: {
                StartAt: 'Handle',
                States: {
                  Handle: work({ Retry: RETRY, Next: 'Snooze' }),
                  Snooze: { Type: 'Wait', Seconds: 1, End: true },
                },
              },
              End: true,
            },
          },
        },
      ],
      Next: 'Ask',
    },
    Ask: {
      Type: 'Task',
      Resource: TOKEN,
      Arguments: { FunctionName: 'ask', Payload: { token: '{% $states.context.Task.Token %}', n: '{% $n %}' } },
      TimeoutSeconds: 900_000,
      Catch: [{ ErrorEquals: ['Declined'], Next: 'WasDeclined' }],
      Next: 'IsGood',
    },
    WasDeclined: { Type: 'Pass', Output: { declined: '{% $n %}' }, End: true },
    IsGood: { Type: 'Choice', Choices: [{ Condition: '{% $states.input.good %}', Next: 'Done' }], Default: 'WasBad' },
    Done: { Type: 'Succeed', Output: { done: '{% $n %}' } },
    WasBad: { Type: 'Fail', Error: 'Bad', Cause: 'The answer was bad.' },
  },
};

export const MACHINE = {
  name: 'journey',
  roleArn: 'arn:aws:iam::111111111111:role/test',
  definition: JSON.stringify(JOURNEY),
};
export const MACHINE_ARN = 'arn:aws:states:us-east-1:111111111111:stateMachine:journey';
export const executionArn = (name: string): string => `arn:aws:states:us-east-1:111111111111:execution:journey:${name}`;
/** What the function that hands a token on answers. */
export const SUBMITTED = '{"StatusCode":200}';
export const inputOf = (n: number): string => JSON.stringify({ n, note: 'x'.repeat(n % 200) });

export type Answer = { readonly output: string } | { readonly error: string; readonly cause: string };

/** A function's answer: the flaky ones are busy on their first attempts. */
export function answerOf(task: InvokeTask): Answer {
  const { Payload } = task.input as { Payload: { input: unknown; attempt?: number } };
  const busy = task.stateName === 'Flaky' ? 2 : task.stateName === 'Handle' && Payload.input === 3 ? 1 : 0;
  if ((Payload.attempt ?? 0) < busy) return { error: 'Busy', cause: `attempt ${Payload.attempt}` };
  return { output: JSON.stringify({ StatusCode: 200, Payload: Payload.input }) };
}

/** What the world answers to the token of execution `n`. */
export function tokenAnswerOf(n: number): Answer {
  if (n % 4 === 0) return { error: 'Declined', cause: 'no' };
  return { output: JSON.stringify({ good: n % 4 !== 1 }) };
}

export function commandOf(taskId: string, answer: Answer): Command {
  return 'output' in answer ? { kind: 'taskSucceeded', taskId, ...answer } : { kind: 'taskFailed', taskId, ...answer };
}

export interface Trace {
  readonly status: string;
  readonly output: string;
  /** Each event with its state, sorted: branches may interleave otherwise in real time. */
  readonly events: readonly string[];
}

export async function traceOf(engine: DurableEngine, name: string): Promise<Trace> {
  const call = async (action: string, input: object): Promise<Record<string, unknown>> =>
    (await engine.apply(engine.lastMs, { kind: 'api', action, input })) as Record<string, unknown>;
  const described = await call('DescribeExecution', { executionArn: executionArn(name) });
  const { events } = await call('GetExecutionHistory', { executionArn: executionArn(name), maxResults: 1000 });
  return {
    status: String(described['status']),
    output: String(described['output']),
    events: (events as HistoryEvent[]).map(labelOf).sort(),
  };
}

function labelOf(event: HistoryEvent): string {
  const key = Object.keys(event).find((field) => field.endsWith('EventDetails')) as `${string}EventDetails` | undefined;
  const details = key === undefined ? {} : (event[key] as Record<string, unknown>);
  return [event.type, details['name'], details['index'], details['error']]
    .filter((part) => part !== undefined)
    .join(' ');
}

/** The same executions without a kill, on a clock that jumps. */
export async function undisturbed(n: number): Promise<Trace> {
  let nowMs = 0;
  let drawn = 0;
  const timers = new Map<string, number>();
  const host = {
    random: () => 0.5,
    uuid: () => {
      drawn += 1;
      return `00000000-0000-4000-8000-${String(drawn).padStart(12, '0')}`;
    },
  };
  const answers: Promise<unknown>[] = [];
  const engine = new DurableEngine(
    { accountId: '111111111111', region: 'us-east-1', host },
    new MemoryJournal(),
    (effect) => {
      if (effect.kind === 'setTimer') timers.set(effect.timerId, effect.dueMs);
      if (effect.kind === 'cancelTimer') timers.delete(effect.timerId);
      if (effect.kind !== 'invokeTask') return;
      const { taskId, taskToken } = effect;
      const answer = taskToken === undefined ? answerOf(effect) : tokenAnswerOf(n);
      if (taskToken === undefined) {
        answers.push(engine.apply(nowMs, commandOf(taskId, answer)));
      } else {
        const action = 'output' in answer ? 'SendTaskSuccess' : 'SendTaskFailure';
        answers.push(engine.apply(nowMs, { kind: 'taskSubmitted', taskId, output: SUBMITTED }));
        answers.push(engine.apply(nowMs, { kind: 'api', action, input: { taskToken, ...answer } }));
      }
    },
  );
  await engine.apply(nowMs, { kind: 'api', action: 'CreateStateMachine', input: MACHINE });
  const input = { stateMachineArn: MACHINE_ARN, name: 'calm', input: inputOf(n) };
  await engine.apply(nowMs, { kind: 'api', action: 'StartExecution', input });
  for (;;) {
    while (answers.length > 0) await answers.shift();
    const [next] = [...timers].sort((a, b) => a[1] - b[1]);
    if (next === undefined) break;
    const [timerId, dueMs] = next;
    timers.delete(timerId);
    nowMs = Math.max(nowMs, dueMs);
    const { status } = (await engine.apply(nowMs, {
      kind: 'api',
      action: 'DescribeExecution',
      input: { executionArn: executionArn('calm') },
    })) as { status: string };
    if (status !== 'RUNNING') break;
    await engine.apply(nowMs, { kind: 'timerFired', timerId });
  }
  return traceOf(engine, 'calm');
}

/** Counts the timers that ended a wait or a delay, and names those that did so more than once or were never set. */
export function checkTimers(batches: Iterable<JournalBatch>): { timers: number; twice: string[] } {
  const armed = new Map<string, number>();
  const twice: string[] = [];
  let timers = 0;
  for (const { events } of batches) {
    for (const entry of events) {
      if (entry.stream !== 'execution') continue;
      const { serial, record } = entry;
      const frame = `${serial}.${record.frame}`;
      if (record.type === 'TimerSet') armed.set(`${frame} ${record.purpose}`, record.dueMs);
      if (record.type !== 'TimerEnded') continue;
      timers += 1;
      const key = `${frame} ${record.purpose}`;
      const dueMs = armed.get(key);
      if (dueMs === undefined) twice.push(`${key} ended at ${record.at} without being set`);
      else if (record.at < dueMs) twice.push(`${key} ended at ${record.at}, before ${dueMs}`);
      armed.delete(key);
    }
  }
  return { timers, twice };
}
