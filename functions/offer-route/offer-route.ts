/**
 * Offers a route to one driver: the task behind `OfferRoute`, entered again after each refusal or silence. The offer
 * item owns the answer. An acceptance that is written there but did not reach the execution (the wait had ended, or the
 * answering function crashed) is honoured by the next entry; an offer that nobody answered is expired by it, so that a
 * late answer finds it closed. No driver is told "accepted" for a route that then goes to another.
 */
import { SendTaskSuccessCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { isoOf, msOf } from '../../domain/index.ts';
import { TransientError } from '../../workflows/order-lifecycle/errors.ts';
import {
  ANSWER_MARGIN_SECONDS,
  OFFER_TIMEOUT_SECONDS,
  type OfferAccepted,
  type OfferRequest,
} from '../../workflows/route-dispatch/contracts.ts';
import { NoDriverLeftError } from '../../workflows/route-dispatch/errors.ts';
import { type OfferRecord, ordersOf, type RouteRecord, routePk } from '../platform/planning-items.ts';
import { tookEffect } from '../platform/table-access.ts';
import { type FleetAccess, releaseVehicle, reserveVehicle, vehiclesOf } from '../platform/vehicle-reservation.ts';
import { candidatesFor } from './next-driver.ts';
import type { PublishOffer } from './publish-offer.ts';

export interface OfferRoutePorts extends FleetAccess {
  readonly routesTable: string;
  readonly machines: SFNClient;
  readonly publishOffer: PublishOffer;
  now(): Date;
}

export type OfferOutcome = { readonly offeredTo: string } | { readonly acceptedBy: string };

const ANSWER_MS = (OFFER_TIMEOUT_SECONDS - ANSWER_MARGIN_SECONDS) * 1_000;

/**
 * @throws NoDriverLeftError when offering has ended: nobody left to ask, its time is over, or the route is withdrawn
 * @throws TransientError when the offer changed while it was made, or could not be published: the same driver is
 * offered it again
 */
export async function offerRoute(request: OfferRequest, ports: OfferRoutePorts): Promise<OfferOutcome> {
  const nowMs = ports.now().getTime();
  const route = await readItem<RouteRecord>(ports, request.routeId, 'ROUTE');
  if (route === undefined)
    throw new Error(`Route ${request.routeId} has no item in the routes table: it was never assigned.`);
  const previous = await readItem<OfferRecord>(ports, request.routeId, 'OFFER');
  if (route.status === 'CLOSED' || route.status === 'WITHDRAWN') {
    throw new NoDriverLeftError(`Route ${route.routeId} is ${route.status}: it is not offered any more.`);
  }
  if (previous?.state === 'ACCEPTED') return honour(previous, request, ports);
  const isRetry = previous?.state === 'OPEN' && nowMs < msOf(previous.answerBy);
  if (previous?.state === 'OPEN' && !isRetry) await expire(previous, request.routeId, ports);
  if (nowMs >= msOf(request.offerUntil)) {
    throw new NoDriverLeftError(
      `Route ${route.routeId} was offered until ${request.offerUntil}: nobody accepted in time.`,
    );
  }
  const offer = isRetry
    ? { ...previous, token: request.token, offeredAt: isoOf(nowMs), answerBy: isoOf(nowMs + ANSWER_MS) }
    : await nextOffer(route, previous, request, nowMs, ports);
  await putOffer(offer, previous, ports);
  await markOffered(route, ports);
  await ports.publishOffer({
    routeId: route.routeId,
    driverId: offer.driverId,
    vehicleId: offer.vehicleId,
    depotId: route.depotId,
    stopCount: route.stops.length,
    orderCount: ordersOf(route).length,
    plannedDepartureAt: route.plannedDepartureAt,
    plannedReturnAt: route.plannedReturnAt,
    distanceMeters: route.distanceMeters,
    answerBy: offer.answerBy,
  });
  return { offeredTo: offer.driverId };
}

async function readItem<Item>(ports: OfferRoutePorts, routeId: string, sk: string): Promise<Item | undefined> {
  const { Item } = await ports.documents.send(
    new GetCommand({ TableName: ports.routesTable, Key: { pk: routePk(routeId), sk }, ConsistentRead: true }),
  );
  return Item as Item | undefined;
}

async function honour(offer: OfferRecord, request: OfferRequest, ports: OfferRoutePorts): Promise<OfferOutcome> {
  const accepted: OfferAccepted = {
    driverId: offer.driverId,
    vehicleId: offer.vehicleId,
    acceptedAt: offer.answeredAt ?? ports.now().toISOString(),
  };
  await ports.machines.send(new SendTaskSuccessCommand({ taskToken: request.token, output: JSON.stringify(accepted) }));
  return { acceptedBy: offer.driverId };
}

async function expire(offer: OfferRecord, routeId: string, ports: OfferRoutePorts): Promise<void> {
  const isExpired = await tookEffect(
    ports.documents.send(
      new UpdateCommand({
        TableName: ports.routesTable,
        Key: { pk: routePk(routeId), sk: 'OFFER' },
        UpdateExpression: 'SET #state = :expired',
        ConditionExpression: '#state = :open AND #token = :token',
        ExpressionAttributeNames: { '#state': 'state', '#token': 'token' },
        ExpressionAttributeValues: { ':expired': 'EXPIRED', ':open': 'OPEN', ':token': offer.token },
      }),
    ),
  );
  if (!isExpired) throw new TransientError(`Route ${routeId} was answered while its offer expired: read the answer.`);
}

/** Reserves the next candidate's vehicle and gives back the one that was reserved for the offer before. */
async function nextOffer(
  route: RouteRecord,
  previous: OfferRecord | undefined,
  request: OfferRequest,
  nowMs: number,
  ports: OfferRoutePorts,
): Promise<OfferRecord> {
  const { depotId, routeId } = route;
  const asked = previous?.asked ?? [];
  const vehicles = await vehiclesOf(ports, depotId);
  for (const { vehicleId, driverId } of candidatesFor(route, vehicles, asked, nowMs)) {
    if (!(await reserveVehicle(ports, { depotId, vehicleId, routeId }))) continue;
    for (const other of vehicles.filter((vehicle) => vehicle.routeId === routeId && vehicle.vehicleId !== vehicleId)) {
      await releaseVehicle(ports, { depotId, vehicleId: other.vehicleId, routeId });
    }
    return {
      pk: routePk(routeId),
      sk: 'OFFER',
      driverId,
      vehicleId,
      token: request.token,
      offeredAt: isoOf(nowMs),
      answerBy: isoOf(nowMs + ANSWER_MS),
      state: 'OPEN',
      asked: [...asked, driverId],
    };
  }
  throw new NoDriverLeftError(
    `Route ${routeId} was refused by every eligible driver of ${depotId} (${asked.length} asked).`,
  );
}

async function putOffer(offer: OfferRecord, previous: OfferRecord | undefined, ports: OfferRoutePorts): Promise<void> {
  const write = ports.documents.send(
    new PutCommand({
      TableName: ports.routesTable,
      Item: offer,
      ConditionExpression:
        previous === undefined ? 'attribute_not_exists(pk)' : '#token = :seen AND #state <> :accepted',
      ...(previous === undefined
        ? {}
        : {
            ExpressionAttributeNames: { '#token': 'token', '#state': 'state' },
            ExpressionAttributeValues: { ':seen': previous.token, ':accepted': 'ACCEPTED' },
          }),
    }),
  );
  if (!(await tookEffect(write)))
    throw new TransientError(`The offer ${offer.pk} changed while it was renewed: try again.`);
}

async function markOffered(route: RouteRecord, ports: OfferRoutePorts): Promise<void> {
  const write = ports.documents.send(
    new UpdateCommand({
      TableName: ports.routesTable,
      Key: { pk: route.pk, sk: 'ROUTE' },
      UpdateExpression: 'SET #status = :offered',
      ConditionExpression: '#status IN (:planned, :offered)',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':offered': 'OFFERED', ':planned': 'PLANNED' },
    }),
  );
  if (!(await tookEffect(write)))
    throw new NoDriverLeftError(`Route ${route.routeId} was withdrawn while it was offered.`);
}
