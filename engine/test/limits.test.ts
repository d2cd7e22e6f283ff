import { describe, expect, test } from '@jest/globals';
import { Driver, LAMBDA, TOKEN_QUEUE } from './driver.ts';

const DAY_MS = 24 * 3_600_000;
const FULL = 25_000;

/** Goes round until a history is full. */
const ENDLESS = {
  StartAt: 'Round',
  States: {
    Round: { Type: 'Pass', Next: 'Again' },
    Again: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'Done' }], Default: 'Round' },
    Done: { Type: 'Succeed' },
  },
};

async function lastEvents(driver: Driver, executionArn: string) {
  const answer = await driver.call('GetExecutionHistory', { executionArn, reverseOrder: true, maxResults: 2 });
  return answer['events'] as { id: number; type: string; [details: string]: unknown }[];
}

describe('A history', () => {
  test('is full with event 25,000, which says so, and cannot be redriven', async () => {
    const driver = new Driver();
    const arn = await driver.start(ENDLESS);
    const [last, before] = await lastEvents(driver, arn);
    expect(last).toMatchObject({
      id: FULL,
      type: 'ExecutionFailed',
      executionFailedEventDetails: {
        error: 'States.Runtime',
        cause: 'The execution reached the maximum number of history events (25000).',
      },
    });
    expect(before?.id).toBe(FULL - 1);
    expect((await driver.describe(arn))['redriveStatusReason']).toBe('Execution history event limit exceeded');
  });

  test('that is full fails the execution when a worker takes its activity task', async () => {
    const driver = new Driver();
    const { activityArn } = await driver.call('CreateActivity', { name: 'pack' });
    // Started, then 24,996 events of Pass states, the entry of the Task, ActivityScheduled as number 24,999.
    const arn = await driver.start(
      {
        StartAt: 'Round',
        States: {
          Round: { Type: 'Pass', Assign: { n: '{% $exists($n) ? $n + 1 : 1 %}' }, Next: 'Enough' },
          Enough: {
            Type: 'Choice',
            Choices: [{ Condition: '{% $n = 6249 %}', Next: 'Pack' }],
            Default: 'Round',
          },
          Pack: { Type: 'Task', Resource: activityArn, End: true },
        },
      },
      {},
    );
    expect((await lastEvents(driver, arn))[0]).toMatchObject({ id: FULL - 1, type: 'ActivityScheduled' });
    expect(await driver.call('GetActivityTask', { activityArn })).toEqual({});
    expect((await lastEvents(driver, arn))[0]).toMatchObject({ id: FULL, type: 'ExecutionFailed' });
  });
});

describe('An execution', () => {
  const ask = { StartAt: 'Ask', States: { Ask: { Type: 'Task', Resource: TOKEN_QUEUE, End: true } } };

  test('is open for a year at most, without a timer that an auto-skipping clock would jump to', async () => {
    const driver = new Driver();
    const startMs = driver.nowMs;
    const arn = await driver.start(ask);
    expect(driver.timers.size).toBe(0);
    driver.nowMs = startMs + 365 * DAY_MS - 1;
    expect((await driver.describe(arn))['status']).toBe('RUNNING');
    driver.nowMs = startMs + 400 * DAY_MS;
    expect(await driver.describe(arn)).toMatchObject({
      status: 'TIMED_OUT',
      stopDate: new Date(startMs + 365 * DAY_MS),
    });
    expect(driver.statuses).toEqual(['RUNNING', 'TIMED_OUT']);
    await expect(
      driver.call('SendTaskSuccess', { taskToken: driver.invoked[0]?.taskToken, output: '1' }),
    ).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });

  test('that became overdue is reported by the next answer, although the call that came upon it was refused', async () => {
    const driver = new Driver();
    await driver.start(ask);
    driver.nowMs += 400 * DAY_MS;
    const before = driver.events.length;
    await expect(driver.call('DescribeExecution', { executionArn: 'nonsense' })).rejects.toThrow('Invalid Arn');
    expect(driver.events.length).toBe(before);
    await driver.call('ListStateMachines', {});
    expect(driver.statuses).toEqual(['RUNNING', 'TIMED_OUT']);
    expect(driver.events.length).toBe(before + 1);
  });
});

describe('Sizes', () => {
  const pass = (assign: object) => ({ StartAt: 'Keep', States: { Keep: { Type: 'Pass', Assign: assign, End: true } } });

  test('are counted in bytes of UTF-8, not in characters', async () => {
    const driver = new Driver();
    const fits = 'é'.repeat(131_071);
    const definition = { StartAt: 'Go', States: { Go: { Type: 'Succeed' } } };
    const arn = await driver.start(definition, fits);
    expect((await driver.describe(arn))['status']).toBe('SUCCEEDED');
    await expect(driver.start(definition, `${fits}x`)).rejects.toMatchObject({ name: 'InvalidExecutionInput' });
  });

  test('of a variable are bounded in bytes', async () => {
    const driver = new Driver();
    const arn = await driver.start(pass({ v: '{% $states.input & $states.input %}' }), 'é'.repeat(65_536));
    expect(await driver.describe(arn)).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  test('of all variables of an execution are bounded by 10 MiB', async () => {
    const driver = new Driver();
    const text = 'x'.repeat(250_000);
    // Each Assign sets one variable more of 250,000 bytes: 41 fit.
    const states: Record<string, object> = {};
    for (let n = 1; n <= 45; n += 1) {
      states[`Set${n}`] = { Type: 'Pass', Assign: { [`v${n}`]: '{% $states.input %}' }, Next: `Set${n + 1}` };
    }
    states['Set46'] = { Type: 'Pass', End: true };
    const arn = await driver.start({ StartAt: 'Set1', States: states }, text);
    expect(await driver.describe(arn)).toMatchObject({
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
      cause: expect.stringContaining("'Set42'"),
    });
  });

  test('of a definition, of errors, causes and tokens are refused before anything happens', async () => {
    const driver = new Driver();
    const executionArn = await driver.start({
      StartAt: 'Go',
      States: { Go: { Type: 'Task', Resource: LAMBDA, End: true } },
    });
    const refused = async (action: string, input: object, message: string) =>
      expect(driver.call(action, input)).rejects.toMatchObject({ name: 'ValidationException', message });
    const at = (field: string, most: number) =>
      `1 validation error detected: Value at '${field}' failed to satisfy constraint: Member must have length less than or equal to ${most}`;
    await refused('StopExecution', { executionArn, error: 'e'.repeat(257) }, at('error', 256));
    await refused('StopExecution', { executionArn, cause: 'c'.repeat(32_769) }, at('cause', 32_768));
    await refused('SendTaskHeartbeat', { taskToken: 't'.repeat(2_049) }, at('taskToken', 2_048));
    await refused(
      'CreateStateMachine',
      { name: 'big', roleArn: 'arn:aws:iam::111111111111:role/r', definition: ' '.repeat(1_048_577) },
      at('definition', 1_048_576),
    );
    expect((await driver.describe(executionArn))['status']).toBe('RUNNING');
  });
});
