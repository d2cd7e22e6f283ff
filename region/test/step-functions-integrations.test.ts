/** What tasks are given and told by the services that they call: shapes, names of errors, whose permissions. */
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import { role } from '../testing/assembly-fixture.ts';
import { DOUBLE, execute, openMachines, outputOf, stateMachine } from '../testing/machine-fixture.ts';

const ITEM = { TableName: '${Table}', Item: { id: { S: 'p1' } } };
const ONCE = { ...ITEM, ConditionExpression: 'attribute_exists(id)' };

const calling = (resource: string, Arguments: object, more: object = {}): object =>
  stateMachine({
    QueryLanguage: 'JSONata',
    StartAt: 'Call',
    States: { Call: { Type: 'Task', Resource: `arn:aws:states:::${resource}`, Arguments, ...more, End: true } },
  });

const GRANTS = role(['dynamodb:*', 's3:GetObject', 's3:ListBucket', 'lambda:*', 'states:*', 'sqs:*', 'events:*']);

describe('A refusal', () => {
  const noMachine = 'arn:aws:states:us-east-1:123456789012:stateMachine:None';
  test.each([
    [
      'dynamodb:putItem',
      ONCE,
      'DynamoDB.ConditionalCheckFailedException',
      /\(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ConditionalCheckFailedException; Request ID: [0-9a-f-]{36}; Proxy: null\)$/,
    ],
    [
      'aws-sdk:dynamodb:putItem',
      ONCE,
      'DynamoDb.ConditionalCheckFailedException',
      /\(Service: DynamoDb, Status Code: 400, Request ID: [0-9a-f-]{36}\) \(SDK Attempt Count: 1\)$/,
    ],
    ['dynamodb:putItem', { ...ITEM, Item: {} }, 'DynamoDB.AmazonDynamoDBException', /Error Code: ValidationException/],
    ['aws-sdk:dynamodb:putItem', { ...ITEM, Item: {} }, 'DynamoDb.DynamoDbException', /Service: DynamoDb,/],
    [
      'aws-sdk:dynamodb:putItem',
      { ...ITEM, TableName: 'none' },
      'DynamoDb.ResourceNotFoundException',
      /Service: DynamoDb,/,
    ],
    [
      'aws-sdk:s3:getObject',
      { Bucket: '${Bucket}', Key: 'none' },
      'S3.NoSuchKeyException',
      /\(Service: S3, Status Code: 404, Request ID: .+, Extended Request ID: .+\)/,
    ],
    ['aws-sdk:s3:getObject', { Bucket: 'none', Key: 'none' }, 'S3.NoSuchBucketException', /Status Code: 404/],
    ['aws-sdk:s3:putObject', { Bucket: '${Bucket}', Key: 'k' }, 'S3.S3Exception', /s3:PutObject/],
    [
      'states:startExecution',
      { StateMachineArn: noMachine },
      'StepFunctions.StateMachineDoesNotExistException',
      /Service: AWSStepFunctions; Status Code: 400; Error Code: StateMachineDoesNotExist;/,
    ],
    [
      'aws-sdk:sfn:startExecution',
      { StateMachineArn: noMachine },
      'Sfn.StateMachineDoesNotExistException',
      /Service: Sfn,/,
    ],
    [
      'aws-sdk:sfn:sendTaskSuccess',
      { TaskToken: 'none', Output: 'x' },
      'Sfn.InvalidTokenException',
      /Service: Sfn, Status Code: 400/,
    ],
    [
      'lambda:invoke',
      { FunctionName: 'none' },
      'Lambda.ResourceNotFoundException',
      /Service: AWSLambda; Status Code: 404;/,
    ],
  ])('of %s with %j is %s', async (resource, args, error, cause) => {
    const region = await openMachines({ Machine: calling(resource, args) }, GRANTS);
    const ended = await execute(region, 'Machine', {});
    expect({ status: ended.status, error: ended.error }).toEqual({ status: 'FAILED', error });
    expect(ended.cause).toMatch(cause);
  });

  test('for want of a permission is the base error of the service', async () => {
    const region = await openMachines({ Machine: stateMachine(DOUBLE) }, role(['s3:GetObject']));
    expect(await execute(region, 'Machine', { n: 1 })).toMatchObject({
      error: 'Lambda.AWSLambdaException',
      cause: expect.stringContaining('lambda:InvokeFunction') as unknown,
    });
  });
});

describe('A task of the SDK', () => {
  test('has an object of S3 as text', async () => {
    const region = await openMachines({
      Machine: calling('aws-sdk:s3:getObject', { Bucket: '${Bucket}', Key: 'k' }),
    });
    await region.sdk(S3Client).send(new PutObjectCommand({ Bucket: 'parcels', Key: 'k', Body: '{"n":1}' }));
    expect(outputOf(await execute(region, 'Machine', {}))).toMatchObject({
      Body: '{"n":1}',
      ContentLength: 7,
      ETag: expect.any(String) as unknown,
      LastModified: '2026-03-02T08:00:00.000Z',
      Metadata: {},
    });
  });

  test('has the names of attributes as they are', async () => {
    const put = calling('dynamodb:putItem', { TableName: '${Table}', Item: { id: { S: 'p1' }, weightKg: { N: '2' } } });
    const get = calling('aws-sdk:dynamodb:getItem', { TableName: '${Table}', Key: { id: { S: 'p1' } } });
    const region = await openMachines({ Put: put, Get: get });
    expect(outputOf(await execute(region, 'Put', {}))).toMatchObject({ SdkHttpMetadata: { HttpStatusCode: 200 } });
    expect(outputOf(await execute(region, 'Get', {}))).toEqual({ Item: { id: { S: 'p1' }, weightKg: { N: '2' } } });
  });

  test('writes out JSON where the API takes text, and gives the answer with capitals', async () => {
    const invoke = calling('aws-sdk:lambda:invoke', { FunctionName: '${Doubler}', Payload: { n: 2 } });
    const list = calling('aws-sdk:sfn:listStateMachines', {});
    const region = await openMachines({ Invoke: invoke, List: list });
    expect(outputOf(await execute(region, 'Invoke', {}))).toMatchObject({ Payload: '{"n":4}', StatusCode: 200 });
    expect(outputOf(await execute(region, 'List', {}))).toMatchObject({
      StateMachines: [{ Name: expect.any(String) as unknown, Type: 'STANDARD' }, { Type: 'STANDARD' }],
    });
  });

  test('of an operation that the region has not fails with its name, and no Catch hides it', async () => {
    const region = await openMachines({
      Machine: calling(
        'aws-sdk:s3:restoreObject',
        { Bucket: '${Bucket}', Key: 'k' },
        { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Call' }] },
      ),
    });
    expect(await execute(region, 'Machine', {})).toMatchObject({
      error: 'States.Runtime',
      cause: expect.stringContaining('operation RestoreObject (s3)') as unknown,
    });
  });
});

describe('Credentials of a task', () => {
  const machine = calling(
    'dynamodb:putItem',
    { TableName: 'parcels', Item: { id: { S: 'p1' } } },
    { Credentials: { RoleArn: '{% $states.input.roleArn %}' } },
  );
  const open = (assume: readonly string[]) =>
    openMachines(
      { Machine: machine, Writer: role(['dynamodb:PutItem']), Reader: role(['dynamodb:GetItem']) },
      role(assume),
    );
  const withRole = async (assume: readonly string[], name: string) => {
    const region = await open(assume);
    const roleArn = `arn:aws:iam::${region.accountId}:role/${region.outputs()[name]}`;
    const { status, error, cause } = await execute(region, 'Machine', { roleArn });
    return { status, error, cause };
  };

  test('make the call with the permissions of the role that they name', async () => {
    expect(await withRole(['sts:AssumeRole'], 'Writer')).toMatchObject({ status: 'SUCCEEDED' });
    expect(await withRole(['sts:AssumeRole', 'dynamodb:*'], 'Reader')).toMatchObject({
      error: 'DynamoDB.AmazonDynamoDBException',
      cause: expect.stringContaining('dynamodb:PutItem') as unknown,
    });
  });

  test('are refused to a machine whose role may not assume that role', async () => {
    expect(await withRole(['dynamodb:*'], 'Writer')).toMatchObject({
      status: 'FAILED',
      error: 'States.Permissions',
      cause: expect.stringContaining('sts:AssumeRole') as unknown,
    });
  });
});
