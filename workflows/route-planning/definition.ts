/**
 * The planning wave as a state machine: claim the pending requests of a depot, plan them on Fargate, assign each order
 * by conditional write, start a dispatch execution per route. Whatever fails after the claim gives everything that is
 * not under way back to planning, so that no request stays claimed by a wave that has ended.
 */
import { Duration } from 'aws-cdk-lib';
import type { ISecurityGroup, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import {
  type Cluster,
  type ContainerDefinition,
  FargatePlatformVersion,
  type ICluster,
  type TaskDefinition,
} from 'aws-cdk-lib/aws-ecs';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  Choice,
  Condition,
  Errors,
  Fail,
  type IChainable,
  IntegrationPattern,
  type IStateMachine,
  JitterType,
  Map as MapState,
  Pass,
  ProvideItems,
  type RetryProps,
  Succeed,
  TaskInput,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import {
  EcsFargateLaunchTarget,
  EcsRunTask,
  LambdaInvoke,
  StepFunctionsStartExecution,
} from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { LAMBDA_TRANSIENT_ERRORS, TransientError } from '../order-lifecycle/errors.ts';
import { ALREADY_DISPATCHED, PlanMissingError } from './errors.ts';

export interface RoutePlanningResources {
  readonly claimWave: IFunction;
  readonly assignOrders: IFunction;
  readonly releaseWave: IFunction;
  readonly cluster: Cluster | ICluster;
  readonly taskDefinition: TaskDefinition;
  /** The planner's container in `taskDefinition`. */
  readonly container: ContainerDefinition;
  readonly subnets?: SubnetSelection;
  readonly securityGroups?: ISecurityGroup[];
  readonly dispatchMachine: IStateMachine;
}

/** The machine's own timeout, for the props of the state machine. */
export const ROUTE_PLANNING_TIMEOUT = Duration.hours(2);

/** Five tries within about a minute; jitter keeps waves that were throttled together apart. */
const RETRY_TRANSIENT: RetryProps = {
  errors: [...LAMBDA_TRANSIENT_ERRORS, TransientError.errorName],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts: 5,
  jitterStrategy: JitterType.FULL,
};

/** A cause may be 32 KiB of stack trace; the reason travels on into the record of the wave. */
const WITH_REASON = {
  depotId: '{% $states.input.depotId %}',
  waveId: '{% $states.input.waveId %}',
  reason: "{% $states.errorOutput.Error & ': ' & $substring($string($states.errorOutput.Cause), 0, 500) %}",
};

/** Input `WaveInput`; ends as WaveEmpty, PlanCompared, WavePlanned or (failed) WaveFailed. */
export function routePlanningDefinition(scope: Construct, resources: RoutePlanningResources): IChainable {
  const releaseWave = LambdaInvoke.jsonata(scope, 'ReleaseWave', {
    lambdaFunction: resources.releaseWave,
    payload: TaskInput.fromText('{% $states.input %}'),
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(Duration.minutes(5)),
    outputs: '{% $states.input %}',
  });
  releaseWave.addRetry(RETRY_TRANSIENT);
  releaseWave.next(Fail.jsonata(scope, 'WaveFailed', { error: 'WaveFailed', cause: '{% $states.input.reason %}' }));

  const claimRequests = LambdaInvoke.jsonata(scope, 'ClaimRequests', {
    lambdaFunction: resources.claimWave,
    payload: TaskInput.fromText('{% $states.input %}'),
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(Duration.minutes(5)),
    outputs: '{% $states.result.Payload %}',
  });
  claimRequests.addRetry(RETRY_TRANSIENT).addCatch(releaseWave, { errors: [Errors.ALL], outputs: WITH_REASON });

  const planRoutes = planRoutesTask(scope, resources);
  planRoutes.addCatch(releaseWave, { errors: [Errors.ALL], outputs: WITH_REASON });

  const assignOrders = LambdaInvoke.jsonata(scope, 'AssignOrders', {
    lambdaFunction: resources.assignOrders,
    payload: TaskInput.fromText('{% $states.input %}'),
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(Duration.minutes(5)),
    outputs: '{% $states.result.Payload %}',
  });
  assignOrders
    .addRetry(RETRY_TRANSIENT)
    .addCatch(releaseWave, { errors: [PlanMissingError.errorName], outputs: WITH_REASON })
    .addCatch(releaseWave, { errors: [Errors.ALL], outputs: WITH_REASON });

  const dispatchRoutes = dispatchRoutesMap(scope, resources.dispatchMachine);
  dispatchRoutes.addCatch(releaseWave, { errors: [Errors.ALL], outputs: WITH_REASON });

  const planned = planRoutes.next(
    Choice.jsonata(scope, 'IsPlanToSeeOnly')
      .when(Condition.jsonata("{% $states.input.replan = 'compare' %}"), Succeed.jsonata(scope, 'PlanCompared'))
      .otherwise(assignOrders.next(dispatchRoutes).next(Succeed.jsonata(scope, 'WavePlanned'))),
  );
  return claimRequests.next(
    Choice.jsonata(scope, 'IsWaveEmpty')
      .when(
        Condition.jsonata("{% $states.input.requestCount = 0 and $states.input.replan = 'never' %}"),
        Succeed.jsonata(scope, 'WaveEmpty'),
      )
      .otherwise(planned),
  );
}

function planRoutesTask(scope: Construct, resources: RoutePlanningResources): EcsRunTask {
  const { cluster, taskDefinition, container, subnets, securityGroups } = resources;
  const task = EcsRunTask.jsonata(scope, 'PlanRoutes', {
    integrationPattern: IntegrationPattern.RUN_JOB,
    // The CDK's own classes and interfaces differ in optional against undefined members; they are one thing.
    cluster: cluster as ICluster,
    taskDefinition,
    launchTarget: new EcsFargateLaunchTarget({ platformVersion: FargatePlatformVersion.LATEST }),
    containerOverrides: [
      {
        containerDefinition: container,
        environment: [
          { name: 'DEPOT_ID', value: '{% $states.input.depotId %}' },
          { name: 'WAVE_ID', value: '{% $states.input.waveId %}' },
          { name: 'TASK_CPU', value: '{% $states.input.task.cpu %}' },
        ],
      },
    ],
    // By the size of the wave (task-size.ts).
    cpu: '{% $states.input.task.cpu %}',
    memoryMiB: '{% $states.input.task.memory %}',
    ...(subnets === undefined ? {} : { subnets }),
    ...(securityGroups === undefined ? {} : { securityGroups }),
    taskTimeout: Timeout.duration(Duration.minutes(30)),
    outputs: '{% $states.input %}',
  });
  // A planner that could not be placed or that crashed is run again: it reuses a plan that is already written.
  task.addRetry({
    errors: [Errors.TASKS_FAILED],
    interval: Duration.seconds(10),
    backoffRate: 2,
    maxAttempts: 2,
    jitterStrategy: JitterType.FULL,
  });
  return task;
}

function dispatchRoutesMap(scope: Construct, dispatchMachine: IStateMachine): MapState {
  const startDispatch = StepFunctionsStartExecution.jsonata(scope, 'StartDispatch', {
    stateMachine: dispatchMachine,
    name: '{% $states.input.routeId %}',
    input: TaskInput.fromText('{% $states.input %}'),
    taskTimeout: Timeout.duration(Duration.minutes(1)),
    outputs: '{% $states.input.routeId %}',
  });
  startDispatch
    .addRetry({ errors: [ALREADY_DISPATCHED], maxAttempts: 0 })
    .addRetry({ ...RETRY_TRANSIENT, errors: [Errors.TASKS_FAILED] })
    .addCatch(Pass.jsonata(scope, 'KeepDispatch'), {
      errors: [ALREADY_DISPATCHED],
      outputs: '{% $states.input.routeId %}',
    });
  const map = MapState.jsonata(scope, 'DispatchRoutes', {
    items: ProvideItems.jsonata('{% $states.input.routes %}'),
    maxConcurrency: 10,
    outputs: '{% $states.input %}',
  });
  map.itemProcessor(startDispatch);
  return map;
}
