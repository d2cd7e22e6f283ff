/**
 * The way of a fix from a vehicle into the stream: the policy that vehicles carry, and the rule that takes what they
 * publish. The vehicle's id is taken from the topic, which the policy guards, never from the payload.
 */
import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Grant, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnPolicy, CfnTopicRule } from 'aws-cdk-lib/aws-iot';
import type { Stream } from 'aws-cdk-lib/aws-kinesis';
import { Construct } from 'constructs';
import { DeadLetterQueue, type Guard } from './guarded-queue.ts';

export interface VehicleFixesProps {
  readonly guard: Guard;
  readonly stream: Stream;
}

const THING = '${iot:Connection.Thing.ThingName}';

export class VehicleFixes extends Construct {
  readonly policyName: string;

  constructor(scope: Construct, id: string, props: VehicleFixesProps) {
    super(scope, id);
    this.policyName = this.createPolicy();
    this.createRule(props);
  }

  /** A vehicle connects under its own name, with the certificate of that thing, and publishes its own fixes. */
  private createPolicy(): string {
    const arn = (resource: string, resourceName: string): string =>
      Stack.of(this).formatArn({ service: 'iot', resource, resourceName });
    const policy = new CfnPolicy(this, 'VehiclePolicy', {
      policyName: 'perfect-order-vehicle',
      policyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'iot:Connect',
            Resource: arn('client', THING),
            Condition: { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } },
          },
          { Effect: 'Allow', Action: 'iot:Publish', Resource: arn('topic', `vehicles/${THING}/fixes`) },
        ],
      },
    });
    return policy.ref;
  }

  private createRule({ guard, stream }: VehicleFixesProps): void {
    const undelivered = new DeadLetterQueue(this, 'UndeliveredFixes', guard);
    const source = new ServicePrincipal('iot.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
        ArnEquals: {
          'aws:SourceArn': Stack.of(this).formatArn({
            service: 'iot',
            resource: 'rule',
            resourceName: RULE_NAME,
            arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
          }),
        },
      },
    });
    const role = new Role(this, 'RuleRole', { assumedBy: source });
    const allowed = [
      Grant.addToPrincipal({ grantee: role, actions: ['kinesis:PutRecord'], resourceArns: [stream.streamArn] }),
      Grant.addToPrincipal({ grantee: role, actions: ['sqs:SendMessage'], resourceArns: [undelivered.queueArn] }),
    ];
    role.addToPolicy(
      new PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [guard.key.keyArn] }),
    );
    const rule = new CfnTopicRule(this, 'Rule', {
      ruleName: RULE_NAME,
      topicRulePayload: {
        description: 'Fixes of all vehicles into the stream, in order for each vehicle.',
        sql: "SELECT *, topic(2) AS topicVehicleId FROM 'vehicles/+/fixes'",
        awsIotSqlVersion: '2016-03-23',
        ruleDisabled: false,
        actions: [{ kinesis: { roleArn: role.roleArn, streamName: stream.streamName, partitionKey: '${topic(2)}' } }],
        errorAction: {
          sqs: { roleArn: role.roleArn, queueUrl: undelivered.queueUrl, useBase64: false },
        },
      },
    });
    for (const grant of allowed) grant.applyBefore(rule);
  }
}

const RULE_NAME = 'perfect_order_vehicle_fixes';
