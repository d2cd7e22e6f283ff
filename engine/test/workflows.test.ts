import { describe, expect, test } from '@jest/globals';
import { Driver, LAMBDA } from './driver.ts';

describe('A JSONata workflow', () => {
  test('passes a result through Output and Assign, and variables reach later states', async () => {
    const driver = new Driver({ PriceOrder: { output: { Payload: { price: 12 } } } });
    const arn = await driver.start(
      {
        StartAt: 'PriceOrder',
        States: {
          PriceOrder: {
            Type: 'Task',
            Resource: LAMBDA,
            Arguments: { FunctionName: 'price', Payload: { id: '{% $states.input.orderId %}' } },
            Assign: { price: '{% $states.result.Payload.price %}' },
            Output: '{% $merge([$states.input, {"priced": true}]) %}',
            Next: 'Report',
          },
          Report: { Type: 'Pass', Output: { total: '{% $price * 2 %}', order: '{% $states.input %}' }, End: true },
        },
      },
      { orderId: 'o-1' },
    );
    const { status, output } = await driver.describe(arn);
    expect(status).toBe('SUCCEEDED');
    expect(JSON.parse(String(output))).toEqual({ total: 24, order: { orderId: 'o-1', priced: true } });
    expect(driver.invoked[0]?.input).toEqual({ FunctionName: 'price', Payload: { id: 'o-1' } });
    expect(driver.statuses).toEqual(['RUNNING', 'SUCCEEDED']);
  });

  test('numbers its events from 1 and chains them as AWS does', async () => {
    const driver = new Driver({ Work: { output: 1 } });
    const arn = await driver.start({
      StartAt: 'Work',
      States: { Work: { Type: 'Task', Resource: LAMBDA, End: true } },
    });
    const events = await driver.history(arn);
    expect(events.map(({ id, previousEventId, type }) => [id, previousEventId, type])).toEqual([
      [1, 0, 'ExecutionStarted'],
      [2, 0, 'TaskStateEntered'],
      [3, 2, 'TaskScheduled'],
      [4, 3, 'TaskStarted'],
      [5, 4, 'TaskSucceeded'],
      [6, 5, 'TaskStateExited'],
      [7, 6, 'ExecutionSucceeded'],
    ]);
    expect(events[2]?.['taskScheduledEventDetails']).toEqual({
      resourceType: 'lambda',
      resource: 'invoke',
      region: 'us-east-1',
      parameters: '{}',
    });
  });

  test('sees the context: execution, state, machine and the time of the apply', async () => {
    const driver = new Driver();
    const arn = await driver.start(
      {
        StartAt: 'Look',
        States: {
          Look: {
            Type: 'Pass',
            Output: {
              name: '{% $states.context.Execution.Name %}',
              state: '{% $states.context.State.Name %}',
              machine: '{% $states.context.StateMachine.Name %}',
              started: '{% $states.context.Execution.StartTime %}',
              millis: '{% $millis() %}',
              now: '{% $now() %}',
            },
            End: true,
          },
        },
      },
      {},
      'order-7',
    );
    expect(JSON.parse(String((await driver.describe(arn))['output']))).toEqual({
      name: 'order-7',
      state: 'Look',
      machine: 'machine',
      started: '2026-01-01T00:00:00.000Z',
      millis: Date.UTC(2026, 0, 1),
      now: '2026-01-01T00:00:00.000Z',
    });
  });

  test('chooses by condition, and by Default when none holds', async () => {
    const driver = new Driver();
    const choice = {
      StartAt: 'IsLarge',
      States: {
        IsLarge: {
          Type: 'Choice',
          Choices: [{ Condition: '{% $states.input.n > 10 %}', Next: 'Large' }],
          Default: 'Small',
        },
        Large: { Type: 'Succeed' },
        Small: { Type: 'Fail', Error: 'TooSmall', Cause: "{% 'only ' & $states.input.n %}" },
      },
    };
    expect((await driver.describe(await driver.start(choice, { n: 11 })))['status']).toBe('SUCCEEDED');
    expect(await driver.describe(await driver.start(choice, { n: 3 }))).toMatchObject({
      status: 'FAILED',
      error: 'TooSmall',
      cause: 'only 3',
    });
  });

  test('waits for its seconds, no longer and no shorter', async () => {
    const driver = new Driver();
    const arn = await driver.start({ StartAt: 'Rest', States: { Rest: { Type: 'Wait', Seconds: 90, End: true } } });
    expect((await driver.describe(arn))['status']).toBe('RUNNING');
    await driver.jump();
    expect(driver.nowMs).toBe(Date.UTC(2026, 0, 1) + 90_000);
    expect((await driver.describe(arn))['status']).toBe('SUCCEEDED');
  });

  test('names the expression that gave nothing, and where it stands', async () => {
    const driver = new Driver();
    const arn = await driver.start({
      StartAt: 'Bad',
      States: { Bad: { Type: 'Pass', Output: { x: '{% $states.input.missing %}' }, End: true } },
    });
    expect(await driver.describe(arn)).toMatchObject({
      status: 'FAILED',
      error: 'States.QueryEvaluationError',
      cause:
        "An error occurred while executing the state 'Bad' (entered at the event id #2). The JSONata expression '$states.input.missing' specified for the field 'Output/x' returned nothing (undefined).",
    });
    expect(await driver.path(arn)).toContain('EvaluationFailed');
  });

  test('ends an expression that recurses for ever with an error of its own', async () => {
    const driver = new Driver();
    const arn = await driver.start({
      StartAt: 'Deep',
      States: { Deep: { Type: 'Pass', Output: '{% ($f := function($n){ 1 + $f($n + 1) }; $f(0)) %}', End: true } },
    });
    expect((await driver.describe(arn))['error']).toBe('States.QueryEvaluationError');
  });
});
