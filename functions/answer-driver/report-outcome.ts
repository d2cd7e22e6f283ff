/**
 * A driver reports what became of an order at its door. The signal goes to the ledger first and the route's own note of
 * it second: a crash in between makes the driver's app report again, and both are the same the second time. An order
 * that is not to be served any more is dropped from the route, so that the vehicle's next stop is not held up by it.
 */
import { SendTaskHeartbeatCommand } from '@aws-sdk/client-sfn';
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { isoOf, msOf } from '../../domain/index.ts';
import { TransientError } from '../../workflows/order-lifecycle/errors.ts';
import { readOrder } from '../platform/order-record.ts';
import { type RouteRecord, vehiclePk } from '../platform/planning-items.ts';
import { signalIdOf } from '../platform/route-signals.ts';
import type { NewSignal } from '../platform/signals.ts';
import { tookEffect } from '../platform/table-access.ts';
import type { ActiveRouteItem, OrderRecord } from '../platform/tables.ts';
import { type Answer, refuse } from './driver-event.ts';
import { type DriverPorts, readRoute, toleratingEndedWait } from './driver-ports.ts';
import { nextSequenceOf } from './route-progress.ts';

export interface Outcome {
  readonly routeId: string;
  readonly orderId: string;
  readonly kind: 'Delivered' | 'AttemptFailed';
  /** ISO, by the driver's clock. */
  readonly at: string;
  readonly detail: NonNullable<NewSignal['detail']>;
}

/** Clocks of phones differ a little; a time further ahead than this is a wrong clock, and the verdict depends on it. */
const MAX_AHEAD_MS = 5 * 60_000;
const HEARTBEAT_EVERY_MS = 5 * 60_000;
const MAX_TRIES = 5;

export async function reportOutcome(driverId: string, outcome: Outcome, ports: DriverPorts): Promise<Answer> {
  const { routeId, orderId } = outcome;
  const route = await readRoute(ports, routeId);
  if (
    route === undefined ||
    route.driverId !== driverId ||
    !['ACCEPTED', 'CLOSED', 'WITHDRAWN'].includes(route.status)
  ) {
    return refuse('NOT_YOUR_ROUTE', `${driverId} does not drive route ${routeId}; report on the route you accepted`);
  }
  if (route.status !== 'ACCEPTED') {
    return refuse('ROUTE_CLOSED', `route ${routeId} is ${route.status}; bring its parcels to the depot`);
  }
  const stop = route.stops.find((each) => each.orders.some((order) => order.orderId === orderId));
  const cycle = stop?.orders.find((order) => order.orderId === orderId)?.cycle;
  if (cycle === undefined) return refuse('UNKNOWN_ORDER', `order ${orderId} is not on route ${routeId}`);
  const nowMs = ports.now().getTime();
  if (msOf(outcome.at) > nowMs + MAX_AHEAD_MS) {
    return refuse('IN_THE_FUTURE', `${outcome.at} is later than ${isoOf(nowMs)}; set the clock of the device`);
  }
  const earlier = route.outcomes.find((each) => each.orderId === orderId);
  if (earlier !== undefined && earlier.kind !== outcome.kind) {
    return refuse('ALREADY_REPORTED', `order ${orderId} was reported as ${earlier.kind} at ${earlier.at}`);
  }
  if (earlier === undefined) {
    const refusal = whyNotServed(await readOrder(ports.documents, ports.ordersTable, orderId), orderId, cycle);
    if (refusal !== undefined) {
      await settle(routeId, ports, (current) =>
        current.dropped?.includes(orderId) === true ? undefined : { dropped: [...(current.dropped ?? []), orderId] },
      );
      return refusal;
    }
  }
  const at = earlier?.at ?? isoOf(msOf(outcome.at));
  await ports.sendSignals([
    {
      signalId: signalIdOf(outcome.kind, orderId, cycle),
      orderId,
      kind: outcome.kind,
      cycle,
      at,
      by: driverId,
      detail: { ...outcome.detail, driverId, vehicleId: route.vehicleId },
    },
  ]);
  await settle(routeId, ports, (current) =>
    current.outcomes.some((each) => each.orderId === orderId)
      ? undefined
      : { outcomes: [...current.outcomes, { orderId, kind: outcome.kind, at }] },
  );
  return { accepted: true };
}

/** Why the order is not to be handed over; undefined when it is. */
function whyNotServed(order: OrderRecord | undefined, orderId: string, cycle: number): Answer | undefined {
  if (order === undefined) return refuse('UNKNOWN_ORDER', `order ${orderId} has no record; bring the parcel back`);
  if (order.status === 'CANCELLED')
    return refuse('ORDER_CANCELLED', `order ${orderId} was cancelled; bring the parcel back`);
  if (order.cycle !== cycle) {
    return refuse('ORDER_PLANNED_ANEW', `order ${orderId} is planned on another route; bring the parcel back`);
  }
  // FAILED stays open to reports: the execution stopped, the delivery did not, and a replay takes the signal up.
  if (['RETURNED', 'REJECTED', 'DELIVERED', 'ARCHIVED', 'ATTEMPT_FAILED'].includes(order.status)) {
    return refuse('ORDER_CLOSED', `order ${orderId} is ${order.status}; there is nothing to report`);
  }
  return undefined;
}

/** Notes the change on the route unless it is there, then moves the vehicle's next stop and keeps its wait alive. */
async function settle(
  routeId: string,
  ports: DriverPorts,
  change: (route: RouteRecord) => Partial<Pick<RouteRecord, 'outcomes' | 'dropped'>> | undefined,
): Promise<void> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const route = await readRoute(ports, routeId);
    if (route === undefined || route.status !== 'ACCEPTED') return;
    const next = { ...route, ...change(route) };
    const write = ports.documents.send(
      new UpdateCommand({
        TableName: ports.routesTable,
        Key: { pk: route.pk, sk: 'ROUTE' },
        UpdateExpression: 'SET outcomes = :outcomes, dropped = :dropped',
        ConditionExpression: 'outcomes = :seen AND (attribute_not_exists(dropped) OR dropped = :seenDropped)',
        ExpressionAttributeValues: {
          ':outcomes': next.outcomes,
          ':dropped': next.dropped ?? [],
          ':seen': route.outcomes,
          ':seenDropped': route.dropped ?? [],
        },
      }),
    );
    if (await tookEffect(write)) return moveOn(next, ports);
  }
  throw new TransientError(`Route ${routeId} was changed ${MAX_TRIES} times while a report was noted: report again.`);
}

async function moveOn(route: RouteRecord, ports: DriverPorts): Promise<void> {
  const key = { pk: vehiclePk(route.vehicleId), sk: 'ACTIVE' };
  const nextSequence = nextSequenceOf(route);
  await tookEffect(
    ports.documents.send(
      new UpdateCommand({
        TableName: ports.routesTable,
        Key: key,
        UpdateExpression: 'SET nextSequence = :next',
        ConditionExpression: 'routeId = :routeId AND nextSequence < :next',
        ExpressionAttributeValues: { ':next': nextSequence, ':routeId': route.routeId },
      }),
    ),
  );
  const { Item } = await ports.documents.send(
    new GetCommand({ TableName: ports.routesTable, Key: key, ConsistentRead: true }),
  );
  const active = Item as ActiveRouteItem | undefined;
  const nowMs = ports.now().getTime();
  if (active?.routeId !== route.routeId || nowMs - msOf(active.heartbeatAt) <= HEARTBEAT_EVERY_MS) return;
  await toleratingEndedWait(ports.machines.send(new SendTaskHeartbeatCommand({ taskToken: active.token })));
  await tookEffect(
    ports.documents.send(
      new UpdateCommand({
        TableName: ports.routesTable,
        Key: key,
        UpdateExpression: 'SET heartbeatAt = :now',
        ConditionExpression: 'routeId = :routeId AND heartbeatAt < :now',
        ExpressionAttributeValues: { ':now': isoOf(nowMs), ':routeId': route.routeId },
      }),
    ),
  );
}
