/**
 * Where routes are planned: a private network with the graph in its isolated part, and a Fargate task that reads a
 * wave, asks the road network, solves, and writes plan, graph and geofences. The graph is reached by the planner and by
 * functions that are given a network and permission for it here.
 */
import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  type IVpc,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import {
  Cluster,
  type ContainerDefinition,
  ContainerImage,
  ContainerInsights,
  FargateTaskDefinition,
  LogDrivers,
} from 'aws-cdk-lib/aws-ecs';
import type { IPrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnDBCluster, CfnDBInstance, CfnDBSubnetGroup } from 'aws-cdk-lib/aws-neptune';
import { NagSuppressions } from 'cdk-nag';
import { Construct } from 'constructs';
import type { Guard } from './guarded-queue.ts';
import type { FunctionNetwork, OrderFunction } from './order-function.ts';
import { allow, type Caller } from './permissions.ts';

const GRAPH_PORT = 8182;

export interface PlannerTaskProps {
  readonly guard: Guard;
  /** Folder with the bundle and its Dockerfile. */
  readonly imageFolder: string;
}

export class PlannerTask extends Construct implements Caller {
  readonly grantPrincipal: IPrincipal;
  readonly cluster: Cluster;
  readonly taskDefinition: FargateTaskDefinition;
  readonly container: ContainerDefinition;
  readonly securityGroup: SecurityGroup;
  private readonly vpc: IVpc;
  private readonly graphGroup: SecurityGroup;
  private readonly graph: CfnDBCluster;

  constructor(scope: Construct, id: string, props: PlannerTaskProps) {
    super(scope, id);
    this.vpc = this.createNetwork();
    this.securityGroup = new SecurityGroup(this, 'PlannerGroup', {
      vpc: this.vpc,
      description: 'The planner: calls out, is never called.',
    });
    this.cluster = new Cluster(this, 'Cluster', { vpc: this.vpc, containerInsightsV2: ContainerInsights.ENABLED });
    this.taskDefinition = new FargateTaskDefinition(this, 'Task', {
      // Each wave asks for the size that it needs; this is what a task without a wave gets.
      cpu: 2048,
      memoryLimitMiB: 4096,
    });
    this.container = this.taskDefinition.addContainer('planner', {
      image: ContainerImage.fromAsset(props.imageFolder, { platform: Platform.LINUX_AMD64 }),
      logging: LogDrivers.awsLogs({ streamPrefix: 'plan-routes', logGroup: this.createLogs('PlannerLogs') }),
      environment: { POWERTOOLS_SERVICE_NAME: 'plan-routes', POWERTOOLS_METRICS_NAMESPACE: 'PerfectOrder' },
      // As much as Fargate gives: a planner that is stopped writes the best plan that it has.
      stopTimeout: Duration.seconds(120),
      // Nothing is written to the disk: the heartbeat is the title of the process.
      readonlyRootFilesystem: true,
      // ECS looks at this one only, never at the image's own, which says the same.
      healthCheck: {
        command: ['CMD', '/usr/local/bin/node', 'health.js'],
        interval: Duration.seconds(30),
        timeout: Duration.seconds(5),
        startPeriod: Duration.seconds(30),
        retries: 3,
      },
    });
    this.grantPrincipal = this.taskDefinition.taskRole;
    this.graphGroup = new SecurityGroup(this, 'GraphGroup', {
      vpc: this.vpc,
      description: 'The graph: called by the planner and the functions of the graph only.',
      allowAllOutbound: false,
    });
    this.graphGroup.addIngressRule(this.securityGroup, Port.tcp(GRAPH_PORT), 'openCypher from the planner');
    this.graph = this.createGraph(props.guard);
    this.allowGraph(this, 'write');
    NagSuppressions.addResourceSuppressions(
      this.taskDefinition,
      [
        {
          id: 'AwsSolutions-ECS2',
          reason: 'The variables name tables, a collection, an endpoint and the wave; none of them is a secret.',
        },
        {
          id: 'AwsSolutions-IAM5',
          reason: 'ecr:GetAuthorizationToken, which pulling the image needs, cannot name a repository.',
          appliesTo: ['Resource::*'],
        },
      ],
      true,
    );
  }

  setVariable(name: string, value: string): void {
    this.container.addEnvironment(name, value);
  }

  private createLogs(id: string): LogGroup {
    return new LogGroup(this, id, { retention: RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY });
  }

  private createNetwork(): IVpc {
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.40.0.0/16'),
      maxAzs: 2,
      natGateways: 1,
      // The default would be a custom resource; nothing here uses the default group.
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        { name: 'egress', subnetType: SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
        { name: 'planner', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 22 },
        { name: 'graph', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
      ],
    });
    vpc.addFlowLog('FlowLog', { destination: FlowLogDestination.toCloudWatchLogs(this.createLogs('FlowLogs')) });
    vpc.addGatewayEndpoint('DynamoDb', { service: GatewayVpcEndpointAwsService.DYNAMODB });
    vpc.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3 });
    return vpc as IVpc;
  }

  private createGraph(guard: Guard): CfnDBCluster {
    const subnets = new CfnDBSubnetGroup(this, 'GraphSubnets', {
      dbSubnetGroupDescription: 'Isolated subnets of the graph',
      subnetIds: this.vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_ISOLATED }).subnetIds,
    });
    const cluster = new CfnDBCluster(this, 'Graph', {
      engineVersion: '1.4.5.0',
      serverlessScalingConfiguration: { minCapacity: 1, maxCapacity: 8 },
      iamAuthEnabled: true,
      storageEncrypted: true,
      kmsKeyId: guard.key.keyArn,
      backupRetentionPeriod: 7,
      deletionProtection: true,
      copyTagsToSnapshot: true,
      dbPort: GRAPH_PORT,
      dbSubnetGroupName: subnets.ref,
      vpcSecurityGroupIds: [this.graphGroup.securityGroupId],
    });
    cluster.applyRemovalPolicy(RemovalPolicy.SNAPSHOT);
    const instance = new CfnDBInstance(this, 'GraphInstance', {
      dbInstanceClass: 'db.serverless',
      dbClusterIdentifier: cluster.ref,
      autoMinorVersionUpgrade: true,
    });
    instance.applyRemovalPolicy(RemovalPolicy.DESTROY);
    return cluster;
  }

  /** Beside the graph: out of these subnets nothing is reached but the tables, by their gateway endpoint. */
  graphNetwork(): FunctionNetwork {
    const group = new SecurityGroup(this, 'GraphFunctionsGroup', {
      vpc: this.vpc,
      description: 'Functions of the graph: call it and the tables, are never called.',
    });
    this.graphGroup.addIngressRule(group, Port.tcp(GRAPH_PORT), 'openCypher from functions');
    return { vpc: this.vpc, vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED }, securityGroups: [group] };
  }

  /** Tells the caller where the graph is, and lets it read there, or write too. */
  allowGraph(caller: PlannerTask | OrderFunction, access: 'read' | 'write'): void {
    const { attrEndpoint, attrPort, attrClusterResourceId } = this.graph;
    caller.setVariable('GRAPH_ENDPOINT', `https://${attrEndpoint}:${attrPort}`);
    const data = Stack.of(this).formatArn({
      service: 'neptune-db',
      resource: attrClusterResourceId,
      resourceName: '*',
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
    // A property that is set anew is one that is taken away and one that is written.
    const writing = ['neptune-db:WriteDataViaQuery', 'neptune-db:DeleteDataViaQuery'];
    allow(
      caller,
      ['neptune-db:connect', 'neptune-db:ReadDataViaQuery', ...(access === 'write' ? writing : [])],
      [data],
    );
    NagSuppressions.addResourceSuppressions(
      caller instanceof PlannerTask ? caller.taskDefinition.taskRole : (caller.role ?? caller),
      [
        {
          id: 'AwsSolutions-IAM5',
          reason: 'Data access to Neptune is granted on the whole database of the one cluster: /* is its only form.',
          appliesTo: [{ regex: '/^Resource::arn:.*:neptune-db:.*ClusterResourceId>/\\*$/' }],
        },
      ],
      true,
    );
  }
}
