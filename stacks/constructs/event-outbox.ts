/**
 * The outbox: what an order's transaction wrote as an `EVENT#` item leaves the table's stream through a pipe and
 * becomes an event of the bus, in the shape of `orderEventSchema`. Nothing is published that was not committed, and
 * nothing that was committed stays unpublished.
 */
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnPipe } from 'aws-cdk-lib/aws-pipes';
import { Construct } from 'constructs';
import { EVENT_SOURCE } from '../../workflows/order-lifecycle/events.ts';
import { DeadLetterQueue, type Guard } from './guarded-queue.ts';
import type { OrderTable } from './order-table.ts';

export interface EventOutboxProps {
  readonly guard: Guard;
  readonly orders: OrderTable;
  readonly bus: EventBus;
}

const TEXT_FIELDS = ['eventKey', 'orderId', 'status', 'at', 'cause', 'depotId', 'customerId', 'facts'] as const;
const NUMBER_FIELDS = ['cycle', 'attempt', 'promiseVersion'] as const;

const image = (field: string, type: 'S' | 'N'): string => `$.dynamodb.NewImage.${field}.${type}`;

/** Variables stand without quotes: Pipes puts in their JSON, quoted and escaped where they are text. */
export const OUTBOX_TEMPLATE = `{"schemaVersion":1,${[
  ...TEXT_FIELDS.map((field) => `"${field}":<${image(field, 'S')}>`),
  ...NUMBER_FIELDS.map((field) => `"${field}":<${image(field, 'N')}>`),
].join(',')}}`;

const OUTBOX_PATTERN = { eventName: ['INSERT'], dynamodb: { Keys: { sk: { S: [{ prefix: 'EVENT#' }] } } } };

export class EventOutbox extends Construct {
  constructor(scope: Construct, id: string, props: EventOutboxProps) {
    super(scope, id);
    const undelivered = new DeadLetterQueue(this, 'UndeliveredEvents', props.guard);
    const streamArn = props.orders.tableStreamArn;
    if (streamArn === undefined) throw new Error('The orders table has no stream: give it NEW_IMAGE.');
    const role = this.createRole(props, streamArn, undelivered);
    const pipe = new CfnPipe(this, 'Pipe', {
      description: 'Events of orders, from the outbox in the orders table to the bus.',
      roleArn: role.roleArn,
      source: streamArn,
      sourceParameters: {
        dynamoDbStreamParameters: {
          startingPosition: 'TRIM_HORIZON',
          batchSize: 100,
          maximumRetryAttempts: 10,
          maximumRecordAgeInSeconds: 3600,
          onPartialBatchItemFailure: 'AUTOMATIC_BISECT',
          deadLetterConfig: { arn: undelivered.queueArn },
        },
        filterCriteria: { filters: [{ pattern: JSON.stringify(OUTBOX_PATTERN) }] },
      },
      target: props.bus.eventBusArn,
      targetParameters: {
        eventBridgeEventBusParameters: { source: EVENT_SOURCE, detailType: image('detailType', 'S') },
        inputTemplate: OUTBOX_TEMPLATE,
      },
      logConfiguration: {
        level: 'ERROR',
        cloudwatchLogsLogDestination: { logGroupArn: this.createLogs() },
      },
    });
    pipe.node.addDependency(role);
  }

  private createLogs(): string {
    return new LogGroup(this, 'Logs', {
      logGroupName: '/aws/vendedlogs/pipes/perfect-order-outbox',
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    }).logGroupArn;
  }

  private createRole({ guard, bus }: EventOutboxProps, streamArn: string, undelivered: DeadLetterQueue): Role {
    const { account } = Stack.of(this);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('pipes.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    });
    const allowed: Readonly<Record<string, readonly string[]>> = {
      [streamArn]: [
        'dynamodb:DescribeStream',
        'dynamodb:GetRecords',
        'dynamodb:GetShardIterator',
        'dynamodb:ListStreams',
      ],
      [bus.eventBusArn]: ['events:PutEvents'],
      [undelivered.queueArn]: ['sqs:SendMessage'],
      [guard.key.keyArn]: ['kms:Decrypt', 'kms:GenerateDataKey'],
    };
    for (const [resource, actions] of Object.entries(allowed)) {
      role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [resource] }));
    }
    return role;
  }
}
