import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, test } from '@jest/globals';
import { openRegion, type Region } from '../index.ts';
import { lambdaFunction, role, writeAssembly } from '../testing/assembly-fixture.ts';

const clock = { mode: 'auto-skip', startAt: '2026-03-02T08:00:00Z' } as const;

const DOUBLER = `exports.handler = async ({ n }) => {
  if (n < 0) { const error = new Error('below zero'); error.name = 'BelowZero'; throw error; }
  return { n: n * 2 };
};`;

const ANSWERER = `
const { SFNClient, SendTaskSuccessCommand } = require('@aws-sdk/client-sfn');
exports.handler = async ({ token, afterMs }) => {
  setTimeout(() => undefined, 1);
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  await new SFNClient({}).send(new SendTaskSuccessCommand({ taskToken: token, output: JSON.stringify({ yes: true }) }));
};`;

const PLANNER = `
const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb');
async function main() {
  await new Promise((resolve) => setTimeout(resolve, 5000));
  await new DynamoDBClient({}).send(new PutItemCommand({ TableName: process.env.TABLE, Item: { id: { S: process.env.WAVE } } }));
  if (process.env.WAVE === 'bad') process.exitCode = 3;
}
main();`;

const task = (resource: string, args: object, next: object): object => ({
  Type: 'Task',
  Resource: resource,
  Arguments: args,
  ...next,
});

function machine(states: object, startAt: string): object {
  return {
    Type: 'AWS::StepFunctions::StateMachine',
    Properties: {
      RoleArn: { 'Fn::GetAtt': ['MachineRole', 'Arn'] },
      DefinitionString: JSON.stringify({ QueryLanguage: 'JSONata', StartAt: startAt, States: states }),
      DefinitionSubstitutions: {
        Doubler: { Ref: 'Doubler' },
        Answerer: { Ref: 'Answerer' },
        Plan: { Ref: 'Plan' },
        Cluster: { Ref: 'Cluster' },
      },
    },
  };
}

const LAMBDA = 'arn:aws:states:::lambda:invoke';

function open(machines: Readonly<Record<string, object>>): Promise<Region> {
  const assembly = writeAssembly({
    bundles: { doubler: DOUBLER, answerer: ANSWERER },
    images: {
      planner: {
        Dockerfile: 'FROM node:22\nCOPY index.js /app/\nENV LEVEL="2"\nCMD ["node", "/app/index.js"]\n',
        'index.js': PLANNER,
      },
    },
    stacks: {
      App: {
        Resources: {
          ...machines,
          MachineRole: role(['lambda:InvokeFunction', 'ecs:RunTask', 'iam:PassRole', 'events:*']),
          FunctionRole: role(['states:SendTaskSuccess', 'dynamodb:PutItem']),
          Doubler: lambdaFunction('doubler', 'FunctionRole'),
          Answerer: lambdaFunction('answerer', 'FunctionRole', { Timeout: 60 }),
          Cluster: { Type: 'AWS::ECS::Cluster' },
          Waves: {
            Type: 'AWS::DynamoDB::Table',
            Properties: {
              AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
              KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
              BillingMode: 'PAY_PER_REQUEST',
            },
          },
          Plan: {
            Type: 'AWS::ECS::TaskDefinition',
            Properties: {
              Cpu: '1024',
              Memory: '2048',
              TaskRoleArn: { 'Fn::GetAtt': ['FunctionRole', 'Arn'] },
              ContainerDefinitions: [
                {
                  Name: 'planner',
                  Image: { 'Fn::Sub': '${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/assets:planner' },
                  Environment: [{ Name: 'TABLE', Value: { Ref: 'Waves' } }],
                },
              ],
            },
          },
        },
        Outputs: Object.fromEntries(Object.keys(machines).map((name) => [name, { Value: { Ref: name } }])),
      },
    },
  });
  return openRegion({ assembly, clock, seed: 1 });
}

async function execute(
  region: Region,
  name: string,
  input: object,
): Promise<{ status?: string; output: unknown; error?: string; cause?: string }> {
  const sfn = region.sdk(SFNClient);
  const started = await sfn.send(
    new StartExecutionCommand({ stateMachineArn: region.outputs()[name], input: JSON.stringify(input) }),
  );
  await region.runUntilIdle();
  const { status, output, error, cause } = await sfn.send(
    new DescribeExecutionCommand({ executionArn: started.executionArn }),
  );
  return {
    output: output === undefined ? undefined : JSON.parse(output),
    ...(status && { status }),
    ...(error && { error }),
    ...(cause && { cause }),
  };
}

const double = machine(
  {
    Double: task(
      LAMBDA,
      { FunctionName: '${Doubler}', Payload: '{% $states.input %}' },
      {
        Output: '{% $states.result.Payload %}',
        Catch: [{ ErrorEquals: ['BelowZero'], Output: '{% $states.errorOutput %}', Next: 'Refused' }],
        End: true,
      },
    ),
    Refused: { Type: 'Pass', End: true },
  },
  'Double',
);

describe('a state machine in the region', () => {
  test('invokes a function and takes its payload', async () => {
    const region = await open({ Double: double });
    expect(await execute(region, 'Double', { n: 21 })).toEqual({ status: 'SUCCEEDED', output: { n: 42 } });
    expect(region.usage()['sfn/transition']).toBe(1);
  });

  test('catches the error that a function threw by its name', async () => {
    const region = await open({ Double: double });
    const { output } = await execute(region, 'Double', { n: -1 });
    expect(output).toMatchObject({ Error: 'BelowZero' });
    expect(JSON.parse((output as { Cause: string }).Cause)).toMatchObject({
      errorType: 'BelowZero',
      errorMessage: 'below zero',
    });
  });

  test('waits for its token and is answered by a function, in virtual time', async () => {
    const states = {
      Ask: task(
        `${LAMBDA}.waitForTaskToken`,
        {
          FunctionName: '${Answerer}',
          InvocationType: 'Event',
          Payload: { token: '{% $states.context.Task.Token %}', afterMs: 30_000 },
        },
        { End: true },
      ),
    };
    const region = await open({ Asking: machine(states, 'Ask') });
    expect(await execute(region, 'Asking', {})).toEqual({ status: 'SUCCEEDED', output: { yes: true } });
    expect(region.clock.now()).toBe(Date.parse('2026-03-02T08:00:30Z'));
  });

  test('runs a container to its end and fails when the container fails', async () => {
    const states = {
      Plan: task(
        'arn:aws:states:::ecs:runTask.sync',
        {
          Cluster: '${Cluster}',
          TaskDefinition: '${Plan}',
          LaunchType: 'FARGATE',
          Overrides: {
            ContainerOverrides: [
              { Name: 'planner', Environment: [{ Name: 'WAVE', Value: '{% $states.input.wave %}' }] },
            ],
          },
        },
        { Output: '{% $states.result.Containers[0].ExitCode %}', End: true },
      ),
    };
    const region = await open({ Planning: machine(states, 'Plan') });
    expect(await execute(region, 'Planning', { wave: 'w-1' })).toEqual({ status: 'SUCCEEDED', output: 0 });
    expect(region.clock.now()).toBe(Date.parse('2026-03-02T08:00:40Z'));
    expect(region.usage()).toMatchObject({ 'ecs/vcpuSecond': 60, 'ecs/gbSecond': 120, 'dynamodb/wru': 1 });
    expect(await execute(region, 'Planning', { wave: 'bad' })).toMatchObject({
      status: 'FAILED',
      error: 'States.TaskFailed',
    });
  });

  test('runs a task of the size that is asked for, and refuses one that Fargate does not have', async () => {
    const states = {
      Plan: task(
        'arn:aws:states:::ecs:runTask.sync',
        {
          Cluster: '${Cluster}',
          TaskDefinition: '${Plan}',
          LaunchType: 'FARGATE',
          Overrides: {
            Cpu: '{% $states.input.cpu %}',
            Memory: '{% $states.input.memory %}',
            ContainerOverrides: [{ Name: 'planner', Environment: [{ Name: 'WAVE', Value: 'w-1' }] }],
          },
        },
        { Output: '{% [$states.result.Cpu, $states.result.Memory] %}', End: true },
      ),
    };
    const region = await open({ Planning: machine(states, 'Plan') });
    const large = { cpu: '4096', memory: '8192' };
    expect(await execute(region, 'Planning', large)).toEqual({ status: 'SUCCEEDED', output: ['4096', '8192'] });
    expect(region.usage()).toMatchObject({ 'ecs/vcpuSecond': 240, 'ecs/gbSecond': 480 });
    expect(await execute(region, 'Planning', { cpu: '4096', memory: '4096' })).toMatchObject({
      status: 'FAILED',
      cause: expect.stringMatching(/No Fargate configuration exists/),
    });
  });
});
