import { CalculateRouteMatrixCommand, GeoRoutesClient } from '@aws-sdk/client-geo-routes';
import { BatchDeleteGeofenceCommand, BatchPutGeofenceCommand, LocationClient } from '@aws-sdk/client-location';
import { describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { checkPlan, type Position, solveRoutes } from '../../domain/index.ts';
import { deleteFences, putFences } from '../platform/route-fences.ts';
import { plannedRoute, vehicle } from '../platform/testing/route-world.ts';
import { plannedWave, type Wave, waveProblem } from './plan-wave.ts';
import { estimateMatrix, geoRoadNetwork, TILE_SIZE, tileSpans } from './road-network.ts';

const line = (count: number): Position[] => Array.from({ length: count }, (_, index) => [8 + index / 1_000, 47]);

describe('the road network', () => {
  test('is asked in tiles within the limits of the service that cover every pair once', () => {
    for (const count of [1, 400, 401, 1_001]) {
      const spans = tileSpans(count);
      expect(spans.every((span) => span.to - span.from <= TILE_SIZE)).toBe(true);
      expect(spans.flatMap((span) => Array.from({ length: span.to - span.from }, (_, i) => span.from + i))).toEqual(
        Array.from({ length: count }, (_, index) => index),
      );
    }
    expect(TILE_SIZE * TILE_SIZE).toBeLessThanOrEqual(160_000);
  });

  test('answers in its own cells, and a tile that fails is estimated and reported', async () => {
    const client = new GeoRoutesClient({ region: 'us-east-1' });
    const failed: unknown[] = [];
    mockClient(client)
      .on(CalculateRouteMatrixCommand)
      .callsFake((input) => {
        const [origin, destination] = [input.Origins[0].Position[0], input.Destinations[0].Position[0]];
        if (origin > 8.1 && destination > 8.1) throw new Error('throttled');
        return {
          RouteMatrix: input.Origins.map((from: { Position: number[] }) =>
            input.Destinations.map((to: { Position: number[] }) => ({
              Duration: Math.round((from.Position[0]! - 8) * 1_000) * 1_000 + Math.round((to.Position[0]! - 8) * 1_000),
              Distance: 7,
            })),
          ),
        };
      });
    const roads = geoRoadNetwork({ client, onFailure: (tile) => failed.push(tile) });
    const { matrix, calls, estimatedPairs } = await roads.matrix(line(500), '2026-03-02T08:00:00.000Z');
    expect([calls, failed.length]).toEqual([3, 1]);
    expect(matrix.durationsSeconds[3 * 500 + 450]).toBe(3_450);
    expect(matrix.durationsSeconds[450 * 500 + 3]).toBe(450_003);
    expect(estimatedPairs).toBe(250 * 249);
    expect(matrix.durationsSeconds[300 * 500 + 301]).toBe(estimateMatrix(line(500)).durationsSeconds[300 * 500 + 301]);
  });

  test('knows pairs without a way and estimates pairs it could not match', async () => {
    const client = new GeoRoutesClient({ region: 'us-east-1' });
    mockClient(client)
      .on(CalculateRouteMatrixCommand)
      .resolves({
        RouteMatrix: [
          [
            { Duration: 0, Distance: 0 },
            { Duration: 0, Distance: 0, Error: 'NoRoute' },
          ],
          [
            { Duration: 0, Distance: 0, Error: 'NoMatchOrigin' },
            { Duration: 0, Distance: 0 },
          ],
        ],
      });
    const { matrix, estimatedPairs } = await geoRoadNetwork({ client, onFailure: () => undefined }).matrix(
      line(2),
      'x',
    );
    expect(matrix.durationsSeconds[1]).toBe(Number.POSITIVE_INFINITY);
    expect(matrix.durationsSeconds[2]).toBeGreaterThan(0);
    expect(estimatedPairs).toBe(1);
  });
});

const wave = (count: number): Wave => ({
  waveId: 'w1',
  depotId: 'd1',
  depotPosition: [8, 47],
  requests: line(count).map((position, index) => ({
    orderId: `o${index}`,
    cycle: index === 1 ? 2 : 1,
    depotId: 'd1',
    customerId: `c${Math.floor(index / 2)}`,
    position: [...(index === 1 ? line(1)[0]! : position)] as [number, number],
    promise: {
      from: '2026-03-02T07:00:00Z',
      to: index === 3 ? '2026-03-02T07:30:00Z' : '2026-03-02T12:00:00Z',
      version: 1,
    },
    serviceSeconds: 60,
    volumeM3: 0.5,
    weightKg: 1,
    tier: 'standard',
    requestedAt: '2026-03-02T07:00:00Z',
    state: 'CLAIMED',
  })),
  vehicles: [vehicle('v1'), vehicle('v2', { shift: { from: '2026-03-02T05:00:00Z', to: '2026-03-02T08:04:00Z' } })],
  nowMs: Date.parse('2026-03-02T08:00:00Z'),
});

describe('a wave as a problem', () => {
  test('leaves out vehicles whose shift ends before they could leave, joins orders of one door, reopens missed windows', () => {
    const problem = waveProblem(wave(4));
    expect(problem.vehicles.map((each) => each.vehicleId)).toEqual(['v1']);
    expect(problem.stops.map((stop) => stop.orderIds)).toEqual([['o0', 'o1'], ['o2'], ['o3']]);
    expect(problem.stops[0]?.priority).toBe(1);
    expect(problem.stops[2]?.window.toMs).toBe(Date.parse('2026-03-02T16:00:00Z'));
    expect(problem.positions).toHaveLength(4);
  });

  test('is solved the same every time, and the routes say what the plan says', () => {
    const problem = waveProblem(wave(12), 200);
    const matrix = estimateMatrix(problem.positions);
    const plan = solveRoutes({ ...problem, matrix });
    expect(checkPlan({ ...problem, matrix }, plan)).toEqual([]);
    const planned = plannedWave(wave(12), problem, matrix, plan);
    expect(plannedWave(wave(12), problem, matrix, solveRoutes({ ...problem, matrix }))).toEqual(planned);
    const orders = planned.routes.flatMap((route) => route.stops.flatMap((stop) => stop.orders));
    expect(orders.length + planned.unassigned.length).toBe(12);
    expect(planned.routes[0]!.loadVolumeM3).toBeLessThanOrEqual(5);
    expect(planned.unassigned.every((order) => order.reasons.length > 0)).toBe(true);
    expect(orders.find((order) => order.orderId === 'o1')?.cycle ?? 2).toBe(2);
  });

  test('has a stated reason for every order when no vehicle is left', () => {
    const empty = { ...wave(2), vehicles: [] };
    const problem = waveProblem(empty);
    const matrix = estimateMatrix(problem.positions);
    const { routes, unassigned } = plannedWave(empty, problem, matrix, solveRoutes({ ...problem, matrix }));
    expect(routes).toEqual([]);
    expect(unassigned.map((order) => order.reasons)).toEqual([
      [expect.stringMatching(/^NO_VEHICLE/)],
      [expect.stringMatching(/^NO_VEHICLE/)],
    ]);
  });
});

describe('the fences of a route', () => {
  test('are put and deleted ten to a call, and a refused one is an error that names it', async () => {
    const location = new LocationClient({ region: 'us-east-1' });
    const access = { location, geofenceCollection: 'fences' };
    const many = plannedRoute({
      stops: Array.from({ length: 11 }, (_, index) => ({ ...plannedRoute().stops[0]!, sequence: index + 1 })),
    });
    const mock = mockClient(location);
    mock.on(BatchPutGeofenceCommand).resolves({ Errors: [] }).on(BatchDeleteGeofenceCommand).resolves({ Errors: [] });
    await putFences(access, [many]);
    await deleteFences(access, many);
    const sizes = mock.commandCalls(BatchPutGeofenceCommand).map((call) => call.args[0].input.Entries?.length);
    expect(sizes).toEqual([10, 2]);
    expect(mock.commandCalls(BatchDeleteGeofenceCommand)[0]?.args[0].input.GeofenceIds?.[0]).toBe(
      `${many.routeId}.depot`,
    );
    mock
      .on(BatchPutGeofenceCommand)
      .resolves({ Errors: [{ GeofenceId: 'f9', Error: { Code: 'ValidationError', Message: 'bad' } }] });
    await expect(putFences(access, [many])).rejects.toThrow(/f9 \(ValidationError: bad\)/);
  });
});
