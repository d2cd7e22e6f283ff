/** Step 7 of the guidance: the archive of closed orders, and the function that writes it. */
import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, StorageClass } from 'aws-cdk-lib/aws-s3';
import { NagSuppressions } from 'cdk-nag';
import type { Construct } from 'constructs';
import { OrderFunction } from './constructs/order-function.ts';
import { allow, allowKey, allowTable } from './constructs/permissions.ts';
import type { LayerProps } from './stack-props.ts';

export class LakeStack extends Stack {
  readonly archiveOrder: OrderFunction;
  readonly archive: Bucket;

  constructor(scope: Construct, id: string, props: LayerProps) {
    super(scope, id, props);
    const { foundation, bundles } = props;
    this.archive = this.createArchive(foundation);
    this.archiveOrder = new OrderFunction(this, 'archive-order', {
      guard: foundation.guard,
      bundles,
      description: 'Writes a closed order with its events to the archive and marks it archived.',
      timeout: Duration.seconds(30),
    });
    allowTable(this.archiveOrder, foundation.orders, 'Query', 'GetItem', 'PutItem', 'UpdateItem');
    allowTable(this.archiveOrder, foundation.ledger, 'GetItem');
    this.archiveOrder.setVariable('ARCHIVE_BUCKET', this.archive.bucketName);
    allow(this.archiveOrder, ['s3:PutObject'], [this.archive.arnForObjects('orders/*')]);
    allow(
      this.archiveOrder,
      ['s3:PutObject', 's3:GetObject', 's3:DeleteObject'],
      [this.archive.arnForObjects('staging/*')],
    );
    allowKey(this.archiveOrder, foundation.key);
    NagSuppressions.addResourceSuppressions(
      this.archiveOrder.role ?? this.archiveOrder,
      [
        {
          id: 'AwsSolutions-IAM5',
          reason:
            'Objects are named by date and order: the function may put any object under orders/ and staging/, and nowhere else.',
          appliesTo: [{ regex: '/^Resource::<Archive.*\\.Arn>/(orders|staging)/\\*$/' }],
        },
      ],
      true,
    );
    new CfnOutput(this, 'ArchiveBucketName', { value: this.archive.bucketName });
  }

  private createArchive(foundation: LayerProps['foundation']): Bucket {
    const accessLogs = new Bucket(this, 'AccessLogs', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [{ expiration: Duration.days(365) }],
    });
    NagSuppressions.addResourceSuppressions(accessLogs, [
      { id: 'AwsSolutions-S1', reason: 'This bucket holds the access logs; logging its own access would never end.' },
    ]);
    return new Bucket(this, 'Archive', {
      encryption: BucketEncryption.KMS,
      encryptionKey: foundation.key,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      serverAccessLogsBucket: accessLogs as IBucket,
      serverAccessLogsPrefix: 'archive/',
      lifecycleRules: [
        {
          abortIncompleteMultipartUploadAfter: Duration.days(7),
          transitions: [{ storageClass: StorageClass.INTELLIGENT_TIERING, transitionAfter: Duration.days(30) }],
        },
        // A staged copy finishes an archiving that was cut short; an execution can be redriven for 14 days.
        {
          prefix: 'staging/',
          expiration: Duration.days(60),
          noncurrentVersionExpiration: Duration.days(1),
        },
      ],
    });
  }
}
