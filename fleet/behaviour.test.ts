import { describe, expect, test } from '@jest/globals';
import { fixSchema } from '../workflows/route-dispatch/contracts.ts';
import { startFleet } from './fleet.ts';
import { DRIVER_PROFILES, type DriverProfile, profileNamed } from './profiles.ts';
import { Backend, HandClock, sampleRoute, van } from './testing/day.ts';

const smooth = profileNamed('smooth');

interface Changes {
  readonly offers?: Partial<DriverProfile['offers']>;
  readonly road?: Partial<DriverProfile['road']>;
  readonly door?: Partial<DriverProfile['door']>;
  readonly gps?: Partial<DriverProfile['gps']>;
}

const profileWith = ({ offers, road, door, gps }: Changes): DriverProfile => ({
  name: 'test',
  offers: { ...smooth.offers, ...offers },
  road: { ...smooth.road, ...road },
  door: { ...smooth.door, ...door },
  gps: { ...smooth.gps, ...gps },
});

async function dayWith(changes: Changes = {}, routes: { routeId: string }[] = [sampleRoute()], seed = 1) {
  const clock = new HandClock();
  const backend = new Backend(clock, routes);
  const log = (message: string) => void backend.log.push(message);
  const fleet = await startFleet([van()], profileWith(changes), { clock, seed, connect: backend.connect, log });
  return { clock, backend, fleet };
}

describe('An offer', () => {
  test('is declined with a reason', async () => {
    const { clock, backend, fleet } = await dayWith({ offers: { declineRate: 1 } });
    backend.offer('route-1');
    await clock.run();
    expect(backend.calls.map((call) => call.name)).toEqual(['declineRoute']);
    expect(backend.calls[0]?.variables.reason).toMatch(/^[A-Z_]+$/);
    expect(fleet.statistics()).toMatchObject({ offers: 1, declined: 1, accepted: 0 });
  });

  test('gets no answer from a silent driver', async () => {
    const { clock, backend, fleet } = await dayWith({ offers: { silenceRate: 1 } });
    backend.offer('route-1');
    await clock.run();
    expect(backend.calls).toEqual([]);
    expect(fleet.statistics()).toMatchObject({ offers: 1, silent: 1 });
  });

  test('is declined by a driver on the road, who takes the next one after the return', async () => {
    const { clock, backend, fleet } = await dayWith({}, [sampleRoute('route-1'), sampleRoute('route-2')]);
    backend.offer('route-1');
    await clock.run(40);
    backend.offer('route-2');
    await clock.run();
    expect(backend.named('declineRoute').map((call) => call.variables)).toEqual([
      { routeId: 'route-2', reason: 'ON_A_ROUTE' },
    ]);
    backend.offer('route-2');
    await clock.run();
    expect(fleet.statistics()).toMatchObject({ accepted: 2, declined: 1, returns: 2 });
  });

  test('that is published twice is answered once', async () => {
    const { clock, backend, fleet } = await dayWith();
    backend.offer('route-1');
    backend.offer('route-1');
    await clock.run(10);
    backend.offer('route-1');
    await clock.run();
    expect(backend.named('acceptRoute')).toHaveLength(1);
    expect(fleet.statistics()).toMatchObject({ offers: 1, declined: 0, returns: 1 });
  });

  test('for another vehicle of the same driver is left to that vehicle', async () => {
    const { clock, backend } = await dayWith();
    backend.offer('route-1', 'driver-1', 'van-7');
    await clock.run();
    expect(backend.calls).toEqual([]);
  });

  test('whose acceptance is refused leaves the driver free', async () => {
    const { clock, backend, fleet } = await dayWith({}, [sampleRoute('route-1'), sampleRoute('route-2')]);
    backend.answering = ({ name, variables }) =>
      name === 'acceptRoute' && variables.routeId === 'route-1'
        ? { acceptRoute: { accepted: false, reason: 'OFFER_EXPIRED' } }
        : undefined;
    backend.offer('route-1');
    await clock.run();
    backend.offer('route-2');
    await clock.run();
    expect(fleet.statistics()).toMatchObject({ acceptancesRefused: 1, accepted: 1, returns: 1 });
  });

  test('whose acceptance was taken although its answer got lost is driven', async () => {
    const { clock, backend, fleet } = await dayWith();
    let tries = 0;
    backend.answering = ({ name }) => {
      if (name !== 'acceptRoute') return undefined;
      tries += 1;
      if (tries === 1) throw new Error('the connection was cut');
      return { acceptRoute: { accepted: false, reason: 'ALREADY_ANSWERED: the offer of route route-1 was ACCEPTED' } };
    };
    backend.offer('route-1');
    await clock.run();
    expect(fleet.statistics()).toMatchObject({ accepted: 1, acceptancesRefused: 0, deliveries: 2, returns: 1 });
  });

  test('whose route cannot be read is not driven', async () => {
    const { clock, backend, fleet } = await dayWith({}, []);
    backend.offer('route-1');
    await clock.run();
    expect(backend.fixes).toEqual([]);
    expect(backend.log).toContain('an accepted route could not be read');
    expect(fleet.statistics()).toMatchObject({ accepted: 1, departures: 0 });
  });
});

describe('At the door', () => {
  test('a failed attempt is reported with its reason', async () => {
    const { clock, backend, fleet } = await dayWith({ door: { failedAttemptRate: 1 } });
    backend.offer('route-1');
    await clock.run();
    expect(backend.named('confirmDelivery')).toEqual([]);
    const inputs = backend.named('reportFailedAttempt').map((call) => call.variables.input);
    expect(inputs).toHaveLength(2);
    expect(inputs[0]).toEqual({
      routeId: 'route-1',
      orderId: 'route-1-order-1',
      failedAt: expect.stringMatching(/Z$/),
      reason: expect.stringMatching(/^(CUSTOMER_ABSENT|ADDRESS_UNKNOWN|ACCESS_DENIED|REFUSED_BY_CUSTOMER)$/),
    });
    expect(fleet.statistics()).toMatchObject({ failedAttempts: 2, deliveries: 0, returns: 1 });
    expect(fleet.drivenRoutes()[0]?.failed).toHaveLength(2);
  });

  test('damage, a missing document and a missing piece show in the proof', async () => {
    const { clock, backend, fleet } = await dayWith({ door: { damagedRate: 1, missingDocumentRate: 1, shortRate: 1 } });
    backend.offer('route-1');
    await clock.run();
    const proof = backend.named('confirmDelivery')[0]?.variables.input.proof;
    expect(proof.damaged).toBe(true);
    expect(proof).not.toHaveProperty('photoKey');
    expect(proof.delivered[0]).toEqual({ sku: 'atlas', quantity: 1 });
    expect(fleet.statistics()).toMatchObject({ deliveries: 2, damaged: 2, undocumented: 2, short: 2 });
  });

  test('a refused report, as for a cancelled order, is skipped', async () => {
    const { clock, backend, fleet } = await dayWith();
    backend.answering = ({ name, variables }) =>
      name === 'confirmDelivery' && variables.input.orderId === 'route-1-order-1'
        ? { confirmDelivery: { accepted: false, reason: 'CANCELLED' } }
        : undefined;
    backend.offer('route-1');
    await clock.run();
    expect(backend.named('confirmDelivery')).toHaveLength(2);
    expect(fleet.statistics()).toMatchObject({ reportsRefused: 1, deliveries: 1, returns: 1 });
  });
});

describe('The phone', () => {
  test('tries a failing call again and reports the time the delivery happened', async () => {
    const { clock, backend, fleet } = await dayWith();
    let failures = 2;
    backend.answering = ({ name }) => {
      if (name === 'confirmDelivery' && failures-- > 0) throw new Error('LambdaThrottled');
    };
    backend.offer('route-1');
    await clock.run();
    const [first, second, third] = backend.named('confirmDelivery');
    expect(second?.variables).toEqual(first?.variables);
    expect((third?.atMs ?? 0) - (first?.atMs ?? 0)).toBe(7_000);
    expect(Date.parse(third?.variables.input.deliveredAt)).toBe(first?.atMs);
    expect(fleet.statistics()).toMatchObject({ callRetries: 2, callsGivenUp: 0, deliveries: 2 });
  });

  test('gives up a call that keeps failing, and the driver goes on', async () => {
    const { clock, backend, fleet } = await dayWith();
    backend.answering = ({ name }) => {
      if (name === 'confirmDelivery') throw new Error('InternalFailure');
    };
    backend.offer('route-1');
    await clock.run();
    expect(backend.named('confirmDelivery')).toHaveLength(10);
    expect(fleet.statistics()).toMatchObject({ callsGivenUp: 2, deliveries: 0, returns: 1 });
    expect(backend.log).toContain('a call was given up');
  });

  test('counts fixes that are not taken and goes on', async () => {
    const { clock, backend, fleet } = await dayWith();
    backend.publishing = () => {
      throw new Error('NotAuthorizedException');
    };
    backend.offer('route-1');
    await clock.run();
    const { fixes, fixesFailed, returns } = fleet.statistics();
    expect(fixesFailed).toBe(fixes);
    expect(returns).toBe(1);
  });

  test('has gaps on the road and none at the depot', async () => {
    const { clock, backend, fleet } = await dayWith({ gps: { gapsPerHour: 10 } }, [sampleRoute('route-1', 20)]);
    backend.offer('route-1');
    await clock.run();
    const { gaps, gapsSeconds } = fleet.statistics();
    expect(gaps).toBeGreaterThan(2);
    expect(gapsSeconds).toBeGreaterThan(120);
    const returnedAt = fleet.drivenRoutes()[0]?.returnedAt ?? '';
    expect(backend.fixes.filter((fix) => fix.sampleTime >= returnedAt)).toHaveLength(18);
    expect(fleet.statistics().deliveries).toBe(20);
  });

  test('says of a poor fix that it is one', async () => {
    const { clock, backend, fleet } = await dayWith({ gps: { sigmaMeters: 12, poorFixRate: 0.2 } });
    backend.offer('route-1');
    await clock.run();
    const poor = backend.fixes.filter((fix) => fix.accuracyMeters > 100);
    expect(poor).toHaveLength(fleet.statistics().poorFixes);
    expect(poor.length).toBeGreaterThan(5);
    expect(backend.fixes.filter((fix) => fix.accuracyMeters === 18).length).toBeGreaterThan(50);
  });

  test('that dies on the road sends nothing any more, for good', async () => {
    const { clock, backend, fleet } = await dayWith({ road: { phoneDeathRate: 1 } }, [sampleRoute('route-1', 20)]);
    backend.offer('route-1');
    await clock.run();
    expect(fleet.statistics()).toMatchObject({ silentForGood: 1, returns: 0, departures: 1 });
    expect(backend.named('confirmDelivery').length).toBeLessThan(20);
    expect(fleet.drivenRoutes()[0]).not.toHaveProperty('returnedAt');
    expect(backend.listening).toBe(0);
    expect(clock.pending).toBe(0);
  });
});

describe('A fleet', () => {
  test('stops at once and leaves nothing due', async () => {
    const { clock, backend, fleet } = await dayWith();
    backend.offer('route-1');
    await clock.run(36);
    const sent = backend.fixes.length;
    await fleet.stop();
    expect(clock.pending).toBe(0);
    expect(backend.listening).toBe(0);
    await clock.run(60);
    expect(backend.fixes).toHaveLength(sent);
  });

  test('stops while a call is tried again', async () => {
    const { clock, backend, fleet } = await dayWith();
    backend.answering = () => {
      throw new Error('LambdaThrottled');
    };
    backend.offer('route-1');
    await clock.run(1.1);
    await fleet.stop();
    await clock.run();
    expect(clock.pending).toBe(0);
    expect(fleet.statistics()).toMatchObject({ accepted: 0, callsGivenUp: 0 });
  });

  test('does not start when a driver cannot connect, and closes the others', async () => {
    const clock = new HandClock();
    const backend = new Backend(clock, []);
    const connect: typeof backend.connect = (vehicle) => {
      if (vehicle.driverId === 'driver-2') throw new Error('NotAuthorizedException: driver-2');
      return backend.connect(vehicle);
    };
    const starting = startFleet([van(1), van(2)], smooth, { clock, seed: 1, connect });
    await expect(starting).rejects.toThrow('NotAuthorizedException: driver-2');
    expect(backend.listening).toBe(0);
  });
});

describe('A rough day', () => {
  test('meets every behaviour over many routes, and its fixes keep the contract', async () => {
    const clock = new HandClock();
    const routes = Array.from({ length: 150 }, (_, index) => sampleRoute(`route-${index + 1}`, 6));
    const backend = new Backend(clock, routes);
    const vans = routes.map((_, index) => van(index + 1));
    const fleet = await startFleet(vans, profileNamed('rough'), { clock, seed: 4, connect: backend.connect });
    for (const [index, { routeId }] of routes.entries())
      backend.offer(routeId, `driver-${index + 1}`, `van-${index + 1}`);
    await clock.run();
    const statistics = fleet.statistics();
    for (const count of ['declined', 'silent', 'failedAttempts', 'damaged', 'undocumented', 'short'] as const) {
      expect({ count, reached: statistics[count] > 0 }).toEqual({ count, reached: true });
    }
    expect(statistics.gaps).toBeGreaterThan(0);
    expect(statistics.poorFixes).toBeGreaterThan(0);
    expect(statistics.silentForGood).toBeGreaterThan(0);
    expect(statistics.offers).toBe(statistics.accepted + statistics.declined + statistics.silent);
    expect(statistics.departures).toBe(statistics.returns + statistics.silentForGood);
    for (const { topic: _, ...fix } of backend.fixes.slice(0, 2_000)) fixSchema.strict().parse(fix);
  });
});

describe('A profile', () => {
  test('is found by its name', () => {
    for (const profile of DRIVER_PROFILES) expect(profileNamed(profile.name)).toBe(profile);
  });

  test('that does not exist is answered with those that do', () => {
    expect(() => profileNamed('stormy')).toThrow("there is no driver profile 'stormy'; give one of smooth, rough");
  });
});
