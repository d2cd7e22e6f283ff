/**
 * A route on its way as a state machine: offered to one driver at a time until one accepts, followed by task token
 * while it is driven, closed when the vehicle is back. Every way out that is not a return withdraws the route, so that
 * its open orders are planned again. The loop of offers ends because no driver is asked twice and offering has an end.
 */
import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  Errors,
  type IChainable,
  IntegrationPattern,
  JitterType,
  type RetryProps,
  Succeed,
  TaskInput,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { LAMBDA_TRANSIENT_ERRORS, TransientError } from '../order-lifecycle/errors.ts';
import { OFFER_TIMEOUT_SECONDS, SILENCE_TIMEOUT_SECONDS } from './contracts.ts';
import { NoDriverLeftError, RouteDeclinedError } from './errors.ts';

export interface RouteDispatchResources {
  readonly offerRoute: IFunction;
  readonly followRoute: IFunction;
  readonly closeRoute: IFunction;
}

/** The machine's own timeout, for the props of the state machine. */
export const ROUTE_DISPATCH_TIMEOUT = Duration.hours(36);

const RETRY_TRANSIENT: RetryProps = {
  errors: [...LAMBDA_TRANSIENT_ERRORS, TransientError.errorName],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts: 5,
  jitterStrategy: JitterType.FULL,
};

const ENTERED = '$toMillis($states.context.State.EnteredTime)';
/** A minute at least: a route that is accepted after its end is followed just long enough to be withdrawn. */
const FOLLOW_SECONDS = `$max([60, $ceil(($toMillis($states.input.followUntil) - ${ENTERED}) / 1000)])`;
/** A vehicle stands silent at the depot until its departure; the silence that counts begins there. */
const SILENCE_SECONDS = `$max([0, $ceil(($toMillis($states.input.plannedDepartureAt) - ${ENTERED}) / 1000)]) + ${SILENCE_TIMEOUT_SECONDS}`;

const withReason = (reason: string) => `{% $merge([$states.input, {'reason': ${reason}}]) %}`;
const ERROR_REASON = withReason(
  "$states.errorOutput.Error & ': ' & $substring($string($states.errorOutput.Cause), 0, 500)",
);
const TOKEN_WAIT = {
  routeId: '{% $states.input.routeId %}',
  token: '{% $states.context.Task.Token %}',
  executionArn: '{% $states.context.Execution.Id %}',
};

/** Input `DispatchInput`; ends as RouteClosed or RouteWithdrawn, both a success of the execution. */
export function routeDispatchDefinition(scope: Construct, resources: RouteDispatchResources): IChainable {
  const withdrawRoute = closeTask(scope, 'WithdrawRoute', resources.closeRoute, {
    routeId: '{% $states.input.routeId %}',
    outcome: 'WITHDRAWN',
    reason: '{% $states.input.reason %}',
  });
  withdrawRoute.next(Succeed.jsonata(scope, 'RouteWithdrawn'));

  const offerRoute = LambdaInvoke.jsonata(scope, 'OfferRoute', {
    lambdaFunction: resources.offerRoute,
    integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
    payload: TaskInput.fromObject({ ...TOKEN_WAIT, offerUntil: '{% $states.input.offerUntil %}' }),
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(Duration.seconds(OFFER_TIMEOUT_SECONDS)),
    outputs: '{% $merge([$states.input, $states.result]) %}',
  });
  offerRoute
    .addRetry(RETRY_TRANSIENT)
    .addCatch(offerRoute, {
      errors: [RouteDeclinedError.errorName, Errors.TIMEOUT],
      outputs: '{% $states.input %}',
    })
    .addCatch(withdrawRoute, { errors: [NoDriverLeftError.errorName], outputs: withReason("'NO_DRIVER_LEFT'") })
    .addCatch(withdrawRoute, { errors: [Errors.ALL], outputs: ERROR_REASON });

  const followRoute = LambdaInvoke.jsonata(scope, 'FollowRoute', {
    lambdaFunction: resources.followRoute,
    integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
    payload: TaskInput.fromObject({
      ...TOKEN_WAIT,
      driverId: '{% $states.input.driverId %}',
      vehicleId: '{% $states.input.vehicleId %}',
      acceptedAt: '{% $states.input.acceptedAt %}',
    }),
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.jsonata(`{% ${FOLLOW_SECONDS} %}`),
    heartbeatTimeout: Timeout.jsonata(`{% $min([${FOLLOW_SECONDS} - 1, ${SILENCE_SECONDS}]) %}`),
    outputs: '{% $merge([$states.input, $states.result]) %}',
  });
  followRoute
    .addRetry(RETRY_TRANSIENT)
    .addCatch(withdrawRoute, { errors: [Errors.HEARTBEAT_TIMEOUT], outputs: withReason("'VEHICLE_SILENT'") })
    .addCatch(withdrawRoute, { errors: [Errors.TIMEOUT], outputs: withReason("'NOT_RETURNED_IN_TIME'") })
    .addCatch(withdrawRoute, { errors: [Errors.ALL], outputs: ERROR_REASON });

  const closeRoute = closeTask(scope, 'CloseRoute', resources.closeRoute, {
    routeId: '{% $states.input.routeId %}',
    outcome: 'RETURNED',
    reason: 'RETURNED',
    returnedAt: '{% $states.input.returnedAt %}',
  });
  return offerRoute.next(followRoute).next(closeRoute).next(Succeed.jsonata(scope, 'RouteClosed'));
}

/** Closing has no way out but itself: when its retries are used up the execution fails, and its alarm calls a person. */
function closeTask(
  scope: Construct,
  id: string,
  lambdaFunction: IFunction,
  payload: Record<string, string>,
): LambdaInvoke {
  const task = LambdaInvoke.jsonata(scope, id, {
    lambdaFunction,
    payload: TaskInput.fromObject(payload),
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(Duration.minutes(5)),
    outputs: '{% $states.result.Payload %}',
  });
  task.addRetry(RETRY_TRANSIENT);
  return task;
}
