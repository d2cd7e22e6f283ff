/** Opens regions for tests of state machines: a function, a bucket and a table to call, and machines with a role. */
import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { openRegion, type Region, type RegionSettings } from '../index.ts';
import { lambdaFunction, role, writeAssembly } from './assembly-fixture.ts';

/** Doubles `n`; fails with `BelowZero` when it is negative; `afterMs` later where that is given. */
const DOUBLER = `exports.handler = async ({ n, afterMs = 0 }) => {
  if (afterMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs));
  if (n < 0) { const error = new Error('below zero'); error.name = 'BelowZero'; throw error; }
  return { n: n * 2 };
};`;

const LAMBDA = 'arn:aws:states:::lambda:invoke';

/** A resource of a template. `properties` go before what the fixture gives. */
export function stateMachine(definition: object, properties: object = {}): object {
  return {
    Type: 'AWS::StepFunctions::StateMachine',
    Properties: {
      RoleArn: { 'Fn::GetAtt': ['MachineRole', 'Arn'] },
      DefinitionString: JSON.stringify(definition),
      DefinitionSubstitutions: { Doubler: { Ref: 'Doubler' }, Bucket: { Ref: 'Bucket' }, Table: { Ref: 'Table' } },
      ...properties,
    },
  };
}

/** JSONata: `Double` calls the function with the state's input and gives its payload. */
export const DOUBLE = {
  QueryLanguage: 'JSONata',
  StartAt: 'Double',
  States: {
    Double: {
      Type: 'Task',
      Resource: LAMBDA,
      Arguments: { FunctionName: '${Doubler}', Payload: '{% $states.input %}' },
      Output: '{% $states.result.Payload %}',
      End: true,
    },
  },
};

/** `resources` are added to the fixture's; `Ref` of each is an output of its name. */
export function openMachines(
  resources: Readonly<Record<string, object>>,
  grants: object = role(['lambda:*', 's3:*', 'dynamodb:*', 'states:*', 'events:*']),
  settings: Pick<RegionSettings, 'stepFunctions' | 'log'> = {},
): Promise<Region> {
  const all = {
    ...resources,
    MachineRole: grants,
    FunctionRole: role(['states:SendTaskSuccess']),
    Doubler: lambdaFunction('doubler', 'FunctionRole', { Timeout: 60 }),
    Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'parcels' } },
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: 'parcels',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      },
    },
  };
  const Outputs = Object.fromEntries(Object.keys(all).map((name) => [name, { Value: { Ref: name } }]));
  const assembly = writeAssembly({ bundles: { doubler: DOUBLER }, stacks: { App: { Resources: all, Outputs } } });
  return openRegion({ assembly, clock: { mode: 'auto-skip', startAt: '2026-03-02T08:00:00Z' }, seed: 1, ...settings });
}

/** Starts the machine of this logical id, lets the region come to rest, and describes the execution. */
export async function execute(region: Region, machine: string, input: unknown): Promise<DescribeExecutionOutput> {
  const sfn = region.sdk(SFNClient);
  const { executionArn } = await sfn.send(
    new StartExecutionCommand({ stateMachineArn: region.outputs()[machine], input: JSON.stringify(input) }),
  );
  await region.runUntilIdle();
  return sfn.send(new DescribeExecutionCommand({ executionArn }));
}

export const outputOf = ({ output }: { readonly output?: string | undefined }): unknown =>
  output === undefined ? undefined : JSON.parse(output);
