/** What the answers to drivers need of the world, and the reads that all of them begin with. */
import type { SFNClient } from '@aws-sdk/client-sfn';
import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { type OfferRecord, type RouteRecord, routePk } from '../platform/planning-items.ts';
import type { SendSignals } from '../platform/signals.ts';

export interface DriverPorts {
  readonly documents: DynamoDBDocumentClient;
  readonly routesTable: string;
  readonly ordersTable: string;
  readonly machines: SFNClient;
  readonly sendSignals: SendSignals;
  now(): Date;
}

async function read(ports: DriverPorts, routeId: string, sk: string): Promise<unknown> {
  const key = { pk: routePk(routeId), sk };
  const { Item } = await ports.documents.send(
    new GetCommand({ TableName: ports.routesTable, Key: key, ConsistentRead: true }),
  );
  return Item;
}

export const readRoute = async (ports: DriverPorts, routeId: string): Promise<RouteRecord | undefined> =>
  (await read(ports, routeId, 'ROUTE')) as RouteRecord | undefined;

export const readOffer = async (ports: DriverPorts, routeId: string): Promise<OfferRecord | undefined> =>
  (await read(ports, routeId, 'OFFER')) as OfferRecord | undefined;

const LATE_ANSWERS = ['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'];

/** A wait that ended before its answer came is an expected outcome: whoever entered it reads the tables next. */
export async function toleratingEndedWait(send: Promise<unknown>): Promise<void> {
  try {
    await send;
  } catch (error) {
    if (!(error instanceof Error) || !LATE_ANSWERS.includes(error.name)) throw error;
  }
}
