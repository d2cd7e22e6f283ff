import { describe, expect, test } from '@jest/globals';
import { Driver, LAMBDA, TOKEN_QUEUE } from './driver.ts';

/** A timer, a retry, a Parallel, a Map, a token with a time limit, a variable: something of each kind of waiting. */
const EVERYTHING = {
  TimeoutSeconds: 10_000,
  StartAt: 'Rest',
  States: {
    Rest: { Type: 'Wait', Seconds: 5, Assign: { kept: '{% $states.input.n %}' }, Next: 'Flaky' },
    Flaky: { Type: 'Task', Resource: LAMBDA, Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 2 }], Next: 'Both' },
    Both: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'Nap', States: { Nap: { Type: 'Wait', Seconds: 3, End: true } } },
        {
          StartAt: 'Each',
          States: {
            Each: {
              Type: 'Map',
              Items: [1, 2, 3],
              MaxConcurrency: 1,
              ItemProcessor: { StartAt: 'Snooze', States: { Snooze: { Type: 'Wait', Seconds: 1, End: true } } },
              End: true,
            },
          },
        },
      ],
      Next: 'Ask',
    },
    Ask: {
      Type: 'Task',
      Resource: TOKEN_QUEUE,
      TimeoutSeconds: 50,
      Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Done' }],
      End: true,
    },
    Done: { Type: 'Pass', Output: { kept: '{% $kept %}' }, End: true },
  },
};
const ANSWERS = { Flaky: [{ error: 'Busy' }, { error: 'Busy' }, { output: {} }] };

async function run(crashing: boolean): Promise<{ history: string; timers: number }> {
  const driver = new Driver(ANSWERS);
  const arn = await driver.start(EVERYTHING, { n: 7 }, 'o-1');
  const crash = (): void => {
    if (!crashing) return;
    driver.crash();
    const pending = driver.engine.pending().filter((effect) => effect.kind === 'setTimer');
    expect(new Map(pending.map(({ timerId, dueMs }) => [timerId, dueMs]))).toEqual(driver.timers);
  };
  crash();
  while (await driver.jump()) crash();
  return { history: JSON.stringify(await driver.history(arn)), timers: driver.timers.size };
}

describe('An engine built again from its events', () => {
  test('after every single command goes on to the same history, with the same timers outstanding', async () => {
    const undisturbed = await run(false);
    expect(undisturbed.history).toContain('{\\"kept\\":7}');
    expect(await run(true)).toEqual(undisturbed);
  });

  test('asks again for a task that was with the host, under the same id and token', async () => {
    const driver = new Driver({ Ask: 'silent' });
    await driver.start({
      StartAt: 'Ask',
      States: { Ask: { Type: 'Task', Resource: TOKEN_QUEUE, Arguments: { a: 1 }, End: true } },
    });
    driver.crash();
    expect(driver.engine.pending()).toEqual(driver.invoked);
  });

  test('completes a parent whose child execution ends after the restart', async () => {
    const driver = new Driver();
    const childMachine = await driver.create(
      { StartAt: 'Nap', States: { Nap: { Type: 'Wait', Seconds: 9, End: true } } },
      'child',
    );
    const arn = await driver.start({
      StartAt: 'Run',
      States: {
        Run: {
          Type: 'Task',
          Resource: 'arn:aws:states:::states:startExecution.sync:2',
          Arguments: {},
          Output: '{% $states.result.Output %}',
          End: true,
        },
      },
    });
    const child = await driver.call('StartExecution', { stateMachineArn: childMachine, input: '{"from":"parent"}' });
    const output = JSON.stringify({ ExecutionArn: child['executionArn'] });
    await driver.apply({ kind: 'taskSubmitted', taskId: driver.invoked[0]?.taskId ?? '', output });
    driver.crash();
    await driver.jump();
    expect((await driver.describe(arn))['output']).toBe('{"from":"parent"}');
  });
});
