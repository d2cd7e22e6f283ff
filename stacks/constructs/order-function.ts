/**
 * A Lambda function as this product runs them: its own role that may do nothing but log and trace until a stack allows
 * more, structured logs kept for a month, traces, and an alarm on errors. Functions that are invoked asynchronously
 * name the queue for events that failed for good.
 */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Function as LambdaFunction, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { NagSuppressions } from 'cdk-nag';
import type { Construct } from 'constructs';
import type { Bundles } from '../bundles.ts';
import type { Guard } from './guarded-queue.ts';
import type { Caller } from './permissions.ts';

export interface OrderFunctionProps {
  readonly guard: Guard;
  readonly bundles: Bundles;
  readonly description: string;
  readonly timeout: Duration;
  /** MB. Default: 512. */
  readonly memorySize?: number;
  /** Queue for events of asynchronous invocations that failed for good; required where EventBridge invokes. */
  readonly failedEvents?: IQueue;
  /** Default: none; a function with one reaches only what its subnets and groups let it reach. */
  readonly network?: FunctionNetwork;
}

export interface FunctionNetwork {
  readonly vpc: IVpc;
  readonly vpcSubnets: SubnetSelection;
  readonly securityGroups: ISecurityGroup[];
}

/** What Lambda does in the function's name to put it into a network: those of AWSLambdaVPCAccessExecutionRole. */
const NETWORK_ACTIONS = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** Events older than this are given up to the dead-letter queue: what they ask for has been swept by then. */
export const MAX_EVENT_AGE = Duration.hours(6);
export const EVENT_RETRIES = 2;

/** `accept-order` becomes the construct `AcceptOrderFunction`. */
const constructId = (name: string): string =>
  `${name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}Function`;

export class OrderFunction extends LambdaFunction implements Caller {
  /** @param name folder of the function under `functions/`, a verb and a noun in kebab-case */
  constructor(scope: Construct, name: string, props: OrderFunctionProps) {
    const id = constructId(name);
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    super(scope, id, {
      description: props.description,
      code: props.bundles.codeOf(name),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      memorySize: props.memorySize ?? 512,
      timeout: props.timeout,
      tracing: Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
      logGroup,
      ...props.network,
      role: new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }),
      environment: {
        POWERTOOLS_SERVICE_NAME: name,
        POWERTOOLS_METRICS_NAMESPACE: 'PerfectOrder',
        POWERTOOLS_LOG_LEVEL: 'INFO',
        NODE_OPTIONS: '--enable-source-maps',
      },
      ...(props.failedEvents === undefined
        ? {}
        : {
            onFailure: new SqsDestination(props.failedEvents),
            maxEventAge: MAX_EVENT_AGE,
            retryAttempts: EVENT_RETRIES,
          }),
    });
    this.addToRolePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    // The CDK gives these to roles that it makes itself only.
    if (props.network !== undefined) {
      this.addToRolePolicy(new PolicyStatement({ actions: NETWORK_ACTIONS, resources: ['*'] }));
    }
    this.alarmOnErrors(props.guard);
    NagSuppressions.addResourceSuppressions(
      this.role ?? this,
      [
        {
          id: 'AwsSolutions-IAM5',
          reason:
            'X-Ray has no resources to name, nor has Lambda for the network interfaces that it makes for a function.',
          appliesTo: ['Resource::*'],
        },
        {
          id: 'AwsSolutions-IAM5',
          reason:
            "The CDK's grant on an encrypted queue or stream names both forms of GenerateDataKey, on the one key.",
          appliesTo: ['Action::kms:GenerateDataKey*', 'Action::kms:ReEncrypt*'],
        },
      ],
      true,
    );
  }

  setVariable(name: string, value: string): void {
    this.addEnvironment(name, value);
  }

  private alarmOnErrors(guard: Guard): void {
    this.metricErrors({ period: Duration.minutes(5) })
      .createAlarm(this, 'ErrorAlarm', {
        alarmDescription: `${this.node.id} fails: see its log group and traces.`,
        threshold: 0,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      })
      .addAlarmAction(new SnsAction(guard.alarmTopic));
  }
}
