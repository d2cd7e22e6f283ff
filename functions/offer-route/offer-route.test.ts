import { beforeEach, describe, expect, test } from '@jest/globals';
import { ROUTE_ID, type RouteWorld, routeRecord, routeWorld, vehicle } from '../platform/testing/route-world.ts';
import { candidatesFor } from './next-driver.ts';
import { offerRoute } from './offer-route.ts';
import { offerPublisher, type RouteOffer } from './publish-offer.ts';

let world: RouteWorld;
let published: RouteOffer[];
const PK = `ROUTE#${ROUTE_ID}`;
const REQUEST = { routeId: ROUTE_ID, executionArn: 'arn', offerUntil: '2026-03-02T08:25:00.000Z' };
const offer = (token: string) =>
  offerRoute({ ...REQUEST, token }, { ...world.ports, publishOffer: async (made) => void published.push(made) });
const answerOffer = (state: string) =>
  world.tables.put('routes', { ...world.tables.get('routes', PK, 'OFFER'), state, answeredAt: world.at });

beforeEach(() => {
  world = routeWorld();
  published = [];
  world.tables.put('routes', routeRecord());
  world.tables.put('fleet', vehicle('v1', { routeId: ROUTE_ID }), vehicle('v2'), vehicle('v3', { routeId: 'other' }));
});

describe('a route is offered', () => {
  test('first to the driver of its own vehicle, with an end to the answer before the wait’s', async () => {
    expect(await offer('t1')).toEqual({ offeredTo: 'driver-v1' });
    expect(published).toMatchObject([
      { driverId: 'driver-v1', stopCount: 3, orderCount: 4, answerBy: '2026-03-02T08:01:50.000Z' },
    ]);
    expect(world.tables.get('routes', PK, 'ROUTE')).toMatchObject({ status: 'OFFERED' });
  });

  test('after a decline to the next free vehicle, which is reserved while the first is given back', async () => {
    await offer('t1');
    answerOffer('DECLINED');
    expect(await offer('t2')).toEqual({ offeredTo: 'driver-v2' });
    expect(world.tables.get('fleet', 'd1', 'VEHICLE#v2')).toMatchObject({ routeId: ROUTE_ID });
    expect(world.tables.get('fleet', 'd1', 'VEHICLE#v1')).not.toHaveProperty('routeId');
    expect(world.tables.get('routes', PK, 'OFFER')).toMatchObject({ asked: ['driver-v1', 'driver-v2'], token: 't2' });
  });

  test('after silence to the next, and never again to one who was asked', async () => {
    await offer('t1');
    world.at = '2026-03-02T08:02:00.000Z';
    expect(await offer('t2')).toEqual({ offeredTo: 'driver-v2' });
    world.at = '2026-03-02T08:04:00.000Z';
    await expect(offer('t3')).rejects.toMatchObject({ name: 'NoDriverLeft' });
  });

  test('again to the same driver when the state is retried while the offer stands', async () => {
    await offer('t1');
    world.at = '2026-03-02T08:00:05.000Z';
    expect(await offer('t2')).toEqual({ offeredTo: 'driver-v1' });
    expect(world.tables.get('routes', PK, 'OFFER')).toMatchObject({ asked: ['driver-v1'], token: 't2' });
  });

  test('no more when a driver accepted and the execution did not hear of it: it hears now', async () => {
    await offer('t1');
    answerOffer('ACCEPTED');
    world.at = '2026-03-02T09:00:00.000Z';
    expect(await offer('t2')).toEqual({ acceptedBy: 'driver-v1' });
    expect(world.machineCalls).toEqual([
      ['SendTaskSuccessCommand', { taskToken: 't2', output: expect.stringContaining('"driverId":"driver-v1"') }],
    ]);
  });

  test('to nobody once its time is over or it was withdrawn', async () => {
    world.at = REQUEST.offerUntil;
    await expect(offer('t1')).rejects.toMatchObject({ name: 'NoDriverLeft' });
    world.at = '2026-03-02T08:00:00.000Z';
    world.tables.put('routes', routeRecord({ status: 'WITHDRAWN' }));
    await expect(offer('t2')).rejects.toMatchObject({ name: 'NoDriverLeft' });
    expect(published).toEqual([]);
  });
});

describe('the candidates for a route', () => {
  const nowMs = Date.parse('2026-03-02T08:00:00Z');
  const ids = (...others: ReturnType<typeof vehicle>[]) =>
    candidatesFor(routeRecord(), [vehicle('v1'), ...others], [], nowMs).map((each) => each.vehicleId);

  test('leave out vehicles that are too small, too weak, busy or off shift', () => {
    expect(ids(vehicle('a', { capacity: { volumeM3: 2.9 } }))).toEqual(['v1']);
    expect(ids(vehicle('a', { capacity: { volumeM3: 9, weightKg: 29 } }))).toEqual(['v1']);
    expect(ids(vehicle('a', { routeId: 'other' }))).toEqual(['v1']);
    expect(ids(vehicle('a', { shift: { from: '2026-03-02T09:00:00Z', to: '2026-03-02T16:00:00Z' } }))).toEqual(['v1']);
    expect(ids(vehicle('a', { shift: { from: '2026-03-02T07:00:00Z', to: '2026-03-02T09:59:00Z' } }))).toEqual(['v1']);
    expect(ids(vehicle('b'), vehicle('a', { capacity: { volumeM3: 3, weightKg: 30 } }))).toEqual(['v1', 'a', 'b']);
  });

  test('count on the whole route being late when it is offered late', () => {
    const short = vehicle('a', { shift: { from: '2026-03-02T07:00:00Z', to: '2026-03-02T10:05:00Z' } });
    const at = (iso: string) => candidatesFor(routeRecord(), [short], [], Date.parse(iso)).length;
    expect([at('2026-03-02T08:10:00Z'), at('2026-03-02T08:11:00Z')]).toEqual([1, 0]);
  });
});

describe('the driver API', () => {
  const made = { routeId: 'r', driverId: 'd' } as RouteOffer;
  const publisher = (answer: () => Response, seen: [URL, RequestInit][] = []) =>
    offerPublisher({
      driverApiUrl: 'https://abc.appsync-api.us-east-1.amazonaws.com/graphql',
      region: 'us-east-1',
      credentials: async () => ({ accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'session' }),
      fetch: (async (url: URL, init: RequestInit) => {
        seen.push([url, init]);
        return answer();
      }) as unknown as typeof fetch,
      now: () => new Date('2026-03-02T08:00:00Z'),
    });

  test('gets the mutation signed for AppSync, the same for the same time', async () => {
    const seen: [URL, RequestInit][] = [];
    const publish = publisher(() => new Response('{"data":{}}'), seen);
    await publish(made);
    await publish(made);
    const headers = seen[0]?.[1].headers as Record<string, string>;
    expect(headers['authorization']).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKID\/20260302\/us-east-1\/appsync\/aws4_request, SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
    );
    expect(seen[1]).toEqual(seen[0]);
    expect(JSON.parse(seen[0]?.[1].body as string).variables).toEqual({ input: made });
  });

  test('that refuses or is away makes the offer worth another try', async () => {
    const errors = publisher(() => new Response('{"errors":[{"message":"Unauthorized"}]}'));
    await expect(errors(made)).rejects.toMatchObject({
      name: 'TransientError',
      message: expect.stringContaining('Unauthorized'),
    });
    await expect(publisher(() => new Response('no', { status: 503 }))(made)).rejects.toMatchObject({
      name: 'TransientError',
    });
    const away = publisher(() => {
      throw new Error('ECONNRESET');
    });
    await expect(away(made)).rejects.toMatchObject({ name: 'TransientError' });
  });
});
