import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  GetActivityTaskCommand,
  GetExecutionHistoryCommand,
  InvalidToken,
  ListStateMachinesCommand,
  RedriveExecutionCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  type SFNClientConfig,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  TaskTimedOut,
  TestStateCommand,
  type TestStateCommandOutput,
  ValidateStateMachineDefinitionCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { listen } from '../endpoint/server.ts';
import { type Endpoint, openRegion, type Region } from '../index.ts';
import { role, writeAssembly } from '../testing/assembly-fixture.ts';

const ACTIVITY = 'arn:aws:states:us-east-1:123456789012:activity:pick';
const roleArn = 'arn:aws:iam::123456789012:role/machine';
let region: Region;
let endpoint: Endpoint;
let sfn: SFNClient;

/** As a user of the SDK makes a client for a local endpoint. */
const client = (configuration: SFNClientConfig = {}): SFNClient =>
  new SFNClient({
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    disableHostPrefix: true,
    maxAttempts: 1,
    ...configuration,
  });

beforeEach(async () => {
  const Queue = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'parcels' } };
  region = await openRegion({
    assembly: writeAssembly({
      stacks: {
        App: {
          Resources: { Queue, Machine: role(['sqs:SendMessage']) },
          Outputs: { Queue: { Value: { Ref: 'Queue' } }, Role: { Value: { 'Fn::GetAtt': ['Machine', 'Arn'] } } },
        },
      },
    }),
    clock: { mode: 'manual', startAt: '2026-03-02T08:00:00.250Z' },
    seed: 1,
  });
  endpoint = await region.listen(0);
  sfn = client();
});

afterEach(async () => {
  sfn.destroy();
  await region.close();
});

async function machine(name: string, states: object, type?: 'EXPRESS'): Promise<string | undefined> {
  const definition = JSON.stringify({ StartAt: Object.keys(states)[0], States: states });
  const created = await sfn.send(
    new CreateStateMachineCommand({ name, definition, roleArn, ...(type === undefined ? {} : { type }) }),
  );
  return created.stateMachineArn;
}

const pick = { Pick: { Type: 'Task', Resource: ACTIVITY, HeartbeatSeconds: 60, End: true } };

/** Virtual time passes until the promise is settled. */
async function whileTimePasses<T>(promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const settle = (): void => {
    isSettled = true;
  };
  promise.then(settle, settle);
  while (!isSettled) await region.advance(1000);
  return promise;
}

describe('Step Functions on the region’s port, by the SDK for JavaScript over HTTP', () => {
  test('creates, starts and describes, with times as times', async () => {
    const stateMachineArn = await machine('Waiting', { W: { Type: 'Wait', Seconds: 60, End: true } });
    const { executionArn, startDate } = await sfn.send(
      new StartExecutionCommand({ stateMachineArn, name: 'one', input: '{"n":1}' }),
    );
    expect(startDate).toEqual(new Date('2026-03-02T08:00:00.250Z'));
    await region.advance(61_000);
    const ended = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    expect(ended).toMatchObject({ status: 'SUCCEEDED', stopDate: new Date('2026-03-02T08:01:00.250Z') });
    expect(ended.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('pages through a history in both directions', async () => {
    const stateMachineArn = await machine('Passing', {
      A: { Type: 'Pass', Next: 'B' },
      B: { Type: 'Pass', End: true },
    });
    const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn }));
    const ids = async (reverseOrder: boolean): Promise<readonly (number | undefined)[]> => {
      const read: (number | undefined)[] = [];
      let nextToken: string | undefined;
      do {
        const page = await sfn.send(
          new GetExecutionHistoryCommand({ executionArn, reverseOrder, maxResults: 4, nextToken }),
        );
        expect(page.events?.length).toBeLessThanOrEqual(4);
        read.push(...(page.events ?? []).map(({ id }) => id));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return read;
    };
    expect(await ids(false)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await ids(true)).toEqual([6, 5, 4, 3, 2, 1]);
  });

  test('hands an activity’s task to a worker, hears its heartbeats and takes its answer', async () => {
    await sfn.send(new CreateActivityCommand({ name: 'pick' }));
    const stateMachineArn = await machine('Picking', pick);
    const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: '{"order":7}' }));
    const { taskToken, input } = await sfn.send(new GetActivityTaskCommand({ activityArn: ACTIVITY, workerName: 'w' }));
    expect(input).toBe('{"order":7}');
    for (let beat = 0; beat < 3; beat += 1) {
      await region.advance(50_000);
      await sfn.send(new SendTaskHeartbeatCommand({ taskToken }));
    }
    await sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{"picked":true}' }));
    const ended = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    expect(ended).toMatchObject({ status: 'SUCCEEDED', output: '{"picked":true}' });
    const late = sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));
    await expect(late).rejects.toBeInstanceOf(TaskTimedOut);
  });

  test('redrives an execution whose task failed', async () => {
    await sfn.send(new CreateActivityCommand({ name: 'pick' }));
    const stateMachineArn = await machine('Picking', pick);
    const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn }));
    const take = async (): Promise<string | undefined> =>
      (await sfn.send(new GetActivityTaskCommand({ activityArn: ACTIVITY }))).taskToken;
    const first = await take();
    await sfn.send(new SendTaskFailureCommand({ taskToken: first, error: 'OutOfStock', cause: 'none left' }));
    expect(await sfn.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
      status: 'FAILED',
      error: 'OutOfStock',
      redriveStatus: 'REDRIVABLE',
    });
    const { redriveDate } = await sfn.send(new RedriveExecutionCommand({ executionArn }));
    expect(redriveDate).toBeInstanceOf(Date);
    await sfn.send(new SendTaskSuccessCommand({ taskToken: await take(), output: '{}' }));
    expect(await sfn.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
      status: 'SUCCEEDED',
      redriveCount: 1,
    });
  });

  test('keeps a worker waiting for a virtual minute, and answers without a token', async () => {
    await sfn.send(new CreateActivityCommand({ name: 'pick' }));
    const before = region.clock.now();
    const { taskToken } = await whileTimePasses(sfn.send(new GetActivityTaskCommand({ activityArn: ACTIVITY })));
    expect(taskToken).toBeUndefined();
    expect(region.clock.now() - before).toBeGreaterThanOrEqual(60_000);
  });

  test('answers a waiting worker at once when a task comes, without time moving', async () => {
    await sfn.send(new CreateActivityCommand({ name: 'pick' }));
    const stateMachineArn = await machine('Picking', pick);
    const before = region.clock.now();
    const polled = sfn.send(new GetActivityTaskCommand({ activityArn: ACTIVITY }));
    await sfn.send(new StartExecutionCommand({ stateMachineArn }));
    expect((await polled).taskToken).toBeDefined();
    expect(region.clock.now()).toBe(before);
  });

  test('gives no task to a worker whose connection has ended', async () => {
    let abandoned: () => void = () => undefined;
    const isAbandoned = new Promise<void>((resolve) => {
      abandoned = resolve;
    });
    const polled: string[] = [];
    const { accountId, name, clock } = region;
    const watched = await listen(
      {
        accountId,
        name,
        clock,
        outputs: () => region.outputs(),
        call: async (service, operation, input) => {
          polled.push(operation);
          const answer = region.callFromOutside(service, operation, input);
          if (operation === '_AbandonActivityPoll') abandoned();
          return answer;
        },
      },
      0,
    );
    try {
      await sfn.send(new CreateActivityCommand({ name: 'pick' }));
      const stateMachineArn = await machine('Picking', pick);
      const leaving = new AbortController();
      const gone = client({ endpoint: watched.url }).send(new GetActivityTaskCommand({ activityArn: ACTIVITY }), {
        abortSignal: leaving.signal,
      });
      gone.catch(() => undefined);
      while (polled.length === 0) await region.advance(100);
      leaving.abort();
      await expect(gone).rejects.toMatchObject({ name: 'AbortError' });
      await isAbandoned;
      await sfn.send(new StartExecutionCommand({ stateMachineArn, input: '{"kept":true}' }));
      await region.advance(5000);
      const { input } = await sfn.send(new GetActivityTaskCommand({ activityArn: ACTIVITY }));
      expect(input).toBe('{"kept":true}');
    } finally {
      await watched.close();
    }
  });

  test('runs an Express machine while its caller waits', async () => {
    const stateMachineArn = await machine('Quick', { W: { Type: 'Wait', Seconds: 5, End: true } }, 'EXPRESS');
    const ended = await whileTimePasses(
      sfn.send(new StartSyncExecutionCommand({ stateMachineArn, name: 'q', input: '{"n":1}' })),
    );
    expect(ended).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"n":1}',
      billingDetails: { billedMemoryUsedInMB: 64 },
    });
  });

  test('tests a state, with a mock and by calling its service', async () => {
    const definition = JSON.stringify({
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage',
      Parameters: { QueueUrl: region.outputs()['Queue'], MessageBody: 'hello' },
      ResultSelector: { 'id.$': '$.MessageId' },
      End: true,
    });
    const send = (more: object): Promise<TestStateCommandOutput> =>
      sfn.send(new TestStateCommand({ definition, roleArn: region.outputs()['Role'], input: '{}', ...more }));
    const mock = { result: '{"MessageId":"m-1"}', fieldValidationMode: 'NONE' };
    expect(await send({ mock })).toMatchObject({ status: 'SUCCEEDED', output: '{"id":"m-1"}' });
    const called = await whileTimePasses(send({ mock: undefined }));
    expect(called).toMatchObject({ status: 'SUCCEEDED', output: expect.stringMatching(/"id":"[0-9a-f-]{36}"/) });
    expect(region.usage()['sqs/request']).toBeGreaterThan(0);
  });

  test('says what is wrong with a definition', async () => {
    const definition = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', Next: 'Nowhere' } } });
    const { result, diagnostics } = await sfn.send(new ValidateStateMachineDefinitionCommand({ definition }));
    expect(result).toBe('FAIL');
    expect(diagnostics?.[0]).toMatchObject({ severity: 'ERROR', location: expect.stringContaining('/States/A') });
  });

  test('fails an execution that needs what the region does not have, and no other', async () => {
    const waiting = await machine('Waiting', { W: { Type: 'Wait', Seconds: 60, End: true } });
    const { executionArn: other } = await sfn.send(new StartExecutionCommand({ stateMachineArn: waiting }));
    const failures: Record<string, string> = {
      'glue:startJobRun': 'use lambda:invoke',
      'sqs:sendMessage': 'the input of',
    };
    for (const [integration, cause] of Object.entries(failures)) {
      const Resource = `arn:aws:states:::${integration}`;
      const stateMachineArn = await machine(integration.replace(':', '-'), {
        A: { Type: 'Task', Resource, End: true },
      });
      const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: '{"QueueUrl":7}' }));
      await region.advance(1000);
      expect(await sfn.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
        status: 'FAILED',
        error: 'States.Runtime',
        cause: expect.stringContaining(cause),
      });
    }
    await region.advance(60_000);
    expect(await sfn.send(new DescribeExecutionCommand({ executionArn: other }))).toMatchObject({
      status: 'SUCCEEDED',
    });
  });

  test('throws the SDK’s own exceptions', async () => {
    const stateMachineArn = await machine('Waiting', { W: { Type: 'Wait', Seconds: 60, End: true } });
    await sfn.send(new StartExecutionCommand({ stateMachineArn, name: 'one', input: '{"n":1}' }));
    const again = sfn.send(new StartExecutionCommand({ stateMachineArn, name: 'one', input: '{"n":2}' }));
    await expect(again).rejects.toBeInstanceOf(ExecutionAlreadyExists);
    await expect(again).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 }, $fault: 'client' });
    const executionArn = `${stateMachineArn?.replace(':stateMachine:', ':execution:')}:none`;
    await expect(sfn.send(new DescribeExecutionCommand({ executionArn }))).rejects.toBeInstanceOf(
      ExecutionDoesNotExist,
    );
    const forged = sfn.send(new SendTaskSuccessCommand({ taskToken: 'forged', output: '{}' }));
    await expect(forged).rejects.toBeInstanceOf(InvalidToken);
    const unchecked = sfn.send(new ListStateMachinesCommand({ maxResults: -1 }));
    await expect(unchecked).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining("at 'maxResults' failed to satisfy constraint"),
    });
  });

  test('tries an error of the server again, and no error of the client', async () => {
    const failures: Error[] = [];
    const faulty = await listen(
      {
        accountId: '1',
        name: 'us-east-1',
        clock: region.clock,
        outputs: () => ({}),
        call: async (_service, operation) => {
          failures.push(new Error(operation));
          throw operation === 'ListActivities' ? new Error('a defect') : failures.at(-1);
        },
      },
      0,
    );
    try {
      const patient = client({ endpoint: faulty.url, maxAttempts: 2 });
      const listed = patient.send(new ListStateMachinesCommand({}));
      await expect(listed).rejects.toMatchObject({ name: 'InternalFailure', $metadata: { attempts: 2 } });
      expect(failures).toHaveLength(2);
    } finally {
      await faulty.close();
    }
    const patient = client({ maxAttempts: 3 });
    const unknown = patient.send(new DescribeExecutionCommand({ executionArn: 'not-an-arn' }));
    await expect(unknown).rejects.toMatchObject({ name: 'InvalidArn', $metadata: { attempts: 1 } });
  });
});
