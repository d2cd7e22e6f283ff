import { describe, expect, test } from '@jest/globals';
import { Driver, LAMBDA } from './driver.ts';

const SYNC = 'arn:aws:states:::states:startExecution.sync:2';

describe('A redrive of a parent whose nested execution failed', () => {
  test('asks for another child; the failed one stays as it ended, and the new one answers the task', async () => {
    const driver = new Driver();
    const work = { StartAt: 'Work', States: { Work: { Type: 'Task', Resource: LAMBDA, End: true } } };
    const childMachine = await driver.create(work, 'child');
    const executionArn = await driver.start({
      StartAt: 'Nest',
      States: {
        Nest: {
          Type: 'Task',
          Resource: SYNC,
          Arguments: { StateMachineArn: childMachine },
          Output: '{% $states.result.Output %}',
          End: true,
        },
      },
    });
    const nest = async (): Promise<string> => {
      const taskId = driver.invoked.findLast(({ stateName }) => stateName === 'Nest')?.taskId ?? '';
      const child = await driver.call('StartExecution', { stateMachineArn: childMachine });
      const submitted = { ExecutionArn: child['executionArn'], StartDate: 0 };
      await driver.apply({ kind: 'taskSubmitted', taskId, output: JSON.stringify(submitted) });
      return String(child['executionArn']);
    };
    const childTask = () => driver.invoked.findLast(({ stateName }) => stateName === 'Work')?.taskId ?? '';

    const first = await nest();
    await driver.apply({ kind: 'taskFailed', taskId: childTask(), error: 'Broken', cause: 'first' });
    expect(await driver.describe(executionArn)).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });

    driver.crash();
    await driver.call('RedriveExecution', { executionArn });
    driver.crash();
    const second = await nest();
    expect(second).not.toBe(first);
    await driver.apply({ kind: 'taskSucceeded', taskId: childTask(), output: '"done"' });
    expect(await driver.describe(executionArn)).toMatchObject({
      status: 'SUCCEEDED',
      output: '"done"',
      redriveCount: 1,
    });
    expect(await driver.describe(first)).toMatchObject({
      status: 'FAILED',
      redriveCount: 0,
      redriveStatus: 'REDRIVABLE',
    });
    expect(await driver.path(executionArn)).toEqual([
      ...['ExecutionStarted', 'TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskFailed'],
      ...['ExecutionFailed', 'ExecutionRedriven', 'TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskSucceeded'],
      ...['TaskStateExited', 'ExecutionSucceeded'],
    ]);
  });
});

describe('The room that a redrive needs in the history', () => {
  /** Ends in a Fail state after 1 + 4 x rounds + 2 events. */
  const failingAfter = (rounds: number) => ({
    StartAt: 'Round',
    States: {
      Round: { Type: 'Pass', Assign: { n: '{% $exists($n) ? $n + 1 : 1 %}' }, Next: 'Enough' },
      Enough: { Type: 'Choice', Choices: [{ Condition: `{% $n = ${rounds} %}`, Next: 'Stop' }], Default: 'Round' },
      Stop: { Type: 'Fail', Error: 'Stopped' },
    },
  });

  test.each([
    { rounds: 6_248, events: 24_995, redriveStatus: 'REDRIVABLE' },
    { rounds: 6_249, events: 24_999, redriveStatus: 'NOT_REDRIVABLE' },
  ])('with $events events an execution is $redriveStatus', async ({ rounds, events, redriveStatus }) => {
    const driver = new Driver();
    const executionArn = await driver.start(failingAfter(rounds));
    const last = await driver.call('GetExecutionHistory', { executionArn, reverseOrder: true, maxResults: 1 });
    expect(last['events']).toMatchObject([{ id: events, type: 'ExecutionFailed' }]);
    expect(await driver.describe(executionArn)).toMatchObject({ status: 'FAILED', error: 'Stopped', redriveStatus });
    const redrive = driver.call('RedriveExecution', { executionArn });
    if (redriveStatus === 'REDRIVABLE') await expect(redrive).resolves.toHaveProperty('redriveDate');
    else {
      await expect(redrive).rejects.toMatchObject({
        name: 'ExecutionNotRedrivable',
        message: expect.stringContaining('Execution history event limit exceeded'),
      });
    }
  });
});

test('An Express execution is no execution to redrive', async () => {
  const driver = new Driver();
  const definition = JSON.stringify({ StartAt: 'No', States: { No: { Type: 'Fail' } } });
  const roleArn = 'arn:aws:iam::111111111111:role/test';
  const { stateMachineArn } = await driver.call('CreateStateMachine', {
    name: 'x',
    type: 'EXPRESS',
    definition,
    roleArn,
  });
  const { executionArn } = await driver.call('StartExecution', { stateMachineArn });
  await expect(driver.call('RedriveExecution', { executionArn })).rejects.toMatchObject({
    name: expect.stringMatching(/^(InvalidArn|ExecutionDoesNotExist|StateMachineTypeNotSupported)$/),
  });
});
