import { GeoRoutesClient } from '@aws-sdk/client-geo-routes';
import { describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { claimWave } from '../claim-wave/claim-wave.ts';
import { routeWorld, vehicle, WAVE_ID } from '../platform/testing/route-world.ts';
import { readPlan } from '../platform/wave-plan.ts';
import { planRoutes } from './plan-routes.ts';
import { geoRoadNetwork } from './road-network.ts';
import { solveOnThreads } from './solve-on-threads.ts';

const ORDERS = 30;

const request = (number: number) => ({
  pk: 'DEPOT#d1',
  sk: `REQUEST#o${number}#1`,
  pendingShard: 'PENDING',
  orderId: `o${number}`,
  cycle: 1,
  depotId: 'd1',
  customerId: `c${number}`,
  position: [8.5 + Math.sin(number) / 20, 47.3 + Math.cos(number * number) / 20],
  promise: { from: '2026-03-02T08:00:00Z', to: '2026-03-02T16:00:00Z', version: 1 },
  serviceSeconds: 60,
  volumeM3: 0.1,
  weightKg: 1,
  tier: 'standard',
  requestedAt: '2026-03-02T07:00:00Z',
  state: 'PENDING',
});

describe('a planner that is told to stop in the middle of its search', () => {
  test('asks nothing more, writes the plan that it has, and leaves graph and fences alone', async () => {
    const world = routeWorld();
    world.tables.put('fleet', { depotId: 'd1', sk: 'DEPOT', position: [8.5, 47.3] }, vehicle('v1'), vehicle('v2'));
    world.tables.put('planning', ...Array.from({ length: ORDERS }, (_, index) => request(index)));
    await claimWave({ depotId: 'd1', waveId: WAVE_ID }, world.ports);

    const stop = new AbortController();
    const client = new GeoRoutesClient({ region: 'us-east-1' });
    const roads = mockClient(client).onAnyCommand().rejects(new Error('down'));
    let asked = 0;
    let searches = 0;
    const touched: string[] = [];
    const report = await planRoutes(WAVE_ID, 'd1', {
      ...world.ports,
      roads: geoRoadNetwork({ client, signal: stop.signal, onFailure: () => undefined }),
      solve: (problem) => {
        searches += 1;
        if (searches === 1) {
          asked = roads.calls().length;
          setTimeout(() => stop.abort(), 150);
        }
        // Without an end of its own: only the signal ends it.
        return solveOnThreads(
          { ...problem, iterations: Number.MAX_SAFE_INTEGER },
          { threads: 1, workerFile: '', nowMs: () => performance.timeOrigin + performance.now(), signal: stop.signal },
        );
      },
      signal: stop.signal,
      writeGraph: async () => void touched.push('graph'),
      putFences: async () => void touched.push('fences'),
      onFailure: (what) => void (what === 'part of the matrix' || touched.push(what)),
      wait: async () => undefined,
    });

    expect(asked).toBeGreaterThan(0);
    expect(roads.calls()).toHaveLength(asked);
    expect(touched).toEqual([]);
    expect(report).toMatchObject({ orders: ORDERS, unassigned: 0, reused: false });
    const plan = await readPlan(world.ports, WAVE_ID);
    expect(plan?.routes.flatMap(({ stops }) => stops.flatMap(({ orders }) => orders))).toHaveLength(ORDERS);
  });
});
