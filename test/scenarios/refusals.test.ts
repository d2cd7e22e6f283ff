/**
 * What a driver and a vehicle may not do, tried with their own credentials against the deployed stacks: everything here
 * goes through the front doors of AppSync and IoT Core, and the refusal comes from the templates' own policies,
 * directives and resolvers.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ensureAssembly } from '../../cli/assembly.ts';
import { driverConnections } from '../../cli/simulation/driver-connections.ts';
import type { DriverConnection } from '../../fleet/index.ts';
import { openRegion, type Principal, type Region } from '../../region/index.ts';

const OFFER = /* GraphQL */ `mutation ($input: OfferInput!) { publishOffer(input: $input) { routeId } }`;
const ACCEPT = /* GraphQL */ `mutation ($routeId: ID!) { acceptRoute(routeId: $routeId) { accepted reason } }`;
const ROUTE = /* GraphQL */ `query ($routeId: ID!) { route(routeId: $routeId) { routeId } }`;
const CONFIRM = /* GraphQL */ `mutation ($input: DeliveryInput!) { confirmDelivery(input: $input) { accepted reason } }`;
const ON_OFFER = /* GraphQL */ `subscription ($driverId: ID!) { onRouteOffered(driverId: $driverId) { routeId } }`;

let region: Region;
let ada: DriverConnection;
let table: string;

/** A route that was offered to another driver, as planning and dispatch would have left it. */
async function offerToGrace(): Promise<void> {
  const put = (item: object) => region.call('dynamodb', 'PutItem', { TableName: table, Item: item });
  const s = (S: string) => ({ S });
  await put({
    pk: s('ROUTE#r-1'),
    sk: s('OFFER'),
    driverId: s('grace'),
    vehicleId: s('van-grace'),
    token: s('token'),
    offeredAt: s('2026-01-31T08:00:00.000Z'),
    answerBy: s('2026-01-31T09:00:00.000Z'),
    state: s('OPEN'),
    asked: { L: [s('grace')] },
  });
  await put({
    pk: s('ROUTE#r-1'),
    sk: s('ROUTE'),
    routeId: s('r-1'),
    driverId: s('grace'),
    vehicleId: s('van-grace'),
    status: s('OFFERED'),
    stops: { L: [] },
    outcomes: { L: [] },
  });
}

beforeAll(async () => {
  region = await openRegion({
    assembly: ensureAssembly(() => undefined),
    clock: { mode: 'auto-skip', startAt: '2026-01-31T08:00:00.000Z' },
    seed: 1,
  });
  const connect = driverConnections(region, 1);
  ada = await connect({ vehicleId: 'van-ada', driverId: 'ada' });
  await connect({ vehicleId: 'van-grace', driverId: 'grace' });
  table = region.outputs()['RoutesTableName'] ?? '';
  await offerToGrace();
});

afterAll(() => region.close());

describe('a vehicle', () => {
  const fix = {
    vehicleId: 'van-grace',
    position: [0, 0],
    sampleTime: '2026-01-31T08:00:00.000Z',
    speedMps: 0,
    headingDegrees: 0,
    accuracyMeters: 5,
  };

  test('publishes to its own topic', async () => {
    await expect(ada.publish('vehicles/van-ada/fixes', { ...fix, vehicleId: 'van-ada' })).resolves.toBeUndefined();
  });

  test('is refused at the topic of another vehicle', async () => {
    await expect(ada.publish('vehicles/van-grace/fixes', fix)).rejects.toThrow(/not authorized/i);
  });

  test('is refused at any other topic', async () => {
    await expect(ada.publish('vehicles/van-ada/commands', fix)).rejects.toThrow(/not authorized/i);
    await expect(ada.publish('$aws/things/van-ada/shadow/update', fix)).rejects.toThrow(/not authorized/i);
  });

  test('that claims to be another one on its own topic moves nobody', async () => {
    await ada.publish('vehicles/van-ada/fixes', fix);
    await region.advance(60_000);
    const { Item } = (await region.call('dynamodb', 'GetItem', {
      TableName: region.outputs()['PositionsTableName'] ?? '',
      Key: { vehicleId: { S: 'van-grace' }, sk: { S: 'NEWEST' } },
    })) as { Item?: object };
    expect(Item).toBeUndefined();
  });
});

describe('a driver', () => {
  test('hears offers to itself and is refused those to another', async () => {
    const subscription = await ada.subscribe(ON_OFFER, { driverId: 'ada' }, () => undefined);
    subscription.unsubscribe();
    await expect(ada.subscribe(ON_OFFER, { driverId: 'grace' }, () => undefined)).rejects.toThrow(/not authorized/i);
  });

  test('cannot make offers: that is the backend alone', async () => {
    const input = {
      routeId: 'r-2',
      driverId: 'ada',
      vehicleId: 'van-ada',
      depotId: 'D',
      stopCount: 1,
      orderCount: 1,
      plannedDepartureAt: '2026-01-31T08:00:00.000Z',
      plannedReturnAt: '2026-01-31T09:00:00.000Z',
      distanceMeters: 1,
      answerBy: '2026-01-31T08:02:00.000Z',
    };
    await expect(ada.query(OFFER, { input })).rejects.toThrow(/Not Authorized|Unauthorized/);
  });

  test('cannot accept, read or confirm on a route that was offered to another', async () => {
    const { acceptRoute } = await ada.query<{ acceptRoute: object }>(ACCEPT, { routeId: 'r-1' });
    expect(acceptRoute).toMatchObject({ accepted: false });
    const read = await ada.query<{ route: object | null }>(ROUTE, { routeId: 'r-1' }).catch((error: Error) => error);
    expect(read instanceof Error || read.route === null).toBe(true);
    const input = { routeId: 'r-1', orderId: 'o-1', deliveredAt: '2026-01-31T08:00:00.000Z', proof: {} };
    const { confirmDelivery } = await ada.query<{ confirmDelivery: object }>(CONFIRM, { input });
    expect(confirmDelivery).toMatchObject({ accepted: false });
  });
});

describe('a function', () => {
  test('is denied what the templates do not grant to its role', async () => {
    const role = region.resources.find(
      ({ type, logicalId }) => type === 'AWS::IAM::Role' && logicalId.startsWith('WatchSlasFunction'),
    );
    expect(role?.attributes['Arn']).toMatch(/:role\//);
    const principal: Principal = { kind: 'role', arn: role?.attributes['Arn'] ?? '' };
    const input = {
      TableName: region.outputs()['FleetTableName'] ?? '',
      Item: { depotId: { S: 'x' }, sk: { S: 'DEPOT' } },
    };
    await expect(region.call('dynamodb', 'PutItem', input, principal)).rejects.toThrow(
      /is not authorized to perform: dynamodb:PutItem/,
    );
  });
});
