/**
 * The route that a vehicle drives, as the position functions see it: the item ACTIVE, read once per vehicle and batch,
 * and the plan, which is kept in the container until ACTIVE names a newer version of it.
 */
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Position } from '../../domain/index.ts';
import { OrderStateError } from '../../workflows/order-lifecycle/errors.ts';
import { tookEffect } from '../platform/table-access.ts';
import type { ActiveRouteItem, RouteItem } from '../platform/tables.ts';

/** What the position functions add to ACTIVE; each attribute has one writer. */
export interface FollowedRoute extends ActiveRouteItem {
  /** Sample time through which `inside` is true: what is not newer has been told. Written by locate-vehicle. */
  readonly insideAt?: string;
  /** When the vehicle last entered the depot's fence. Written by locate-vehicle. */
  readonly depotSince?: string;
  /** The token that was answered with the return; a redriven wait has a new one. Written by locate-vehicle. */
  readonly returnedToken?: string;
  /** The last answer of the road network. Written by predict-eta. */
  readonly road?: RoadEstimate;
}

/** What the road network said at `askedAt` (ISO): seconds from `from` to the stop of that sequence. */
export interface RoadEstimate {
  readonly sequence: number;
  readonly from: Position;
  /** Absent when it did not answer: the question is paused all the same. */
  readonly seconds?: number;
  readonly askedAt: string;
  readonly offPlanSeconds: number;
}

export type RoutePlan = Pick<RouteItem, 'routeId' | 'depotPosition' | 'plannedDepartureAt' | 'stops' | 'version'>;

export interface FollowedRoutes {
  active(vehicleId: string): Promise<FollowedRoute | undefined>;
  /**
   * As new as `planVersion` of the vehicle's item at least.
   * @throws OrderStateError when the route does not exist
   */
  plan(route: Pick<FollowedRoute, 'routeId' | 'planVersion'>): Promise<RoutePlan>;
  /** Outcomes reported so far, read afresh. */
  outcomes(routeId: string): Promise<RouteItem['outcomes']>;
  /** Sets attributes of ACTIVE (undefined removes), unless the vehicle no longer drives this route. */
  save(route: FollowedRoute, set: Readonly<Record<string, unknown>>): Promise<'saved' | 'closed'>;
}

/** Far more than a container meets; the oldest go first. */
const MAX_PLANS = 500;

export function followedRoutes(documents: DynamoDBDocumentClient, routesTable: string): FollowedRoutes {
  const plans = new Map<string, RoutePlan>();
  const readRoute = async (routeId: string): Promise<RouteItem> => {
    const { Item } = await documents.send(
      new GetCommand({ TableName: routesTable, Key: { pk: `ROUTE#${routeId}`, sk: 'ROUTE' }, ConsistentRead: true }),
    );
    if (Item === undefined) throw new OrderStateError(`Route ${routeId} is being driven but has no item: restore it.`);
    return Item as RouteItem;
  };
  return {
    async active(vehicleId) {
      const key = { pk: `VEHICLE#${vehicleId}`, sk: 'ACTIVE' };
      const { Item } = await documents.send(new GetCommand({ TableName: routesTable, Key: key, ConsistentRead: true }));
      return Item as FollowedRoute | undefined;
    },
    async plan({ routeId, planVersion = 0 }) {
      const known = plans.get(routeId);
      if (known !== undefined && (known.version ?? 0) >= planVersion) return known;
      const { depotPosition, plannedDepartureAt, stops, version } = await readRoute(routeId);
      const plan = { routeId, depotPosition, plannedDepartureAt, stops, ...(version === undefined ? {} : { version }) };
      const [oldest] = plans.keys();
      if (plans.size >= MAX_PLANS && oldest !== undefined) plans.delete(oldest);
      plans.set(routeId, plan);
      return plan;
    },
    outcomes: async (routeId) => (await readRoute(routeId)).outcomes,
    save: (route, set) => saveActive(documents, routesTable, route, set),
  };
}

async function saveActive(
  documents: DynamoDBDocumentClient,
  routesTable: string,
  route: FollowedRoute,
  set: Readonly<Record<string, unknown>>,
): Promise<'saved' | 'closed'> {
  const present = Object.entries(set).filter(([, value]) => value !== undefined);
  const absent = Object.keys(set).filter((attribute) => set[attribute] === undefined);
  const sets = present.map(([attribute]) => `#${attribute} = :${attribute}`).join(', ');
  const removes = absent.map((attribute) => `#${attribute}`).join(', ');
  const values = Object.fromEntries(present.map(([attribute, value]) => [`:${attribute}`, value]));
  const write = documents.send(
    new UpdateCommand({
      TableName: routesTable,
      Key: { pk: route.pk, sk: route.sk },
      UpdateExpression: [sets && `SET ${sets}`, removes && `REMOVE ${removes}`].filter(Boolean).join(' '),
      // Without it a late write would bring back the item of a route that was closed meanwhile.
      ConditionExpression: '#routeId = :expectedRoute',
      ExpressionAttributeNames: {
        '#routeId': 'routeId',
        ...Object.fromEntries(Object.keys(set).map((attribute) => [`#${attribute}`, attribute])),
      },
      ExpressionAttributeValues: { ...values, ':expectedRoute': route.routeId },
    }),
  );
  return (await tookEffect(write)) ? 'saved' : 'closed';
}

/** Whether the return was told: the item only waits for its removal. */
export const isReturnTold = (route: FollowedRoute): boolean => route.returnedToken === route.token;

const EXPECTED_TOKEN_ERRORS: readonly string[] = ['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'];

/** Whether the wait behind a token has ended already: an expected outcome of answering or heartbeating it. */
export const isTokenGone = (error: unknown): boolean =>
  error instanceof Error && EXPECTED_TOKEN_ERRORS.includes(error.name);
