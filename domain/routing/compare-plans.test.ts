import { describe, expect, test } from '@jest/globals';
import { comparePlans } from './compare-plans.ts';
import type { RoutingPlan } from './port.ts';

/** Routes as `v1: a b c`; each stop a minute after the one before it. */
function plan(routes: readonly string[], unassigned: readonly string[] = []): RoutingPlan {
  return {
    routes: routes.map((text) => {
      const [vehicleId = '', list = ''] = text.split(': ');
      const stops = list.split(' ').map((stopId, index) => {
        const arrivalMs = index * 60_000;
        return { stopId, arrivalMs, serviceStartMs: arrivalMs, departureMs: arrivalMs, legSeconds: 60, legMeters: 1 };
      });
      return { vehicleId, stops, departMs: 0, returnMs: 0, loads: [], distanceMeters: 0 };
    }),
    unassigned: unassigned.map((stopId) => ({ stopId, orderIds: [], reasons: [] })),
    costSeconds: 0,
  };
}

const changes = (difference: ReturnType<typeof comparePlans>) =>
  difference.stops.map(({ stopId, change }) => `${stopId} ${change}`);

describe('the difference between two plans', () => {
  test('is nothing when they are the same', () => {
    const same = plan(['v1: a b c', 'v2: d']);
    const difference = comparePlans(same, same);
    expect(changes(difference)).toEqual(['a kept', 'b kept', 'c kept', 'd kept']);
    expect(difference).toMatchObject({ remainingLegs: 2, changedLegs: 0, changedShare: 0 });
  });

  test('tells what is moved, put elsewhere, inserted and dropped, and by how much it shifts', () => {
    const difference = comparePlans(plan(['v1: a b c d', 'v2: x y z']), plan(['v1: b new c a', 'v2: x d y'], ['z']));
    expect(difference.stops).toEqual([
      { stopId: 'b', change: 'kept', fromVehicleId: 'v1', toVehicleId: 'v1', shiftSeconds: -60 },
      { stopId: 'new', change: 'inserted', toVehicleId: 'v1' },
      { stopId: 'c', change: 'kept', fromVehicleId: 'v1', toVehicleId: 'v1', shiftSeconds: 0 },
      { stopId: 'a', change: 'resequenced', fromVehicleId: 'v1', toVehicleId: 'v1', shiftSeconds: 180 },
      { stopId: 'x', change: 'kept', fromVehicleId: 'v2', toVehicleId: 'v2', shiftSeconds: 0 },
      { stopId: 'd', change: 'moved', fromVehicleId: 'v1', toVehicleId: 'v2', shiftSeconds: -120 },
      { stopId: 'y', change: 'kept', fromVehicleId: 'v2', toVehicleId: 'v2', shiftSeconds: 60 },
      { stopId: 'z', change: 'dropped', fromVehicleId: 'v2' },
    ]);
    // a-b, c-d, x-y (d is an old stop, not a new one) and y-z are gone; b-c stays, since what came between is new.
    expect(difference).toMatchObject({ remainingLegs: 5, changedLegs: 4, changedShare: 0.8 });
  });

  test('counts no leg of what is done, frozen or cancelled', () => {
    const before = plan(['v1: done frozen a b cancelled c d']);
    const after = plan(['v1: frozen a b d c']);
    const difference = comparePlans(before, after, ['done', 'frozen']);
    expect(changes(difference)).toEqual(['frozen kept', 'a kept', 'b kept', 'd kept', 'c resequenced']);
    // a-b stays; b-c, once the cancelled stop is out, and c-d are gone.
    expect(difference).toMatchObject({ remainingLegs: 3, changedLegs: 2 });
  });

  test('takes the direction of a leg for part of it, and has no share where no leg remains', () => {
    expect(comparePlans(plan(['v1: a b']), plan(['v1: b a'])).changedShare).toBe(1);
    expect(comparePlans(plan(['v1: a']), plan(['v1: b'])).changedShare).toBe(0);
    expect(comparePlans(plan([]), plan(['v1: b'])).stops).toEqual([
      { stopId: 'b', change: 'inserted', toVehicleId: 'v1' },
    ]);
  });
});
