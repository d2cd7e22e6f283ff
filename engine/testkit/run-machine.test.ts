import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { crashEverywhere, KitError, type Mocks, mocksFromConfigFile, runMachine } from './index.ts';

const LAMBDA = 'arn:aws:states:::lambda:invoke';
const TOKEN = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';
const ACTIVITY = 'arn:aws:states:us-east-1:111111111111:activity:pack';
const task = (fields: object, Resource = LAMBDA) => ({
  QueryLanguage: 'JSONata',
  StartAt: 'Ask',
  States: {
    Ask: { Type: 'Task', Resource, Arguments: {}, Next: 'Done', ...fields },
    Done: { Type: 'Succeed' },
  },
});
const NESTED = {
  QueryLanguage: 'JSONata',
  StartAt: 'Both',
  States: {
    Both: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'Nap', States: { Nap: { Type: 'Wait', Seconds: 3_600, End: true } } },
        {
          StartAt: 'Each',
          States: {
            Each: {
              Type: 'Map',
              Items: [10, 20],
              ItemProcessor: {
                StartAt: 'Ask',
                States: {
                  Ask: {
                    Type: 'Task',
                    Resource: LAMBDA,
                    Arguments: {},
                    Retry: [{ ErrorEquals: ['Busy'], MaxAttempts: 1 }],
                    End: true,
                  },
                },
              },
              End: true,
            },
          },
        },
      ],
      End: true,
    },
  },
};

describe('A run', () => {
  test('answers by state and attempt, and skips the time of waits and retries', async () => {
    const run = await runMachine({
      definition: task({ Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 600, MaxAttempts: 2 }] }),
      mocks: {
        Ask: [
          { error: 'Busy' },
          { errorOutput: { error: 'Busy', cause: 'still' } },
          { result: { n: 1 }, afterSeconds: 7 },
        ],
      },
      startAt: '2026-05-01T08:00:00Z',
    });
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: { n: 1 }, durationMs: (600 + 1_200 + 7) * 1_000 });
    expect(run.path.map(({ state }) => state)).toEqual(['Ask', 'Done']);
    expect(run.stateTransitions).toBe(4);
    expect(run.events[0]?.timestamp).toEqual(new Date('2026-05-01T08:00:00Z'));
    expect(run.history.events).toBe(run.events);
  });

  test('names iterations and branches, and takes mocks for one of them before those for all', async () => {
    const run = await runMachine({
      definition: NESTED,
      mocks: { Ask: { result: 'any' }, 'Both[1]/Each[1]/Ask': [{ error: 'Busy' }, { result: 'second' }] },
    });
    expect(run.output).toEqual([{}, ['any', 'second']]);
    expect(run.path.map(({ at }) => at)).toEqual([
      'Both',
      'Both[0]/Nap',
      'Both[1]/Each',
      'Both[1]/Each[0]/Ask',
      'Both[1]/Each[1]/Ask',
    ]);
    expect(run.calls.map(({ at, attempt, invocation }) => [at, attempt, invocation])).toEqual([
      ['Both[1]/Each[0]/Ask', 0, 0],
      ['Both[1]/Each[1]/Ask', 0, 1],
      ['Both[1]/Each[1]/Ask', 1, 2],
    ]);
  });

  test('gives a function the request to answer', async () => {
    const run = await runMachine({
      definition: task({ Arguments: { Payload: '{% $states.input.n * 2 %}' } }),
      input: { n: 21 },
      mocks: { Ask: ({ input }) => ({ result: (input as { Payload: number }).Payload }) },
    });
    expect(run.output).toBe(42);
  });

  test('answers by token, after heartbeats that keep the task alive', async () => {
    const definition = task({ TimeoutSeconds: 1_000, HeartbeatSeconds: 60 }, TOKEN);
    const alive = await runMachine({
      definition,
      mocks: {
        Ask: { result: 'ok', afterSeconds: 600, submitted: { MessageId: 'm' }, heartbeats: { everySeconds: 30 } },
      },
    });
    expect(alive).toMatchObject({ status: 'SUCCEEDED', output: 'ok', durationMs: 600_000 });
    expect(alive.events.map(({ type }) => type)).toContain('TaskSubmitted');
    const silent = await runMachine({ definition, mocks: { Ask: { result: 'ok', afterSeconds: 600 } } });
    expect(silent).toMatchObject({ status: 'FAILED', error: 'States.Timeout', durationMs: 60_000 });
    const refused = await runMachine({
      definition,
      mocks: { Ask: { error: 'Declined', cause: 'busy', afterSeconds: 5 } },
    });
    expect(refused).toMatchObject({ status: 'FAILED', error: 'Declined', cause: 'busy' });
    const dying = await runMachine({
      definition,
      mocks: { Ask: { timesOut: true, heartbeats: { everySeconds: 30, untilSeconds: 100 } } },
    });
    expect(dying.durationMs).toBe(150_000);
  });

  test('tells a request that a service refuses from a task that fails', async () => {
    const run = await runMachine({
      definition: task({}, TOKEN),
      mocks: { Ask: { requestError: 'SQS.QueueDoesNotExist' } },
    });
    expect(run).toMatchObject({ status: 'FAILED', error: 'SQS.QueueDoesNotExist' });
    expect(run.events.map(({ type }) => type)).not.toContain('TaskSubmitted');
  });

  test('has a worker take the tasks of an activity, or none', async () => {
    const definition = task({ TimeoutSeconds: 50 }, ACTIVITY);
    const done = await runMachine({ definition, mocks: { Ask: { result: [1], afterSeconds: 3 } } });
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: [1], durationMs: 3_000 });
    const untaken = await runMachine({ definition, mocks: { Ask: { timesOut: true, pickedUp: false } } });
    expect(untaken.events.map(({ type }) => type)).not.toContain('ActivityStarted');
    expect(untaken).toMatchObject({ status: 'FAILED', error: 'States.Timeout', durationMs: 50_000 });
  });

  test('that waits for what never comes says for what', async () => {
    const run = await runMachine({ definition: task({}, TOKEN), mocks: { Ask: { timesOut: true } } });
    expect(run.status).toBe('RUNNING');
    expect(run.waiting.map(({ at }) => at)).toEqual(['Ask']);
  });

  test('puts faults in front of the mocks', async () => {
    const run = await runMachine({
      definition: NESTED,
      mocks: { Ask: [{ result: 'first' }] },
      faults: [{ state: 'Ask', scope: 'Both[1]/Each[0]', attempt: 0, error: 'Busy' }],
    });
    expect(run.output).toEqual([{}, ['first', 'first']]);
    expect(run.calls).toHaveLength(3);
  });

  test('repeats byte for byte with the same seed and differs with another', async () => {
    const definition = {
      QueryLanguage: 'JSONata',
      StartAt: 'Draw',
      States: { Draw: { Type: 'Pass', Output: '{% {"id": $uuid(), "n": $random()} %}', End: true } },
    };
    const run = async (seed: number) => JSON.stringify((await runMachine({ definition, seed })).events);
    expect(await run(7)).toBe(await run(7));
    expect(await run(7)).not.toBe(await run(8));
  });

  test('refuses a task without a mock, an attempt too many and a missing substitution, with the remedy', async () => {
    const definition = task({ Retry: [{ ErrorEquals: ['Busy'] }] });
    await expect(runMachine({ definition, mocks: { Other: { result: 1 } } })).rejects.toThrow(
      /'Ask' has no mock.*mocks\['Ask'\]/,
    );
    await expect(runMachine({ definition, mocks: { Ask: [{ error: 'Busy' }] } })).rejects.toThrow(
      /asked 2 times and has 1/,
    );
    await expect(runMachine({ definition: '{"a":"${B}"}', substitutions: {} })).rejects.toThrow(KitError);
    await expect(runMachine({ definition, faults: [{ state: 'Ask' }] })).rejects.toThrow(/'error' or 'timesOut: true'/);
  });
});

describe('A run of a distributed Map', () => {
  const definition = {
    QueryLanguage: 'JSONata',
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        Label: 'Each',
        ItemReader: {
          Resource: 'arn:aws:states:::s3:getObject',
          ReaderConfig: { InputType: 'JSON' },
          Arguments: { Bucket: 'b', Key: 'k' },
        },
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'Ask',
          States: { Ask: { Type: 'Task', Resource: LAMBDA, Arguments: {}, End: true } },
        },
        End: true,
      },
    },
  };
  const mocks = {
    'Each.ItemReader': { result: { Body: '[1,2]' } },
    Ask: { result: 'any' },
    'Each[1]/Ask': { result: 'second' },
  };

  test('mocks what it reads, and its children by their scope', async () => {
    const run = await runMachine({ definition, mocks });
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: ['any', 'second'] });
    expect(run.path.map(({ pointer }) => pointer)).toContain('/States/Each/ItemProcessor/States/Ask');
  });

  test('survives a crash at every transition', async () => {
    const { differences, crashed } = await crashEverywhere({ definition, mocks });
    expect(differences).toEqual([]);
    expect(crashed.output).toEqual(['any', 'second']);
  });
});

describe('A crash at every transition', () => {
  test('changes nothing of a run with branches, retries and waits', async () => {
    const report = await crashEverywhere({
      definition: NESTED,
      mocks: { Ask: [{ error: 'Busy' }, { result: 1, afterSeconds: 30 }] },
    });
    expect(report.differences).toEqual([]);
    expect(report.crashes).toBeGreaterThan(8);
    expect(report.crashed.status).toBe('SUCCEEDED');
  });

  test('keeps tokens, heartbeats and activities', async () => {
    for (const Resource of [TOKEN, ACTIVITY]) {
      const report = await crashEverywhere({
        definition: task({ TimeoutSeconds: 500, HeartbeatSeconds: 60 }, Resource),
        mocks: { Ask: { result: 'ok', afterSeconds: 200, heartbeats: { everySeconds: 40 } } },
      });
      expect(report.differences).toEqual([]);
      expect(report.crashed.output).toBe('ok');
    }
  });
});

describe('A MockConfigFile of Step Functions Local with two states and three test cases', () => {
  const definition = {
    StartAt: 'PriceBasket',
    States: {
      PriceBasket: {
        Type: 'Task',
        Resource: LAMBDA,
        Parameters: { 'Payload.$': '$', FunctionName: 'price' },
        Retry: [
          {
            ErrorEquals: [
              'Lambda.ResourceNotReadyException',
              'Lambda.TooManyRequestsException',
              'Lambda.TimeoutException',
            ],
            IntervalSeconds: 2,
            MaxAttempts: 3,
            BackoffRate: 2,
          },
        ],
        OutputPath: '$.Payload',
        Next: 'TellWarehouse',
      },
      TellWarehouse: {
        Type: 'Task',
        Resource: 'arn:aws:states:::sqs:sendMessage',
        Parameters: { QueueUrl: 'queue', 'MessageBody.$': '$' },
        End: true,
      },
    },
  };
  const text = readFileSync(join(import.meta.dirname, 'test', 'mock-config.json'), 'utf8');
  const run = (testCase: string, more: Mocks = {}) =>
    runMachine({ definition, mocks: { ...mocksFromConfigFile(text, 'BasketMachine', testCase), ...more } });

  test('answers as it says: Return at once, Throw for "0" and the range "1-2", Return for "3"', async () => {
    const happy = await run('HappyPath');
    expect(happy).toMatchObject({ status: 'SUCCEEDED', output: { MessageId: 'm-1' }, stateTransitions: 2 });
    const retried = await run('RetryPath');
    expect(retried).toMatchObject({ status: 'SUCCEEDED', output: { MessageId: 'm-1' }, stateTransitions: 5 });
    expect(retried.durationMs).toBe((2 + 4 + 8) * 1_000);
    const errors = retried.events.flatMap(({ taskFailedEventDetails: details }) =>
      details === undefined ? [] : [(details as { error: string }).error],
    );
    expect(errors).toEqual(['Lambda.ResourceNotReadyException', 'Lambda.TimeoutException', 'Lambda.TimeoutException']);
  });

  test('leaves states out, which mocks beside it answer', async () => {
    await expect(run('HybridPath')).rejects.toThrow("'TellWarehouse' has no mock");
    expect(await run('HybridPath', { TellWarehouse: { result: 'mine' } })).toMatchObject({ output: 'mine' });
  });

  test('answers by SendTaskSuccess and SendTaskFailure where a task waits for its token', async () => {
    const waiting = JSON.parse(
      JSON.stringify(definition).replace('sqs:sendMessage', 'sqs:sendMessage.waitForTaskToken'),
    );
    const mocks = mocksFromConfigFile(text, 'BasketMachine', 'HappyPath');
    expect(await runMachine({ definition: waiting, mocks })).toMatchObject({ output: { MessageId: 'm-1' } });
  });
});

describe('A MockConfigFile of Step Functions Local', () => {
  const file = {
    StateMachines: { orders: { TestCases: { Retried: { Ask: 'Flaky' } } } },
    MockedResponses: {
      Flaky: {
        '0-1': { Throw: { Error: 'Busy', Cause: 'once more' } },
        '2': { Return: { StatusCode: 200, Payload: 'ok' } },
      },
    },
  };
  const definition = task({ Retry: [{ ErrorEquals: ['Busy'] }] });

  test('gives the answers of one of its test cases', async () => {
    const mocks = mocksFromConfigFile(JSON.stringify(file), 'orders', 'Retried');
    expect(await runMachine({ definition, mocks })).toMatchObject({ output: { Payload: 'ok' }, stateTransitions: 4 });
  });

  test('is refused with what it lacks', async () => {
    expect(() => mocksFromConfigFile(file, 'order', 'Retried')).toThrow(/no StateMachines.order \(there is: orders\)/);
    expect(() => mocksFromConfigFile(file, 'orders', 'Happy')).toThrow(/no TestCases.Happy/);
    expect(() => mocksFromConfigFile('{', 'orders', 'Happy')).toThrow(/no JSON/);
    const short = { ...file, MockedResponses: { Flaky: { '0': { Throw: { Error: 'Busy' } } } } };
    const mocks = mocksFromConfigFile(short, 'orders', 'Retried');
    await expect(runMachine({ definition, mocks })).rejects.toThrow(/has nothing for request 1 of 'Ask'/);
  });
});
