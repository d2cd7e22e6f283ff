/**
 * The whole product as one CDK app: nine stacks, each built from those before it, so that references run in one
 * direction. Settings of the CDK are fixed here and not in `cdk.json`: the command line, the tests and the region
 * synthesise the same templates.
 */
import { App, type AppProps, Aspects, type Stack } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Bundles } from './bundles.ts';
import { ConsoleStack } from './console-stack.ts';
import { FoundationStack } from './foundation-stack.ts';
import { GeoStack } from './geo-stack.ts';
import { IntakeStack } from './intake-stack.ts';
import { LakeStack } from './lake-stack.ts';
import { NavigationStack } from './navigation-stack.ts';
import { NotificationsStack } from './notifications-stack.ts';
import { OrchestrationStack } from './orchestration-stack.ts';
import { PlanningStack } from './planning-stack.ts';

const FEATURE_FLAGS: Readonly<Record<string, unknown>> = {
  '@aws-cdk/core:checkSecretUsage': true,
  '@aws-cdk/core:target-partitions': ['aws'],
  '@aws-cdk/core:enablePartitionLiterals': true,
  // A producer cannot be deleted or replaced while a consumer still refers to it.
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
  '@aws-cdk/aws-iam:minimizePolicies': true,
  '@aws-cdk/aws-lambda:recognizeLayerVersion': true,
  '@aws-cdk/aws-sns-subscriptions:restrictSqsDescryption': true,
  '@aws-cdk/aws-events:eventsTargetQueueSameAccount': true,
  '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true,
  '@aws-cdk/aws-ecs:arnFormatIncludesClusterName': true,
  '@aws-cdk/aws-stepfunctions-tasks:fixRunEcsTaskPolicy': true,
  '@aws-cdk/aws-appsync:appSyncGraphQLAPIScopeLambdaPermission': true,
  '@aws-cdk/aws-kms:reduceCrossAccountRegionPolicyScope': true,
};

/** What the CDK command line adds to templates by default: the construct and the asset behind each resource. */
const METADATA = { 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true };

export interface PerfectOrderApp {
  readonly app: App;
  readonly stacks: readonly Stack[];
}

/**
 * @param props for the CDK app, e.g. `outdir`
 * @throws Error naming a function whose bundle is missing
 * @example createPerfectOrder(bundleAll()).app.synth();
 */
export function createPerfectOrder(bundles: Bundles, props: AppProps = {}): PerfectOrderApp {
  const app = new App({
    analyticsReporting: false,
    ...props,
    context: { ...FEATURE_FLAGS, ...METADATA, ...props.context },
  });
  // `-c roads=s3://bucket/key`: plan on a road file of one's own.
  const roads = app.node.tryGetContext('roads') as string | undefined;
  // `-c matrixLifetimeDays=14`: how long ways that were paid for are used again.
  const matrixLifetimeDays = app.node.tryGetContext('matrixLifetimeDays') as string | number | undefined;
  const named = (name: string) => ({ stackName: `perfect-order-${name}`, description: `Perfect Order: ${name}` });

  const foundation = new FoundationStack(app, 'Foundation', named('foundation'));
  const layer = { foundation, bundles };
  const lake = new LakeStack(app, 'Lake', { ...named('lake'), ...layer });
  const notifications = new NotificationsStack(app, 'Notifications', { ...named('notifications'), ...layer });
  const navigation = new NavigationStack(app, 'Navigation', { ...named('navigation'), ...layer });
  const geo = new GeoStack(app, 'Geo', {
    ...named('geo'),
    ...layer,
    customerTopic: notifications.customerTopic,
    driverTopic: notifications.driverTopic,
  });
  const planning = new PlanningStack(app, 'Planning', {
    ...named('planning'),
    ...layer,
    driverApi: navigation.driverApi,
    geofences: geo.geofences,
    ...(roads !== undefined && { roads }),
    ...(matrixLifetimeDays !== undefined && { matrixLifetimeDays }),
  });
  const orchestration = new OrchestrationStack(app, 'Orchestration', {
    ...named('orchestration'),
    ...layer,
    routeRequests: planning.routeRequests,
    archiveOrder: lake.archiveOrder,
  });
  const intake = new IntakeStack(app, 'Intake', { ...named('intake'), ...layer });
  const described = [foundation, lake, notifications, navigation, geo, planning, orchestration, intake];
  const operators = new ConsoleStack(app, 'Console', {
    ...named('console'),
    ...layer,
    archive: lake.archive,
    queryGraph: planning.queryGraph,
    described,
  });

  Aspects.of(app).add(new AwsSolutionsChecks({ verbose: true }));
  return { app, stacks: [...described, operators] };
}
