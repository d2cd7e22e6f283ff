/**
 * What every other stack stands on: the key, the bus, the alarm topic, the tables of all owners and the signals queue.
 * Tables are here, not beside their first user, so that references between stacks run in one direction only.
 */
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { StreamViewType } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { type Guard, GuardedQueue } from './constructs/guarded-queue.ts';
import { OrderTable } from './constructs/order-table.ts';
import { BUS_NAME } from './names.ts';

/** Time limit of the function that consumes the signals queue. */
export const SIGNAL_TIMEOUT = Duration.seconds(30);

export class FoundationStack extends Stack {
  readonly key: Key;
  readonly guard: Guard;
  readonly alarmTopic: ITopic;
  readonly bus: EventBus;
  readonly signals: GuardedQueue;
  readonly orders: OrderTable;
  readonly ledger: OrderTable;
  readonly fleet: OrderTable;
  readonly planning: OrderTable;
  readonly routes: OrderTable;
  readonly positions: OrderTable;
  readonly idempotency: OrderTable;
  readonly board: OrderTable;
  readonly actions: OrderTable;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    this.key = this.createKey();
    this.alarmTopic = this.createAlarmTopic();
    this.guard = { key: this.key, alarmTopic: this.alarmTopic };
    this.bus = new EventBus(this, 'Bus', { eventBusName: BUS_NAME });
    this.signals = new GuardedQueue(this, 'SignalsQueue', { ...this.guard, consumerTimeout: SIGNAL_TIMEOUT });

    const key = this.key;
    this.orders = new OrderTable(this, 'OrdersTable', {
      key,
      variable: 'ORDERS_TABLE',
      partitionKey: 'orderId',
      sortKey: 'sk',
      stream: StreamViewType.NEW_IMAGE,
      indexes: { due: { partitionKey: 'dueShard', sortKey: 'dueAt' } },
    });
    this.ledger = new OrderTable(this, 'LedgerTable', {
      key,
      variable: 'LEDGER_TABLE',
      partitionKey: 'orderId',
      stream: StreamViewType.NEW_IMAGE,
      indexes: { unsettled: { partitionKey: 'unsettledShard', sortKey: 'unsettledAt' } },
    });
    this.fleet = new OrderTable(this, 'FleetTable', {
      key,
      variable: 'FLEET_TABLE',
      partitionKey: 'depotId',
      sortKey: 'sk',
    });
    this.planning = new OrderTable(this, 'PlanningTable', {
      key,
      variable: 'PLANNING_TABLE',
      partitionKey: 'pk',
      sortKey: 'sk',
      expiresBy: 'expiresAt',
      indexes: { pending: { partitionKey: 'pendingShard', sortKey: 'depotId' } },
    });
    this.routes = new OrderTable(this, 'RoutesTable', {
      key,
      variable: 'ROUTES_TABLE',
      partitionKey: 'pk',
      sortKey: 'sk',
    });
    this.positions = new OrderTable(this, 'PositionsTable', {
      key,
      variable: 'POSITIONS_TABLE',
      partitionKey: 'vehicleId',
      sortKey: 'sk',
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      expiresBy: 'expiresAt',
    });
    this.idempotency = new OrderTable(this, 'IdempotencyTable', {
      key,
      variable: 'IDEMPOTENCY_TABLE',
      partitionKey: 'id',
      // The attribute that Powertools writes.
      expiresBy: 'expiration',
    });
    this.board = new OrderTable(this, 'BoardTable', {
      key,
      variable: 'BOARD_TABLE',
      partitionKey: 'orderId',
      indexes: { changes: { partitionKey: 'changeShard', sortKey: 'changedAt' } },
    });
    this.actions = new OrderTable(this, 'ActionsTable', {
      key,
      variable: 'ACTIONS_TABLE',
      partitionKey: 'pk',
      sortKey: 'sk',
      indexes: { byOrder: { partitionKey: 'orderId', sortKey: 'at' } },
    });
    this.describeOutputs();
  }

  /** Services that write into encrypted queues and topics on their own account use the key within this account only. */
  private createKey(): Key {
    const key = new Key(this, 'Key', { description: 'Perfect Order: data at rest', enableKeyRotation: true });
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'ServicesThatWriteIntoQueuesAndTopics',
        principals: ['cloudwatch', 'events', 'sns'].map((service) => new ServicePrincipal(`${service}.amazonaws.com`)),
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    );
    return key;
  }

  /** A topic with a policy of its own is closed to services that the policy does not name. */
  private createAlarmTopic(): Topic {
    const topic = new Topic(this, 'AlarmTopic', { masterKey: this.key, enforceSSL: true });
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    );
    return topic;
  }

  private describeOutputs(): void {
    const outputs: Readonly<Record<string, string>> = {
      SignalsQueueUrl: this.signals.queue.queueUrl,
      AlarmTopicArn: this.alarmTopic.topicArn,
      BusName: this.bus.eventBusName,
      OrdersTableName: this.orders.tableName,
      LedgerTableName: this.ledger.tableName,
      FleetTableName: this.fleet.tableName,
      PlanningTableName: this.planning.tableName,
      RoutesTableName: this.routes.tableName,
      PositionsTableName: this.positions.tableName,
      IdempotencyTableName: this.idempotency.tableName,
      BoardTableName: this.board.tableName,
      ActionsTableName: this.actions.tableName,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
