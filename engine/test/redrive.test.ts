import { describe, expect, test } from '@jest/globals';
import { type Answers, Driver, LAMBDA, TOKEN_QUEUE } from './driver.ts';

const DAY_MS = 24 * 3_600_000;
const failing = { error: 'Broken', cause: 'first try' };

async function redriven(driver: Driver, executionArn: string, crashing: boolean): Promise<void> {
  if (crashing) driver.crash();
  await driver.call('RedriveExecution', { executionArn });
  if (crashing) driver.crash();
}

/** What the execution wrote after it was redriven. */
async function pathAfter(driver: Driver, executionArn: string): Promise<string[]> {
  const path = await driver.path(executionArn);
  return path.slice(path.lastIndexOf('ExecutionRedriven') + 1);
}

function task(extra: object = {}): object {
  return { Type: 'Task', Resource: LAMBDA, ...extra };
}

// A fold from the journal has to give the same as the state it was decided on.
describe.each([{ crashing: false }, { crashing: true }])('A redrive (engine rebuilt: $crashing)', ({ crashing }) => {
  async function failed(definition: object, answers: Answers, input: unknown = {}) {
    const driver = new Driver(answers);
    const executionArn = await driver.start(definition, input);
    return { driver, executionArn };
  }

  test('schedules the failed Task again, and does not repeat what succeeded', async () => {
    const { driver, executionArn } = await failed(
      { StartAt: 'One', States: { One: task({ Next: 'Two' }), Two: task({ End: true }) } },
      { One: { output: { n: 1 } }, Two: [failing, { output: { n: 2 } }] },
    );
    expect(await driver.describe(executionArn)).toMatchObject({ status: 'FAILED', redriveStatus: 'REDRIVABLE' });
    await redriven(driver, executionArn, crashing);
    expect(await pathAfter(driver, executionArn)).toEqual([
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(await driver.describe(executionArn)).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"n":2}',
      redriveCount: 1,
      redriveStatus: 'NOT_REDRIVABLE',
    });
    expect(driver.invoked.map(({ stateName }) => stateName)).toEqual(['One', 'Two', 'Two']);
    const events = await driver.history(executionArn);
    const event = events.find(({ type }) => type === 'ExecutionRedriven');
    expect(event?.['executionRedrivenEventDetails']).toEqual({ redriveCount: 1 });
    expect(event?.previousEventId).toBe((event?.id ?? 0) - 1);
    expect(events.find(({ id }) => id === (event?.id ?? 0) + 1)?.previousEventId).toBe(event?.id);
  });

  test('gives an aborted Task that waits for its token a new token; the old one is too late', async () => {
    const { driver, executionArn } = await failed(
      { StartAt: 'Ask', States: { Ask: { Type: 'Task', Resource: TOKEN_QUEUE, End: true } } },
      {},
    );
    await driver.call('StopExecution', { executionArn, error: 'Operator' });
    await redriven(driver, executionArn, crashing);
    expect(driver.statuses).toEqual(['RUNNING', 'ABORTED', 'RUNNING']);
    const [first, second] = driver.invoked.map(({ taskToken }) => taskToken);
    await expect(driver.call('SendTaskSuccess', { taskToken: first, output: '1' })).rejects.toMatchObject({
      name: 'TaskTimedOut',
    });
    await driver.call('SendTaskSuccess', { taskToken: second, output: '1' });
    expect(await driver.describe(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '1' });
  });

  test('starts the counts of retriers again', async () => {
    const retry = { Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }], End: true };
    const { driver, executionArn } = await failed(
      { StartAt: 'Try', States: { Try: task({ ...retry, Arguments: '{% $states.context.State.RetryCount %}' }) } },
      { Try: [failing, failing, failing, { output: 'at last' }] },
    );
    await driver.jump();
    expect((await driver.describe(executionArn))['status']).toBe('FAILED');
    await redriven(driver, executionArn, crashing);
    await driver.jump();
    expect((await driver.describe(executionArn))['output']).toBe('"at last"');
    expect(driver.invoked.map(({ input }) => input)).toEqual([0, 1, 0, 1]);
  });

  test('evaluates a Choice again, which fails again on the same input', async () => {
    const { driver, executionArn } = await failed(
      {
        StartAt: 'Which',
        States: {
          Which: {
            Type: 'Choice',
            Choices: [{ Condition: '{% $states.context.Execution.RedriveCount = 2 %}', Next: 'Done' }],
          },
          Done: { Type: 'Succeed' },
        },
      },
      {},
    );
    await redriven(driver, executionArn, crashing);
    expect(await pathAfter(driver, executionArn)).toEqual(['ExecutionFailed']);
    await redriven(driver, executionArn, crashing);
    expect(await pathAfter(driver, executionArn)).toContain('ChoiceStateExited');
    expect(await driver.describe(executionArn)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 2 });
  });

  test('fails again in a Fail state', async () => {
    const { driver, executionArn } = await failed(
      { StartAt: 'No', States: { No: { Type: 'Fail', Error: 'No', Cause: 'never' } } },
      {},
    );
    await redriven(driver, executionArn, crashing);
    expect(await driver.describe(executionArn)).toMatchObject({
      status: 'FAILED',
      error: 'No',
      cause: 'never',
      redriveCount: 1,
    });
  });

  test('leaves a Wait at once when its timestamp has passed, and waits for one that has not', async () => {
    const wait = { StartAt: 'Rest', States: { Rest: { Type: 'Wait', Timestamp: '{% $states.input %}', End: true } } };
    const { driver, executionArn } = await failed(wait, {}, '2026-01-03T00:00:00Z');
    await driver.call('StopExecution', { executionArn });
    expect(driver.timers.size).toBe(0);
    driver.nowMs = Date.UTC(2026, 0, 2);
    await redriven(driver, executionArn, crashing);
    expect([...driver.timers.values()]).toEqual([Date.UTC(2026, 0, 3)]);
    await driver.call('StopExecution', { executionArn });
    driver.nowMs = Date.UTC(2026, 0, 4);
    await redriven(driver, executionArn, crashing);
    expect(await pathAfter(driver, executionArn)).toEqual(['WaitStateExited', 'ExecutionSucceeded']);
  });

  test('runs only the failed and the aborted branches of a Parallel', async () => {
    const { driver, executionArn } = await failed(
      {
        StartAt: 'Both',
        States: {
          Both: {
            Type: 'Parallel',
            Branches: [
              { StartAt: 'Fine', States: { Fine: task({ End: true }) } },
              { StartAt: 'Slow', States: { Slow: task({ End: true }) } },
              { StartAt: 'Bad', States: { Bad: task({ Next: 'After' }), After: { Type: 'Pass', End: true } } },
            ],
            End: true,
          },
        },
      },
      { Fine: { output: 'a' }, Slow: ['silent', { output: 'b' }], Bad: [failing, { output: 'c' }] },
    );
    expect(await driver.describe(executionArn)).toMatchObject({ status: 'FAILED', error: 'Broken' });
    await redriven(driver, executionArn, crashing);
    expect(await driver.describe(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '["a","b","c"]' });
    const count = (name: string) => driver.invoked.filter(({ stateName }) => stateName === name).length;
    expect([count('Fine'), count('Slow'), count('Bad')]).toEqual([1, 2, 2]);
    expect(await pathAfter(driver, executionArn)).not.toContain('ParallelStateStarted');
  });

  test('runs only the failed and the aborted iterations of a Map, and then those that had not begun', async () => {
    const { driver, executionArn } = await failed(
      {
        StartAt: 'Each',
        States: {
          Each: {
            Type: 'Map',
            Items: [0, 1, 2, 3, 4],
            MaxConcurrency: 2,
            ItemProcessor: {
              StartAt: 'Work',
              States: { Work: task({ Output: '{% $states.input * 10 %}', End: true }) },
            },
            End: true,
          },
        },
      },
      { Work: [{ output: 0 }, 'silent', failing, ...Array.from({ length: 4 }, () => ({ output: 0 }))] },
    );
    const inputsFrom = (from: number) =>
      driver.invoked
        .slice(from)
        .map(({ input }) => Number(input))
        .sort();
    expect(inputsFrom(0)).toEqual([0, 1, 2]);
    await redriven(driver, executionArn, crashing);
    expect((await driver.describe(executionArn))['output']).toBe('[0,10,20,30,40]');
    expect(inputsFrom(3)).toEqual([1, 2, 3, 4]);
  });

  test('goes on in a branch of a branch', async () => {
    const inner = {
      Type: 'Map',
      Items: ['x', 'y'],
      ItemProcessor: { StartAt: 'Deep', States: { Deep: task({ End: true }) } },
      End: true,
    };
    const { driver, executionArn } = await failed(
      {
        StartAt: 'Outer',
        States: {
          Outer: { Type: 'Parallel', Branches: [{ StartAt: 'Inner', States: { Inner: inner } }], End: true },
        },
      },
      { Deep: [{ output: 1 }, failing, { output: 2 }] },
    );
    await redriven(driver, executionArn, crashing);
    expect(await driver.describe(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '[[1,2]]' });
  });

  test('runs all branches again when the results together were too large', async () => {
    const branch = (name: string) => ({ StartAt: name, States: { [name]: task({ End: true }) } });
    const large = { output: 'x'.repeat(200_000) };
    const { driver, executionArn } = await failed(
      { StartAt: 'Both', States: { Both: { Type: 'Parallel', Branches: [branch('A'), branch('B')], End: true } } },
      { A: [large, { output: 'a' }], B: [large, { output: 'b' }] },
    );
    expect(await driver.describe(executionArn)).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    await redriven(driver, executionArn, crashing);
    expect((await driver.describe(executionArn))['output']).toBe('["a","b"]');
    expect(await pathAfter(driver, executionArn)).toContain('ParallelStateStarted');
  });

  const distributed = {
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        Items: [1, 2, 3],
        Label: 'L',
        MaxConcurrency: 1,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'Work',
          States: { Work: task({ End: true }) },
        },
        End: true,
      },
    },
  };

  test('goes on with the Map run of a distributed Map: the failed child, then the items not begun', async () => {
    const { driver, executionArn } = await failed(distributed, {
      Work: [{ output: 'a' }, failing, { output: 'b' }, { output: 'c' }],
    });
    const { mapRuns } = await driver.call('ListMapRuns', { executionArn });
    const [{ mapRunArn }] = mapRuns as [{ mapRunArn: string }];
    const { executions } = await driver.call('ListExecutions', { mapRunArn, statusFilter: 'FAILED' });
    const [child] = executions as [{ executionArn: string }];
    expect((await driver.describe(child.executionArn))['redriveStatus']).toBe('REDRIVABLE_BY_MAP_RUN');
    await expect(driver.call('RedriveExecution', { executionArn: child.executionArn })).rejects.toMatchObject({
      name: 'ExecutionNotRedrivable',
    });
    await redriven(driver, executionArn, crashing);
    expect(await driver.describe(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '["a","b","c"]' });
    expect(driver.invoked.map(({ input }) => input)).toEqual([1, 2, 2, 3]);
    expect((await pathAfter(driver, executionArn))[0]).toBe('MapRunRedriven');
    expect((await driver.describe(child.executionArn))['redriveCount']).toBe(1);
  });

  test('runs the children again that were aborted with the execution', async () => {
    const { driver, executionArn } = await failed(distributed, {
      Work: [{ output: 'a' }, 'silent', { output: 'b' }, { output: 'c' }],
    });
    await driver.call('StopExecution', { executionArn });
    await redriven(driver, executionArn, crashing);
    expect(await driver.describe(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '["a","b","c"]' });
    expect(driver.invoked.map(({ input }) => input)).toEqual([1, 2, 2, 3]);
  });

  test('starts the execution timeout again, counted from the redrive', async () => {
    const { driver, executionArn } = await failed(
      { TimeoutSeconds: 60, StartAt: 'Ask', States: { Ask: { Type: 'Task', Resource: TOKEN_QUEUE, End: true } } },
      {},
    );
    await driver.jump();
    expect((await driver.describe(executionArn))['status']).toBe('TIMED_OUT');
    driver.nowMs += 1_000;
    const from = driver.nowMs;
    await redriven(driver, executionArn, crashing);
    await driver.jump();
    expect(await driver.describe(executionArn)).toMatchObject({
      status: 'TIMED_OUT',
      stopDate: new Date(from + 60_000),
      redriveDate: new Date(from),
    });
  });
});

describe('RedriveExecution', () => {
  const ask = { StartAt: 'Ask', States: { Ask: { Type: 'Task', Resource: TOKEN_QUEUE, End: true } } };
  async function stopped(): Promise<{
    driver: Driver;
    executionArn: string;
    redrive: (clientToken?: string) => Promise<unknown>;
  }> {
    const driver = new Driver();
    const executionArn = await driver.start(ask);
    await driver.call('StopExecution', { executionArn });
    const redrive = (clientToken?: string) =>
      driver.call('RedriveExecution', { executionArn, ...(clientToken !== undefined && { clientToken }) });
    return { driver, executionArn, redrive };
  }

  test('answers the same redrive for a client token of the last 15 minutes', async () => {
    const { driver, executionArn, redrive } = await stopped();
    const first = await redrive('t-1');
    driver.nowMs += 15 * 60_000;
    driver.crash();
    expect(await redrive('t-1')).toEqual(first);
    await driver.call('StopExecution', { executionArn });
    driver.nowMs += 1;
    await expect(redrive('t-1')).resolves.toEqual({ redriveDate: new Date(driver.nowMs) });
    await expect(redrive('t-2')).rejects.toMatchObject({ name: 'ExecutionNotRedrivable' });
  });

  test('remembers the last ten client tokens', async () => {
    const { driver, executionArn, redrive } = await stopped();
    for (let n = 1; n <= 11; n += 1) {
      await redrive(`t-${n}`);
      await driver.call('StopExecution', { executionArn });
    }
    driver.nowMs += 5;
    await expect(redrive('t-2')).resolves.toEqual({ redriveDate: new Date(driver.nowMs - 5) });
    await expect(redrive('t-1')).resolves.toEqual({ redriveDate: new Date(driver.nowMs) });
  });

  test('says why an execution cannot be redriven, as DescribeExecution does', async () => {
    const { driver, executionArn, redrive } = await stopped();
    const reason = async () => (await driver.describe(executionArn))['redriveStatusReason'];
    const refused = async (why: string) => {
      expect(await reason()).toBe(why);
      await expect(redrive()).rejects.toMatchObject({
        name: 'ExecutionNotRedrivable',
        message: expect.stringContaining(why),
      });
    };
    driver.nowMs += 14 * DAY_MS;
    expect(await reason()).toBeUndefined();
    driver.nowMs += 1;
    await refused('Execution redrivable period exceeded');
    driver.nowMs -= 1;
    await redrive();
    await refused('Execution is RUNNING and cannot be redriven');
    await driver.call('SendTaskSuccess', { taskToken: driver.invoked.at(-1)?.taskToken, output: '{}' });
    await refused('Execution is SUCCEEDED and cannot be redriven');
  });

  test('is refused once the machine is deleted, and for an execution that was open for a year', async () => {
    const { driver, executionArn, redrive } = await stopped();
    await redrive();
    driver.nowMs += 366 * DAY_MS;
    expect(await driver.describe(executionArn)).toMatchObject({
      status: 'TIMED_OUT',
      redriveStatusReason: 'Execution has exceeded the max execution time',
    });
    await driver.call('DeleteStateMachine', {
      stateMachineArn: (await driver.describe(executionArn))['stateMachineArn'],
    });
    expect((await driver.describe(executionArn))['redriveStatusReason']).toBe('State machine is in DELETING status');
  });

  test('shows in ListExecutions, which can be filtered by it', async () => {
    const { driver, executionArn, redrive } = await stopped();
    const { stateMachineArn } = await driver.describe(executionArn);
    await driver.call('StartExecution', { stateMachineArn, name: 'other' });
    await redrive();
    const list = async (redriveFilter: string) =>
      (await driver.call('ListExecutions', { stateMachineArn, redriveFilter }))['executions'];
    expect(await list('REDRIVEN')).toMatchObject([
      { executionArn, redriveCount: 1, redriveDate: new Date(driver.nowMs) },
    ]);
    expect(await list('NOT_REDRIVEN')).toMatchObject([{ name: 'other', redriveCount: 0 }]);
  });
});
