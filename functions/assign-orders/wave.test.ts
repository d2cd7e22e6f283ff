import type { GeoRoutesClient } from '@aws-sdk/client-geo-routes';
import { ExecutionAlreadyExists } from '@aws-sdk/client-sfn';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { solveRoutes, waveIdOf } from '../../domain/index.ts';
import type { PlannedRoute } from '../../workflows/route-planning/contracts.ts';
import { claimWave } from '../claim-wave/claim-wave.ts';
import { openWaves } from '../open-waves/open-waves.ts';
import { planRoutes } from '../plan-routes/plan-routes.ts';
import { geoRoadNetwork } from '../plan-routes/road-network.ts';
import { requestReplan } from '../platform/replan-requests.ts';
import { NOW, type RouteWorld, routeRecord, routeWorld, vehicle, WAVE_ID } from '../platform/testing/route-world.ts';
import { releaseWave } from '../release-wave/release-wave.ts';
import { assignOrders } from './assign-orders.ts';

let world: RouteWorld;
let moved: string[];
const WAVE = { depotId: 'd1', waveId: WAVE_ID };
const SMALL = { cpu: '1024', memory: '2048' };

const request = (orderId: string, rest: object = {}) => ({
  pk: 'DEPOT#d1',
  sk: `REQUEST#${orderId}#1`,
  pendingShard: 'PENDING',
  orderId,
  cycle: 1,
  depotId: 'd1',
  customerId: `c-${orderId}`,
  position: [8.5 + Number(orderId.slice(1)) / 100, 47.3],
  promise: { from: '2026-03-02T08:00:00Z', to: '2026-03-02T14:00:00Z', version: 1 },
  serviceSeconds: 60,
  volumeM3: 1,
  weightKg: 1,
  tier: 'standard',
  requestedAt: NOW,
  state: 'PENDING',
  ...rest,
});
const requestOf = (orderId: string) => world.tables.get('planning', 'DEPOT#d1', `REQUEST#${orderId}#1`);
const claim = () => claimWave(WAVE, world.ports);
const open = () => openWaves({ ...world.ports, planningMachineArn: 'arn:planning' });
const release = () => releaseWave({ ...WAVE, reason: 'why' }, world.ports);
const assign = () =>
  assignOrders(
    { ...WAVE, requestCount: 0, task: SMALL, replan: 'never' as const },
    {
      ...world.ports,
      moveFences: async (_, route) => void moved.push(route.routeId),
      publishChange: async () => undefined,
    },
  );
const failing = { send: async () => Promise.reject(new Error('down')) } as unknown as GeoRoutesClient;
const failures: string[] = [];
const plan = (writes: { graph?: () => Promise<void>; onGraph?: (routes: readonly PlannedRoute[]) => void } = {}) =>
  planRoutes(WAVE_ID, 'd1', {
    ...world.ports,
    roads: geoRoadNetwork({ client: failing, onFailure: () => undefined }),
    solve: async (problem) => solveRoutes(problem),
    writeGraph: async (routes) => {
      writes.onGraph?.(routes);
      await writes.graph?.();
    },
    putFences: async () => undefined,
    onFailure: (what) => void (what.startsWith('part') || failures.push(what)),
    wait: async () => undefined,
  });

beforeEach(() => {
  world = routeWorld();
  moved = [];
  failures.length = 0;
  world.tables.put('fleet', { depotId: 'd1', sk: 'DEPOT', position: [8.5, 47.3] }, vehicle('v1'));
});

describe('waves are opened', () => {
  test('where requests wait and a free vehicle is on shift, named by depot and minute', async () => {
    world.tables.put('planning', request('o1'));
    expect(await open()).toEqual({ opened: [WAVE_ID], freed: 0, turnedAway: 0 });
    expect(world.machineCalls).toEqual([
      [
        'StartExecutionCommand',
        {
          stateMachineArn: 'arn:planning',
          name: WAVE_ID,
          input: JSON.stringify({ depotId: 'd1', waveId: WAVE_ID, vehicleIds: ['v1'] }),
        },
      ],
    ]);
    expect((await open()).opened).toEqual([]);
  });

  test('as a re-plan when one was asked for, though no request waits', async () => {
    await requestReplan(
      world.ports.documents,
      'planning',
      { depotId: 'd1', routeId: 'r', reason: 'why' },
      Date.parse(NOW),
    );
    expect((await open()).opened).toEqual([WAVE_ID]);
    const input = { depotId: 'd1', waveId: WAVE_ID, vehicleIds: [], replan: 'apply' };
    expect(JSON.parse(String(world.machineCalls[0]?.[1]['input']))).toEqual(input);
    expect((await open()).opened).toEqual([]);
    expect(world.tables.get('planning', 'DEPOT#d1', 'REPLAN#r')).toMatchObject({ tries: 0 });
  });

  test('not for what came after the last wave while no vehicle is free, though a route has not left', async () => {
    const later = '2026-03-02T08:10:00.000Z';
    world.tables.put('planning', request('o1', { requestedAt: later }), {
      pk: 'DEPOT#d1',
      sk: 'WAVE',
      lastWaveAt: NOW,
    });
    world.tables.put('fleet', vehicle('v1', { routeId: routeRecord().routeId }));
    world.tables.put('routes', routeRecord({ status: 'OFFERED', plannedDepartureAt: '2026-03-02T08:40:00.000Z' }));
    for (const at of ['2026-03-02T08:15:00.000Z', '2026-03-02T08:30:00.000Z']) {
      world.at = at;
      expect((await open()).opened).toEqual([]);
    }
    expect(world.machineCalls).toEqual([]);
  });

  test('once, when the same minute’s wave exists already', async () => {
    world.tables.put('planning', request('o1'));
    world.machineError = new ExecutionAlreadyExists({ message: 'exists', $metadata: {} });
    expect((await open()).opened).toEqual([WAVE_ID]);
  });

  test('not for a parcel that is on a vehicle, until its route has ended', async () => {
    world.tables.put('planning', request('o1', { heldByRouteId: routeRecord().routeId }));
    world.tables.put('routes', routeRecord({ status: 'ACCEPTED' }));
    expect(await open()).toEqual({ opened: [], freed: 0, turnedAway: 0 });
    world.tables.put('routes', routeRecord({ status: 'CLOSED' }));
    expect(await open()).toEqual({ opened: [WAVE_ID], freed: 1, turnedAway: 0 });
    expect(requestOf('o1')).not.toHaveProperty('heldByRouteId');
  });

  test('but an order that fits no vehicle is turned away with the reason', async () => {
    world.tables.put('planning', request('o1', { volumeM3: 6 }));
    expect(await open()).toEqual({ opened: [], freed: 0, turnedAway: 1 });
    expect(world.signals).toMatchObject([
      { signalId: 'RouteUnavailable#o1#1', detail: { reason: expect.stringMatching(/^EXCEEDS_EVERY_VEHICLE/) } },
    ]);
    expect(requestOf('o1')).toBeUndefined();
  });

  test('and a depot without vehicles turns its orders away', async () => {
    world.tables.put('planning', request('o1', { pk: 'DEPOT#d2', depotId: 'd2' }));
    expect((await open()).turnedAway).toBe(1);
    expect(world.signals[0]?.detail?.reason).toMatch(/^NO_VEHICLE_AT_DEPOT/);
  });

  test('under an id that every service takes, different for different depots', () => {
    const at = Date.parse(NOW);
    expect(waveIdOf('d1', at)).toBe(WAVE_ID);
    const odd = [waveIdOf('depot süd/1', at), waveIdOf('depot süd?1', at), waveIdOf('x'.repeat(256), at)];
    expect(new Set(odd).size).toBe(3);
    for (const id of odd) expect(id).toMatch(/^[A-Za-z0-9_-]{1,70}$/);
  });
});

describe('a wave claims', () => {
  test('what is pending and not held, and the same when it is run again', async () => {
    world.tables.put(
      'planning',
      request('o1'),
      request('o2', { heldByRouteId: 'r' }),
      request('o3', { state: 'CLAIMED', waveId: 'other' }),
    );
    expect(await claim()).toEqual({ ...WAVE, requestCount: 1, task: SMALL, replan: 'never' as const });
    world.tables.put('planning', request('o4'));
    expect(await claim()).toEqual({ ...WAVE, requestCount: 1, task: SMALL, replan: 'never' as const });
    expect(requestOf('o1')).toMatchObject({ state: 'CLAIMED', waveId: WAVE_ID });
    expect(requestOf('o1')).not.toHaveProperty('pendingShard');
    expect([requestOf('o2'), requestOf('o4')]).toMatchObject([{ state: 'PENDING' }, { state: 'PENDING' }]);
    expect(requestOf('o3')).toMatchObject({ waveId: 'other' });
  });

  test('the same requests after a crash between the claim and its writes', async () => {
    world.tables.put('planning', request('o1'), request('o2'));
    world.tables.put('planning', {
      pk: `WAVE#${WAVE_ID}`,
      sk: 'CLAIM',
      depotId: 'd1',
      requestKeys: ['REQUEST#o1#1'],
      claimedAt: NOW,
    });
    expect(await claim()).toEqual({ ...WAVE, requestCount: 1, task: SMALL, replan: 'never' as const });
    expect(requestOf('o2')).toMatchObject({ state: 'PENDING' });
  });

  test('at most a thousand, the most urgent first', async () => {
    for (let n = 1; n <= 1_001; n += 1) {
      const to = n === 500 ? '2026-03-02T15:00:00Z' : '2026-03-02T14:00:00Z';
      world.tables.put('planning', request(`o${n}`, { promise: { from: NOW, to, version: 1 } }));
    }
    expect((await claim()).requestCount).toBe(1_000);
    expect(requestOf('o500')).toMatchObject({ state: 'PENDING' });
  });
});

describe('a claimed wave is planned and assigned', () => {
  beforeEach(async () => {
    world.tables.put('planning', request('o1'), request('o2'), request('o3'), request('o4', { volumeM3: 4 }));
    await claim();
  });

  test('within capacity and shift, with the reason for what is left, without the road network’s help', async () => {
    const report = await plan();
    expect(report).toMatchObject({ routes: 1, reused: false, matrix: { requests: 0, estimatedPairs: 20 } });
    expect(report.orders + report.unassigned).toBe(4);
    const route = world.tables.get('planning', `WAVE#${WAVE_ID}`, 'ROUTE#1') as unknown as PlannedRoute;
    expect(route).toMatchObject({
      routeId: `${WAVE_ID}-r1`,
      vehicleId: 'v1',
      plannedDepartureAt: '2026-03-02T08:05:00.000Z',
    });
    expect(route.plannedReturnAt < vehicle('v1').shift.to).toBe(true);
    expect(route.loadVolumeM3).toBeLessThanOrEqual(5);
    const legs = route.stops.reduce((sum, stop) => sum + stop.legMeters, route.returnLegMeters);
    expect(legs).toBeCloseTo(route.distanceMeters, 3);
  });

  test('and not planned again by a second run of the planner', async () => {
    await plan();
    world.at = '2026-03-02T09:00:00.000Z';
    expect(await plan()).toMatchObject({ routes: 1, reused: true });
  });

  test('and keeps its plan when the graph cannot be written', async () => {
    await plan({ graph: () => Promise.reject(new Error('down')) });
    expect(failures).toEqual(['graph']);
    expect((await assign()).assigned).toBeGreaterThan(0);
  });

  test('each order once, with its place told to the ledger, the rest pending with its reasons', async () => {
    await plan();
    const result = await assign();
    expect(result.assigned + result.unassigned).toBe(4);
    expect(result.routes).toEqual([
      {
        routeId: `${WAVE_ID}-r1`,
        plannedDepartureAt: '2026-03-02T08:05:00.000Z',
        offerUntil: '2026-03-02T09:05:00.000Z',
        followUntil: '2026-03-02T18:00:00.000Z',
      },
    ]);
    expect(world.signals).toHaveLength(result.assigned);
    expect(world.signals[0]).toMatchObject({
      kind: 'RoutePlanned',
      cycle: 1,
      detail: { place: { routeId: `${WAVE_ID}-r1`, stopSequence: 1 } },
    });
    const left = world.tables.all('planning').filter((item) => item['pendingShard'] === 'PENDING');
    expect(left).toHaveLength(result.unassigned);
    expect(left[0]).toMatchObject({ state: 'PENDING', lastReasons: [expect.stringMatching(/^v1: CAPACITY/)] });
    expect(world.tables.get('fleet', 'd1', 'VEHICLE#v1')).toMatchObject({ routeId: `${WAVE_ID}-r1` });
  });

  test('the same when it is done twice', async () => {
    await plan();
    const first = await assign();
    const before = JSON.stringify(world.tables.all('planning'));
    expect(await assign()).toEqual(first);
    expect(JSON.stringify(world.tables.all('planning'))).toBe(before);
    expect(new Set(world.signals.map((signal) => signal.signalId)).size).toBe(first.assigned);
  });

  test('without an order that was cancelled meanwhile: the stops close up and the fences move', async () => {
    await plan();
    const planned = world.tables.get('planning', `WAVE#${WAVE_ID}`, 'ROUTE#1') as unknown as PlannedRoute;
    const gone = planned.stops[0]!.orders[0]!.orderId;
    await world.ports.documents.send({
      constructor: { name: 'DeleteCommand' },
      input: { TableName: 'planning', Key: { pk: 'DEPOT#d1', sk: `REQUEST#${gone}#1` } },
    } as never);
    await assign();
    const route = world.tables.get('routes', `ROUTE#${WAVE_ID}-r1`, 'ROUTE') as unknown as PlannedRoute;
    expect(route.stops.map((stop) => stop.sequence)).toEqual(planned.stops.slice(1).map((_, index) => index + 1));
    expect(route.stops[0]!.legMeters).toBe(planned.stops[0]!.legMeters + planned.stops[1]!.legMeters);
    expect(world.signals.map((signal) => signal.orderId)).not.toContain(gone);
    expect(moved).toEqual([`${WAVE_ID}-r1`]);
  });

  test('not at all where its vehicle was given away: the orders wait for the next wave', async () => {
    await plan();
    world.tables.put('fleet', vehicle('v1', { routeId: 'other' }));
    expect(await assign()).toMatchObject({ routes: [], assigned: 0, unassigned: 4 });
    expect(requestOf('o1')).toMatchObject({ state: 'PENDING', pendingShard: 'PENDING' });
    expect(world.signals).toEqual([]);
  });

  test('fails by name when the planner left no complete plan', async () => {
    await expect(assign()).rejects.toMatchObject({ name: 'PlanMissing' });
  });
});

describe('a wave that failed gives back', () => {
  beforeEach(async () => {
    world.tables.put('planning', request('o1'), request('o2'));
    await claim();
  });

  test('its requests, when it failed before a plan', async () => {
    expect(await release()).toEqual({ released: 2, withdrawnRoutes: [], replans: { again: [], givenUp: [] } });
    expect(requestOf('o1')).toMatchObject({
      state: 'PENDING',
      pendingShard: 'PENDING',
      lastReasons: ['WAVE_FAILED: why'],
    });
    expect(await release()).toEqual({ released: 0, withdrawnRoutes: [], replans: { again: [], givenUp: [] } });
  });

  test('orders that were assigned to a route that was never put, and its vehicle', async () => {
    await plan();
    const [routeId] = (await assign()).routes.map((route) => route.routeId);
    await world.ports.documents.send({
      constructor: { name: 'DeleteCommand' },
      input: { TableName: 'routes', Key: { pk: `ROUTE#${routeId}`, sk: 'ROUTE' } },
    } as never);
    expect((await release()).released).toBe(2);
    expect(world.tables.get('fleet', 'd1', 'VEHICLE#v1')).not.toHaveProperty('routeId');
  });

  test('routes that were never offered: their orders are told, the vehicle is free, a repeat tells them the same', async () => {
    await plan();
    await assign();
    world.signals.length = 0;
    expect((await release()).withdrawnRoutes).toEqual([`${WAVE_ID}-r1`]);
    expect(world.signals.map((signal) => signal.signalId).sort()).toEqual([
      'RouteWithdrawn#o1#1',
      'RouteWithdrawn#o2#1',
    ]);
    expect(world.tables.get('fleet', 'd1', 'VEHICLE#v1')).not.toHaveProperty('routeId');
    await release();
    expect(new Set(world.signals.map((signal) => signal.signalId)).size).toBe(2);
  });

  test('nothing of a route whose dispatch is under way', async () => {
    await plan();
    await assign();
    const item = world.tables.get('routes', `ROUTE#${WAVE_ID}-r1`, 'ROUTE');
    world.tables.put('routes', { ...item, status: 'OFFERED' });
    expect(await release()).toEqual({ released: 0, withdrawnRoutes: [], replans: { again: [], givenUp: [] } });
    expect(world.tables.get('fleet', 'd1', 'VEHICLE#v1')).toHaveProperty('routeId');
  });
});
