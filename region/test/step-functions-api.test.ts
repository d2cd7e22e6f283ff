/** The API of Step Functions through the SDK: pages, filters, limits and the classes of its errors. */
import {
  ActivityDoesNotExist,
  CreateActivityCommand,
  CreateStateMachineCommand,
  DeleteActivityCommand,
  DeleteStateMachineCommand,
  DescribeActivityCommand,
  DescribeExecutionCommand,
  DescribeStateMachineForExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  ExecutionNotRedrivable,
  GetActivityTaskCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  InvalidArn,
  InvalidDefinition,
  InvalidExecutionInput,
  InvalidName,
  InvalidOutput,
  InvalidToken,
  ListActivitiesCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  RedriveExecutionCommand,
  ResourceNotFound,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StateMachineAlreadyExists,
  StateMachineDoesNotExist,
  StopExecutionCommand,
  TagResourceCommand,
  TaskTimedOut,
  TooManyTags,
  UpdateStateMachineCommand,
  ValidationException,
} from '@aws-sdk/client-sfn';
import { describe, expect, test } from '@jest/globals';
import type { Region } from '../index.ts';
import { DOUBLE, execute, openMachines, stateMachine } from '../testing/machine-fixture.ts';

/** Every kind of state, one after the other. */
const EVERY_KIND = {
  QueryLanguage: 'JSONata',
  StartAt: 'Pass',
  States: {
    Pass: { Type: 'Pass', Next: 'Choose' },
    Choose: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'Wait' }], Default: 'Fail' },
    Wait: { Type: 'Wait', Seconds: 5, Next: 'Both' },
    Both: {
      Type: 'Parallel',
      Branches: [1, 2].map((number) => ({
        StartAt: `Branch${number}`,
        States: { [`Branch${number}`]: { Type: 'Pass', End: true } },
      })),
      Next: 'Each',
    },
    Each: {
      Type: 'Map',
      Items: [1, 2, 3],
      ItemProcessor: { StartAt: 'Item', States: { Item: { Type: 'Pass', End: true } } },
      Next: 'Distributed',
    },
    Distributed: {
      Type: 'Map',
      Items: [1, 2],
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Child',
        States: { Child: { Type: 'Pass', End: true } },
      },
      Next: 'Double',
    },
    Double: {
      ...DOUBLE.States.Double,
      Arguments: { FunctionName: '${Doubler}', Payload: { n: 1 } },
      End: undefined,
      Next: 'Done',
    },
    Done: { Type: 'Succeed' },
    Fail: { Type: 'Fail', Error: 'Never' },
  },
};

const WAIT = { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 3600, End: true } } };

async function start(region: Region, machine: string, name?: string): Promise<string> {
  const stateMachineArn = region.outputs()[machine];
  const sfn = region.sdk(SFNClient);
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, ...(name && { name }) }));
  return String(executionArn);
}

describe('A history', () => {
  test('of every kind of state is the same in pages of any size, forward and backward', async () => {
    const region = await openMachines({ Machine: stateMachine(EVERY_KIND) });
    const { executionArn, status } = await execute(region, 'Machine', {});
    expect(status).toBe('SUCCEEDED');
    const sfn = region.sdk(SFNClient);
    const pages = async (maxResults: number, reverseOrder: boolean): Promise<HistoryEvent[]> => {
      const events: HistoryEvent[] = [];
      let nextToken: string | undefined;
      do {
        const page = await sfn.send(
          new GetExecutionHistoryCommand({ executionArn, maxResults, reverseOrder, ...(nextToken && { nextToken }) }),
        );
        expect(page.events?.length).toBeLessThanOrEqual(maxResults || 100);
        events.push(...(page.events ?? []));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return events;
    };
    const whole = await pages(1000, false);
    expect(whole.map(({ id }) => id)).toEqual(whole.map((_, index) => index + 1));
    const entered = new Set(whole.flatMap(({ type }) => /^(\w+)StateEntered$/.exec(type ?? '')?.[1] ?? []));
    expect([...entered].sort()).toEqual(['Choice', 'Map', 'Parallel', 'Pass', 'Succeed', 'Task', 'Wait']);
    for (const size of [0, 1, 7]) {
      expect(await pages(size, false)).toEqual(whole);
      expect((await pages(size, true)).reverse()).toEqual(whole);
    }
  });

  test('is refused a page token that is not its own, and a page of more than 1,000', async () => {
    const region = await openMachines({ Machine: stateMachine(WAIT) });
    const executionArn = await start(region, 'Machine');
    const sfn = region.sdk(SFNClient);
    const ask = (more: object) => sfn.send(new GetExecutionHistoryCommand({ executionArn, ...more }));
    await expect(ask({ nextToken: 'x' })).rejects.toMatchObject({ name: 'InvalidToken' });
    await expect(ask({ maxResults: 1001 })).rejects.toBeInstanceOf(ValidationException);
  });

  test('can leave out the data', async () => {
    const region = await openMachines({ Machine: stateMachine(DOUBLE) });
    const { executionArn } = await execute(region, 'Machine', { n: 1 });
    const { events = [] } = await region
      .sdk(SFNClient)
      .send(new GetExecutionHistoryCommand({ executionArn, includeExecutionData: false }));
    expect(events.length).toBeGreaterThan(4);
    expect(JSON.stringify(events)).not.toContain('"input"');
  });
});

describe('Executions', () => {
  test('are listed by status, by redrive and in pages, the newest first', async () => {
    const region = await openMachines({ Machine: stateMachine(WAIT) });
    const sfn = region.sdk(SFNClient);
    for (let index = 0; index < 5; index += 1) {
      await start(region, 'Machine', `e${index}`);
      await region.advance(1000);
    }
    const { Machine: stateMachineArn } = region.outputs();
    const arnOf = (name: string) => `${stateMachineArn?.replace(':stateMachine:', ':execution:')}:${name}`;
    await sfn.send(new StopExecutionCommand({ executionArn: arnOf('e1') }));
    await sfn.send(new StopExecutionCommand({ executionArn: arnOf('e2') }));
    await sfn.send(new RedriveExecutionCommand({ executionArn: arnOf('e2') }));
    const names = async (more: object): Promise<(string | undefined)[]> =>
      ((await sfn.send(new ListExecutionsCommand({ stateMachineArn, ...more }))).executions ?? []).map(
        ({ name }) => name,
      );
    expect(await names({})).toEqual(['e4', 'e3', 'e2', 'e1', 'e0']);
    expect(await names({ statusFilter: 'ABORTED' })).toEqual(['e1']);
    expect(await names({ redriveFilter: 'REDRIVEN' })).toEqual(['e2']);
    expect(await names({ redriveFilter: 'NOT_REDRIVEN', statusFilter: 'RUNNING' })).toEqual(['e4', 'e3', 'e0']);
    const first = await sfn.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 2 }));
    expect(await names({ maxResults: 2, nextToken: first.nextToken })).toEqual(['e2', 'e1']);
    await expect(names({ statusFilter: 'LOST' })).rejects.toBeInstanceOf(ValidationException);
  });

  test('keep the definition that they started with, whatever the machine becomes', async () => {
    const region = await openMachines({ Machine: stateMachine(WAIT) });
    const executionArn = await start(region, 'Machine');
    const sfn = region.sdk(SFNClient);
    const definition = JSON.stringify({ StartAt: 'Done', States: { Done: { Type: 'Succeed' } } });
    await sfn.send(new UpdateStateMachineCommand({ stateMachineArn: region.outputs()['Machine'], definition }));
    const running = await sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
    expect(JSON.parse(String(running.definition))).toEqual(WAIT);
  });

  test('are refused with the classes of the SDK', async () => {
    const region = await openMachines({ Machine: stateMachine(WAIT) });
    const sfn = region.sdk(SFNClient);
    const { Machine: stateMachineArn } = region.outputs();
    const executionArn = await start(region, 'Machine', 'one');
    const missing = `${executionArn}-not`;
    expect(await start(region, 'Machine', 'one')).toBe(executionArn);
    const refusals: [Promise<unknown>, unknown][] = [
      [sfn.send(new StartExecutionCommand({ stateMachineArn, name: 'one', input: '{"n":2}' })), ExecutionAlreadyExists],
      [sfn.send(new StartExecutionCommand({ stateMachineArn, name: 'a b' })), InvalidName],
      [sfn.send(new StartExecutionCommand({ stateMachineArn, input: '{' })), InvalidExecutionInput],
      [sfn.send(new StartExecutionCommand({ stateMachineArn: `${stateMachineArn}-not` })), StateMachineDoesNotExist],
      [sfn.send(new StartExecutionCommand({ stateMachineArn: 'nothing' })), InvalidArn],
      [sfn.send(new DescribeExecutionCommand({ executionArn: missing })), ExecutionDoesNotExist],
      [sfn.send(new GetExecutionHistoryCommand({ executionArn: missing })), ExecutionDoesNotExist],
      [sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn: missing })), ExecutionDoesNotExist],
      [sfn.send(new StopExecutionCommand({ executionArn: missing })), ExecutionDoesNotExist],
      [sfn.send(new RedriveExecutionCommand({ executionArn })), ExecutionNotRedrivable],
      [sfn.send(new StopExecutionCommand({ executionArn, cause: 'x'.repeat(32_769) })), ValidationException],
      [sfn.send(new StopExecutionCommand({ executionArn, error: 'x'.repeat(257) })), ValidationException],
      [sfn.send(new ListExecutionsCommand({})), ValidationException],
      [
        sfn.send(new ListExecutionsCommand({ mapRunArn: executionArn.replace(':execution:', ':mapRun:') })),
        ResourceNotFound,
      ],
    ];
    for (const [call, kind] of refusals) await expect(call).rejects.toBeInstanceOf(kind);
    const cause = 'x'.repeat(32_768);
    await sfn.send(new StopExecutionCommand({ executionArn, cause, error: 'Stopped' }));
    expect(await sfn.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
      status: 'ABORTED',
      error: 'Stopped',
      cause,
    });
  });
});

describe('State machines', () => {
  const definition = JSON.stringify(WAIT);
  const roleArn = 'arn:aws:iam::123456789012:role/machine';

  test('are created once by name, tagged up to fifty times, listed in pages and deleted', async () => {
    const region = await openMachines({});
    const sfn = region.sdk(SFNClient);
    const create = (more: object) =>
      sfn.send(new CreateStateMachineCommand({ name: 'a', definition, roleArn, ...more }));
    const { stateMachineArn } = await create({});
    expect((await create({})).stateMachineArn).toBe(stateMachineArn);
    await expect(create({ type: 'EXPRESS' })).rejects.toBeInstanceOf(StateMachineAlreadyExists);
    await expect(create({ name: 'a b' })).rejects.toBeInstanceOf(InvalidName);
    await expect(create({ name: 'b', roleArn: 'none' })).rejects.toBeInstanceOf(InvalidArn);
    await expect(create({ name: 'b', definition: '{"StartAt":"x"}' })).rejects.toBeInstanceOf(InvalidDefinition);
    const tags = Array.from({ length: 50 }, (_, index) => ({ key: `k${index}`, value: 'v' }));
    await sfn.send(new TagResourceCommand({ resourceArn: stateMachineArn, tags }));
    const oneMore = new TagResourceCommand({ resourceArn: stateMachineArn, tags: [{ key: 'k50', value: 'v' }] });
    await expect(sfn.send(oneMore)).rejects.toBeInstanceOf(TooManyTags);
    for (const name of ['b', 'c']) await create({ name });
    const first = await sfn.send(new ListStateMachinesCommand({ maxResults: 2 }));
    const rest = await sfn.send(new ListStateMachinesCommand({ maxResults: 2, nextToken: first.nextToken }));
    expect([...(first.stateMachines ?? []), ...(rest.stateMachines ?? [])].map(({ name }) => name).sort()).toEqual([
      'a',
      'b',
      'c',
    ]);
    await sfn.send(new DeleteStateMachineCommand({ stateMachineArn }));
    await region.runUntilIdle();
    const start = new StartExecutionCommand({ stateMachineArn });
    await expect(sfn.send(start)).rejects.toBeInstanceOf(StateMachineDoesNotExist);
  });
});

describe('Activities', () => {
  test('are created once by name, found, listed and deleted', async () => {
    const region = await openMachines({});
    const sfn = region.sdk(SFNClient);
    const { activityArn } = await sfn.send(new CreateActivityCommand({ name: 'pack' }));
    expect((await sfn.send(new CreateActivityCommand({ name: 'pack' }))).activityArn).toBe(activityArn);
    expect((await sfn.send(new ListActivitiesCommand({}))).activities).toHaveLength(1);
    await sfn.send(new DeleteActivityCommand({ activityArn }));
    const describe = new DescribeActivityCommand({ activityArn });
    await expect(sfn.send(describe)).rejects.toBeInstanceOf(ActivityDoesNotExist);
    expect((await sfn.send(new CreateActivityCommand({ name: 'pack' }))).activityArn).toBe(activityArn);
  });

  test('give their tasks to workers, whose answers are taken once', async () => {
    const Pack = {
      Type: 'AWS::StepFunctions::Activity',
      Properties: { Name: 'pack', Tags: [{ Key: 'a', Value: 'b' }] },
    };
    const machine = stateMachine(
      {
        StartAt: 'Pack',
        States: { Pack: { Type: 'Task', Resource: '${Pack}', TimeoutSeconds: 900, End: true } },
      },
      { DefinitionSubstitutions: { Pack: { Ref: 'Pack' } } },
    );
    const region = await openMachines({ Pack, Machine: machine });
    const sfn = region.sdk(SFNClient);
    const { Pack: activityArn } = region.outputs();
    const nothing = await sfn.send(new GetActivityTaskCommand({ activityArn }));
    expect(nothing.taskToken).toBeUndefined();
    expect(region.clock.now()).toBe(Date.parse('2026-03-02T08:01:00Z'));
    const executionArn = await start(region, 'Machine');
    const { taskToken, input } = await sfn.send(new GetActivityTaskCommand({ activityArn, workerName: 'w' }));
    expect(input).toBe('{}');
    const answer = (output: string) => sfn.send(new SendTaskSuccessCommand({ taskToken, output }));
    await expect(answer('{')).rejects.toBeInstanceOf(InvalidOutput);
    await answer('{"packed":true}');
    await expect(answer('{}')).rejects.toBeInstanceOf(TaskTimedOut);
    const unknown = new SendTaskFailureCommand({ taskToken: 'none' });
    await expect(sfn.send(unknown)).rejects.toBeInstanceOf(InvalidToken);
    expect(await sfn.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({ output: '{"packed":true}' });
  });
});
