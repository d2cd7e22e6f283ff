import { describe, expect, test } from '@jest/globals';
import { Driver, LAMBDA, TOKEN_QUEUE } from './driver.ts';

const task = (fields: object) => ({
  StartAt: 'Work',
  States: { Work: { Type: 'Task', Resource: LAMBDA, End: true, ...fields }, Rescue: { Type: 'Pass', End: true } },
});
const withRescue = (fields: object) => task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Rescue' }], ...fields });

describe('A task that fails', () => {
  test('is tried again after the interval, backed off and capped, and then succeeds', async () => {
    const failure = { error: 'Busy' };
    const driver = new Driver({ Work: [failure, failure, failure, { output: 'done' }] });
    const retry = [{ ErrorEquals: ['Busy'], IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 10, MaxAttempts: 3 }];
    const arn = await driver.start(withRescue({ Retry: retry }));
    const delays: number[] = [];
    for (let before = driver.nowMs; await driver.jump(); before = driver.nowMs) delays.push(driver.nowMs - before);
    expect(delays).toEqual([2_000, 6_000, 10_000]);
    expect((await driver.describe(arn))['output']).toBe('"done"');
  });

  test('draws its jitter from the host', async () => {
    const driver = new Driver({ Work: [{ error: 'Busy' }, { output: 1 }] });
    await driver.start(
      withRescue({ Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 8, JitterStrategy: 'FULL' }] }),
    );
    expect([...driver.timers.values()]).toEqual([driver.nowMs + 2_000]);
  });

  test('is caught with error and cause once its attempts are used up', async () => {
    const driver = new Driver({ Work: { error: 'Broken', cause: 'by hand' } });
    const arn = await driver.start(
      withRescue({
        Retry: [{ ErrorEquals: ['Other'] }],
        Catch: [
          {
            ErrorEquals: ['States.TaskFailed'],
            Next: 'Rescue',
            Output: { why: '{% $states.errorOutput %}', was: '{% $states.input %}' },
          },
        ],
      }),
      { n: 1 },
    );
    const { status, output } = await driver.describe(arn);
    expect(status).toBe('SUCCEEDED');
    expect(JSON.parse(String(output))).toEqual({ why: { Error: 'Broken', Cause: 'by hand' }, was: { n: 1 } });
  });

  test('that exceeds 256 KiB fails with States.DataLimitExceeded', async () => {
    const driver = new Driver({ Work: { output: 'x'.repeat(262_144) } });
    const arn = await driver.start({
      StartAt: 'Work',
      States: { Work: { Type: 'Task', Resource: LAMBDA, End: true } },
    });
    expect((await driver.describe(arn))['error']).toBe('States.DataLimitExceeded');
  });
});

describe('Time limits', () => {
  test('a task that stays silent times out, and TaskFailed does not catch it', async () => {
    const driver = new Driver({ Work: 'silent' });
    const arn = await driver.start(
      withRescue({ TimeoutSeconds: 30, Catch: [{ ErrorEquals: ['States.TaskFailed'], Next: 'Rescue' }] }),
    );
    await driver.jump();
    expect(await driver.describe(arn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect((await driver.path(arn)).at(-2)).toBe('TaskTimedOut');
  });

  test('heartbeats keep a token alive, and their absence is caught as HeartbeatTimeout', async () => {
    const driver = new Driver({ Work: 'silent' });
    const arn = await driver.start(
      withRescue({
        Resource: TOKEN_QUEUE,
        HeartbeatSeconds: 10,
        Catch: [{ ErrorEquals: ['States.HeartbeatTimeout'], Next: 'Rescue' }],
      }),
    );
    driver.nowMs += 8_000;
    await driver.call('SendTaskHeartbeat', { taskToken: driver.invoked[0]?.taskToken });
    await driver.jump();
    expect((await driver.describe(arn))['status']).toBe('RUNNING');
    await driver.jump();
    expect(driver.nowMs).toBe(Date.UTC(2026, 0, 1) + 18_000);
    expect((await driver.describe(arn))['status']).toBe('SUCCEEDED');
    expect(await driver.path(arn)).not.toContain('HeartbeatReceived');
  });

  test('an execution over its time is TIMED_OUT without error or cause, exactly then, and takes its timers back', async () => {
    const driver = new Driver();
    const arn = await driver.start({
      TimeoutSeconds: 60,
      StartAt: 'Rest',
      States: { Rest: { Type: 'Wait', Seconds: 600, End: true } },
    });
    await driver.jump();
    const { status, error, cause, startDate, stopDate } = await driver.describe(arn);
    expect([status, error, cause]).toEqual(['TIMED_OUT', undefined, undefined]);
    expect((stopDate as Date).getTime() - (startDate as Date).getTime()).toBe(60_000);
    expect(driver.timers.size).toBe(0);
    expect((await driver.history(arn)).at(-1)).toMatchObject({ type: 'ExecutionTimedOut', previousEventId: 0 });
  });
});

describe('A task token', () => {
  const waiting = {
    StartAt: 'Ask',
    States: { Ask: { Type: 'Task', Resource: TOKEN_QUEUE, TimeoutSeconds: 100, End: true } },
  };

  test('is answered before the service has taken the message: the late submission changes nothing', async () => {
    const driver = new Driver();
    const arn = await driver.start(waiting);
    const [asked] = driver.invoked;
    await driver.call('SendTaskSuccess', { taskToken: asked?.taskToken, output: '{"ok":true}' });
    await driver.apply({ kind: 'taskSubmitted', taskId: asked?.taskId ?? '', output: '{}' });
    expect((await driver.describe(arn))['output']).toBe('{"ok":true}');
    expect(driver.timers.size).toBe(0);
    expect(await driver.path(arn)).not.toContain('TaskSubmitted');
  });

  test('refuses a second answer, a made-up token and bad JSON, each with its own error', async () => {
    const driver = new Driver();
    await driver.start(waiting);
    const taskToken = driver.invoked[0]?.taskToken;
    await expect(driver.call('SendTaskSuccess', { taskToken, output: '{' })).rejects.toMatchObject({
      name: 'InvalidOutput',
    });
    await driver.call('SendTaskFailure', { taskToken, error: 'No', cause: 'closed' });
    await expect(driver.call('SendTaskSuccess', { taskToken, output: '1' })).rejects.toMatchObject({
      name: 'TaskTimedOut',
    });
    await expect(driver.call('SendTaskHeartbeat', { taskToken: 'abc' })).rejects.toMatchObject({
      name: 'InvalidToken',
    });
  });
});
