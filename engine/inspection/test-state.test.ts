import { describe, expect, test } from '@jest/globals';
import { Engine } from '../index.ts';

const ROLE = 'arn:aws:iam::111111111111:role/tester';
const newEngine = (): Engine =>
  new Engine({
    accountId: '111111111111',
    region: 'eu-central-1',
    host: { random: () => 0.5, uuid: () => '00000000-0000-4000-8000-000000000001' },
  });

async function testState(definition: object, rest: object = {}): Promise<Record<string, unknown>> {
  const input = { definition: JSON.stringify(definition), roleArn: ROLE, ...rest };
  const { response, events } = await newEngine().apply(0, { kind: 'api', action: 'TestState', input });
  expect(events).toEqual([]);
  return response as Record<string, unknown>;
}

const RESERVE = {
  Type: 'Task',
  Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
  Parameters: { QueueUrl: 'q', MessageBody: { 'token.$': '$$.Task.Token' } },
  Retry: [
    { ErrorEquals: ['Throttled'], IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 2 },
    { ErrorEquals: ['States.Timeout'] },
  ],
  Catch: [
    { ErrorEquals: ['OutOfStock'], Next: 'Apologise' },
    { ErrorEquals: ['States.ALL'], ResultPath: '$.problem', Next: 'Review' },
  ],
  Next: 'Ship',
};
const failing = (error: string, stateConfiguration?: object): object => ({
  input: '{"orderId":"order-1"}',
  inspectionLevel: 'DEBUG',
  mock: { errorOutput: { error, cause: 'because' } },
  ...(stateConfiguration && { stateConfiguration }),
});

describe('TestState', () => {
  test('says that a mocked error would be retried, by which retrier and after how long', async () => {
    const answer = await testState(RESERVE, failing('Throttled', { retrierRetryCount: 1 }));
    expect(answer).toMatchObject({ status: 'RETRIABLE', error: 'Throttled', cause: 'because' });
    expect(answer['output']).toBeUndefined();
    expect(answer['nextState']).toBeUndefined();
    expect(answer['inspectionData']).toMatchObject({
      errorDetails: { retryIndex: 0, retryBackoffIntervalSeconds: 6 },
    });
  });

  test('goes to the catcher when the retrier is used up', async () => {
    const answer = await testState(RESERVE, failing('Throttled', { retrierRetryCount: 2 }));
    expect(answer).toMatchObject({ status: 'CAUGHT_ERROR', nextState: 'Review' });
    expect(JSON.parse(String(answer['output']))).toEqual({
      orderId: 'order-1',
      problem: { Error: 'Throttled', Cause: 'because' },
    });
    expect(answer['inspectionData']).toMatchObject({ errorDetails: { catchIndex: 1 } });
  });

  test('counts retries for the retrier of the error only', async () => {
    const answer = await testState(RESERVE, failing('States.Timeout', { retrierRetryCount: 2 }));
    expect(answer['inspectionData']).toMatchObject({
      errorDetails: { retryIndex: 1, retryBackoffIntervalSeconds: 4 },
    });
  });

  test('carries variables in and out', async () => {
    const state = {
      Type: 'Pass',
      QueryLanguage: 'JSONata',
      Assign: { total: '{% $total + 1 %}' },
      Output: '{% $total %}',
      Next: 'Ship',
    };
    const answer = await testState(state, { variables: '{"total":41,"kept":"yes"}', inspectionLevel: 'DEBUG' });
    expect(answer).toMatchObject({ status: 'SUCCEEDED', output: '41', nextState: 'Ship' });
    const { variables } = answer['inspectionData'] as { variables: string };
    expect(JSON.parse(variables)).toEqual({ total: 42, kept: 'yes' });
  });

  test('finds a state that is nested in a Map of the machine', async () => {
    const inner = {
      StartAt: 'Price',
      States: { Price: { Type: 'Pass', Result: 7, ResultPath: '$.price', End: true } },
    };
    const machine = { StartAt: 'Lines', States: { Lines: { Type: 'Map', ItemProcessor: inner, End: true } } };
    const answer = await testState(machine, { stateName: 'Price', input: '{"sku":"a"}' });
    expect(answer).toEqual({ status: 'SUCCEEDED', output: '{"sku":"a","price":7}' });
  });

  test('waits for nothing', async () => {
    expect(await testState({ Type: 'Wait', Seconds: 86_400, Next: 'Ship' }, { input: '{"a":1}' })).toEqual({
      status: 'SUCCEEDED',
      output: '{"a":1}',
      nextState: 'Ship',
    });
  });

  test('fails a Map whose failures exceed what it tolerates', async () => {
    const state = {
      Type: 'Map',
      ItemsPath: '$.lines',
      ItemProcessor: { StartAt: 'Pick', States: { Pick: { Type: 'Pass', End: true } } },
      ItemSelector: { 'n.$': '$$.Map.Item.Value' },
      ToleratedFailureCount: 1,
      End: true,
    };
    const request = { input: '{"lines":[1,2,3]}', mock: { result: '[1,2,3]' }, inspectionLevel: 'DEBUG' };
    const tolerated = await testState(state, { ...request, stateConfiguration: { mapIterationFailureCount: 1 } });
    expect(tolerated).toMatchObject({ status: 'SUCCEEDED', output: '[1,2,3]' });
    expect(tolerated['inspectionData']).toMatchObject({
      afterItemsPath: '[1,2,3]',
      afterItemSelector: '[{"n":1},{"n":2},{"n":3}]',
      toleratedFailureCount: 1,
    });
    const exceeded = await testState(state, { ...request, stateConfiguration: { mapIterationFailureCount: 2 } });
    expect(exceeded).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' });
  });

  test('reads what a reader would have read, and batches it', async () => {
    const state = {
      Type: 'Map',
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
        Parameters: { Bucket: 'b', Key: 'k' },
      },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Pick',
        States: { Pick: { Type: 'Pass', End: true } },
      },
      ItemBatcher: { MaxItemsPerBatch: 2 },
      End: true,
    };
    const answer = await testState(state, {
      inspectionLevel: 'DEBUG',
      mock: { result: '[]' },
      stateConfiguration: { mapItemReaderData: 'sku,n\na,1\nb,2\nc,3\n' },
    });
    const { afterItemBatcher } = answer['inspectionData'] as { afterItemBatcher: string };
    expect(JSON.parse(afterItemBatcher)).toEqual([
      {
        Items: [
          { sku: 'a', n: '1' },
          { sku: 'b', n: '2' },
        ],
      },
      { Items: [{ sku: 'c', n: '3' }] },
    ]);
  });

  test('refuses a token task without a mock', async () => {
    await expect(testState(RESERVE)).rejects.toMatchObject({ name: 'InvalidDefinition' });
  });

  test('refuses a mock of both kinds, and a state that cannot be mocked', async () => {
    const both = { mock: { result: '{}', errorOutput: { error: 'E' } } };
    await expect(testState(RESERVE, both)).rejects.toMatchObject({ name: 'ValidationException' });
    const pass = { Type: 'Pass', End: true };
    await expect(testState(pass, { mock: { result: '{}' } })).rejects.toThrow(
      "State type 'Pass' is not supported when a mock is specified",
    );
  });

  test('refuses an error that is said to come from a state which is not there', async () => {
    const state = {
      Type: 'Parallel',
      Branches: [{ StartAt: 'A', States: { A: { Type: 'Pass', End: true } } }],
      End: true,
    };
    const request = { mock: { errorOutput: { error: 'E' } }, stateConfiguration: { errorCausedByState: 'B' } };
    await expect(testState(state, request)).rejects.toThrow("'B'");
  });

  test('asks the host for a task without a mock, and answers with its report', async () => {
    const engine = newEngine();
    const definition = JSON.stringify({
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: 'price', 'Payload.$': '$' },
      OutputPath: '$.Payload',
      End: true,
    });
    const input = { definition, roleArn: ROLE, input: '{"sku":"a"}' };
    const asked = await engine.apply(0, { kind: 'api', action: 'TestState', input });
    expect(asked.response).toBeUndefined();
    const task = asked.effects.find((effect) => effect.kind === 'invokeTask');
    expect(task).toMatchObject({ service: 'lambda', input: { FunctionName: 'price', Payload: { sku: 'a' } } });
    const taskId = String(task?.taskId);
    const told = await engine.apply(5, { kind: 'taskSucceeded', taskId, output: '{"Payload":{"price":7}}' });
    expect(told.response).toEqual({ status: 'SUCCEEDED', output: '{"price":7}' });
    expect(told.effects).toEqual([{ kind: 'cancelTimer', timerId: taskId }]);
  });

  test('gives up on a task after five minutes', async () => {
    const engine = newEngine();
    const definition = JSON.stringify({ Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true });
    const { effects } = await engine.apply(0, {
      kind: 'api',
      action: 'TestState',
      input: { definition, roleArn: ROLE },
    });
    const timer = effects.find((effect) => effect.kind === 'setTimer');
    expect(timer).toMatchObject({ dueMs: 300_000 });
    const timerId = timer?.kind === 'setTimer' ? timer.timerId : '';
    const { response } = await engine.apply(300_000, { kind: 'timerFired', timerId });
    expect(response).toEqual({ status: 'FAILED', error: 'States.Timeout' });
  });
});
