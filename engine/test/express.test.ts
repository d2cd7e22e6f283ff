/** Express machines: what starts them, how they answer, and what they do not keep. */
import { describe, expect, test } from '@jest/globals';
import { Driver, LAMBDA, ROLE } from './driver.ts';

async function express(driver: Driver, state: object): Promise<string> {
  const definition = JSON.stringify({ StartAt: 'Only', States: { Only: { ...state, End: true } } });
  const input = { name: 'quick', type: 'EXPRESS', roleArn: ROLE, definition };
  return String((await driver.call('CreateStateMachine', input))['stateMachineArn']);
}
const PASS = { Type: 'Pass', Result: { done: true } };
const TASK = { Type: 'Task', Resource: LAMBDA };

describe('An Express machine', () => {
  test('answers StartSyncExecution with its end and its bill', async () => {
    const driver = new Driver();
    const stateMachineArn = await express(driver, PASS);
    const response = await driver.call('StartSyncExecution', { stateMachineArn, name: 'one', input: '{}' });
    expect(response).toMatchObject({
      executionArn: expect.stringContaining(':express:quick:one:') as unknown,
      status: 'SUCCEEDED',
      output: '{"done":true}',
      billingDetails: { billedDurationInMilliseconds: 100, billedMemoryUsedInMB: 64 },
    });
    expect(driver.statuses).toEqual([]);
  });

  test('answers later when it has to wait', async () => {
    const driver = new Driver();
    const stateMachineArn = await express(driver, TASK);
    const command = { kind: 'api', action: 'StartSyncExecution', input: { stateMachineArn } } as const;
    const { awaits, response, effects } = await driver.engine.apply(driver.nowMs, command);
    expect(response).toBeUndefined();
    const task = effects.find((effect) => effect.kind === 'invokeTask');
    const end = { kind: 'taskSucceeded', taskId: task?.kind === 'invokeTask' ? task.taskId : '', output: '1' } as const;
    const ended = await driver.engine.apply(driver.nowMs + 250, end);
    expect(ended.effects).toContainEqual({
      kind: 'syncExecutionEnded',
      executionArn: awaits,
      response: expect.objectContaining({
        status: 'SUCCEEDED',
        billingDetails: { billedDurationInMilliseconds: 300, billedMemoryUsedInMB: 64 },
      }) as unknown,
    });
  });

  test('times out after five minutes', async () => {
    const driver = new Driver({ Only: 'silent' });
    const stateMachineArn = await express(driver, TASK);
    const { effects } = await driver.engine.apply(driver.nowMs, {
      kind: 'api',
      action: 'StartSyncExecution',
      input: { stateMachineArn },
    });
    const timer = effects.find((effect) => effect.kind === 'setTimer');
    if (timer?.kind !== 'setTimer') throw new Error('no timer was set');
    expect(timer.dueMs - driver.nowMs).toBe(300_000);
    const ended = await driver.engine.apply(timer.dueMs, { kind: 'timerFired', timerId: timer.timerId });
    expect(ended.effects).toContainEqual(
      expect.objectContaining({ response: expect.objectContaining({ status: 'TIMED_OUT' }) as unknown }),
    );
  });

  test('starts twice under one name, and is not there for the calls of Standard', async () => {
    const driver = new Driver();
    const stateMachineArn = await express(driver, PASS);
    const start = { stateMachineArn, name: 'same', input: '{}' };
    const first = await driver.call('StartExecution', start);
    const second = await driver.call('StartExecution', start);
    expect(first['executionArn']).not.toBe(second['executionArn']);
    const { executionArn } = first;
    for (const action of ['DescribeExecution', 'StopExecution', 'GetExecutionHistory']) {
      await expect(driver.call(action, { executionArn })).rejects.toMatchObject({
        name: 'InvalidArn',
        message: "Invalid Arn: 'Resource type not valid in this context: express'",
      });
    }
    await expect(driver.call('ListExecutions', { stateMachineArn })).rejects.toMatchObject({
      name: 'StateMachineTypeNotSupported',
    });
  });

  test('is refused with an activity or a token', async () => {
    const resources = [`${LAMBDA}.waitForTaskToken`, 'arn:aws:states:us-east-1:111111111111:activity:pack'];
    for (const Resource of resources) {
      await expect(express(new Driver(), { Type: 'Task', Resource })).rejects.toMatchObject({
        name: 'InvalidDefinition',
      });
    }
  });

  test('restores the engine although it is gone', async () => {
    const driver = new Driver();
    await driver.call('StartExecution', { stateMachineArn: await express(driver, PASS) });
    driver.crash();
    expect(driver.engine.pending()).toEqual([]);
  });
});

test('A Standard machine is refused by StartSyncExecution', async () => {
  const driver = new Driver();
  const stateMachineArn = await driver.create({ StartAt: 'A', States: { A: { Type: 'Succeed' } } });
  await expect(driver.call('StartSyncExecution', { stateMachineArn })).rejects.toMatchObject({
    name: 'StateMachineTypeNotSupported',
  });
});
