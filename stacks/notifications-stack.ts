/** Step 8 of the guidance: what happens to an order reaches its customer, once per order, cycle and kind. */
import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { type IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { GuardedQueue } from './constructs/guarded-queue.ts';
import { EVENT_RETRIES, MAX_EVENT_AGE, OrderFunction } from './constructs/order-function.ts';
import { allowPublishing, allowTable } from './constructs/permissions.ts';
import type { LayerProps } from './stack-props.ts';

const TIMEOUT = Duration.seconds(30);

export class NotificationsStack extends Stack {
  readonly customerTopic: Topic;
  readonly driverTopic: Topic;

  constructor(scope: Construct, id: string, props: LayerProps) {
    super(scope, id, props);
    const { foundation, bundles } = props;
    const { guard, key } = foundation;
    this.customerTopic = new Topic(this, 'CustomerTopic', { masterKey: key, enforceSSL: true });
    this.driverTopic = new Topic(this, 'DriverTopic', { masterKey: key, enforceSSL: true });
    const status = new GuardedQueue(this, 'StatusQueue', { ...guard, consumerTimeout: TIMEOUT });

    new Rule(this, 'OrderStatusRule', {
      description: 'What a customer is told about goes to the status queue.',
      eventBus: foundation.bus as IEventBus,
      eventPattern: {
        source: ['perfect-order.orders'],
        detailType: ['OrderPlaced', 'OrderStatusChanged', 'OrderRejected'],
      },
      targets: [
        new SqsQueue(status.queue, {
          deadLetterQueue: status.deadLetters,
          maxEventAge: MAX_EVENT_AGE,
          retryAttempts: EVENT_RETRIES,
        }),
      ],
    });

    const notifyCustomer = new OrderFunction(this, 'notify-customer', {
      guard,
      bundles,
      description: 'Tells the customer what happened to an order, once under one key.',
      timeout: TIMEOUT,
    });
    notifyCustomer.addEventSource(new SqsEventSource(status.queue, { batchSize: 10, reportBatchItemFailures: true }));
    allowTable(notifyCustomer, foundation.orders, 'GetItem');
    allowTable(notifyCustomer, foundation.idempotency, 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem');
    allowPublishing(notifyCustomer, this.customerTopic, key, 'CUSTOMER_TOPIC_ARN');

    new CfnOutput(this, 'CustomerTopicArn', { value: this.customerTopic.topicArn });
    new CfnOutput(this, 'DriverTopicArn', { value: this.driverTopic.topicArn });
  }
}
