import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, test } from '@jest/globals';
import { openRegion, type Region } from '../index.ts';
import { lambdaFunction, role, writeAssembly } from '../testing/assembly-fixture.ts';

const clock = { mode: 'auto-skip', startAt: '2026-03-02T08:00:00Z' } as const;

const WRITER = `
const { DynamoDBClient } = require('@aws-sdk/client-dynamodb');
const { DynamoDBDocumentClient, PutCommand, GetCommand } = require('@aws-sdk/lib-dynamodb');
const { ConditionalCheckFailedException } = require('@aws-sdk/client-dynamodb');
const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } });
exports.handler = async (event, context) => {
  if (event.fail) throw new TypeError('no such order');
  if (event.sleepMs) await new Promise((resolve) => setTimeout(resolve, event.sleepMs));
  const put = new PutCommand({ TableName: process.env.TABLE, Item: { id: event.id, at: new Date().toISOString(), none: undefined }, ConditionExpression: 'attribute_not_exists(id)' });
  try { await documents.send(put); } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { duplicate: true, name: error.name };
  }
  const { Item } = await documents.send(new GetCommand({ TableName: process.env.TABLE, Key: { id: event.id } }));
  console.log('stored', Item.id);
  return { stored: Item, isDate: new Date() instanceof Date, left: context.getRemainingTimeInMillis() };
};`;

const table = {
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  },
};

function open(actions: readonly string[], lines: string[] = [], properties: object = {}): Promise<Region> {
  const assembly = writeAssembly({
    bundles: { writer: WRITER },
    stacks: {
      App: {
        Resources: {
          Writer: lambdaFunction('writer', 'WriterRole', {
            Environment: { Variables: { TABLE: { Ref: 'Orders' } } },
            ...properties,
          }),
          WriterRole: role(actions, { 'Fn::GetAtt': ['Orders', 'Arn'] }),
          Orders: table,
        },
        Outputs: { Table: { Value: { Ref: 'Orders' } }, Function: { Value: { Ref: 'Writer' } } },
      },
    },
  });
  return openRegion({ assembly, clock, seed: 1, log: ({ message }) => lines.push(message) });
}

const WRITES = ['dynamodb:PutItem', 'dynamodb:GetItem'];

async function invoke(
  region: Region,
  event: object,
): Promise<{ error: string | undefined; answer: Record<string, unknown> }> {
  const lambda = region.sdk(LambdaClient);
  const FunctionName = region.outputs()['Function'];
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
  );
  return { error: FunctionError, answer: JSON.parse(Payload?.transformToString() ?? '') };
}

describe('a function in the region', () => {
  test('reaches the table with its SDK clients, on virtual time', async () => {
    const lines: string[] = [];
    const region = await open(WRITES, lines);
    const { answer, error } = await invoke(region, { id: 'o-1' });
    expect(error).toBeUndefined();
    expect(answer).toEqual({ stored: { id: 'o-1', at: '2026-03-02T08:00:00.000Z' }, isDate: true, left: 3000 });
    const dynamo = region.sdk(DynamoDBClient);
    const { Item } = await dynamo.send(
      new GetItemCommand({ TableName: region.outputs()['Table'], Key: { id: { S: 'o-1' } } }),
    );
    expect(Item?.['at']?.S).toBe('2026-03-02T08:00:00.000Z');
    expect(lines).toContain('stored o-1');
    expect(region.usage()['lambda/request']).toBe(1);
    await region.close();
  });

  test('meets the exception classes of its own SDK', async () => {
    const region = await open(WRITES);
    await invoke(region, { id: 'o-1' });
    expect((await invoke(region, { id: 'o-1' })).answer).toEqual({
      duplicate: true,
      name: 'ConditionalCheckFailedException',
    });
  });

  test('is refused what its role does not grant', async () => {
    const region = await open(['dynamodb:GetItem']);
    const { answer, error } = await invoke(region, { id: 'o-1' });
    expect(error).toBe('Unhandled');
    expect(answer['errorType']).toBe('AccessDeniedException');
    expect(answer['errorMessage']).toMatch(
      /is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:us-east-1:123456789012:table\/.* because no identity-based policy allows the dynamodb:PutItem action/,
    );
  });

  test('answers with the error as Lambda does', async () => {
    const region = await open(WRITES);
    const { answer, error } = await invoke(region, { fail: true });
    expect(error).toBe('Unhandled');
    expect(answer).toMatchObject({ errorType: 'TypeError', errorMessage: 'no such order' });
    expect((answer['trace'] as string[])[1]).toContain('/var/task/index.js:');
  });

  test('times out at its timeout in virtual time', async () => {
    const region = await open(WRITES);
    const { answer } = await invoke(region, { id: 'o-1', sleepMs: 10_000 });
    expect(answer['errorType']).toBe('Sandbox.Timedout');
    expect(answer['errorMessage']).toMatch(/Task timed out after 3.00 seconds$/);
    expect(region.clock.now()).toBe(Date.parse('2026-03-02T08:00:03Z'));
  });

  test('runs side by side when it sleeps, and refuses calls above its reserved concurrency', async () => {
    const region = await open(WRITES, [], { ReservedConcurrentExecutions: 2 });
    const calls = [1, 2, 3].map((n) => invoke(region, { id: `o-${n}`, sleepMs: 1000 }));
    const results = await Promise.allSettled(calls);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect((results[2] as PromiseRejectedResult).reason.name).toBe('TooManyRequestsException');
    expect(region.clock.now()).toBe(Date.parse('2026-03-02T08:00:01Z'));
  });

  test('is retried twice when it is invoked as an event', async () => {
    const region = await open(WRITES);
    const lambda = region.sdk(LambdaClient);
    const FunctionName = region.outputs()['Function'];
    await lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: '{"fail":true}' }));
    await region.runUntilIdle();
    expect(region.usage()['lambda/request']).toBe(3);
    expect(region.clock.now()).toBe(Date.parse('2026-03-02T08:03:00Z'));
  });
});
