/**
 * Step 1 of the guidance: orders enter through a queue, are accepted or refused field by field, and what was committed
 * becomes an event on the bus.
 */
import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Construct } from 'constructs';
import { EventOutbox } from './constructs/event-outbox.ts';
import { GuardedQueue } from './constructs/guarded-queue.ts';
import { OrderFunction } from './constructs/order-function.ts';
import { allowTable } from './constructs/permissions.ts';
import type { LayerProps } from './stack-props.ts';

const TIMEOUT = Duration.seconds(30);

export class IntakeStack extends Stack {
  constructor(scope: Construct, id: string, props: LayerProps) {
    super(scope, id, props);
    const { foundation, bundles } = props;
    const { guard, orders, fleet, bus } = foundation;
    const intake = new GuardedQueue(this, 'IntakeQueue', { ...guard, consumerTimeout: TIMEOUT });
    const acceptOrder = new OrderFunction(this, 'accept-order', {
      guard,
      bundles,
      description: 'Accepts each order of a batch once, or refuses it with a reason per field.',
      timeout: TIMEOUT,
    });
    acceptOrder.addEventSource(new SqsEventSource(intake.queue, { batchSize: 10, reportBatchItemFailures: true }));
    allowTable(acceptOrder, orders, 'GetItem', 'PutItem');
    allowTable(acceptOrder, fleet, 'GetItem');
    new EventOutbox(this, 'Outbox', { guard, orders, bus });
    new CfnOutput(this, 'IntakeQueueUrl', { value: intake.queue.queueUrl });
  }
}
