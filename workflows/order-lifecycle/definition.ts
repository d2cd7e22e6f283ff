/**
 * order-lifecycle: one Standard execution per order, named by the order id. The happy path is a wait per milestone and
 * nine transitions; everything exceptional fails the open wait with an error of its own name and is routed by its
 * Catch, so no Choice follows a wait. The input of every wait is the order frame (`contracts.ts`).
 *
 *   AwaitRoute > AwaitDispatch > AwaitDeparture > AwaitApproach > AwaitArrival > AwaitDelivery
 *     > CloseOrder > ArchiveOrder > OrderArchived
 *
 * order-replay is the same life, entered in the state that an execution stopped in (`replay.ts`).
 */
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import {
  Choice,
  Condition,
  Errors,
  Fail,
  type IChainable,
  IntegrationPattern,
  JitterType,
  type State,
  Succeed,
  TaskInput,
  type TaskStateBase,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke, SqsSendMessage } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { EXCEPTIONS, type Milestone, type TurnRequest } from './contracts.ts';
import { OrderStateError } from './errors.ts';
import { ENTRY_STATES, type EntryState } from './replay.ts';

export interface OrderLifecycleResources {
  readonly routeRequests: IQueue;
  readonly awaitSignal: IFunction;
  readonly turnOrder: IFunction;
  readonly closeOrder: IFunction;
  readonly archiveOrder: IFunction;
}

/** The waits in the order in which a delivery passes them: state name and the milestone that answers it. */
export const WAITS = [
  ['AwaitRoute', 'RoutePlanned'],
  ['AwaitDispatch', 'RouteAccepted'],
  ['AwaitDeparture', 'DepartedDepot'],
  ['AwaitApproach', 'ApproachingStop'],
  ['AwaitArrival', 'ArrivedAtStop'],
  ['AwaitDelivery', 'Delivered'],
] as const satisfies readonly (readonly [string, Milestone])[];

/**
 * Until a day after the promise, as the frame says; never under a minute, so that an overdue order still gets its turn.
 * A safety net: the SLA clock is on the order record.
 */
const WAIT_TIMEOUT = Timeout.jsonata(
  '{% $max([60, $ceil(($toMillis($states.input.waitUntil) - $millis()) / 1000)]) %}',
);

const FRAME_AFTER_SIGNAL = "{% $merge([$states.input, {'reached': $states.result}]) %}";

const RETRY_INFRASTRUCTURE = {
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts: 6,
  maxDelay: Duration.minutes(1),
  jitterStrategy: JitterType.FULL,
};

/**
 * Any failure of the task itself (throttling, a crash, a timeout of its function) is worth a retry; a signal that fails
 * the wait on purpose, and an order that is not what the task takes it for, are not.
 */
function retryUnlessMeant(task: TaskStateBase, meant: readonly string[]): void {
  task.addRetry({ errors: [...meant, OrderStateError.errorName], maxAttempts: 0 });
  task.addRetry({ errors: [Errors.TASKS_FAILED], ...RETRY_INFRASTRUCTURE });
}

/** A task that answers by itself may also time out by itself; for a wait the timeout is an answer. */
function retryWork(task: TaskStateBase): void {
  retryUnlessMeant(task, []);
  task.addRetry({ errors: [Errors.TIMEOUT], ...RETRY_INFRASTRUCTURE });
}

/** What a wait hands to the ledger: the frame, its own token, and what orders it among retries and redrives. */
const awaitRequest = (awaits: Milestone) =>
  TaskInput.fromObject({
    frame: '{% $states.input %}',
    awaits,
    token: '{% $states.context.Task.Token %}',
    enteredAt: '{% $states.context.State.EnteredTime %}',
    retryCount: '{% $states.context.State.RetryCount %}',
    redriveCount: '{% $states.context.Execution.RedriveCount %}',
    executionArn: '{% $states.context.Execution.Id %}',
  });

/** @returns the first state of the definition, to be given to `DefinitionBody.fromChainable` */
export function orderLifecycleDefinition(scope: Construct, resources: OrderLifecycleResources): IChainable {
  return lifecycleStates(scope, resources).AwaitRoute;
}

/**
 * @param scope of its own: its states have the names of those of order-lifecycle
 * @returns the first state: the choice where to enter, by `ReplayInput`
 */
export function orderReplayDefinition(scope: Construct, resources: OrderLifecycleResources): IChainable {
  const states = lifecycleStates(scope, resources);
  const whereToEnter = Choice.jsonata(scope, 'WhereToEnter', {
    comment: 'Goes on in the state that stopped, with the input that it had',
  });
  for (const state of ENTRY_STATES) {
    whereToEnter.when(Condition.jsonata(`{% $states.input.enter = '${state}' %}`), states[state], {
      outputs: '{% $states.input.state %}',
    });
  }
  whereToEnter.otherwise(
    Fail.jsonata(scope, 'EntryUnknown', {
      comment: 'The definition has no such state any more',
      error: 'EntryUnknown',
      cause: "{% 'There is no state ' & $string($states.input.enter) & ' to enter: see ENTRY_STATES.' %}",
    }),
  );
  return whereToEnter;
}

function lifecycleStates(
  scope: Construct,
  resources: OrderLifecycleResources,
): Readonly<Record<EntryState, State & IChainable>> {
  const turn = (name: TurnRequest['turn'], comment: string) => turnTask(scope, resources.turnOrder, name, comment);
  const recordFailedAttempt = turn('RecordFailedAttempt', 'Counts the attempt; plans again while the tier allows it');
  const releaseRoute = turn('ReleaseRoute', 'The route was withdrawn or went silent: back to planning, same order');
  const amendPromise = turn('AmendPromise', 'A new promise; planned again only where the route would miss it');
  const cancelOrder = turn('CancelOrder', 'Ends the order on request');
  const returnOrder = turn('ReturnOrder', 'Ends the order that cannot be delivered, with the reason');

  const waits = WAITS.map(([state, milestone]) => {
    const wait = state === 'AwaitRoute' ? routeWait(scope, resources) : signalWait(scope, resources, state, milestone);
    retryUnlessMeant(wait, EXCEPTIONS);
    const outputs = {
      frame: '{% $states.input %}',
      awaits: milestone,
      error: "{% {'Error': $states.errorOutput.Error, 'Cause': $string($states.errorOutput.Cause)} %}",
    };
    wait.addCatch(cancelOrder, { errors: ['Cancelled'], outputs });
    wait.addCatch(amendPromise, { errors: ['Amended'], outputs });
    if (state === 'AwaitRoute') wait.addCatch(returnOrder, { errors: ['RouteUnavailable', Errors.TIMEOUT], outputs });
    else {
      wait.addCatch(recordFailedAttempt, { errors: ['AttemptFailed'], outputs });
      wait.addCatch(releaseRoute, { errors: ['RouteWithdrawn', Errors.TIMEOUT], outputs });
    }
    return wait;
  });
  for (const [index, wait] of waits.entries()) {
    const following = waits[index + 1];
    if (following !== undefined) wait.next(following);
  }
  const [awaitRoute] = waits;
  const lastWait = waits.at(-1);
  if (awaitRoute === undefined || lastWait === undefined)
    throw new Error('WAITS is empty: an order awaits milestones.');

  const isAttemptLeft = Choice.jsonata(scope, 'IsAttemptLeft', { comment: 'Planned again, or returned' })
    .when(Condition.jsonata('{% $states.input.planAgain %}'), awaitRoute, { outputs: '{% $states.input.frame %}' })
    .otherwise(returnOrder);
  recordFailedAttempt.next(isAttemptLeft);
  releaseRoute.next(isAttemptLeft);

  const whereToResume = Choice.jsonata(scope, 'WhereToResume', {
    comment: 'Back to the wait that the amendment ended',
  });
  for (const [index, [, milestone]] of WAITS.entries()) {
    const wait = waits[index];
    if (index === 0 || wait === undefined) continue;
    whereToResume.when(Condition.jsonata(`{% $states.input.resumeAt = '${milestone}' %}`), wait, {
      outputs: "{% $sift($states.input.frame, function($v, $k) { $k != 'reached' }) %}",
    });
  }
  whereToResume.when(Condition.jsonata("{% $states.input.resumeAt = 'RoutePlanned' %}"), awaitRoute, {
    outputs: '{% $states.input.frame %}',
  });
  amendPromise.next(whereToResume);

  const closeOrder = LambdaInvoke.jsonata(scope, 'CloseOrder', {
    comment: 'Delivery, proof and verdict onto the record',
    lambdaFunction: resources.closeOrder,
    payload: TaskInput.fromObject({ frame: '{% $states.input %}' }),
    outputs: { frame: '{% $states.input %}' },
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(Duration.minutes(5)),
  });
  const archiveOrder = LambdaInvoke.jsonata(scope, 'ArchiveOrder', {
    comment: 'The whole order, as one object, into the archive',
    lambdaFunction: resources.archiveOrder,
    payload: TaskInput.fromObject({
      frame: '{% $states.input.frame %}',
      executionArn: '{% $states.context.Execution.Id %}',
    }),
    outputs: '{% $states.result.Payload %}',
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(Duration.minutes(5)),
  });
  retryWork(closeOrder);
  retryWork(archiveOrder);
  lastWait.next(closeOrder);
  closeOrder.next(archiveOrder);
  cancelOrder.next(archiveOrder);
  returnOrder.next(archiveOrder);
  archiveOrder.next(Succeed.jsonata(scope, 'OrderArchived'));
  const turns = { recordFailedAttempt, releaseRoute, amendPromise, cancelOrder, returnOrder };
  const others = [isAttemptLeft, whereToResume, closeOrder, archiveOrder];
  const byName = [...waits, ...Object.values(turns), ...others].map((state) => [state.id, state]);
  return Object.fromEntries(byName) as Record<EntryState, State & IChainable>;
}

/** The first wait asks for a route by the queue that planning draws from; its consumer opens the wait. */
function routeWait(scope: Construct, { routeRequests }: OrderLifecycleResources): SqsSendMessage {
  return SqsSendMessage.jsonata(scope, 'AwaitRoute', {
    comment: 'Until planning has put the order on a route',
    integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
    queue: routeRequests,
    messageBody: awaitRequest('RoutePlanned'),
    taskTimeout: WAIT_TIMEOUT,
    outputs: FRAME_AFTER_SIGNAL,
  });
}

function signalWait(
  scope: Construct,
  { awaitSignal }: OrderLifecycleResources,
  state: string,
  awaits: Milestone,
): LambdaInvoke {
  return LambdaInvoke.jsonata(scope, state, {
    comment: `Until ${awaits}`,
    integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
    lambdaFunction: awaitSignal,
    payload: awaitRequest(awaits),
    taskTimeout: WAIT_TIMEOUT,
    outputs: FRAME_AFTER_SIGNAL,
    retryOnServiceExceptions: false,
  });
}

function turnTask(scope: Construct, turnOrder: IFunction, turn: TurnRequest['turn'], comment: string): LambdaInvoke {
  const task = LambdaInvoke.jsonata(scope, turn, {
    comment,
    lambdaFunction: turnOrder,
    payload: TaskInput.fromObject({
      turn,
      frame: '{% $states.input.frame %}',
      awaits: '{% $states.input.awaits %}',
      error: '{% $states.input.error %}',
      enteredAt: '{% $states.context.State.EnteredTime %}',
      executionArn: '{% $states.context.Execution.Id %}',
    }),
    outputs: '{% $states.result.Payload %}',
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(Duration.minutes(5)),
  });
  retryWork(task);
  return task;
}
