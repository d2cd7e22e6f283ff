/**
 * Steps 2 and 3 of the guidance, the backend's side: route requests wait in a queue and then in the planning table,
 * waves are opened on a schedule and planned on Fargate, and each planned route is offered, followed and closed.
 */
import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { GraphqlApi } from 'aws-cdk-lib/aws-appsync';
import { SubnetType } from 'aws-cdk-lib/aws-ec2';
import type { ICluster } from 'aws-cdk-lib/aws-ecs';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { CfnGeofenceCollection } from 'aws-cdk-lib/aws-location';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { ROUTE_DISPATCH_TIMEOUT, routeDispatchDefinition } from '../workflows/route-dispatch/definition.ts';
import { ROUTE_PLANNING_TIMEOUT, routePlanningDefinition } from '../workflows/route-planning/definition.ts';
import { DeadLetterQueue, GuardedQueue } from './constructs/guarded-queue.ts';
import { EVENT_RETRIES, type FunctionNetwork, MAX_EVENT_AGE, OrderFunction } from './constructs/order-function.ts';
import { OrderMachine } from './constructs/order-machine.ts';
import {
  allow,
  allowAnswering,
  allowIndex,
  allowLedger,
  allowSending,
  allowStarting,
  allowTable,
} from './constructs/permissions.ts';
import { PlannerTask } from './constructs/planner-task.ts';
import { routeProviderArn } from './geo-stack.ts';
import { MACHINE_NAMES, machineArn, orderMachineArns } from './names.ts';
import type { LayerProps } from './stack-props.ts';

export interface PlanningStackProps extends LayerProps {
  readonly driverApi: GraphqlApi;
  readonly geofences: CfnGeofenceCollection;
  /**
   * Road file in S3 that routes are planned on, `s3://bucket/key`.
   * @default - Amazon Location's route matrix
   */
  readonly roads?: string;
  /**
   * Days for which a way that was paid for is used again: 1 to 365, as text where it comes from the command line. What is
   * kept already keeps the days that it was given.
   * @default - as the planner's policy has it: 30
   */
  readonly matrixLifetimeDays?: string | number;
}

const REQUEST_TIMEOUT = Duration.seconds(30);
const RECORD_TIMEOUT = Duration.minutes(1);
/** Six minutes lie between two of them: five hours. */
const GRAPH_RECEIVES = 50;
const MAX_LIFETIME_DAYS = 365;

export class PlanningStack extends Stack {
  readonly routeRequests: Queue;
  readonly queryGraph: OrderFunction;

  constructor(scope: Construct, id: string, props: PlanningStackProps) {
    super(scope, id, props);
    this.routeRequests = this.createRequests(props);
    this.openWaves(props);
    const planner = this.createPlanner(props);
    const network = planner.graphNetwork();
    this.queryGraph = this.createQueryGraph(props, planner, network);
    const graphMessages = this.recordRoutes(props, planner, network);
    allowSending(planner, graphMessages, 'GRAPH_QUEUE_URL');
    const dispatch = this.createDispatch(props, graphMessages);
    const planning = this.createPlanning(props, planner, dispatch);
    new CfnOutput(this, 'RoutePlanningMachineArn', { value: planning.stateMachineArn });
    new CfnOutput(this, 'RouteDispatchMachineArn', { value: dispatch.stateMachineArn });
    new CfnOutput(this, 'QueryGraphFunctionName', { value: this.queryGraph.functionName });
  }

  private createRequests({ foundation, bundles }: PlanningStackProps): Queue {
    const requests = new GuardedQueue(this, 'RouteRequestsQueue', {
      ...foundation.guard,
      consumerTimeout: REQUEST_TIMEOUT,
    });
    const requestRoute = new OrderFunction(this, 'request-route', {
      guard: foundation.guard,
      bundles,
      description: 'Takes the request of an order for a route and opens the wait for the answer.',
      timeout: REQUEST_TIMEOUT,
    });
    requestRoute.addEventSource(new SqsEventSource(requests.queue, { batchSize: 10, reportBatchItemFailures: true }));
    allowTable(requestRoute, foundation.orders, 'GetItem', 'PutItem', 'UpdateItem');
    allowTable(requestRoute, foundation.planning, 'PutItem');
    allowLedger(requestRoute, foundation.ledger, orderMachineArns(this));
    return requests.queue;
  }

  private openWaves({ foundation, bundles }: PlanningStackProps): void {
    const failedEvents = new DeadLetterQueue(this, 'FailedEvents', foundation.guard);
    const openWaves = new OrderFunction(this, 'open-waves', {
      guard: foundation.guard,
      bundles,
      description: 'Opens a planning wave for each depot that is due, and gives up requests that nobody can serve.',
      timeout: Duration.minutes(2),
      failedEvents,
    });
    allowIndex(openWaves, foundation.planning, 'pending');
    allowTable(openWaves, foundation.planning, 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem');
    allowTable(openWaves, foundation.routes, 'GetItem');
    allowTable(openWaves, foundation.fleet, 'Query');
    allowSending(openWaves, foundation.signals.queue, 'SIGNALS_QUEUE_URL');
    allowStarting(openWaves, machineArn(this, 'routePlanning'), 'PLANNING_MACHINE_ARN');
    new Rule(this, 'OpenWavesSchedule', {
      description: 'Looks every five minutes which depots have a wave due.',
      schedule: Schedule.rate(Duration.minutes(5)),
      targets: [
        new LambdaFunction(openWaves, {
          deadLetterQueue: failedEvents,
          maxEventAge: MAX_EVENT_AGE,
          retryAttempts: EVENT_RETRIES,
        }),
      ],
    });
  }

  private createPlanner(props: PlanningStackProps): PlannerTask {
    const { foundation, bundles, geofences, roads, matrixLifetimeDays } = props;
    const planner = new PlannerTask(this, 'Planner', {
      guard: foundation.guard,
      imageFolder: bundles.plannerFolder,
    });
    allowTable(planner, foundation.planning, 'GetItem', 'BatchGetItem', 'PutItem');
    allowTable(planner, foundation.fleet, 'GetItem', 'Query');
    allowTable(planner, foundation.routes, 'GetItem');
    allowTable(planner, foundation.positions, 'GetItem');
    if (roads === undefined) allow(planner, ['geo-routes:CalculateRouteMatrix'], [routeProviderArn(this)]);
    else allowRoads(planner, roads);
    if (matrixLifetimeDays !== undefined) {
      planner.setVariable('MATRIX_LIFETIME_DAYS', `${checkedLifetimeDays(matrixLifetimeDays)}`);
    }
    allow(planner, ['geo:BatchPutGeofence'], [geofences.attrCollectionArn]);
    planner.setVariable('GEOFENCE_COLLECTION', geofences.ref);
    return planner;
  }

  private createQueryGraph(
    { foundation, bundles }: PlanningStackProps,
    planner: PlannerTask,
    network: FunctionNetwork,
  ): OrderFunction {
    const queryGraph = new OrderFunction(this, 'query-graph', {
      guard: foundation.guard,
      bundles,
      description: 'Answers what operators ask of the graph of routes; reads it only.',
      timeout: Duration.seconds(30),
      network,
    });
    planner.allowGraph(queryGraph, 'read');
    return queryGraph;
  }

  /** A graph that is down for hours is waited for; nobody else waits with it. */
  private recordRoutes(
    { foundation, bundles }: PlanningStackProps,
    planner: PlannerTask,
    network: FunctionNetwork,
  ): Queue {
    const messages = new GuardedQueue(this, 'GraphQueue', {
      ...foundation.guard,
      consumerTimeout: RECORD_TIMEOUT,
      maxReceiveCount: GRAPH_RECEIVES,
    });
    const recordRoutes = new OrderFunction(this, 'record-routes', {
      guard: foundation.guard,
      bundles,
      description: 'Writes what was driven, and plans that the planner could not write, into the graph.',
      timeout: RECORD_TIMEOUT,
      network,
    });
    recordRoutes.addEventSource(
      new SqsEventSource(messages.queue, {
        batchSize: 10,
        reportBatchItemFailures: true,
        // Writers that merge the same vehicles at once only make each other try again.
        maxConcurrency: 2,
      }),
    );
    planner.allowGraph(recordRoutes, 'write');
    allowTable(recordRoutes, foundation.planning, 'GetItem', 'BatchGetItem');
    allowTable(recordRoutes, foundation.routes, 'GetItem');
    return messages.queue;
  }

  private createDispatch(
    { foundation, bundles, driverApi, geofences }: PlanningStackProps,
    graphMessages: Queue,
  ): OrderMachine {
    const { guard, routes, fleet, planning, positions, signals } = foundation;
    const timeout = Duration.seconds(30);
    const offerRoute = new OrderFunction(this, 'offer-route', {
      guard,
      bundles,
      description: 'Offers a route to the next eligible driver, never twice to the same one.',
      timeout,
    });
    allowTable(offerRoute, routes, 'GetItem', 'PutItem', 'UpdateItem');
    allowTable(offerRoute, fleet, 'Query', 'UpdateItem');
    allowAnswering(offerRoute, machineArn(this, 'routeDispatch'), 'SendTaskSuccess');
    driverApi.grantMutation(offerRoute, 'publishOffer');
    offerRoute.setVariable('DRIVER_API_URL', driverApi.graphqlUrl);

    const followRoute = new OrderFunction(this, 'follow-route', {
      guard,
      bundles,
      description: 'Hands an accepted route to its driver and keeps the token that its return answers.',
      timeout,
    });
    allowTable(followRoute, routes, 'PutItem', 'UpdateItem');
    allowSending(followRoute, signals.queue, 'SIGNALS_QUEUE_URL');

    const closeRoute = new OrderFunction(this, 'close-route', {
      guard,
      bundles,
      description: 'Closes a route that came back or is given back, and frees its vehicle and its open orders.',
      timeout,
    });
    allowTable(closeRoute, routes, 'GetItem', 'UpdateItem', 'DeleteItem');
    allowTable(closeRoute, fleet, 'Query', 'UpdateItem');
    allowTable(closeRoute, planning, 'UpdateItem');
    allowIndex(closeRoute, planning, 'pending');
    allowTable(closeRoute, positions, 'GetItem');
    allow(closeRoute, ['geo:BatchDeleteGeofence'], [geofences.attrCollectionArn]);
    closeRoute.setVariable('GEOFENCE_COLLECTION', geofences.ref);
    allowSending(closeRoute, signals.queue, 'SIGNALS_QUEUE_URL');
    allowSending(closeRoute, graphMessages, 'GRAPH_QUEUE_URL');

    return new OrderMachine(this, 'RouteDispatch', {
      guard,
      machineName: MACHINE_NAMES.routeDispatch,
      definition: routeDispatchDefinition(this, { offerRoute, followRoute, closeRoute }),
      timeout: ROUTE_DISPATCH_TIMEOUT,
    });
  }

  private createPlanning(props: PlanningStackProps, planner: PlannerTask, dispatch: OrderMachine): OrderMachine {
    const { foundation, bundles, geofences } = props;
    const { guard, planning, routes, fleet, signals } = foundation;
    const timeout = Duration.minutes(2);
    const claimWave = new OrderFunction(this, 'claim-wave', {
      guard,
      bundles,
      description: 'Claims the pending requests of a depot for one wave.',
      timeout,
    });
    allowTable(claimWave, planning, 'GetItem', 'PutItem', 'UpdateItem');
    allowIndex(claimWave, planning, 'pending');

    const assignOrders = new OrderFunction(this, 'assign-orders', {
      guard,
      bundles,
      description: 'Assigns each order of a plan by conditional write and answers its request.',
      timeout,
    });
    allowTable(assignOrders, planning, 'GetItem', 'BatchGetItem', 'UpdateItem');
    allowTable(assignOrders, routes, 'GetItem', 'PutItem', 'UpdateItem');
    allowTable(assignOrders, foundation.orders, 'GetItem', 'PutItem', 'UpdateItem');
    props.driverApi.grantMutation(assignOrders, 'publishRouteChange');
    assignOrders.setVariable('DRIVER_API_URL', props.driverApi.graphqlUrl);
    allowTable(assignOrders, fleet, 'Query', 'UpdateItem');
    allow(assignOrders, ['geo:BatchPutGeofence', 'geo:BatchDeleteGeofence'], [geofences.attrCollectionArn]);
    assignOrders.setVariable('GEOFENCE_COLLECTION', geofences.ref);
    allowSending(assignOrders, signals.queue, 'SIGNALS_QUEUE_URL');

    const releaseWave = new OrderFunction(this, 'release-wave', {
      guard,
      bundles,
      description: 'Gives everything of a failed wave that is not under way back to planning.',
      timeout,
    });
    allowTable(releaseWave, planning, 'GetItem', 'BatchGetItem', 'Query', 'UpdateItem');
    allowTable(releaseWave, routes, 'GetItem', 'UpdateItem');
    allowTable(releaseWave, fleet, 'Query', 'UpdateItem');
    allowSending(releaseWave, signals.queue, 'SIGNALS_QUEUE_URL');

    return new OrderMachine(this, 'RoutePlanning', {
      guard,
      machineName: MACHINE_NAMES.routePlanning,
      definition: routePlanningDefinition(this, {
        claimWave,
        assignOrders,
        releaseWave,
        cluster: planner.cluster as ICluster,
        taskDefinition: planner.taskDefinition,
        container: planner.container,
        subnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
        securityGroups: [planner.securityGroup],
        dispatchMachine: dispatch,
      }),
      timeout: ROUTE_PLANNING_TIMEOUT,
    });
  }
}

function checkedLifetimeDays(given: string | number): number {
  const days = /^\d+$/.test(`${given}`) ? Number(given) : Number.NaN;
  if (days >= 1 && days <= MAX_LIFETIME_DAYS) return days;
  throw new Error(
    `The context value matrixLifetimeDays is ${JSON.stringify(given)}: ` +
      `give whole days from 1 to ${MAX_LIFETIME_DAYS}, as in -c matrixLifetimeDays=14.`,
  );
}

/** The object alone; a bucket with a key of its own has to let the task's role use that too. */
function allowRoads(planner: PlannerTask, roads: string): void {
  const [, bucketName, key] = /^s3:\/\/([a-z0-9][a-z0-9.-]+)\/([^*?]+)$/.exec(roads) ?? [];
  if (bucketName === undefined || key === undefined) {
    throw new Error(`The context value roads is ${JSON.stringify(roads)}: give s3://bucket/key of a road file.`);
  }
  planner.setVariable('ROADS_OBJECT', roads);
  allow(
    planner,
    ['s3:GetObject'],
    [
      Stack.of(planner).formatArn({
        service: 's3',
        region: '',
        account: '',
        resource: bucketName,
        resourceName: key,
      }),
    ],
  );
}
