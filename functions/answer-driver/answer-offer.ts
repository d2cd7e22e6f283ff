/**
 * A driver accepts or declines an offer. The conditional write on the offer item decides; the execution is told
 * afterwards. When the telling fails the offer item still stands, and the next entry of `OfferRoute` acts on it.
 */
import { SendTaskFailureCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { OfferAccepted } from '../../workflows/route-dispatch/contracts.ts';
import { RouteDeclinedError } from '../../workflows/route-dispatch/errors.ts';
import { type OfferRecord, routePk } from '../platform/planning-items.ts';
import { type Answer, refuse } from './driver-event.ts';
import { type DriverPorts, readOffer, readRoute, toleratingEndedWait } from './driver-ports.ts';

export async function acceptOffer(driverId: string, routeId: string, ports: DriverPorts): Promise<Answer> {
  const route = await readRoute(ports, routeId);
  if (route?.status === 'CLOSED' || route?.status === 'WITHDRAWN') {
    return refuse('ROUTE_CLOSED', `route ${routeId} is not driven any more; wait for another offer`);
  }
  const acceptedAt = ports.now().toISOString();
  const offer = await answer(driverId, routeId, 'ACCEPTED', acceptedAt, undefined, ports);
  if (offer === undefined) return whyNot(driverId, routeId, acceptedAt, ports);
  const output: OfferAccepted = { driverId, vehicleId: offer.vehicleId, acceptedAt };
  await toleratingEndedWait(
    ports.machines.send(new SendTaskSuccessCommand({ taskToken: offer.token, output: JSON.stringify(output) })),
  );
  return { accepted: true };
}

export async function declineOffer(
  driverId: string,
  routeId: string,
  reason: string | undefined,
  ports: DriverPorts,
): Promise<Answer> {
  const at = ports.now().toISOString();
  const offer = await answer(driverId, routeId, 'DECLINED', at, reason ?? 'no reason given', ports);
  if (offer === undefined) return whyNot(driverId, routeId, at, ports);
  await toleratingEndedWait(
    ports.machines.send(
      new SendTaskFailureCommand({
        taskToken: offer.token,
        error: RouteDeclinedError.errorName,
        cause: `${driverId}: ${reason ?? 'no reason given'}`,
      }),
    ),
  );
  return { accepted: true };
}

/** @returns the offer as answered, or undefined when it was not this driver's to answer */
async function answer(
  driverId: string,
  routeId: string,
  state: 'ACCEPTED' | 'DECLINED',
  at: string,
  reason: string | undefined,
  ports: DriverPorts,
): Promise<OfferRecord | undefined> {
  try {
    const { Attributes } = await ports.documents.send(
      new UpdateCommand({
        TableName: ports.routesTable,
        Key: { pk: routePk(routeId), sk: 'OFFER' },
        UpdateExpression: `SET #state = :state, answeredAt = :at${reason === undefined ? '' : ', declineReason = :reason'}`,
        ConditionExpression: '#state = :open AND driverId = :driverId AND answerBy >= :at',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':state': state,
          ':open': 'OPEN',
          ':driverId': driverId,
          ':at': at,
          ...(reason === undefined ? {} : { ':reason': reason }),
        },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return Attributes as OfferRecord;
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return undefined;
    throw error;
  }
}

async function whyNot(driverId: string, routeId: string, at: string, ports: DriverPorts): Promise<Answer> {
  const offer = await readOffer(ports, routeId);
  if (offer === undefined || !offer.asked.includes(driverId)) {
    return refuse('NOT_YOUR_OFFER', `route ${routeId} was not offered to ${driverId}; answer your own offers`);
  }
  if (offer.driverId !== driverId || offer.state === 'EXPIRED' || (offer.state === 'OPEN' && offer.answerBy < at)) {
    return refuse('OFFER_EXPIRED', `the offer of route ${routeId} to ${driverId} has ended; wait for another offer`);
  }
  return refuse('ALREADY_ANSWERED', `the offer of route ${routeId} was ${offer.state} at ${offer.answeredAt}`);
}
