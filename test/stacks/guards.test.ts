import { describe, expect, test } from '@jest/globals';
import { type Resource, synthesise } from './synthesised.ts';

const { resources } = synthesise();
const ofType = (type: string): [string, Resource][] =>
  Object.entries(resources).filter(([, { Type }]) => Type === type);
const failing = (type: string, holds: (properties: Resource['Properties']) => boolean): string[] =>
  ofType(type)
    .filter(([, { Properties }]) => !holds(Properties))
    .map(([id]) => id);

describe('the templates', () => {
  test('have no custom resources and no metadata of the CDK', () => {
    const types = [...new Set(Object.values(resources).map(({ Type }) => Type))];
    expect(types.filter((type) => type.startsWith('Custom::') || type.startsWith('AWS::CloudFormation::'))).toEqual([]);
    expect(types).not.toContain('AWS::CDK::Metadata');
    expect(types.length).toBeGreaterThan(40);
  });

  test('encrypt every table, queue, topic, bucket, stream and the graph', () => {
    expect(failing('AWS::DynamoDB::Table', (p) => p.SSESpecification.SSEType === 'KMS')).toEqual([]);
    expect(failing('AWS::SQS::Queue', (p) => p.KmsMasterKeyId !== undefined)).toEqual([]);
    expect(failing('AWS::SNS::Topic', (p) => p.KmsMasterKeyId !== undefined)).toEqual([]);
    expect(failing('AWS::S3::Bucket', (p) => p.BucketEncryption !== undefined)).toEqual([]);
    expect(failing('AWS::Kinesis::Stream', (p) => p.StreamEncryption !== undefined)).toEqual([]);
    expect(failing('AWS::Neptune::DBCluster', (p) => p.StorageEncrypted && p.IamAuthEnabled)).toEqual([]);
    expect(failing('AWS::KMS::Key', (p) => p.EnableKeyRotation)).toEqual([]);
  });

  test('restore every table to any second', () => {
    expect(
      failing('AWS::DynamoDB::Table', (p) => p.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled),
    ).toEqual([]);
  });

  test('trace and log every machine with its data, and trace every function', () => {
    expect(ofType('AWS::StepFunctions::StateMachine')).toHaveLength(4);
    expect(
      failing(
        'AWS::StepFunctions::StateMachine',
        (p) =>
          p.TracingConfiguration.Enabled &&
          p.LoggingConfiguration.Level === 'ALL' &&
          p.LoggingConfiguration.IncludeExecutionData,
      ),
    ).toEqual([]);
    expect(ofType('AWS::Lambda::Function')).toHaveLength(27);
    expect(failing('AWS::Lambda::Function', (p) => p.TracingConfig.Mode === 'Active')).toEqual([]);
  });
});

describe('what fails for good', () => {
  const queueIdsIn = (value: unknown): string => JSON.stringify(value);

  test('goes from every work queue to a dead-letter queue, and every dead-letter queue has an alarm', () => {
    const deadLetterQueues = ofType('AWS::SQS::Queue').filter(
      ([, { Properties }]) => Properties.RedrivePolicy === undefined,
    );
    const workQueues = ofType('AWS::SQS::Queue').length - deadLetterQueues.length;
    expect(workQueues).toBe(5);
    const watched = ofType('AWS::CloudWatch::Alarm')
      .filter(([, { Properties }]) => Properties.MetricName === 'ApproximateNumberOfMessagesVisible')
      .map(([, { Properties }]) => {
        expect(Properties.AlarmActions).toHaveLength(1);
        expect([Properties.Threshold, Properties.ComparisonOperator]).toEqual([0, 'GreaterThanThreshold']);
        return Properties.Dimensions[0].Value['Fn::GetAtt'][0];
      });
    expect(watched.sort()).toEqual(deadLetterQueues.map(([id]) => id.split('.')[1]).sort());
  });

  test('is tried again a limited number of times from every stream, rule and asynchronous invocation', () => {
    const streams = ofType('AWS::Lambda::EventSourceMapping').filter(
      ([, { Properties }]) => Properties.StartingPosition,
    );
    expect(streams).toHaveLength(5);
    for (const [, { Properties }] of streams) {
      expect(Properties).toMatchObject({
        MaximumRetryAttempts: 5,
        MaximumRecordAgeInSeconds: 3600,
        BisectBatchOnFunctionError: true,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      });
      expect(queueIdsIn(Properties.DestinationConfig)).toContain('FailedRecords');
    }
    for (const [, { Properties }] of ofType('AWS::Events::Rule')) {
      for (const target of Properties.Targets) {
        expect(target.RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 21_600, MaximumRetryAttempts: 2 });
        expect(target.DeadLetterConfig.Arn).toBeDefined();
      }
    }
    const invoked = ofType('AWS::Events::Rule').filter(([, { Properties }]) =>
      queueIdsIn(Properties.Targets[0].Arn).includes('Function'),
    );
    expect(ofType('AWS::Lambda::EventInvokeConfig')).toHaveLength(invoked.length);
    expect(
      failing('AWS::Lambda::EventInvokeConfig', (p) => p.DestinationConfig.OnFailure.Destination !== undefined),
    ).toEqual([]);
  });

  test('is alarmed for every function and machine', () => {
    const alarms = ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties.MetricName);
    expect(alarms.filter((name) => name === 'Errors')).toHaveLength(27);
    expect(alarms.filter((name) => name === 'ExecutionsFailed')).toHaveLength(4);
  });
});
