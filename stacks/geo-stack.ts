/**
 * Steps 4 to 6 of the guidance: fixes from vehicles through IoT Core and Kinesis into the positions table, and from its
 * stream into fence events and arrival predictions. A vehicle may publish to its own topic and do nothing else.
 */
import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, KinesisEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { CfnGeofenceCollection } from 'aws-cdk-lib/aws-location';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { NagSuppressions } from 'cdk-nag';
import type { Construct } from 'constructs';
import { DeadLetterQueue } from './constructs/guarded-queue.ts';
import { OrderFunction } from './constructs/order-function.ts';
import { allow, allowAnswering, allowPublishing, allowSending, allowTable } from './constructs/permissions.ts';
import { VehicleFixes } from './constructs/vehicle-fixes.ts';
import { GEOFENCE_COLLECTION_NAME, machineArn, ZONE_COLLECTION_NAME } from './names.ts';
import type { LayerProps } from './stack-props.ts';

export interface GeoStackProps extends LayerProps {
  readonly customerTopic: Topic;
  readonly driverTopic: Topic;
}

export class GeoStack extends Stack {
  readonly geofences: CfnGeofenceCollection;
  readonly zones: CfnGeofenceCollection;

  constructor(scope: Construct, id: string, props: GeoStackProps) {
    super(scope, id, props);
    const { foundation } = props;
    this.geofences = new CfnGeofenceCollection(this, 'Geofences', {
      collectionName: GEOFENCE_COLLECTION_NAME,
      description: 'Fences of stops and depots, set by the planner.',
      kmsKeyId: foundation.key.keyArn,
    });
    // Apart from the fences of routes: zones are listed every few minutes, and a list is billed by the fence.
    this.zones = new CfnGeofenceCollection(this, 'Zones', {
      collectionName: ZONE_COLLECTION_NAME,
      description: 'Zones, set by an administrator.',
      kmsKeyId: foundation.key.keyArn,
    });
    const stream = new Stream(this, 'FixStream', {
      // One shard takes 1,000 fixes a second: 10,000 vehicles at a fix every 10 s.
      streamMode: StreamMode.PROVISIONED,
      shardCount: 1,
      retentionPeriod: Duration.hours(24),
      encryption: StreamEncryption.MANAGED,
    });
    const failures = new DeadLetterQueue(this, 'FailedRecords', foundation.guard);
    const fixes = new VehicleFixes(this, 'VehicleFixes', { guard: foundation.guard, stream });

    this.trackVehicles(props, stream, failures);
    this.locateVehicle(props, failures);
    this.predictEta(props, failures);

    new CfnOutput(this, 'ZoneCollectionName', { value: this.zones.ref });
    new CfnOutput(this, 'VehiclePolicyName', { value: fixes.policyName });
    new CfnOutput(this, 'FixStreamName', { value: stream.streamName });
  }

  private trackVehicles({ foundation, bundles }: GeoStackProps, stream: Stream, failures: DeadLetterQueue): void {
    const trackVehicles = new OrderFunction(this, 'track-vehicles', {
      guard: foundation.guard,
      bundles,
      description: 'Keeps the newest fix of each vehicle; an older one is kept aside and moves nothing.',
      timeout: Duration.seconds(60),
    });
    allowTable(trackVehicles, foundation.positions, 'PutItem');
    trackVehicles.addEventSource(
      new KinesisEventSource(stream, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 100,
        maxBatchingWindow: Duration.seconds(10),
        ...recordLimits(failures),
      }),
    );
  }

  private locateVehicle({ foundation, bundles }: GeoStackProps, failures: DeadLetterQueue): void {
    const locateVehicle = new OrderFunction(this, 'locate-vehicle', {
      guard: foundation.guard,
      bundles,
      description: 'Evaluates a vehicle against the fences of its own route and says what it entered and left.',
      timeout: Duration.seconds(60),
    });
    allowTable(locateVehicle, foundation.routes, 'GetItem', 'UpdateItem');
    allow(locateVehicle, ['geo:ListGeofences'], [this.zones.attrCollectionArn]);
    locateVehicle.setVariable('ZONE_COLLECTION', this.zones.ref);
    allowSending(locateVehicle, foundation.signals.queue, 'SIGNALS_QUEUE_URL');
    allowAnswering(locateVehicle, machineArn(this, 'routeDispatch'), 'SendTaskSuccess');
    locateVehicle.addEventSource(
      new DynamoEventSource(foundation.positions as ITable, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 100,
        filters: [NEWEST_POSITION],
        ...recordLimits(failures),
      }),
    );
    suppressStreamListing(locateVehicle);
  }

  private predictEta(props: GeoStackProps, failures: DeadLetterQueue): void {
    const { foundation, bundles } = props;
    const predictEta = new OrderFunction(this, 'predict-eta', {
      guard: foundation.guard,
      bundles,
      description: 'Predicts the arrival at each remaining stop and tells of a delay when it begins and when it ends.',
      timeout: Duration.seconds(120),
    });
    allowTable(predictEta, foundation.routes, 'GetItem', 'UpdateItem');
    allowTable(predictEta, foundation.orders, 'GetItem', 'BatchGetItem');
    allowTable(predictEta, foundation.idempotency, 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem');
    allow(predictEta, ['geo-routes:CalculateRoutes'], [routeProviderArn(this)]);
    allowSending(predictEta, foundation.signals.queue, 'SIGNALS_QUEUE_URL');
    allowPublishing(predictEta, props.customerTopic, foundation.key, 'CUSTOMER_TOPIC_ARN');
    allowPublishing(predictEta, props.driverTopic, foundation.key, 'DRIVER_TOPIC_ARN');
    allowAnswering(predictEta, machineArn(this, 'routeDispatch'), 'SendTaskHeartbeat');
    predictEta.addEventSource(
      new DynamoEventSource(foundation.positions as ITable, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 1000,
        maxBatchingWindow: Duration.seconds(60),
        filters: [NEWEST_POSITION],
        ...recordLimits(failures),
      }),
    );
    suppressStreamListing(predictEta);
  }
}

const NEWEST_POSITION = FilterCriteria.filter({
  eventName: FilterRule.or('INSERT', 'MODIFY'),
  dynamodb: { Keys: { sk: { S: FilterRule.isEqual('NEWEST') } } },
});

/** A record that fails is isolated, tried again and given up to the dead-letter queue: it never blocks its shard. */
const recordLimits = (failures: DeadLetterQueue) => ({
  reportBatchItemFailures: true,
  bisectBatchOnError: true,
  retryAttempts: 5,
  maxRecordAge: Duration.hours(1),
  onFailure: new SqsDlq(failures),
});

/** The road network of Amazon Location, which belongs to the service. */
export const routeProviderArn = (stack: Stack): string =>
  stack.formatArn({ service: 'geo-routes', account: '', resource: 'provider', resourceName: 'default' });

function suppressStreamListing(target: OrderFunction): void {
  NagSuppressions.addResourceSuppressions(
    target.role ?? target,
    [
      {
        id: 'AwsSolutions-IAM5',
        reason: 'dynamodb:ListStreams, which the event source mapping needs, cannot name a stream.',
        appliesTo: ['Resource::*'],
      },
    ],
    true,
  );
}
