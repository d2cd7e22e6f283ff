import { describe, expect, test } from '@jest/globals';
import { Driver, ROLE } from './driver.ts';

const REST = { StartAt: 'Rest', States: { Rest: { Type: 'Wait', Seconds: 10, End: true } } };

describe('StartExecution', () => {
  test('answers the running execution for the same name and input, and refuses another input', async () => {
    const driver = new Driver();
    const stateMachineArn = await driver.create(REST);
    const first = await driver.call('StartExecution', { stateMachineArn, name: 'o-1', input: '{"a":1}' });
    driver.nowMs += 5;
    expect(await driver.call('StartExecution', { stateMachineArn, name: 'o-1', input: '{"a":1}' })).toEqual(first);
    await expect(
      driver.call('StartExecution', { stateMachineArn, name: 'o-1', input: '{"a":2}' }),
    ).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
      message: `Execution Already Exists: '${String(first['executionArn'])}'`,
    });
  });

  test('keeps a name for 90 days after the close, and then frees it', async () => {
    const driver = new Driver();
    const stateMachineArn = await driver.create(REST);
    const start = () => driver.call('StartExecution', { stateMachineArn, name: 'o-1' });
    await start();
    await driver.jump();
    await expect(start()).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    driver.nowMs += 90 * 24 * 3_600_000;
    await expect(start()).resolves.toMatchObject({ startDate: new Date(driver.nowMs) });
  });

  test('refuses a bad name, bad JSON and an unknown machine, and starts nothing', async () => {
    const driver = new Driver();
    const stateMachineArn = await driver.create(REST);
    await expect(driver.call('StartExecution', { stateMachineArn, name: 'a b' })).rejects.toMatchObject({
      name: 'InvalidName',
    });
    await expect(driver.call('StartExecution', { stateMachineArn, input: '{' })).rejects.toMatchObject({
      name: 'InvalidExecutionInput',
    });
    await expect(driver.call('StartExecution', { stateMachineArn: `${stateMachineArn}x` })).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
    });
    expect((await driver.call('ListExecutions', { stateMachineArn }))['executions']).toEqual([]);
  });
});

describe('Lists and histories', () => {
  test('page through executions, newest first, by status', async () => {
    const driver = new Driver();
    const stateMachineArn = await driver.create(REST);
    for (const name of ['a', 'b', 'c']) await driver.call('StartExecution', { stateMachineArn, name });
    await driver.call('StopExecution', {
      executionArn: `${stateMachineArn.replace('stateMachine', 'execution')}:b`,
      error: 'Cancelled',
    });
    const names = (page: Record<string, unknown>) => (page['executions'] as { name: string }[]).map(({ name }) => name);
    const first = await driver.call('ListExecutions', { stateMachineArn, maxResults: 2 });
    expect(names(first)).toEqual(['c', 'b']);
    expect(
      names(await driver.call('ListExecutions', { stateMachineArn, maxResults: 2, nextToken: first['nextToken'] })),
    ).toEqual(['a']);
    expect(names(await driver.call('ListExecutions', { stateMachineArn, statusFilter: 'ABORTED' }))).toEqual(['b']);
    await expect(driver.call('ListExecutions', { stateMachineArn, nextToken: 'made-up' })).rejects.toMatchObject({
      name: 'InvalidToken',
    });
  });

  test('page through a history both ways, without private records', async () => {
    const driver = new Driver();
    const executionArn = await driver.start(REST);
    await driver.jump();
    const ids = async (input: object) =>
      ((await driver.call('GetExecutionHistory', { executionArn, ...input }))['events'] as { id: number }[]).map(
        ({ id }) => id,
      );
    expect(await ids({})).toEqual([1, 2, 3, 4]);
    expect(await ids({ reverseOrder: true })).toEqual([4, 3, 2, 1]);
    const page = await driver.call('GetExecutionHistory', { executionArn, maxResults: 3 });
    expect(await ids({ maxResults: 3, nextToken: page['nextToken'] })).toEqual([4]);
  });
});

describe('State machines', () => {
  test('creating the same machine again answers it; a different one of that name is refused', async () => {
    const driver = new Driver();
    const arn = await driver.create(REST);
    expect(await driver.create(REST)).toBe(arn);
    await expect(driver.create({ StartAt: 'Go', States: { Go: { Type: 'Succeed' } } })).rejects.toMatchObject({
      name: 'StateMachineAlreadyExists',
    });
  });

  test('a running execution keeps the definition it started with', async () => {
    const driver = new Driver();
    const arn = await driver.start(REST);
    const definition = JSON.stringify({ StartAt: 'Go', States: { Go: { Type: 'Succeed' } } });
    const stateMachineArn = arn.replace('execution', 'stateMachine').split(':').slice(0, 7).join(':');
    await driver.call('UpdateStateMachine', { stateMachineArn, definition, roleArn: `${ROLE}2` });
    await driver.jump();
    expect(await driver.path(arn)).toContain('WaitStateExited');
    expect((await driver.call('DescribeStateMachineForExecution', { executionArn: arn }))['roleArn']).toBe(ROLE);
  });

  test('an action that the engine does not have is refused by name', async () => {
    await expect(new Driver().call('BrewCoffee', {})).rejects.toThrow("The engine has no action 'BrewCoffee'");
  });
});

describe('Activities', () => {
  test('hand the oldest task to a worker, who answers by token', async () => {
    const driver = new Driver();
    const { activityArn } = await driver.call('CreateActivity', { name: 'pack' });
    const arn = await driver.start(
      { StartAt: 'Pack', States: { Pack: { Type: 'Task', Resource: activityArn, End: true } } },
      { n: 1 },
    );
    const given = await driver.call('GetActivityTask', { activityArn, workerName: 'w1' });
    expect(given['input']).toBe('{"n":1}');
    expect(await driver.call('GetActivityTask', { activityArn })).toEqual({});
    await driver.call('SendTaskSuccess', { taskToken: given['taskToken'], output: '2' });
    expect((await driver.describe(arn))['output']).toBe('2');
  });
});
