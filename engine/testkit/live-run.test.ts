import { describe, expect, test } from '@jest/globals';
import { crashEverywhere, forkMachine, mocksFromHistory, runMachine, startMachine } from './index.ts';

const LAMBDA = 'arn:aws:states:::lambda:invoke';
const TOKEN = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';
const ACTIVITY = 'arn:aws:states:us-east-1:111111111111:activity:pack';
const MINUTE = 60_000;

const ORDER = {
  QueryLanguage: 'JSONata',
  StartAt: 'Price',
  States: {
    Price: { Type: 'Task', Resource: LAMBDA, Arguments: { Payload: '{% $states.input %}' }, Next: 'Await' },
    Await: {
      Type: 'Task',
      Resource: TOKEN,
      Arguments: { MessageBody: '{% $states.context.Task.Token %}' },
      TimeoutSeconds: 3_600,
      HeartbeatSeconds: 600,
      Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 10, MaxAttempts: 1, JitterStrategy: 'FULL' }],
      Catch: [{ ErrorEquals: ['Cancelled', 'States.Timeout'], Next: 'Refund' }],
      Next: 'Rest',
    },
    Rest: { Type: 'Wait', Seconds: 60, Next: 'Done' },
    Refund: { Type: 'Task', Resource: LAMBDA, Arguments: {}, Output: 'refunded', End: true },
    Done: { Type: 'Succeed' },
  },
};
const MOCKS = { Price: { result: { price: 3 }, afterSeconds: 5 } };

describe('A run in the hand of a test', () => {
  test.each([false, true])('is answered where it has no mock, when the test likes (crashing: %s)', async (crashing) => {
    const run = await startMachine({ definition: ORDER, input: { id: 1 }, mocks: MOCKS, crashEverywhere: crashing });
    expect(run.pending).toEqual([]);
    expect(await run.jump()).toBe(5_000);
    expect(run.task('Await')).toMatchObject({ at: 'Await', attempt: 0, taskToken: expect.any(String) });
    expect(run.task('Await').input).toEqual({ MessageBody: run.task('Await').taskToken });
    await run.pass(9 * MINUTE);
    await run.heartbeat('Await');
    await run.pass(9 * MINUTE);
    await run.succeed('Await', 'delivered');
    expect(run.pending).toEqual([]);
    expect(await run.jump()).toBe(60_000);
    const result = await run.result();
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: 'delivered', durationMs: 5_000 + 19 * MINUTE });
    await expect(run.jump()).rejects.toThrow(/Nothing is due/);
  });

  test('hears of a failure, of silence and of a retry at its time', async () => {
    const run = await startMachine({ definition: ORDER, mocks: MOCKS, random: () => 0.5 });
    await run.jump();
    const { taskToken } = run.task('Await');
    await run.fail('Await', 'Busy');
    expect(run.pending).toEqual([]);
    expect(await run.jump()).toBe(5_000);
    expect(run.task('Await')).toMatchObject({ attempt: 1, taskToken: expect.not.stringContaining(taskToken ?? '-') });
    await run.pass(5 * MINUTE);
    expect(await run.timeOut('Await')).toBe(5 * MINUTE);
    await run.succeed('Refund', {});
    expect(await run.result()).toMatchObject({ status: 'SUCCEEDED', output: 'refunded' });
  });

  test('says what waits when nothing waits where the test looks', async () => {
    const run = await startMachine({ definition: ORDER });
    await expect(run.succeed('Await', 1)).rejects.toThrow("Nothing waits at 'Await' for the test; there is: Price");
    await expect(run.heartbeat('Price')).rejects.toThrow(/has no token/);
    expect(await run.result()).toMatchObject({ status: 'RUNNING', waiting: [{ at: 'Price' }] });
  });

  test('is stopped, and redriven from where it stood', async () => {
    const run = await startMachine({ definition: ORDER, mocks: MOCKS });
    await run.jump();
    await run.stop('Recalled', 'by hand');
    expect(run.pending).toEqual([]);
    expect(await run.result()).toMatchObject({ status: 'ABORTED', error: 'Recalled' });
    await run.redrive();
    await run.succeed('Await', 'late');
    await run.jump();
    const { status, output, path } = await run.result();
    expect([status, output]).toEqual(['SUCCEEDED', 'late']);
    expect(path.filter(({ state }) => state === 'Price')).toHaveLength(1);
  });

  test('shares its account with other executions, and gives any answer of the API', async () => {
    const run = await startMachine({ definition: ORDER, mocks: MOCKS });
    const { stateMachineArn } = await run.call('DescribeExecution', { executionArn: run.executionArn });
    const { executionArn } = await run.call('StartExecution', { stateMachineArn, name: 'second', input: '{}' });
    await run.jump();
    expect(run.pending.map(({ at }) => at)).toEqual(['Await', 'execution 2/Await']);
    await run.succeed('execution 2/Await', 'the second');
    expect(run.pending.map(({ at }) => at)).toEqual(['Await']);
    await run.jump();
    expect(await run.call('DescribeExecution', { executionArn })).toMatchObject({ output: '"the second"' });
    const { path, calls, status } = await run.result();
    expect([status, path.map(({ at }) => at)]).toEqual(['RUNNING', ['Price', 'Await']]);
    expect(calls.map(({ at }) => at)).toEqual(['Price', 'Await']);
  });

  test('hands over activities and jobs, and iterations one by one', async () => {
    const definition = {
      QueryLanguage: 'JSONata',
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          Items: [1, 2],
          ItemProcessor: {
            StartAt: 'Pack',
            States: {
              Pack: { Type: 'Task', Resource: ACTIVITY, Arguments: '{% $states.input %}', Next: 'Ship' },
              Ship: { Type: 'Task', Resource: 'arn:aws:states:::ecs:runTask.sync', Arguments: {}, End: true },
            },
          },
          End: true,
        },
      },
    };
    const run = await startMachine({ definition });
    await run.succeed('Each[1]/Pack', 'two');
    expect(run.pending.map(({ at }) => at)).toEqual(['Each[0]/Pack', 'Each[1]/Ship']);
    await run.succeed('Pack', 'one');
    await run.succeed('Each[0]/Ship', 1);
    await run.succeed('Each[1]/Ship', 2);
    expect(await run.result()).toMatchObject({ status: 'SUCCEEDED', output: [1, 2] });
  });

  test('leaves a history that mocks are made of', async () => {
    const live = await startMachine({ definition: ORDER, mocks: MOCKS, random: () => 0.5 });
    await live.pass(3 * MINUTE);
    await live.fail('Await', 'Cancelled', 'by the customer');
    await live.succeed('Refund', {});
    const { history, events } = await live.result();
    const options = { definition: ORDER, mocks: mocksFromHistory(history), random: () => 0.5 };
    expect((await runMachine(options)).events.map(({ type }) => type)).toEqual(events.map(({ type }) => type));
    expect((await crashEverywhere(options)).differences).toEqual([]);
  });
});

describe('A fork of a recorded execution', () => {
  const recorded = async () => {
    const live = await startMachine({ definition: ORDER, mocks: MOCKS, random: () => 0.5 });
    await live.pass(3 * MINUTE);
    await live.fail('Await', 'Busy');
    await live.jump();
    await live.pass(MINUTE);
    await live.fail('Await', 'Cancelled', 'by the customer');
    await live.succeed('Refund', {});
    return live.result();
  };

  test('has the recorded events up to where it is taken up, and goes another way from there', async () => {
    const { history, events, status } = await recorded();
    expect([status, events.at(-1)?.type]).toEqual(['SUCCEEDED', 'ExecutionSucceeded']);
    const second = events.filter(({ type }) => type === 'TaskSubmitted')[1];
    const fork = await forkMachine({ history, definition: ORDER, atEvent: second?.id ?? 0 });
    expect(fork.nowMs).toBe(second?.timestamp.getTime());
    expect(fork.task('Await')).toMatchObject({ attempt: 1 });
    await fork.pass(5 * MINUTE);
    await fork.succeed('Await', 'delivered after all');
    await fork.jump();
    const result = await fork.result();
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: 'delivered after all' });
    const outline = (all: typeof events) =>
      all.map(({ id, type, timestamp, previousEventId }) => [id, type, timestamp, previousEventId]);
    expect(outline(result.events).slice(0, second?.id)).toEqual(outline(events).slice(0, second?.id));
    expect(result.path.map(({ state }) => state)).toEqual(['Price', 'Await', 'Rest', 'Done']);
  });

  test('times out by itself where the recording was answered', async () => {
    const { history } = await recorded();
    const fork = await forkMachine({ history, definition: ORDER, atEvent: 2 });
    await fork.succeed('Price', { price: 4 });
    expect(await fork.timeOut('Await')).toBe(10 * MINUTE);
    expect(fork.pending.map(({ at }) => at)).toEqual(['Refund']);
  });

  test('is refused past the end, and where the definition leaves the path before', async () => {
    const { history } = await recorded();
    await expect(forkMachine({ history, definition: ORDER, atEvent: 400 })).rejects.toThrow(/no event 400 to fork at/);
    const changed = JSON.stringify(ORDER).replaceAll('"Await"', '"Expect"');
    await expect(forkMachine({ history, definition: changed, atEvent: 12 })).rejects.toThrow(
      /leaves the recorded path at event 7, before 12: 'Await' is gone/,
    );
  });
});
