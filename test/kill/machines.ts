/**
 * What runs while it is killed: machines with something of each kind of waiting, and what the functions and people
 * outside answer. Answers depend on what is asked and on nothing else, so that a task asked twice is answered alike.
 */
const ACCOUNT = '111111111111';
const arn = (kind: string, name: string): string => `arn:aws:states:us-east-1:${ACCOUNT}:${kind}:${name}`;
export const accountId = ACCOUNT;
export const JOURNEY_ARN = arn('stateMachine', 'journey');
export const ERRAND_ARN = arn('stateMachine', 'errand');
export const ACTIVITY_ARN = arn('activity', 'pack');
export const executionArn = (name: string): string => arn('execution', `journey:${name}`);

const LAMBDA = 'arn:aws:states:::lambda:invoke';
const RETRY = [{ ErrorEquals: ['Busy'], IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 1.5 }];
const LOST = [{ ErrorEquals: ['States.Timeout'], IntervalSeconds: 1, MaxAttempts: 99, BackoffRate: 1 }];
const work = (state: string, extra: object) => ({
  Type: 'Task',
  Resource: LAMBDA,
  Arguments: {
    FunctionName: 'work',
    Payload: {
      state,
      input: '{% $states.input %}',
      attempt: '{% $states.context.State.RetryCount %}',
      redrives: '{% $states.context.Execution.RedriveCount %}',
    },
  },
  Output: '{% $states.result.Payload %}',
  ...extra,
});
const byToken = (state: string, extra: object) => ({
  Type: 'Task',
  Resource: `${LAMBDA}.waitForTaskToken`,
  Arguments: {
    FunctionName: 'ask',
    Payload: { state, token: '{% $states.context.Task.Token %}', n: '{% $n %}' },
  },
  ...extra,
});

/** Names of states are unique in a machine, so each Map has its own. */
const handled = (task: string, wait: string) => ({
  StartAt: task,
  States: { [task]: work('Handle', { Retry: RETRY, Next: wait }), [wait]: { Type: 'Wait', Seconds: 1, End: true } },
});
const ERRAND = {
  QueryLanguage: 'JSONata',
  StartAt: 'Walk',
  States: {
    Walk: { Type: 'Wait', Seconds: 1, Next: 'Fetch' },
    Fetch: work('Fetch', { End: true }),
  },
};
const JOURNEY = {
  QueryLanguage: 'JSONata',
  StartAt: 'Rest',
  TimeoutSeconds: 1_000_000,
  States: {
    Rest: { Type: 'Wait', Seconds: 2, Assign: { n: '{% $states.input.n %}' }, Next: 'Flaky' },
    Flaky: work('Flaky', { Retry: RETRY, Next: 'Both' }),
    Both: {
      Type: 'Parallel',
      Branches: [
        {
          StartAt: 'Nap',
          States: { Nap: { Type: 'Wait', Seconds: 3, Next: 'Note' }, Note: work('Note', { End: true }) },
        },
        {
          StartAt: 'Each',
          States: {
            Each: {
              Type: 'Map',
              Items: [1, 2, 3, 4],
              MaxConcurrency: 2,
              ItemProcessor: handled('Handle', 'Snooze'),
              End: true,
            },
          },
        },
      ],
      Next: 'Nested',
    },
    Nested: {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution.sync:2',
      Arguments: { StateMachineArn: ERRAND_ARN, Input: { n: '{% $n %}' } },
      Output: '{% $states.result.Output %}',
      Next: 'Spread',
    },
    Spread: {
      Type: 'Map',
      Items: [1, 2, 3, 4, 5],
      MaxConcurrency: 2,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        ...handled('Treat', 'Doze'),
      },
      Next: 'Pack',
    },
    Pack: {
      Type: 'Task',
      Resource: ACTIVITY_ARN,
      Arguments: { n: '{% $n %}' },
      HeartbeatSeconds: 40,
      Retry: LOST,
      Next: 'Silent',
    },
    Silent: byToken('Silent', {
      HeartbeatSeconds: 2,
      Catch: [{ ErrorEquals: ['States.HeartbeatTimeout'], Next: 'Fragile' }],
      Next: 'Fragile',
    }),
    Fragile: work('Fragile', { Next: 'Ask' }),
    Ask: byToken('Ask', {
      TimeoutSeconds: 900_000,
      HeartbeatSeconds: 100_000,
      Catch: [{ ErrorEquals: ['Declined'], Next: 'WasDeclined' }],
      Next: 'IsGood',
    }),
    WasDeclined: { Type: 'Pass', Output: { declined: '{% $n %}' }, End: true },
    IsGood: { Type: 'Choice', Choices: [{ Condition: '{% $states.input.good %}', Next: 'Done' }], Default: 'WasBad' },
    Done: { Type: 'Succeed', Output: { done: '{% $n %}' } },
    WasBad: { Type: 'Fail', Error: 'Bad', Cause: 'The answer was bad.' },
  },
};
// What breaks is told by its number, which the input of Fragile does not have.
Object.assign(JOURNEY.States.Fragile.Arguments.Payload, { n: '{% $n %}' });

const roleArn = `arn:aws:iam::${ACCOUNT}:role/test`;
export const MACHINES = [
  { name: 'errand', roleArn, definition: JSON.stringify(ERRAND) },
  { name: 'journey', roleArn, definition: JSON.stringify(JOURNEY) },
];
export const inputOf = (n: number): string => JSON.stringify({ n, note: 'x'.repeat(n % 200) });

export type Answer = { readonly output: string } | { readonly error: string; readonly cause: string };
export interface Work {
  readonly state: string;
  readonly input: unknown;
  readonly attempt: number;
  readonly redrives: number;
  readonly n?: number;
}

/** The flaky are busy at first; what is broken is whole again after a redrive. */
export function answerOf({ state, input, attempt, redrives, n = 0 }: Work): Answer {
  const busy = state === 'Flaky' ? 2 : state === 'Handle' && input === 3 ? 1 : 0;
  if (attempt < busy) return { error: 'Busy', cause: `attempt ${attempt}` };
  if (state === 'Fragile' && isBreaking(n) && redrives === 0) return { error: 'Broken', cause: 'until it is redriven' };
  return { output: JSON.stringify(input) };
}

/** Executions that fail once, and are redriven. */
export const isBreaking = (n: number): boolean => n % 5 === 2;

/** What somebody outside answers to a token; nothing to those of `Silent`. */
export function tokenAnswerOf(state: string, n: number): Answer | undefined {
  if (state === 'Silent') return undefined;
  if (state === 'Pack') return { output: JSON.stringify({ packed: n }) };
  if (n % 4 === 0) return { error: 'Declined', cause: 'no' };
  return { output: JSON.stringify({ good: n % 4 !== 1 }) };
}
