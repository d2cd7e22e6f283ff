/**
 * The orchestrator across the ten steps: one execution of order-lifecycle per order (of order-replay where one is
 * resumed), the functions behind its states, the ledger's functions that let the world move it, and the watches that
 * find what time has left behind.
 */
import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { type EventPattern, type IEventBus, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { NagSuppressions } from 'cdk-nag';
import { Construct } from 'constructs';
import { orderLifecycleDefinition, orderReplayDefinition } from '../workflows/order-lifecycle/definition.ts';
import { DeadLetterQueue } from './constructs/guarded-queue.ts';
import { EVENT_RETRIES, MAX_EVENT_AGE, OrderFunction } from './constructs/order-function.ts';
import { OrderMachine } from './constructs/order-machine.ts';
import {
  allow,
  allowIndex,
  allowLedger,
  allowPublishing,
  allowStarting,
  allowTable,
} from './constructs/permissions.ts';
import { SIGNAL_TIMEOUT } from './foundation-stack.ts';
import { executionArns, MACHINE_NAMES, machineArn, orderMachineArns } from './names.ts';
import type { LayerProps } from './stack-props.ts';

export interface OrchestrationStackProps extends LayerProps {
  readonly routeRequests: Queue;
  readonly archiveOrder: OrderFunction;
}

/** Promises may lie weeks ahead; no order is open for longer than this. */
const ORDER_TIMEOUT = Duration.days(90);
const STEP_TIMEOUT = Duration.seconds(30);
const WATCH_TIMEOUT = Duration.minutes(2);

export class OrchestrationStack extends Stack {
  private readonly layer: LayerProps;
  private readonly failedEvents: DeadLetterQueue;
  private readonly machineArns: readonly string[];

  constructor(scope: Construct, id: string, props: OrchestrationStackProps) {
    super(scope, id, props);
    this.layer = props;
    this.machineArns = orderMachineArns(this);
    this.failedEvents = new DeadLetterQueue(this, 'FailedEvents', props.foundation.guard);
    this.createMachines(props);
    this.settleSignals();
    this.startAndFailOrders();
    this.watchSlas();
  }

  private createMachines({ foundation, routeRequests, archiveOrder }: OrchestrationStackProps): void {
    const { orders, ledger, planning } = foundation;
    const awaitSignal = this.createFunction('await-signal', 'Opens the wait of a state in the ledger.', STEP_TIMEOUT);
    allowTable(awaitSignal, orders, 'GetItem', 'PutItem', 'UpdateItem');
    allowLedger(awaitSignal, ledger, this.machineArns);

    const turnOrder = this.createFunction(
      'turn-order',
      'Takes an order off the happy path: attempt failed, route lost, amended, cancelled, returned.',
      STEP_TIMEOUT,
    );
    allowTable(turnOrder, orders, 'GetItem', 'PutItem', 'UpdateItem');
    allowTable(turnOrder, planning, 'DeleteItem', 'PutItem', 'UpdateItem');
    allowLedger(turnOrder, ledger, this.machineArns);

    const closeOrder = this.createFunction(
      'close-order',
      'Puts delivery, proof and verdict onto the record of an order.',
      STEP_TIMEOUT,
    );
    allowTable(closeOrder, orders, 'GetItem', 'PutItem', 'UpdateItem');
    allowTable(closeOrder, planning, 'DeleteItem');
    allowLedger(closeOrder, ledger, this.machineArns);

    const resources = { routeRequests, awaitSignal, turnOrder, closeOrder, archiveOrder };
    const lifecycle = new OrderMachine(this, 'OrderLifecycle', {
      guard: foundation.guard,
      machineName: MACHINE_NAMES.orderLifecycle,
      definition: orderLifecycleDefinition(this, resources),
      timeout: ORDER_TIMEOUT,
    });
    const replay = new OrderMachine(this, 'OrderReplay', {
      guard: foundation.guard,
      machineName: MACHINE_NAMES.orderReplay,
      definition: orderReplayDefinition(new Construct(this, 'Replay'), resources),
      timeout: ORDER_TIMEOUT,
    });
    new CfnOutput(this, 'OrderLifecycleMachineArn', { value: lifecycle.stateMachineArn });
    new CfnOutput(this, 'OrderReplayMachineArn', { value: replay.stateMachineArn });
  }

  private settleSignals(): void {
    const { signals, ledger } = this.layer.foundation;
    const signalOrder = this.createFunction('signal-order', 'Takes signals into the ledger.', SIGNAL_TIMEOUT);
    signalOrder.addEventSource(new SqsEventSource(signals.queue, { batchSize: 10, reportBatchItemFailures: true }));
    allowLedger(signalOrder, ledger, this.machineArns);

    const sweepSignals = this.createFunction(
      'sweep-signals',
      'Settles the pairs of signal and wait that a crash has left open.',
      WATCH_TIMEOUT,
      this.failedEvents,
    );
    allowLedger(sweepSignals, ledger, this.machineArns);
    allowIndex(sweepSignals, ledger, 'unsettled');
    this.every(Duration.minutes(5), 'SweepSignalsSchedule', sweepSignals);
  }

  private startAndFailOrders(): void {
    const { orders, bus } = this.layer.foundation;
    const startOrder = this.createFunction(
      'start-order',
      'Starts the execution of a placed order, under the order id.',
      STEP_TIMEOUT,
      this.failedEvents,
    );
    allowStarting(startOrder, machineArn(this, 'orderLifecycle'), 'ORDER_MACHINE_ARN');
    const placed = { source: ['perfect-order.orders'], detailType: ['OrderPlaced'] };
    this.on(placed, 'OrderPlacedRule', startOrder, bus as IEventBus);

    const failOrder = this.createFunction(
      'fail-order',
      'Records an order as failed when its execution ended on an error.',
      STEP_TIMEOUT,
      this.failedEvents,
    );
    allowTable(failOrder, orders, 'GetItem', 'PutItem', 'UpdateItem');
    failOrder.setVariable('REPLAY_MACHINE_ARN', machineArn(this, 'orderReplay'));
    allow(
      failOrder,
      ['states:GetExecutionHistory'],
      [executionArns(this, 'orderLifecycle'), executionArns(this, 'orderReplay')],
    );
    NagSuppressions.addResourceSuppressions(
      failOrder.role ?? failOrder,
      [
        {
          id: 'AwsSolutions-IAM5',
          reason: 'Executions are named by their orders: the history of any execution of the two order machines.',
          appliesTo: [{ regex: '/^Resource::arn:.*:states:.*:execution:order-(lifecycle|replay):\\*$/' }],
        },
      ],
      true,
    );
    const failed = {
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: [...this.machineArns] },
    };
    this.on(failed, 'OrderFailedRule', failOrder);
  }

  private watchSlas(): void {
    const { orders, board, alarmTopic, key } = this.layer.foundation;
    const watchSlas = this.createFunction(
      'watch-slas',
      'Fires each missed deadline once per order, stage and promise version.',
      WATCH_TIMEOUT,
      this.failedEvents,
    );
    allowIndex(watchSlas, orders, 'due');
    allowTable(watchSlas, orders, 'GetItem', 'PutItem', 'UpdateItem');
    allowTable(watchSlas, board, 'PutItem');
    allowPublishing(watchSlas, alarmTopic, key, 'ALARM_TOPIC_ARN');
    this.every(Duration.minutes(1), 'WatchSlasSchedule', watchSlas);
  }

  private createFunction(name: string, description: string, timeout: Duration, failedEvents?: DeadLetterQueue) {
    return new OrderFunction(this, name, {
      guard: this.layer.foundation.guard,
      bundles: this.layer.bundles,
      description,
      timeout,
      ...(failedEvents === undefined ? {} : { failedEvents }),
    });
  }

  private every(interval: Duration, id: string, target: OrderFunction): void {
    new Rule(this, id, { schedule: Schedule.rate(interval), targets: [this.targetOf(target)] });
  }

  private on(eventPattern: EventPattern, id: string, target: OrderFunction, eventBus?: IEventBus): void {
    new Rule(this, id, {
      eventPattern,
      targets: [this.targetOf(target)],
      ...(eventBus === undefined ? {} : { eventBus }),
    });
  }

  private targetOf(target: OrderFunction): LambdaFunction {
    return new LambdaFunction(target, {
      deadLetterQueue: this.failedEvents,
      maxEventAge: MAX_EVENT_AGE,
      retryAttempts: EVENT_RETRIES,
    });
  }
}
