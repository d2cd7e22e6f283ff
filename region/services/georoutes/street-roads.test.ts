import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Roads } from '../../../roads/index.ts';
import { at, gridTown } from '../../../roads/testing/small-town.ts';
import { fakePorts, invoke } from '../../testing/fake-ports.ts';
import { createGeoRoutes } from './index.ts';

interface Matrix {
  ErrorCount: number;
  RouteMatrix: { Distance: number; Duration: number; Error?: string }[][];
}

interface RoutesAnswer {
  Notices: { Code: string; Impact: string }[];
  Routes: {
    Legs: { Geometry: { LineString: [number, number][] } }[];
    Summary: { Distance: number; Duration: number };
  }[];
}

const FAR: [number, number] = [20, 50];
const place = (position: readonly number[]) => ({ Position: position });

describe('Amazon Location on streets', () => {
  let roads: Roads;
  beforeAll(async () => {
    // Two towns that no road joins; the second is as large as the smallest that is kept.
    const town = gridTown(12);
    const line = Array.from({ length: 12 }, (_, index) => index);
    for (const fixed of line) {
      town.way(line.map((moving): [number, number] => [300 + moving, fixed]));
      town.way(line.map((moving): [number, number] => [300 + fixed, moving]));
    }
    roads = await town.roads();
  });

  const matrix = (origins: readonly (readonly number[])[], destinations: readonly (readonly number[])[]) =>
    invoke<Matrix>(createGeoRoutes(fakePorts(), roads), 'CalculateRouteMatrix', {
      Origins: origins.map(place),
      Destinations: destinations.map(place),
      RoutingBoundary: { Unbounded: true },
      DepartureTime: '2026-01-31T08:00:00Z',
    });

  test('measures around corners', async () => {
    const { RouteMatrix, ErrorCount } = await matrix([at(0, 0)], [at(3, 4)]);
    expect(ErrorCount).toBe(0);
    expect(RouteMatrix[0]?.[0]?.Distance).toBeGreaterThan(680);
    expect(RouteMatrix[0]?.[0]?.Distance).toBeLessThan(720);
  });

  test('names pairs without a way, and positions without a road', async () => {
    const { RouteMatrix, ErrorCount } = await matrix([at(0, 0), FAR], [at(1, 1), at(301, 1), FAR]);
    expect(RouteMatrix.map((row) => row.map(({ Error: error }) => error))).toEqual([
      [undefined, 'NoRoute', 'NoMatchDestination'],
      ['NoMatchOrigin', 'NoMatchOrigin', 'NoMatch'],
    ]);
    expect(ErrorCount).toBe(5);
  });

  test('gives a leg the line of its streets, and the figures of the matrix', async () => {
    const routes = await invoke<RoutesAnswer>(createGeoRoutes(fakePorts(), roads), 'CalculateRoutes', {
      Origin: at(0, 0),
      Destination: at(3, 4),
      Waypoints: [place(at(3, 0))],
      DepartNow: true,
    });
    const [route] = routes.Routes;
    const line = route?.Legs.flatMap(({ Geometry: geometry }) => geometry.LineString) ?? [];
    for (const position of line) expect(roads.snap(position)?.distanceMeters).toBeLessThan(0.2);
    const { RouteMatrix } = await matrix([at(0, 0), at(3, 0)], [at(3, 0), at(3, 4)]);
    expect(route?.Summary.Distance).toBe((RouteMatrix[0]?.[0]?.Distance ?? 0) + (RouteMatrix[1]?.[1]?.Distance ?? 0));
    expect(route?.Summary.Duration).toBe((RouteMatrix[0]?.[0]?.Duration ?? 0) + (RouteMatrix[1]?.[1]?.Duration ?? 0));
  });

  test('has no route and a notice where there is no way', async () => {
    const answer = await invoke<RoutesAnswer>(createGeoRoutes(fakePorts(), roads), 'CalculateRoutes', {
      Origin: at(0, 0),
      Destination: at(301, 1),
    });
    expect(answer.Routes).toEqual([]);
    expect(answer.Notices).toEqual([{ Code: 'Other', Impact: 'High' }]);
  });
});
