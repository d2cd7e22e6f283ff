import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { solveRoutes } from '../domain/index.ts';
import { checkSolution } from './routing-check.ts';
import { instanceFiles, problemOf, readBestKnown, readInstance } from './routing-instances.ts';

const folder = mkdtempSync(join(tmpdir(), 'routing-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'T1.txt');
writeFileSync(
  file,
  `T1

VEHICLE
NUMBER     CAPACITY
  2         20

CUSTOMER
CUST NO.  XCOORD.  YCOORD.  DEMAND  READY TIME  DUE DATE  SERVICE TIME

    0      0    0     0     0   100    0
    1      1    1    10     0    90    5
    2      2    2    10    20    50    5
    3      0    3    10     0     3    5
`,
);
writeFileSync(
  join(folder, 'best-known.csv'),
  'instance,vehicles,distance,dimacs_vehicles,dimacs_distance\nT1,2,10.89,2,10.8\n',
);
const instance = readInstance(file);

describe('the benchmark of routing', () => {
  test('reads an instance and what is best known of it', () => {
    expect(instanceFiles(folder, undefined)).toEqual([file]);
    expect(instance).toMatchObject({ name: 'T1', fleet: 2, capacity: 20 });
    expect(instance.customers[2]).toEqual({ x: 2, y: 2, demand: 10, ready: 20, due: 50, service: 5 });
    expect(readBestKnown(folder, 'dimacs').get('T1')).toEqual({ vehicles: 2, distance: 10.8 });
  });

  test.each(['hierarchical', 'dimacs'] as const)('solves it in the convention %s', (objective) => {
    const plan = solveRoutes({ ...problemOf(instance, objective, 1), iterations: 100 });
    const routes = plan.routes.map(({ stops }) => stops.map(({ stopId }) => Number(stopId)));
    const checked = checkSolution(instance, objective, routes);
    expect(checked).toMatchObject({ vehicles: 2, unserved: 0, faults: [] });
    expect(checked.distance).toBeCloseTo(readBestKnown(folder, objective).get('T1')?.distance ?? 0, 1);
  });

  test.each([
    ['after 3', [[1, 3], [2]]],
    ['loads 30 of 20', [[3, 1, 2]]],
    ['3 routes for 2 vehicles', [[1], [2], [3]]],
    [
      'customer 1 is served 2 times',
      [
        [1, 2],
        [3, 1],
      ],
    ],
  ])('finds the fault: %s', (fault, routes) => {
    expect(checkSolution(instance, 'hierarchical', routes).faults.join('\n')).toContain(fault);
  });

  test('counts the customers that nobody serves', () => {
    expect(checkSolution(instance, 'hierarchical', [[1]]).unserved).toBe(2);
  });
});
