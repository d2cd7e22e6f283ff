import { expect, test } from '@jest/globals';
import { Driver } from './driver.ts';

const call = (field: object) => ({
  StartAt: 'Call',
  States: {
    Call: {
      Type: 'Task',
      Resource: 'arn:aws:states:::apigateway:invoke',
      Arguments: { ApiEndpoint: 'x.execute-api', Method: 'GET', ...field },
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
      End: true,
    },
    Caught: { Type: 'Succeed' },
  },
});

test.each([{ Headers: { accept: 'text' } }, { Headers: ['accept'] }, { QueryParameters: { page: [1] } }])(
  'A request to API Gateway with %j fails before the call, and cannot be caught',
  async (field) => {
    const driver = new Driver();
    const arn = await driver.start(call(field));
    expect(await driver.describe(arn)).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: expect.stringMatching(
        new RegExp(
          `could not be used to start the Task: \\[The value of the field '${Object.keys(field)[0]}' has an invalid format\\]$`,
        ),
      ),
    });
    expect(driver.invoked).toEqual([]);
    expect(await driver.path(arn)).toEqual(['ExecutionStarted', 'TaskStateEntered', 'ExecutionFailed']);
  },
);

test('A request to API Gateway with lists of texts by name is made', async () => {
  const driver = new Driver({ Call: { output: { StatusCode: 200 } } });
  const arn = await driver.start(call({ Headers: { accept: ['text', 'json'] }, QueryParameters: { page: ['1'] } }));
  expect(await driver.describe(arn)).toMatchObject({ status: 'SUCCEEDED' });
});
