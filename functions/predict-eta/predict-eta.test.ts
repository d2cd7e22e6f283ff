import { CalculateRoutesCommand, GeoRoutesClient } from '@aws-sdk/client-geo-routes';
import { SendTaskHeartbeatCommand, SFNClient } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import type { Fix } from '../../workflows/route-dispatch/contracts.ts';
import { type FollowedRoute, followedRoutes } from '../locate-vehicle/followed-route.ts';
import type { NewSignal } from '../platform/signals.ts';
import { DocumentTables } from '../platform/testing/document-tables.ts';
import { delayTeller, driverPublisher } from './delay-alert.ts';
import { type PredictEtaPorts, predictEtaOfVehicles } from './predict-eta.ts';
import { promiseDirectory } from './promises.ts';
import { roadAsker } from './road.ts';

const KEYS = { orders: ['orderId', 'sk'], routes: ['pk', 'sk'] } as const;
const at = (minutes: number): string => new Date(Date.UTC(2026, 2, 2, 10) + minutes * 60_000).toISOString();

// On the equator, a leg of 11.1 km in 20 minutes; the second stop is another 20 minutes away.
const stop = (sequence: number, orderId: string) => ({
  stopId: `s${sequence}`,
  sequence,
  position: [sequence * 0.1, 0],
  orders: [{ orderId, cycle: 1 }],
  serviceSeconds: 60,
  plannedArrivalAt: at(sequence * 20),
  plannedDepartureAt: at(sequence * 20 + 1),
  legSeconds: 1200,
  legMeters: 11_100,
});
const route = {
  pk: 'ROUTE#R1',
  sk: 'ROUTE',
  depotPosition: [0, 0],
  plannedDepartureAt: at(0),
  outcomes: [],
  stops: [stop(1, 'o1'), stop(2, 'o2')],
};
const active = {
  pk: 'VEHICLE#V1',
  sk: 'ACTIVE',
  routeId: 'R1',
  vehicleId: 'V1',
  driverId: 'dr1',
  depotId: 'D1',
  token: 'token-1',
  heartbeatAt: at(0),
  nextSequence: 1,
  inside: [],
  departedAt: at(0),
};
const order = (orderId: string, minutes: number) => ({
  orderId,
  sk: 'ORDER',
  tier: 'standard',
  status: 'OUT_FOR_DELIVERY',
  cycle: 1,
  promise: { from: at(0), to: at(minutes), version: 1 },
  order: { customer: { customerId: 'c-1', phone: '+49' } },
});
const path = (minutes: number, longitude: number) => {
  const now = { vehicleId: 'V1', position: [longitude, 0], sampleTime: at(minutes), accuracyMeters: 5 } as Fix;
  return new Map([['V1', [{ sequenceNumber: '9', now }]]]);
};
const named = (name: string) => Object.assign(new Error(name), { name });

const sfn = new SFNClient({});
const machines = mockClient(sfn);
const log = { info: jest.fn(), warn: jest.fn(), error: jest.fn() };
let tables: DocumentTables;
let signals: NewSignal[];
let told: { to: string; key: string; kind: string }[];
let asked: number;
let road: () => Promise<number | undefined>;
let ports: PredictEtaPorts;
const kept = () => tables.get('routes', 'VEHICLE#V1', 'ACTIVE') as unknown as FollowedRoute;

beforeEach(() => {
  jest.clearAllMocks();
  machines.reset();
  machines.on(SendTaskHeartbeatCommand).resolves({});
  tables = new DocumentTables(KEYS);
  tables.put('routes', route, active);
  tables.put('orders', order('o1', 40), order('o2', 45));
  signals = [];
  told = [];
  asked = 0;
  road = async () => 600;
  ports = {
    documents: tables.client,
    ordersTable: 'orders',
    routes: followedRoutes(tables.client, 'routes'),
    promises: promiseDirectory(tables.client, 'orders'),
    sendSignals: async (sent) => void signals.push(...sent),
    tellDelay: delayTeller({
      notifyCustomer: async (key, { kind, channel }) => void told.push({ to: channel, key, kind }),
      alertDriver: async (key, { kind, driverId }) => void told.push({ to: driverId, key, kind }),
    }),
    machines: sfn,
    askRoad: async () => {
      asked += 1;
      return road();
    },
    count: () => {},
    log,
  };
});

describe('predict-eta', () => {
  test('skips a vehicle without a route, and one that is back, after one read', async () => {
    tables.put('routes', { ...active, returnedToken: 'token-1' });
    await predictEtaOfVehicles(path(10, 0.05), ports);
    expect(tables.sent).toEqual(['GetCommand']);
  });

  test('says and writes nothing while the vehicle keeps to its plan', async () => {
    await predictEtaOfVehicles(path(4, 0.02), ports);
    expect(tables.sent).toEqual(['GetCommand', 'GetCommand', 'BatchGetCommand']);
    await predictEtaOfVehicles(path(4.5, 0.0225), ports);
    expect(tables.sent.slice(3)).toEqual(['GetCommand']);
    expect([asked, signals, told]).toEqual([0, [], []]);
  });

  test('tells customer and driver once when the promise is crossed, and again on recovery', async () => {
    road = async () => undefined;
    // Standing still at the depot's door: every sample makes the second stop later; its promise ends at minute 45.
    for (let minute = 4; minute <= 12; minute += 1) await predictEtaOfVehicles(path(minute, 0), ports);
    expect(signals).toMatchObject([
      { signalId: 'EtaSlipped#o2/promise-1/LATE/1', kind: 'EtaSlipped', orderId: 'o2', cycle: 1 },
    ]);
    expect(signals[0]?.detail).toMatchObject({ promiseVersion: 1, driverId: 'dr1', vehicleId: 'V1' });
    expect(told).toEqual([
      { to: 'sms', key: 'o2/promise-1/LATE/1', kind: 'delay' },
      { to: 'dr1', key: 'driver/o2/promise-1/LATE/1', kind: 'delay' },
    ]);
    expect(kept().eta?.['o2']).toMatchObject({ state: 'LATE', notices: 1 });
    await predictEtaOfVehicles(path(13, 0.0999), ports);
    expect(signals[1]).toMatchObject({ kind: 'EtaRecovered', orderId: 'o2' });
    expect(told[2]).toMatchObject({ kind: 'delay-recovered' });
  });

  test('a crash before the state is written repeats the message under the same key', async () => {
    const late = { state: 'ON_TIME', promiseVersion: 1, samplesLate: 2, notifiedSlipSeconds: 0, notices: 0 };
    tables.put('routes', { ...active, eta: { o2: late } });
    road = async () => undefined;
    const failing = { ...ports, routes: { ...ports.routes, save: async () => Promise.reject(named('Throttled')) } };
    expect(await predictEtaOfVehicles(path(12, 0), failing)).toEqual(['9']);
    await predictEtaOfVehicles(path(12, 0), ports);
    expect(new Set(signals.map(({ signalId }) => signalId)).size).toBe(1);
    expect(new Set(told.map(({ key }) => key)).size).toBe(2);
  });

  test('an order that is over, or promised anew, is not called late', async () => {
    const late = { state: 'ON_TIME', promiseVersion: 1, samplesLate: 2, notifiedSlipSeconds: 0, notices: 0 };
    tables.put('routes', { ...active, eta: { o2: late } });
    road = async () => undefined;
    await predictEtaOfVehicles(path(1, 0.02), ports); // reads the promises
    tables.put('orders', { ...order('o2', 45), promise: { from: at(0), to: at(300), version: 2 } });
    tables.put('routes', { ...active, eta: { o2: late } });
    await predictEtaOfVehicles(path(12, 0), ports);
    await predictEtaOfVehicles(path(13, 0), ports);
    expect(kept().eta?.['o2']).toMatchObject({ promiseVersion: 2, state: 'ON_TIME' });
    tables.put('orders', { ...order('o2', 45), status: 'CANCELLED' });
    tables.put('routes', { ...active, eta: { o2: late } });
    ports.promises.forget('R1');
    await predictEtaOfVehicles(path(14, 0), ports);
    expect([signals, told]).toEqual([[], []]);
  });

  test('asks the road network when off plan by more than five minutes, then pauses', async () => {
    await predictEtaOfVehicles(path(9, 0.02), ports);
    expect(asked).toBe(0);
    await predictEtaOfVehicles(path(10, 0.02), ports);
    expect(asked).toBe(1);
    expect(kept().road).toMatchObject({ sequence: 1, seconds: 600, askedAt: at(10), from: [0.02, 0] });
    expect(kept().road?.offPlanSeconds).toBeCloseTo(0);
    tables.put('routes', { ...kept(), road: { ...kept().road, offPlanSeconds: -900 } });
    await predictEtaOfVehicles(path(14, 0.02), ports);
    expect(asked).toBe(1);
    await predictEtaOfVehicles(path(15, 0.02), ports);
    expect(asked).toBe(2);
  });

  test('asks once in half an hour on plan, never while serving or before the departure', async () => {
    tables.put('routes', { ...active, departedAt: at(-26) });
    await predictEtaOfVehicles(path(4, 0.02), ports);
    expect(asked).toBe(1);
    tables.put('routes', { ...active, departedAt: at(-90), inside: ['R1.1'], insideAt: at(20) });
    await predictEtaOfVehicles(path(40, 0.1), ports);
    const { departedAt: _, ...loading } = active;
    tables.put('routes', loading);
    await predictEtaOfVehicles(path(40, 0), ports);
    expect(asked).toBe(1);
  });

  test('goes on by itself when the road network fails', async () => {
    road = async () => Promise.reject(named('ThrottlingException'));
    expect(await predictEtaOfVehicles(path(11, 0.02), ports)).toEqual([]);
    expect(log.warn).toHaveBeenCalledTimes(1);
    expect(kept().road?.seconds).toBeUndefined();
    expect(await predictEtaOfVehicles(path(12, 0.02), ports)).toEqual([]);
    expect(asked).toBe(1);
  });

  test('keeps the wait of the route alive every five minutes; an ended wait is no failure', async () => {
    await predictEtaOfVehicles(path(4, 0.02), ports);
    expect(machines.calls()).toHaveLength(0);
    await predictEtaOfVehicles(path(5, 0.025), ports);
    expect(machines.calls()).toHaveLength(1);
    expect(kept().heartbeatAt).toBe(at(5));
    machines.on(SendTaskHeartbeatCommand).rejects(named('TaskTimedOut'));
    expect(await predictEtaOfVehicles(path(10, 0.05), ports)).toEqual([]);
    machines.on(SendTaskHeartbeatCommand).rejects(named('ThrottlingException'));
    expect(await predictEtaOfVehicles(path(15, 0.075), ports)).toEqual(['9']);
  });
});

describe('the services that predict-eta speaks to', () => {
  test('the way by road is asked with its summary only', async () => {
    const client = new GeoRoutesClient({});
    const roads = mockClient(client);
    roads.on(CalculateRoutesCommand).resolves({ Routes: [{ Summary: { Duration: 321 } }] } as never);
    expect(await roadAsker(client)([1, 2], [3, 4], at(0))).toBe(321);
    expect(roads.commandCalls(CalculateRoutesCommand)[0]?.args[0].input).toEqual({
      Origin: [1, 2],
      Destination: [3, 4],
      DepartureTime: at(0),
      TravelMode: 'Car',
      LegAdditionalFeatures: ['Summary'],
    });
  });

  test('a driver alert carries its driver as an attribute', async () => {
    const client = new SNSClient({});
    const topics = mockClient(client);
    topics.on(PublishCommand).resolves({ MessageId: 'm' });
    const alert = { key: 'k', kind: 'delay', driverId: 'dr1', routeId: 'R1', orderId: 'o1' } as const;
    await driverPublisher(client, 'arn:drivers')('k', { ...alert, etaAt: at(1), slipSeconds: 60, at: at(0) });
    const input = topics.commandCalls(PublishCommand)[0]?.args[0].input;
    expect(input?.MessageAttributes?.['driverId']).toEqual({ DataType: 'String', StringValue: 'dr1' });
  });
});
