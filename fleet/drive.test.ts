import { describe, expect, test } from '@jest/globals';
import { evaluateFix, haversineMeters, type VehicleFenceState } from '../domain/index.ts';
import { fixSchema } from '../workflows/route-dispatch/contracts.ts';
import { startFleet } from './fleet.ts';
import type { Navigator } from './ports.ts';
import { type DriverProfile, profileNamed } from './profiles.ts';
import { Backend, DEPOT, HandClock, START, sampleRoute, van } from './testing/day.ts';

const minutesOf = (iso: string): number => (Date.parse(iso) - Date.parse(START)) / 60_000;

async function dayWith(
  profile: DriverProfile = profileNamed('smooth'),
  { seed = 1, routes = [sampleRoute()] as { routeId: string }[], shiftFromMinutes = 0 } = {},
) {
  const clock = new HandClock();
  const backend = new Backend(clock, routes);
  const log = (message: string) => void backend.log.push(message);
  const fleet = await startFleet([van(1, shiftFromMinutes)], profile, { clock, seed, connect: backend.connect, log });
  return { clock, backend, fleet };
}

describe('A driven route', () => {
  test('is accepted, left on plan, served, reported with proof and returned', async () => {
    const { clock, backend, fleet } = await dayWith();
    backend.offer('route-1');
    await clock.run();

    const [accept] = backend.named('acceptRoute');
    const reactionSeconds = ((accept?.atMs ?? 0) - Date.parse(START)) / 1000;
    expect(reactionSeconds).toBeGreaterThanOrEqual(10);
    expect(reactionSeconds).toBeLessThanOrEqual(60);

    const confirmed = backend.named('confirmDelivery').map((call) => call.variables.input);
    expect(confirmed.map(({ orderId }) => orderId)).toEqual(['route-1-order-1', 'route-1-order-2']);
    expect(confirmed[0].proof.photoKey).toBe('proofs/route-1/route-1-order-1-1.jpg');
    expect(confirmed[0].proof.receivedBy).toEqual(expect.any(String));
    expect(confirmed[0].proof.delivered).toEqual([
      { sku: 'atlas', quantity: 2 },
      { sku: 'kettle', quantity: 1 },
    ]);
    expect(minutesOf(confirmed[0].deliveredAt)).toBeGreaterThan(35);
    expect(minutesOf(confirmed[0].deliveredAt)).toBeLessThan(39);

    const [driven] = fleet.drivenRoutes();
    expect(driven?.departedAt).toBe('2026-01-31T08:30:00.000Z');
    expect(Math.abs(minutesOf(driven?.returnedAt ?? '') - 49)).toBeLessThan(1);
    expect(driven?.distanceMeters).toBeCloseTo(1_300 * 4, 5);
    expect(driven?.delivered).toEqual(['route-1-order-1', 'route-1-order-2']);
    expect(fleet.statistics()).toMatchObject({ offers: 1, accepted: 1, departures: 1, returns: 1, deliveries: 2 });
    expect(clock.pending).toBe(0);
  });

  test('follows the streets that the phone shows, in the time that the plan gives', async () => {
    const clock = new HandClock();
    const backend = new Backend(clock, [sampleRoute()]);
    // Every way goes north first, then on to where it leads.
    const navigator: Navigator = {
      way: ([lon, lat], to) => [
        { position: [lon, lat], seconds: 0, meters: 0 },
        { position: [lon, lat + 0.01], seconds: 120, meters: 1_112 },
        { position: to, seconds: 280, meters: 2_612 },
      ],
    };
    const profile = profileNamed('smooth');
    const fleet = await startFleet([van(1)], profile, { clock, seed: 1, connect: backend.connect, navigator });
    backend.offer('route-1');
    await clock.run();

    const { backend: straight } = await dayWith().then(async (day) => {
      day.backend.offer('route-1');
      await day.clock.run();
      return day;
    });
    const northernmost = (fixes: typeof backend.fixes): number => Math.max(...fixes.map(({ position }) => position[1]));
    expect(northernmost(backend.fixes)).toBeGreaterThan(DEPOT[1] + 0.0095);
    expect(northernmost(straight.fixes)).toBeLessThan(DEPOT[1] + 0.0005);
    const delivered = (day: Backend) =>
      day.named('confirmDelivery').map(({ variables }) => variables.input.deliveredAt);
    expect(delivered(backend)).toEqual(delivered(straight));
    expect(fleet.drivenRoutes()[0]?.distanceMeters).toBeCloseTo(1_300 * 4, 5);
  });

  test('sends fixes of the contract on its own topic, ten seconds apart at most, and none before it wakes', async () => {
    const { clock, backend, fleet } = await dayWith();
    backend.offer('route-1');
    await clock.run();

    const times = backend.fixes.map((fix) => Date.parse(fix.sampleTime));
    expect(backend.fixes.length).toBe(fleet.statistics().fixes);
    expect(backend.fixes.length).toBeGreaterThan(120);
    for (const { topic, ...fix } of backend.fixes) {
      expect(topic).toBe('vehicles/van-1/fixes');
      expect(() => fixSchema.strict().parse(fix)).not.toThrow();
    }
    for (const [index, time] of times.entries()) {
      if (index === 0) continue;
      expect(time - (times[index - 1] as number)).toBeGreaterThan(0);
      expect(time - (times[index - 1] as number)).toBeLessThanOrEqual(10_000);
    }
    expect(minutesOf(backend.fixes[0]?.sampleTime ?? '')).toBe(29);
    const odometers = backend.fixes.map((fix) => fix.odometerMeters ?? -1);
    expect(odometers).toEqual([...odometers].sort((left, right) => left - right));
    expect(odometers.at(-1)).toBe(5_200);
  });

  test('shows each fence its crossing before what follows it', async () => {
    const route = sampleRoute();
    const { clock, backend, fleet } = await dayWith();
    backend.offer('route-1');
    await clock.run();

    const fences = [
      { fenceId: 'depot', center: DEPOT, radiusMeters: 150 },
      ...route.stops.map((stop) => ({
        fenceId: stop.stopId,
        center: stop.position as [number, number],
        radiusMeters: 60,
      })),
    ];
    let state: VehicleFenceState = { inside: [] };
    const seen: string[] = [];
    const at = new Map<string, string>();
    for (const { position, sampleTime, accuracyMeters } of backend.fixes) {
      const evaluated = evaluateFix(state, { position, sampledAt: sampleTime, accuracyMeters }, fences);
      state = evaluated.state;
      for (const transition of evaluated.transitions) {
        seen.push(`${transition.kind} ${transition.fenceId}`);
        // The way back passes the first stop once more.
        const crossing = seen.at(-1) as string;
        if (!at.has(crossing)) at.set(crossing, transition.at);
      }
    }
    expect(seen.filter((crossing) => crossing.endsWith('depot'))).toEqual(['ENTER depot', 'EXIT depot', 'ENTER depot']);
    expect(seen.slice(0, 4)).toEqual(['ENTER depot', 'EXIT depot', 'ENTER stop-1', 'EXIT stop-1']);
    const [first] = backend.named('confirmDelivery');
    expect((at.get('ENTER stop-1') ?? '') < first?.variables.input.deliveredAt).toBe(true);
    const returnedAt = fleet.drivenRoutes()[0]?.returnedAt ?? '';
    const parked = backend.fixes.filter((fix) => fix.sampleTime >= returnedAt);
    expect(parked.length).toBe(18);
    for (const fix of parked) expect(haversineMeters(fix.position, DEPOT)).toBeLessThan(150);
  });

  test('has a fix at the door between arrival and delivery even when the service takes a moment', async () => {
    const route = sampleRoute();
    for (const stop of route.stops) stop.serviceSeconds = 1;
    const { clock, backend } = await dayWith(undefined, { routes: [route] });
    backend.offer('route-1');
    await clock.run();
    for (const [index, call] of backend.named('confirmDelivery').entries()) {
      const before = backend.fixes.filter((fix) => fix.sampleTime <= call.variables.input.deliveredAt).at(-1);
      const stop = route.stops[index]?.position as [number, number];
      expect(haversineMeters(before?.position ?? DEPOT, stop)).toBeLessThan(60);
    }
  });

  test('leaves neither before the shift nor before the goods are loaded', async () => {
    const early = await dayWith(undefined, { shiftFromMinutes: 40 });
    early.backend.offer('route-1');
    await early.clock.run();
    expect(early.fleet.drivenRoutes()[0]?.departedAt).toBe('2026-01-31T08:40:00.000Z');

    const late = await dayWith();
    await late.clock.run(45);
    late.backend.offer('route-1');
    await late.clock.run();
    const acceptedMs = late.backend.named('acceptRoute')[0]?.atMs ?? 0;
    expect(Date.parse(late.fleet.drivenRoutes()[0]?.departedAt ?? '')).toBe(acceptedMs + 300_000);
  });

  test('follows a changed route from the next stop on, and serves every stop once', async () => {
    const route = sampleRoute('route-1', 6);
    const { clock, backend, fleet } = await dayWith(undefined, { routes: [route] });
    backend.offer('route-1');
    while (backend.named('confirmDelivery').length < 2) await clock.run((clock.now() - Date.parse(START)) / 60_000 + 1);
    const [first, second, third, ...rest] = route.stops;
    const stops = [first, second, third, ...rest.reverse()].map((stop, index) => ({ ...stop, sequence: index + 1 }));
    backend.change({ ...route, stops });
    await clock.run();
    const served = backend.named('confirmDelivery').map(({ variables }) => variables.input.orderId);
    expect(served).toEqual(stops.map((stop) => stop.orders?.[0]?.orderId));
    expect(fleet.statistics()).toMatchObject({ routeChanges: 1, deliveries: 6, returns: 1 });
  });

  test('loads by the changed route when the change comes before the departure', async () => {
    const route = sampleRoute('route-1', 3);
    const { clock, backend, fleet } = await dayWith(undefined, { routes: [route] });
    backend.offer('route-1');
    await clock.run(2);
    expect(backend.named('route')).toHaveLength(1);
    backend.change({ ...route, stops: route.stops.slice(1) });
    await clock.run();
    expect(fleet.statistics()).toMatchObject({ routeChanges: 1, deliveries: 2 });
  });

  test('waits at a stop whose service the plan begins later', async () => {
    const route = sampleRoute();
    // Twenty minutes of waiting at the first stop.
    const later = (iso: string) => new Date(Date.parse(iso) + 20 * 60_000).toISOString();
    const second = route.stops[1] as (typeof route.stops)[number];
    second.plannedArrivalAt = later(second.plannedArrivalAt);
    route.plannedReturnAt = later(route.plannedReturnAt);
    const { clock, backend } = await dayWith(undefined, { routes: [route] });
    backend.offer('route-1');
    await clock.run();
    const [first] = backend.named('confirmDelivery');
    expect(minutesOf(first?.variables.input.deliveredAt)).toBeGreaterThan(55);
    expect(minutesOf(first?.variables.input.deliveredAt)).toBeLessThan(59);
  });

  test('stays near its plan on a smooth day, however long it is', async () => {
    const route = sampleRoute('route-1', 40);
    const { clock, backend, fleet } = await dayWith(undefined, { routes: [route] });
    backend.offer('route-1');
    await clock.run();
    const returned = Date.parse(fleet.drivenRoutes()[0]?.returnedAt ?? '');
    expect(Math.abs(returned - Date.parse(route.plannedReturnAt))).toBeLessThan(60_000);
    expect(fleet.statistics().deliveries).toBe(40);
  });

  test('turns home in time when the shift would end on the way, and leaves the rest unserved', async () => {
    const route = sampleRoute('route-1', 100);
    const { clock, backend, fleet } = await dayWith(undefined, { routes: [route] });
    backend.offer('route-1');
    await clock.run();
    const [driven] = fleet.drivenRoutes();
    expect(minutesOf(driven?.returnedAt ?? '')).toBeLessThanOrEqual(600);
    expect(fleet.statistics()).toMatchObject({ turnedHome: 1, returns: 1 });
    expect(fleet.statistics().deliveries).toBeGreaterThan(30);
    expect(fleet.statistics().deliveries).toBeLessThan(100);
  });

  test('takes the slow factor of the roads', async () => {
    const smooth = profileNamed('smooth');
    const road = { ...smooth.road, slowFactor: { mean: 2, sigma: 0 }, legSigma: 0, catchUp: 0 };
    const { clock, backend } = await dayWith({ ...smooth, road });
    backend.offer('route-1');
    await clock.run();
    const input = backend.named('confirmDelivery')[0]?.variables.input;
    expect(minutesOf(input.deliveredAt)).toBeGreaterThan(30 + 10 + 1.5);
  });

  test('reports each order of a stop by itself, and the odometer goes on over routes', async () => {
    const routes = [sampleRoute('route-1', 1, 3), sampleRoute('route-2', 1)];
    const { clock, backend, fleet } = await dayWith(undefined, { routes });
    backend.offer('route-1');
    await clock.run();
    const times = backend.named('confirmDelivery').map((call) => call.variables.input.deliveredAt);
    expect(new Set(times).size).toBe(3);
    backend.offer('route-2');
    await clock.run();
    expect(fleet.statistics()).toMatchObject({ accepted: 2, returns: 2, deliveries: 4 });
    expect(backend.fixes.at(-1)?.odometerMeters).toBe(5_200);
    expect(fleet.drivenRoutes()[1]?.distanceMeters).toBeCloseTo(2_600, 5);
  });
});

describe('Chance', () => {
  const rough = profileNamed('rough');

  async function transcript(seed: number): Promise<string> {
    const { clock, backend } = await dayWith({ ...rough, offers: profileNamed('smooth').offers }, { seed });
    backend.offer('route-1');
    await clock.run();
    return JSON.stringify([backend.calls, backend.fixes]);
  }

  test('gives the same day for the same seed and another for another', async () => {
    expect(await transcript(7)).toBe(await transcript(7));
    expect(await transcript(7)).not.toBe(await transcript(8));
  });

  test('of one vehicle does not depend on the others', async () => {
    const drive = async (count: number): Promise<string> => {
      const clock = new HandClock();
      const backend = new Backend(clock, [sampleRoute('route-1'), sampleRoute('route-2')]);
      const vans = Array.from({ length: count }, (_, index) => van(index + 1));
      const smooth = profileNamed('smooth');
      await startFleet(vans, smooth, { clock, seed: 3, connect: backend.connect });
      backend.offer('route-2', 'driver-2', 'van-2');
      backend.offer('route-1');
      await clock.run();
      return JSON.stringify(backend.fixes.filter((fix) => fix.vehicleId === 'van-1'));
    };
    expect(await drive(1)).toBe(await drive(2));
  });
});
