import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { JournalBatch } from '../journal/journal-store.ts';
import { MemoryJournal } from '../journal/memory-journal.ts';
import { openRegion, type Region } from '../region.ts';
import type { TaskRunner } from '../services/sfn/task-runner.ts';
import { openStepFunctions, type StepFunctionsServer } from './open-step-functions.ts';

const roleArn = 'arn:aws:iam::123456789012:role/machine';
const MACHINE = 'arn:aws:states:us-east-1:123456789012:stateMachine:machine';
const EXECUTION = 'arn:aws:states:us-east-1:123456789012:execution:machine:one';
const START_MS = Date.UTC(2026, 2, 2, 8);
const clock = { mode: 'auto-skip', startAt: '2026-03-02T08:00:00Z' } as const;
const ASK = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Parameters: { FunctionName: 'f' }, End: true };
const JOB = { Type: 'Task', Resource: 'arn:aws:states:::ecs:runTask.sync', Parameters: {}, End: true };

type Answer = Record<string, unknown>;
const opened: Region[] = [];
afterEach(async () => {
  for (const region of opened.splice(0)) await region.close().catch(() => undefined);
});

async function open(settings: Partial<StepFunctionsServer> = {}): Promise<Region> {
  const region = await openStepFunctions({ journal: new MemoryJournal(), clock, ...settings });
  opened.push(region);
  return region;
}

const call = async (region: Region, action: string, input: object): Promise<Answer> =>
  (await region.call('sfn', action, input)) as Answer;

async function create(region: Region, states: object, more: object = {}): Promise<void> {
  const definition = JSON.stringify({ StartAt: Object.keys(states)[0], States: states });
  await call(region, 'CreateStateMachine', { name: 'machine', roleArn, definition, ...more });
}
const start = (region: Region, testCase = '', name = 'one'): Promise<Answer> =>
  call(region, 'StartExecution', { stateMachineArn: MACHINE + testCase, name });
const described = (region: Region, executionArn = EXECUTION): Promise<Answer> =>
  call(region, 'DescribeExecution', { executionArn });
const ended = async (region: Region): Promise<Answer> => {
  await region.runUntilIdle();
  return described(region);
};

describe('Step Functions by itself', () => {
  test('writes the execution logs of machines that have a log group', async () => {
    const lines: string[] = [];
    const region = await open({ log: ({ from, message }) => lines.push(`${from} ${message}`) });
    const logGroupArn = 'arn:aws:logs:us-east-1:123456789012:log-group:/orders:*';
    const destinations = [{ cloudWatchLogsLogGroup: { logGroupArn } }];
    await create(region, { Keep: { Type: 'Succeed' } }, { loggingConfiguration: { level: 'ALL', destinations } });
    await start(region);
    await ended(region);
    expect(lines.filter((line) => line.startsWith('/orders {"id":'))).toHaveLength(4);
  });

  test('goes on after a restart with waits, tokens, activities and machines', async () => {
    const journal = new MemoryJournal();
    const mocks = JSON.stringify({ StateMachines: {}, MockedResponses: {} });
    const first = await open({ journal, mocks });
    const { activityArn } = await call(first, 'CreateActivity', { name: 'pack' });
    await create(first, {
      Nap: { Type: 'Wait', Seconds: 3600, Next: 'Pack' },
      Pack: { Type: 'Task', Resource: activityArn, End: true },
    });
    await start(first);
    await first.run(START_MS + 1_800_000);

    const second = await open({ journal: journal.reopened() });
    expect(second.clock.now()).toBe(START_MS);
    const { taskToken } = await new Promise<Answer>((resolve) => {
      second.clock.at(START_MS + 3_590_000, () =>
        second.spawn(async () => resolve(await call(second, 'GetActivityTask', { activityArn }))),
      );
      void second.runUntilIdle();
    });
    expect(second.clock.now()).toBe(START_MS + 3_600_000);

    const third = await open({ journal: journal.reopened() });
    expect(third.clock.now()).toBe(START_MS + 3_600_000);
    await call(third, 'SendTaskSuccess', { taskToken, output: '"packed"' });
    expect(await ended(third)).toMatchObject({ status: 'SUCCEEDED', output: '"packed"' });
  });

  test('never gives out an id again after a restart', async () => {
    const journal = new MemoryJournal();
    const ids = new Set<unknown>();
    for (let opening = 1; opening <= 3; opening += 1) {
      const region = await open({ journal: opening === 1 ? journal : journal.reopened() });
      await create(region, { Nap: { Type: 'Wait', Seconds: 5, End: true } });
      ids.add((await call(region, 'StartExecution', { stateMachineArn: MACHINE }))['executionArn']);
    }
    expect(ids.size).toBe(3);
  });

  test('lets an Express execution go on after a restart, its caller being gone', async () => {
    const journal = new MemoryJournal();
    const statuses: string[] = [];
    const bus = () => ({
      name: 'eventbridge',
      operations: {
        PutEvents: ({ Entries }: { Entries: { Detail: string }[] }) => {
          statuses.push(...Entries.map(({ Detail }) => (JSON.parse(Detail) as { status: string }).status));
          return { FailedEntryCount: 0, Entries: [] };
        },
      },
      resources: {},
      permissions: {},
    });
    const first = await open({ journal, services: [bus] });
    await create(first, { Nap: { Type: 'Wait', Seconds: 60, End: true } }, { type: 'EXPRESS' });
    first.clock.at(START_MS, () =>
      first.spawn(async () => void (await call(first, 'StartSyncExecution', { stateMachineArn: MACHINE }))),
    );
    await first.run(START_MS + 30_000);
    const second = await open({ journal: journal.reopened(), services: [bus] });
    await second.runUntilIdle();
    expect(second.clock.now()).toBe(START_MS + 60_000);
  });

  test('watches a job again that its service had taken before the restart', async () => {
    const journal = new MemoryJournal();
    const asked: string[] = [];
    const tasks: TaskRunner = {
      async run(_, { stateName }, submitted) {
        asked.push(`run ${stateName}`);
        await submitted({ Tasks: [{ TaskArn: 'arn:job' }] });
        return new Promise(() => undefined);
      },
      async watch(_, { stateName, submitted }) {
        asked.push(`watch ${stateName} ${submitted}`);
        return { output: 'ended well' };
      },
    };
    const regionOver = async (): Promise<Region> => {
      const region = await openRegion({ assembly: [], clock, seed: 1, stepFunctions: { journal, tasks } });
      opened.push(region);
      return region;
    };
    const first = await regionOver();
    await create(first, { Job: JOB });
    await start(first);
    await first.runUntilIdle();
    journal.reopened();
    const second = await regionOver();
    expect(await ended(second)).toMatchObject({ status: 'SUCCEEDED', output: '"ended well"' });
    expect(asked).toEqual(['run Job', 'watch Job {"Tasks":[{"TaskArn":"arn:job"}]}']);
  });

  test('ends the run when its journal fails, and answers nobody', async () => {
    class Full extends MemoryJournal {
      isFull = false;
      override append(batches: readonly JournalBatch[]): void {
        if (this.isFull) throw new Error('database or disk is full');
        super.append(batches);
      }
    }
    const journal = new Full();
    const region = await open({ journal });
    await create(region, { Nap: { Type: 'Wait', Seconds: 5, End: true } });
    journal.isFull = true;
    await expect(start(region)).rejects.toThrow('disk is full');
    await expect(region.runUntilIdle()).rejects.toThrow('disk is full');
  });

  test('skips waits, and no timeout, when it is told to', async () => {
    const region = await open({ waitTimeScale: 0 });
    await create(region, { Nap: { Type: 'Wait', Seconds: 86_400, End: true } });
    await start(region);
    expect(await ended(region)).toMatchObject({ status: 'SUCCEEDED', stopDate: new Date(START_MS) });
  });
});

describe('Test cases of a MockConfigFile', () => {
  const mocks = JSON.stringify({
    StateMachines: { machine: { TestCases: { Flaky: { Ask: 'Twice' }, Token: { Wait: 'Good' } } } },
    MockedResponses: {
      Twice: { 0: { Throw: { Error: 'Busy', Cause: 'b' } }, 1: { Return: { Payload: 1 } } },
      Good: { 0: { Return: { good: true } } },
    },
  });
  const Ask = { ...ASK, Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 60 }] };

  test('answer by the number of the request, which a restart does not forget', async () => {
    const journal = new MemoryJournal();
    const first = await open({ journal, mocks });
    await create(first, { Ask });
    await start(first, '#Flaky');
    await first.run(START_MS + 1000);
    const second = await open({ journal: journal.reopened(), mocks });
    expect(await ended(second)).toMatchObject({ status: 'SUCCEEDED', output: '{"Payload":1}' });
  });

  test('answer a token, too', async () => {
    const region = await open({ mocks });
    const Resource = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';
    const Parameters = { QueueUrl: 'q', 'MessageBody.$': '$$.Task.Token' };
    await create(region, { Wait: { Type: 'Task', Resource, Parameters, End: true } });
    await start(region, '#Token');
    expect(await ended(region)).toMatchObject({ status: 'SUCCEEDED', output: '{"good":true}' });
  });

  test.each([
    ['a test case that is not in the file', mocks, '#Other', 'ValidationException', /no TestCases.Other/],
    ['any test case without a file', undefined, '#Flaky', 'ValidationException', /start with --mocks FILE/],
  ])('are refused: %s', async (_, file, testCase, name, message) => {
    const region = await open(file === undefined ? {} : { mocks: file });
    await create(region, { Ask });
    const refused = start(region, testCase);
    await expect(refused).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  });

  test('are refused as a whole when a response is missing, and the journal is closed', async () => {
    const journal = new MemoryJournal();
    let isClosed = false;
    journal.close = () => {
      isClosed = true;
    };
    const broken = '{"StateMachines":{"machine":{"TestCases":{"A":{"Ask":"Gone"}}}},"MockedResponses":{}}';
    await expect(open({ journal, mocks: broken })).rejects.toThrow(/MockedResponses.Gone/);
    expect(isClosed).toBe(true);
  });
});

describe('Services elsewhere', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
  });

  async function lambdaAnswering(status: number, headers: object, body: string): Promise<string> {
    server = createServer((request, response) => {
      request.resume();
      response.writeHead(status, { ...headers, 'x-path': String(request.url) });
      response.end(body);
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async function asked(endpoint: string): Promise<Answer> {
    const realTime = { mode: 'scaled', startAt: clock.startAt, speed: 1 } as const;
    const region = await open({ clock: realTime, endpoints: { lambda: endpoint } });
    await create(region, { Ask: ASK });
    let answer: Answer = {};
    await start(region);
    const look = (): void =>
      region.spawn(async () => {
        answer = await described(region);
        region.clock.at(region.clock.now() + 20, look);
      });
    look();
    await region.run(() => answer['status'] !== undefined && answer['status'] !== 'RUNNING');
    return answer;
  }

  test('are called by the SDK at their endpoints', async () => {
    const endpoint = await lambdaAnswering(200, { 'content-type': 'application/json' }, '{"from":"elsewhere"}');
    const { output, status } = await asked(endpoint);
    expect(status).toBe('SUCCEEDED');
    expect(JSON.parse(String(output))).toMatchObject({ StatusCode: 200, Payload: { from: 'elsewhere' } });
  });

  test('fail the task with their own error', async () => {
    const headers = { 'content-type': 'application/json', 'x-amzn-errortype': 'ResourceNotFoundException' };
    const endpoint = await lambdaAnswering(404, headers, '{"Message":"Function not found"}');
    expect(await asked(endpoint)).toMatchObject({
      status: 'FAILED',
      error: 'Lambda.ResourceNotFoundException',
      cause: expect.stringMatching(/Function not found/),
    });
  });

  test('fail the task when nobody answers at the endpoint', async () => {
    expect(await asked('http://127.0.0.1:1')).toMatchObject({ status: 'FAILED', error: 'Lambda.SdkClientException' });
  });

  test.each([
    ['lambda', ASK, /There is no lambda here: start with --lambda-endpoint URL/],
    ['a job', JOB, /There is no ecs here: start with --mocks FILE/],
    ['a service that nobody knows', { ...ASK, Resource: 'arn:aws:states:::aws-sdk:foo:bar' }, /service foo/],
  ])('that are not there fail the task with the remedy: %s', async (_, state, cause) => {
    const region = await open();
    await create(region, { Ask: state });
    await start(region);
    expect(await ended(region)).toMatchObject({ status: 'FAILED', cause: expect.stringMatching(cause) });
  });
});
