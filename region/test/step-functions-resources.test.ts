/** What templates say of Step Functions beyond machines: versions, aliases, tags, roles. */
import {
  DescribeStateMachineAliasCommand,
  DescribeStateMachineCommand,
  ListTagsForResourceCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, test } from '@jest/globals';
import type { Region } from '../index.ts';
import { role } from '../testing/assembly-fixture.ts';
import { DOUBLE, execute, openMachines, outputOf, stateMachine } from '../testing/machine-fixture.ts';

const Version = {
  Type: 'AWS::StepFunctions::StateMachineVersion',
  Properties: { StateMachineArn: { Ref: 'Machine' }, Description: 'first' },
};
const Alias = {
  Type: 'AWS::StepFunctions::StateMachineAlias',
  Properties: {
    Name: 'PROD',
    Description: 'what callers use',
    RoutingConfiguration: [{ StateMachineVersionArn: { Ref: 'Version' }, Weight: 100 }],
  },
};
const Machine = stateMachine(DOUBLE);

const as = (region: Region, name: string): SFNClient =>
  region.sdk(SFNClient, {}, { kind: 'role', arn: `arn:aws:iam::${region.accountId}:role/${region.outputs()[name]}` });

describe('Versions and aliases of a template', () => {
  test('are published, route, and start the version', async () => {
    const region = await openMachines({ Machine, Version, Alias });
    const { Machine: machineArn, Version: versionArn, Alias: aliasArn } = region.outputs();
    expect(versionArn).toBe(`${machineArn}:1`);
    expect(aliasArn).toBe(`${machineArn}:PROD`);
    const sfn = region.sdk(SFNClient);
    expect(await sfn.send(new DescribeStateMachineAliasCommand({ stateMachineAliasArn: aliasArn }))).toMatchObject({
      name: 'PROD',
      description: 'what callers use',
      routingConfiguration: [{ stateMachineVersionArn: versionArn, weight: 100 }],
    });
    const execution = await execute(region, 'Alias', { n: 2 });
    expect(outputOf(execution)).toEqual({ n: 4 });
    expect(execution).toMatchObject({ stateMachineVersionArn: versionArn, stateMachineAliasArn: aliasArn });
  });

  test('do not know gradual deployments, and say so', async () => {
    const DeploymentPreference = { Type: 'LINEAR', StateMachineVersionArn: { Ref: 'Version' }, Percentage: 10 };
    const gradual = { ...Alias, Properties: { Name: 'PROD', DeploymentPreference } };
    await expect(openMachines({ Machine, Version, Alias: gradual })).rejects.toThrow(
      'App/Alias: property DeploymentPreference of AWS::StepFunctions::StateMachineAlias',
    );
  });

  test('are granted by the ARN of their machine, and apart by their qualifier', async () => {
    const grant = (condition?: object): object => ({
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {},
        Policies: [
          {
            PolicyName: 'p',
            PolicyDocument: {
              Statement: [
                {
                  Effect: 'Allow',
                  Action: ['states:StartExecution', 'states:DescribeStateMachineAlias'],
                  Resource: { Ref: 'Machine' },
                  ...(condition && { Condition: condition }),
                },
              ],
            },
          },
        ],
      },
    });
    const onlyProd = { 'ForAnyValue:StringEquals': { 'states:StateMachineQualifier': ['PROD'] } };
    const region = await openMachines({ Machine, Version, Alias, Any: grant(), Prod: grant(onlyProd) });
    const { Version: versionArn, Alias: aliasArn } = region.outputs();
    const start = (name: string, stateMachineArn: string | undefined) =>
      as(region, name).send(new StartExecutionCommand({ stateMachineArn, input: '{"n":1}' }));
    await start('Any', versionArn);
    await start('Prod', aliasArn);
    await expect(start('Prod', versionArn)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const describeAlias = new DescribeStateMachineAliasCommand({ stateMachineAliasArn: aliasArn });
    expect(await as(region, 'Prod').send(describeAlias)).toMatchObject({ name: 'PROD' });
  });
});

test('A machine of a template keeps its tags and configurations', async () => {
  const LogGroup = { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'machine' } };
  const Destinations = [{ CloudWatchLogsLogGroup: { LogGroupArn: { 'Fn::GetAtt': ['LogGroup', 'Arn'] } } }];
  const region = await openMachines({
    LogGroup,
    Machine: stateMachine(DOUBLE, {
      Tags: [{ Key: 'team', Value: 'dispatch' }],
      LoggingConfiguration: { Level: 'ERROR', IncludeExecutionData: true, Destinations },
      TracingConfiguration: { Enabled: true },
    }),
  });
  const sfn = region.sdk(SFNClient);
  const { Machine: arn } = region.outputs();
  expect((await sfn.send(new ListTagsForResourceCommand({ resourceArn: arn }))).tags).toEqual([
    { key: 'team', value: 'dispatch' },
  ]);
  expect(await sfn.send(new DescribeStateMachineCommand({ stateMachineArn: arn }))).toMatchObject({
    loggingConfiguration: {
      level: 'ERROR',
      includeExecutionData: true,
      destinations: [
        { cloudWatchLogsLogGroup: { logGroupArn: expect.stringMatching(/:log-group:machine:\*$/) as unknown } },
      ],
    },
    tracingConfiguration: { enabled: true },
  });
});

test('A machine that waits for jobs is not created when its role may not keep the rule of their ends', async () => {
  const waits = stateMachine({
    StartAt: 'Run',
    States: {
      Run: {
        Type: 'Task',
        Resource: 'arn:aws:states:::states:startExecution.sync:2',
        Parameters: { StateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:Other' },
        End: true,
      },
    },
  });
  await expect(openMachines({ Waits: waits }, role(['states:*']))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringMatching(
      /is not authorized to create managed-rule.*rule\/StepFunctionsGetEventsForStepFunctionsExecutionRule/,
    ) as unknown,
  });
});
