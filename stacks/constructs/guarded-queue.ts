/**
 * Queues that lose nothing unseen: a work queue always has a dead-letter queue, and a dead-letter queue always has an
 * alarm on its first message. All of them are encrypted with the product's key and refuse calls without TLS.
 */
import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { NagSuppressions } from 'cdk-nag';
import { Construct } from 'constructs';

/** What every queue and function of the product shares. */
export interface Guard {
  readonly key: IKey;
  readonly alarmTopic: ITopic;
}

/** End of the line for work that failed for good: kept 14 days, alarmed at once. */
export class DeadLetterQueue extends Queue {
  constructor(scope: Construct, id: string, guard: Guard) {
    super(scope, id, {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: guard.key,
      dataKeyReuse: Duration.hours(1),
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    this.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1), statistic: 'Maximum' })
      .createAlarm(this, 'Alarm', {
        alarmDescription: `Work failed for good and waits in ${this.node.path}: read the messages, repair, send them again.`,
        threshold: 0,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      })
      .addAlarmAction(new SnsAction(guard.alarmTopic));
    NagSuppressions.addResourceSuppressions(this, [
      { id: 'AwsSolutions-SQS3', reason: 'This queue is the dead-letter queue: nothing consumes it but an operator.' },
    ]);
  }
}

export interface GuardedQueueProps extends Guard {
  /** Time limit of the consumer; a message stays invisible for six of them. */
  readonly consumerTimeout: Duration;
  /** Receives before a message is given up. Default: 5. */
  readonly maxReceiveCount?: number;
}

export class GuardedQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, props: GuardedQueueProps) {
    super(scope, id);
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', props);
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: props.key,
      dataKeyReuse: Duration.hours(1),
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      visibilityTimeout: Duration.seconds(6 * props.consumerTimeout.toSeconds()),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.maxReceiveCount ?? 5 },
    });
  }
}
