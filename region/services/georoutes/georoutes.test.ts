import { describe, expect, test } from '@jest/globals';
import { fakePorts, invoke } from '../../testing/fake-ports.ts';
import { createGeoRoutes } from './index.ts';
import { driveLeg } from './road.ts';

const points = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ Position: [-117.6 + index / 1000, 33.6] }));

interface Matrix {
  ErrorCount: number;
  RouteMatrix: { Distance: number; Duration: number; Error?: string }[][];
  RoutingBoundary: object;
}

describe('the road model', () => {
  test('gives nothing for no way, and more time for more way', () => {
    expect(driveLeg([0, 0], [0, 0])).toEqual({ distanceM: 0, durationSeconds: 0 });
    let before = -1;
    for (let step = 1; step < 400; step += 1) {
      const { durationSeconds } = driveLeg([0, 0], [step / 1000, 0]);
      expect(durationSeconds).toBeGreaterThanOrEqual(before);
      before = durationSeconds;
    }
  });

  test('drives 1.3 times the great circle, slower in town than beyond', () => {
    const { distanceM, durationSeconds } = driveLeg([0, 0], [0.01, 0]);
    expect(distanceM).toBe(Math.round(1111.95 * 1.3));
    expect(durationSeconds).toBe(Math.round(15 + distanceM / (25 / 3.6)));
    const far = driveLeg([0, 0], [1, 0]);
    expect(far.distanceM / far.durationSeconds).toBeGreaterThan(60 / 3.6);
  });
});

describe('CalculateRouteMatrix', () => {
  test('answers a row per origin and an entry per destination', async () => {
    const ports = fakePorts();
    const answer = await invoke<Matrix>(createGeoRoutes(ports), 'CalculateRouteMatrix', {
      Origins: points(2),
      Destinations: points(3),
      RoutingBoundary: { Unbounded: true },
    });
    expect(answer.ErrorCount).toBe(0);
    expect(answer.RouteMatrix.map((row) => row.length)).toEqual([3, 3]);
    expect(answer.RouteMatrix[1]?.[1]).toEqual({ Distance: 0, Duration: 0 });
    expect(ports.meters).toEqual({ 'georoutes/matrixPair': 6 });
  });

  test('marks what lies outside the boundary', async () => {
    const answer = await invoke<Matrix>(createGeoRoutes(fakePorts()), 'CalculateRouteMatrix', {
      Origins: points(1),
      Destinations: [...points(1), { Position: [10, 50] }],
      RoutingBoundary: { Geometry: { Circle: { Center: [-117.6, 33.6], Radius: 5000 } } },
    });
    expect(answer).toMatchObject({
      ErrorCount: 1,
      RouteMatrix: [[{ Distance: 0 }, { Error: 'OutOfBoundsDestination' }]],
    });
  });

  test('holds the limits of unbounded and bounded matrices', async () => {
    const service = createGeoRoutes(fakePorts());
    const matrix = (origins: number, destinations: number, boundary?: object) =>
      invoke<Matrix>(service, 'CalculateRouteMatrix', {
        Origins: points(origins),
        Destinations: points(destinations),
        RoutingBoundary: boundary,
      });
    await expect(matrix(16, 1)).rejects.toThrow('at most 15');
    await expect(matrix(11, 10)).rejects.toThrow('at most 100 pairs');
    const auto = { Geometry: { AutoCircle: { Margin: 10_000 } } };
    await expect(matrix(500, 321, auto)).rejects.toThrow('at most 160000 pairs');
    const answer = await matrix(400, 400, auto);
    expect(answer.ErrorCount).toBe(0);
    expect(answer.RoutingBoundary).toMatchObject({ Geometry: { Circle: { Radius: expect.any(Number) } } });
  });

  test('refuses a position out of range and an option it does not have', async () => {
    const service = createGeoRoutes(fakePorts());
    const request = { Origins: [{ Position: [0, 91] }], Destinations: points(1) };
    await expect(invoke(service, 'CalculateRouteMatrix', request)).rejects.toMatchObject({
      name: 'ValidationException',
    });
    await expect(
      invoke(service, 'CalculateRouteMatrix', {
        Origins: points(1),
        Destinations: points(1),
        Avoid: { Ferries: true },
      }),
    ).rejects.toThrow('Avoid');
  });
});

test('CalculateRoutes gives a leg between each two stops and their sum', async () => {
  const answer = await invoke<{ Routes: { Legs: object[]; Summary: { Distance: number } }[] }>(
    createGeoRoutes(fakePorts()),
    'CalculateRoutes',
    {
      Origin: [0, 0],
      Destination: [0.02, 0],
      Waypoints: [{ Position: [0.01, 0] }],
    },
  );
  expect(answer.Routes[0]?.Legs).toHaveLength(2);
  expect(answer.Routes[0]?.Summary.Distance).toBe(2 * driveLeg([0, 0], [0.01, 0]).distanceM);
});
