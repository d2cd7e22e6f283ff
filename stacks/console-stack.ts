/**
 * What operators have: the board that is projected from the streams, the one function that changes an order for them,
 * the parameter by which their tools find everything, and the roles that say who may look and who may act.
 */
import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { ParameterTier, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { NagSuppressions } from 'cdk-nag';
import type { Construct } from 'constructs';
import { DeadLetterQueue } from './constructs/guarded-queue.ts';
import { OperatorRoles } from './constructs/operator-roles.ts';
import { OrderFunction } from './constructs/order-function.ts';
import { allow, allowLedger, allowStarting, allowTable } from './constructs/permissions.ts';
import { executionArns, machineArn, OUTPUTS_PARAMETER, orderMachineArns } from './names.ts';
import type { LayerProps } from './stack-props.ts';

export interface ConsoleStackProps extends LayerProps {
  readonly archive: Bucket;
  readonly queryGraph: OrderFunction;
  /** The stacks whose outputs the tools need, this one's excepted. */
  readonly described: readonly Stack[];
}

export class ConsoleStack extends Stack {
  constructor(scope: Construct, id: string, props: ConsoleStackProps) {
    super(scope, id, props);
    this.projectOrders(props);
    const operateOrder = this.operateOrder(props);
    new CfnOutput(this, 'OperateOrderFunctionName', { value: operateOrder.functionName });
    const outputs = this.describeOutputs([...props.described, this]);
    new OperatorRoles(this, 'Operators', { ...props, operateOrder, outputs });
  }

  private projectOrders({ foundation, bundles }: ConsoleStackProps): void {
    const failures = new DeadLetterQueue(this, 'FailedRecords', foundation.guard);
    const projectOrders = new OrderFunction(this, 'project-orders', {
      guard: foundation.guard,
      bundles,
      description: 'Keeps the board in step with the streams of orders and ledger.',
      timeout: Duration.seconds(60),
    });
    allowTable(projectOrders, foundation.board, 'UpdateItem', 'DeleteItem');
    const settings = {
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(5),
      // A record that fails is isolated, tried again and given up to the dead-letter queue: it never blocks its shard.
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: 5,
      maxRecordAge: Duration.hours(1),
      onFailure: new SqsDlq(failures),
    };
    const ofRecords = FilterCriteria.filter({ dynamodb: { Keys: { sk: { S: FilterRule.isEqual('ORDER') } } } });
    projectOrders.addEventSource(
      new DynamoEventSource(foundation.orders as ITable, { ...settings, filters: [ofRecords] }),
    );
    // A ledger item is unsettled for the moment between a signal and its answer; after a crash the sweep settles it.
    const settled = FilterCriteria.filter({
      dynamodb: { NewImage: { unsettledShard: { S: FilterRule.notExists() } } },
    });
    projectOrders.addEventSource(
      new DynamoEventSource(foundation.ledger as ITable, { ...settings, filters: [settled] }),
    );
    suppressStars(projectOrders, 'dynamodb:ListStreams, which event source mappings need, cannot name a stream.', [
      'Resource::*',
    ]);
  }

  private operateOrder({ foundation, bundles }: ConsoleStackProps): OrderFunction {
    const operateOrder = new OrderFunction(this, 'operate-order', {
      guard: foundation.guard,
      bundles,
      description: 'Replays a stopped order once, settles its ledger, gives a signal up: what operators ask for.',
      timeout: Duration.seconds(60),
    });
    const executions = [executionArns(this, 'orderLifecycle'), executionArns(this, 'orderReplay')];
    allowTable(operateOrder, foundation.orders, 'GetItem', 'PutItem', 'UpdateItem');
    allowTable(operateOrder, foundation.actions, 'GetItem', 'PutItem', 'UpdateItem');
    allowLedger(operateOrder, foundation.ledger, orderMachineArns(this));
    allowStarting(operateOrder, machineArn(this, 'orderReplay'), 'REPLAY_MACHINE_ARN');
    allow(
      operateOrder,
      ['states:DescribeExecution', 'states:GetExecutionHistory', 'states:RedriveExecution'],
      executions,
    );
    suppressStars(operateOrder, 'Executions are named by their orders: any execution of the two order machines.', [
      { regex: '/^Resource::arn:.*:states:.*:execution:order-(lifecycle|replay):\\*$/' },
    ]);
    return operateOrder;
  }

  /** One parameter, so that a tool needs to know one name; it says nothing that a reader of the templates does not see. */
  private describeOutputs(stacks: readonly Stack[]): StringParameter {
    const outputs = stacks.flatMap((stack) => stack.node.children.filter((child) => child instanceof CfnOutput));
    const values = Object.fromEntries(outputs.map(({ node, value }) => [node.id, value as unknown]));
    return new StringParameter(this, 'Outputs', {
      parameterName: OUTPUTS_PARAMETER,
      description: 'Perfect Order: outputs of all stacks, by name',
      stringValue: this.toJsonString(values),
      tier: ParameterTier.INTELLIGENT_TIERING,
    });
  }
}

function suppressStars(
  target: OrderFunction,
  reason: string,
  appliesTo: readonly (string | { readonly regex: string })[],
): void {
  NagSuppressions.addResourceSuppressions(
    target.role ?? target,
    [{ id: 'AwsSolutions-IAM5', reason, appliesTo: [...appliesTo] }],
    true,
  );
}
