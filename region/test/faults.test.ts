import { DynamoDBClient, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type FaultPlan, type FaultRule, openRegion, type Region } from '../index.ts';
import { lambdaFunction, role, writeAssembly } from '../testing/assembly-fixture.ts';

const START = '2026-03-02T08:00:00.000Z';
const TABLE = 'seen';

/** Counts, by id, how often it worked; as consumer of the queue it takes the ids of messages. */
const COUNT = `const { DynamoDBClient, UpdateItemCommand } = require('@aws-sdk/client-dynamodb');
const client = new DynamoDBClient({});
exports.handler = async (event) => {
  const ids = event.Records ? event.Records.map(({ body }) => JSON.parse(body).orderId) : [event.orderId ?? event.detail.orderId];
  for (const id of ids) {
    await client.send(new UpdateItemCommand({
      TableName: '${TABLE}', Key: { id: { S: id } }, UpdateExpression: 'ADD n :one SET seenAt = :at',
      ExpressionAttributeValues: { ':one': { N: '1' }, ':at': { S: new Date().toISOString() } },
    }));
  }
  return { ids };
};`;
/** Answers a task token. */
const ANSWER = `const { SFNClient, SendTaskSuccessCommand } = require('@aws-sdk/client-sfn');
const client = new SFNClient({});
exports.handler = async ({ token }) => {
  await client.send(new SendTaskSuccessCommand({ taskToken: token, output: '{}' }));
};`;

const WAIT = {
  StartAt: 'Ask',
  States: {
    Ask: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Parameters: { FunctionName: '${Answer}', Payload: { 'token.$': '$$.Task.Token' } },
      TimeoutSeconds: 3600,
      End: true,
    },
  },
};
const CALL = {
  StartAt: 'Count',
  States: {
    Count: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: '${Count}', 'Payload.$': '$' },
      Retry: [{ ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 2, MaxAttempts: 3 }],
      End: true,
    },
  },
};
const machine = (definition: object): object => ({
  Type: 'AWS::StepFunctions::StateMachine',
  Properties: {
    RoleArn: { 'Fn::GetAtt': ['MachineRole', 'Arn'] },
    DefinitionString: JSON.stringify(definition),
    DefinitionSubstitutions: { Answer: { Ref: 'Answer' }, Count: { Ref: 'Count' } },
  },
});
const Resources = {
  FunctionRole: role(['dynamodb:*', 'states:*', 'sqs:*']),
  MachineRole: role(['lambda:*']),
  Count: lambdaFunction('count', 'FunctionRole', { FunctionName: 'count-orders', Timeout: 10 }),
  Answer: lambdaFunction('answer', 'FunctionRole', { FunctionName: 'answer-token', Timeout: 10 }),
  Waiting: machine(WAIT),
  Calling: machine(CALL),
  Table: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      TableName: TABLE,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    },
  },
  Dead: { Type: 'AWS::SQS::Queue' },
  Queue: {
    Type: 'AWS::SQS::Queue',
    Properties: {
      VisibilityTimeout: 60,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 5 },
    },
  },
  Mapping: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] }, FunctionName: { Ref: 'Count' }, BatchSize: 1 },
  },
  Rule: {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventPattern: { source: ['test'] },
      State: 'ENABLED',
      Targets: [{ Id: 't', Arn: { 'Fn::GetAtt': ['Count', 'Arn'] } }],
    },
  },
  Permit: {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: { Ref: 'Count' },
      Principal: 'events.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': ['Rule', 'Arn'] },
    },
  },
};
const Outputs = Object.fromEntries(['Queue', 'Waiting', 'Calling'].map((name) => [name, { Value: { Ref: name } }]));
const assembly = writeAssembly({ bundles: { count: COUNT, answer: ANSWER }, stacks: { App: { Resources, Outputs } } });

const opened: Region[] = [];
afterEach(async () => {
  for (const region of opened.splice(0)) await region.close();
});

async function open(faults?: FaultPlan, seed = 1): Promise<Region> {
  const region = await openRegion({
    assembly,
    clock: { mode: 'auto-skip', startAt: START },
    seed,
    ...(faults !== undefined && { faults }),
  });
  opened.push(region);
  return region;
}
const plan = (...rules: Partial<FaultRule>[]): FaultPlan => ({
  rules: rules.map((rule, index) => ({ id: `r${index}`, at: { function: 'count-*' }, kind: 'fail', rate: 1, ...rule })),
});

async function invoke(region: Region, orderId = 'o-1'): Promise<{ errorType?: string; ids?: string[] }> {
  const Payload = Buffer.from(JSON.stringify({ orderId }));
  const answer = await region.sdk(LambdaClient).send(new InvokeCommand({ FunctionName: 'count-orders', Payload }));
  return JSON.parse(answer.Payload?.transformToString() ?? '');
}
async function timesSeen(region: Region, orderId = 'o-1'): Promise<number> {
  const Key = { id: { S: orderId } };
  const { Item } = await region.sdk(DynamoDBClient).send(new GetItemCommand({ TableName: TABLE, Key }));
  return Number(Item?.['n']?.N ?? 0);
}
async function execute(region: Region, name: 'Waiting' | 'Calling', input: object = {}, untilMs = 3_700_000) {
  const machines = region.sdk(SFNClient);
  const { executionArn } = await machines.send(
    new StartExecutionCommand({ stateMachineArn: region.outputs()[name], input: JSON.stringify(input) }),
  );
  await region.advance(untilMs);
  return machines.send(new DescribeExecutionCommand({ executionArn }));
}

describe('a fault of a function', () => {
  test('throws a given error before anything was done', async () => {
    const region = await open(plan({ error: { name: 'TypeError', message: 'x is undefined' } }));
    expect(await invoke(region)).toMatchObject({ errorType: 'TypeError', errorMessage: 'x is undefined' });
    expect(await timesSeen(region)).toBe(0);
    expect(region.faultHits()).toEqual({ r0: 1 });
  });

  test('ends its process before, or after, the work was done', async () => {
    const before = await open(plan({ kind: 'crash-before' }));
    expect(await invoke(before)).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(await timesSeen(before)).toBe(0);
    const after = await open(plan({ kind: 'crash-after' }));
    expect(await invoke(after)).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(await timesSeen(after)).toBe(1);
  });

  test('lets its time pass without doing anything', async () => {
    const region = await open(plan({ kind: 'timeout', to: 5 }));
    expect(await invoke(region)).toMatchObject({ errorType: 'Sandbox.Timedout' });
    expect(region.clock.now()).toBe(Date.parse(START) + 10_000);
    expect(await timesSeen(region)).toBe(0);
    expect(await invoke(region)).toEqual({ ids: ['o-1'] });
  });

  test('makes a queue deliver again: work whose end nobody heard of is done twice', async () => {
    const region = await open(plan({ kind: 'crash-after', to: 30 }));
    const message = { QueueUrl: region.outputs()['Queue'], MessageBody: '{"orderId":"o-7"}' };
    await region.sdk(SQSClient).send(new SendMessageCommand(message));
    await region.advance(300_000);
    expect(await timesSeen(region, 'o-7')).toBe(2);
  });

  test('strikes all tries for one order, none for another, until its time is over', async () => {
    const region = await open(
      plan({ error: { name: 'E', message: 'm' }, rate: 0.5, per: 'orderId', from: '2026-03-02T08:00:01Z', to: 600 }),
    );
    await region.advance(1_000);
    const ids = Array.from({ length: 40 }, (_, index) => `o-${index}`);
    const outcome = async () => {
      const answers: boolean[] = [];
      for (const id of ids) answers.push((await invoke(region, id)).errorType === undefined);
      return answers;
    };
    const first = await outcome();
    expect(first.filter(Boolean).length).toBeGreaterThan(8);
    expect(first.filter((isFine) => !isFine).length).toBeGreaterThan(8);
    expect(await outcome()).toEqual(first);
    const struck = ids[first.indexOf(false)] ?? '';
    const { status, error } = await execute(region, 'Calling', { orderId: struck }, 60_000);
    expect([status, error]).toEqual(['FAILED', 'E']);
    await region.run(Date.parse(START) + 600_000);
    expect((await outcome()).every(Boolean)).toBe(true);
  });

  test('strikes only events that contain a text', async () => {
    const region = await open(
      plan({ at: { function: 'count-orders', containing: '"o-2"' }, error: { name: 'E', message: '' } }),
    );
    expect([(await invoke(region, 'o-1')).errorType, (await invoke(region, 'o-2')).errorType]).toEqual([
      undefined,
      'E',
    ]);
  });
});

describe('faults that are over', () => {
  test('hit nothing any more', async () => {
    const region = await open(plan({ kind: 'crash-before' }, { at: { service: 'dynamodb' }, kind: 'throttle' }));
    await invoke(region);
    region.endFaults();
    expect(await invoke(region)).toEqual({ ids: ['o-1'] });
    expect(region.faultHits()).toEqual({ r0: 1, r1: 0 });
  });
});

describe('a fault of a call', () => {
  const putting = { service: 'dynamodb', operation: 'UpdateItem', by: '*FunctionRole*' };

  test('throttles in the service’s own words, for programs and not for the account’s owner', async () => {
    const region = await open(plan({ at: { service: 'dynamodb' }, kind: 'throttle' }));
    expect(await invoke(region)).toMatchObject({ errorType: 'ProvisionedThroughputExceededException' });
    expect(await timesSeen(region)).toBe(0);
  });

  test('refuses with a given error, of the caller that is meant', async () => {
    const error = { name: 'InternalServerError', message: 'later', status: 500 };
    const region = await open(plan({ at: putting, kind: 'refuse', error }));
    expect(await invoke(region)).toMatchObject({ errorType: 'InternalServerError', errorMessage: 'later' });
    const other = await open(plan({ at: { ...putting, by: '*MachineRole*' }, kind: 'refuse', error }));
    expect(await invoke(other)).toEqual({ ids: ['o-1'] });
  });

  test('carries a call out and loses its answer', async () => {
    const region = await open(plan({ at: putting, kind: 'lose-answer', per: 'id' }));
    expect(await invoke(region)).toMatchObject({ errorType: 'InternalFailure' });
    expect(await timesSeen(region)).toBe(1);
  });

  test('is what a machine’s task sees, by its name there', async () => {
    const region = await open(plan({ at: { service: 'lambda', operation: 'Invoke' }, kind: 'throttle', to: 1 }));
    const { status } = await execute(region, 'Calling', { orderId: 'o-1' });
    expect([status, region.faultHits()['r0'], await timesSeen(region)]).toEqual(['SUCCEEDED', 1, 1]);
    const always = await open(plan({ at: { service: 'lambda', operation: 'Invoke' }, kind: 'throttle' }));
    expect((await execute(always, 'Calling')).error).toBe('Lambda.TooManyRequestsException');
  });

  test('loses a callback, or brings it late', async () => {
    const at = { service: 'sfn', operation: 'SendTaskSuccess' };
    const lost = await execute(await open(plan({ at, kind: 'lose' })), 'Waiting');
    expect([lost.status, lost.error]).toEqual(['FAILED', 'States.Timeout']);
    const late = await execute(await open(plan({ at, kind: 'delay', seconds: [900, 1000] })), 'Waiting');
    expect(late.status).toBe('SUCCEEDED');
    const waitedMs = Number(late.stopDate) - Number(late.startDate);
    expect(waitedMs).toBeGreaterThanOrEqual(900_000);
    expect(waitedMs).toBeLessThanOrEqual(1_000_000);
    const twice = await open(plan({ at, kind: 'duplicate', seconds: [1, 1] }));
    expect((await execute(twice, 'Waiting')).status).toBe('SUCCEEDED');
  });
});

describe('a fault of a delivery', () => {
  const put = async (region: Region, count: number): Promise<void> => {
    for (let index = 0; index < count; index += 1) {
      const Entries = [{ Source: 'test', DetailType: 'T', Detail: JSON.stringify({ orderId: `o-${index}` }) }];
      await region.call('eventbridge', 'PutEvents', { Entries });
    }
    await region.advance(120_000);
  };
  const at = { target: '*:function:count-orders' };

  test('brings an event twice, or never', async () => {
    const twice = await open(plan({ at, kind: 'duplicate', seconds: [1, 60] }));
    await put(twice, 1);
    expect(await timesSeen(twice, 'o-0')).toBe(2);
    const never = await open(plan({ at, kind: 'lose' }));
    await put(never, 1);
    expect(await timesSeen(never, 'o-0')).toBe(0);
  });

  test('brings events in another order than they were sent', async () => {
    const region = await open(plan({ at, kind: 'delay', seconds: [0, 60] }));
    await put(region, 12);
    const { Items = [] } = await region.sdk(DynamoDBClient).send(new ScanCommand({ TableName: TABLE }));
    expect(Items).toHaveLength(12);
    const order = Items.sort((a, b) => ((a['seenAt']?.S ?? '') < (b['seenAt']?.S ?? '') ? -1 : 1)).map(
      (item) => item['id']?.S,
    );
    expect(order).not.toEqual(Array.from({ length: 12 }, (_, index) => `o-${index}`));
  });
});

describe('a region with a fault plan', () => {
  const busy = async (faults: FaultPlan | undefined, seed = 1) => {
    const lines: unknown[] = [];
    const region = await openRegion({
      assembly,
      clock: { mode: 'auto-skip', startAt: START },
      seed,
      log: (record) => lines.push(record),
      ...(faults !== undefined && { faults }),
    });
    opened.push(region);
    for (let index = 0; index < 30; index += 1) {
      const MessageBody = JSON.stringify({ orderId: `o-${index}` });
      await region.sdk(SQSClient).send(new SendMessageCommand({ QueueUrl: region.outputs()['Queue'], MessageBody }));
    }
    await region.advance(600_000);
    return { hits: region.faultHits(), told: JSON.stringify([lines, region.usage()]) };
  };
  const flaky = { id: 'flaky', at: { function: '*' }, kind: 'crash-after', rate: 0.3 } as const;
  const slow = { id: 'slow', at: { service: 'dynamodb' }, kind: 'throttle', rate: 0.3 } as const;

  test('runs the same for the same seed, byte for byte, and otherwise for another', async () => {
    const first = await busy({ rules: [flaky, slow] });
    expect(first.hits['flaky']).toBeGreaterThan(0);
    expect(first.hits['slow']).toBeGreaterThan(0);
    expect(await busy({ rules: [flaky, slow] })).toEqual(first);
    expect((await busy({ rules: [flaky, slow] }, 2)).told).not.toBe(first.told);
  });

  test('runs as without one while no rule holds', async () => {
    const later = { ...flaky, from: 86_400 };
    expect((await busy({ rules: [later] })).told).toBe((await busy(undefined)).told);
  });

  test('is refused when a rule names what is not there', async () => {
    await expect(open(plan({ at: { function: 'kount' }, kind: 'timeout' }))).rejects.toThrow(
      'rule r0: no function is named kount: give a name or a pattern, of count-orders, answer-token',
    );
    await expect(open(plan({ at: { target: '*:pipe:*' }, kind: 'lose' }))).rejects.toThrow('no resource has the ARN');
    await expect(open(plan({ at: { service: 'dynamo' }, kind: 'throttle' }))).rejects.toThrow('no service dynamo');
    await expect(open(plan({ at: { service: 's3', operation: 'Put' }, kind: 'throttle' }))).rejects.toThrow(
      's3 has no operation Put: it has PutObject',
    );
  });
});
