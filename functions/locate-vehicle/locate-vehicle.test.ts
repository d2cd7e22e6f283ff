import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ListGeofencesCommand, LocationClient } from '@aws-sdk/client-location';
import { SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import type { NewSignal } from '../platform/signals.ts';
import { followedRoutes } from './followed-route.ts';
import { type LocateVehiclePorts, locateVehicles } from './locate-vehicle.ts';
import { segmentsByVehicle } from './positions.ts';
import { zoneDirectory } from './zones.ts';

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const table = mockClient(documents);
const sfn = new SFNClient({});
const machines = mockClient(sfn);
const log = { info: jest.fn(), warn: jest.fn(), error: jest.fn() };
let calls: string[];
let signals: NewSignal[];
let ports: LocateVehiclePorts;

const route = {
  pk: 'ROUTE#R1',
  sk: 'ROUTE',
  depotPosition: [0, 0],
  plannedDepartureAt: '2026-03-02T10:00:00.000Z',
  outcomes: [{ orderId: 'o2', kind: 'Delivered', at: '2026-03-02T10:00:00.000Z' }],
  stops: [
    {
      stopId: 's1',
      sequence: 1,
      position: [0.05, 0],
      orders: [
        { orderId: 'o1', cycle: 2 },
        { orderId: 'o2', cycle: 1 },
      ],
    },
  ],
};
const active = {
  pk: 'VEHICLE#V1',
  sk: 'ACTIVE',
  routeId: 'R1',
  vehicleId: 'V1',
  driverId: 'dr1',
  token: 'token-1',
  nextSequence: 1,
  inside: ['R1.depot'],
};
const image = (longitude: number, seconds: number, odometerMeters: number) =>
  marshall({
    vehicleId: 'V1',
    sk: 'NEWEST',
    position: [longitude, 0],
    sampleTime: `2026-03-02T10:00:${String(seconds).padStart(2, '0')}.000Z`,
    accuracyMeters: 5,
    odometerMeters,
  }) as NonNullable<NonNullable<DynamoDBRecord['dynamodb']>['NewImage']>;
const moved = (from: number, to: number): DynamoDBRecord[] => [
  { dynamodb: { SequenceNumber: '77', OldImage: image(from, 10, 1000), NewImage: image(to, 20, 1500) } },
];
const named = (name: string) => Object.assign(new Error(name), { name });
const updates = () => table.commandCalls(UpdateCommand).map((call) => call.args[0].input);

beforeEach(() => {
  jest.clearAllMocks();
  calls = [];
  signals = [];
  table.reset();
  machines.reset();
  table.on(GetCommand, { Key: { pk: 'VEHICLE#V1', sk: 'ACTIVE' } }).resolves({ Item: active });
  table.on(GetCommand, { Key: { pk: 'ROUTE#R1', sk: 'ROUTE' } }).resolves({ Item: route });
  table.on(UpdateCommand).callsFake((input) => {
    calls.push(`update ${input.Key.sk}`);
    return {};
  });
  machines.on(SendTaskSuccessCommand).callsFake(() => {
    calls.push('answer');
    return {};
  });
  ports = {
    documents,
    routesTable: 'routes',
    routes: followedRoutes(documents, 'routes'),
    zones: async () => [],
    sendSignals: async (sent) => {
      calls.push('signals');
      signals.push(...sent);
    },
    machines: sfn,
    now: () => new Date('2026-03-02T10:00:21Z'),
    count: () => {},
    log,
  };
});

describe('locate-vehicle', () => {
  test('skips a vehicle without a route after one read', async () => {
    table.on(GetCommand, { Key: { pk: 'VEHICLE#V1', sk: 'ACTIVE' } }).resolves({});
    expect(await locateVehicles(segmentsByVehicle(moved(0, 0.01)), ports)).toEqual([]);
    expect(table.calls()).toHaveLength(1);
  });

  test('reads only the active route while nothing is crossed', async () => {
    await locateVehicles(segmentsByVehicle(moved(0, 0.0001)), ports);
    await locateVehicles(segmentsByVehicle(moved(0, 0.0002)), ports);
    expect(table.calls()).toHaveLength(3); // the plan once, for both
    expect(calls).toEqual([]);
  });

  test('signals first and writes then, for orders without an outcome only', async () => {
    await locateVehicles(segmentsByVehicle(moved(0, 0.01)), ports);
    expect(calls).toEqual(['signals', 'update ROUTE', 'update ACTIVE']);
    expect(signals).toEqual([
      {
        signalId: 'DepartedDepot#o1#2',
        orderId: 'o1',
        kind: 'DepartedDepot',
        cycle: 2,
        at: '2026-03-02T10:00:20.000Z',
        by: 'vehicle:V1',
        detail: { vehicleId: 'V1', driverId: 'dr1', position: [0.01, 0] },
      },
    ]);
    expect(updates()[1]?.ConditionExpression).toBe('#routeId = :expectedRoute');
    expect(updates()[1]?.ExpressionAttributeValues).toMatchObject({
      ':departedAt': '2026-03-02T10:00:20.000Z',
      ':odometerAtDeparture': 1500,
      ':expectedRoute': 'R1',
    });
  });

  test('writes no state when the signals were not taken, and asks for the batch again', async () => {
    const failing = { ...ports, sendSignals: async () => Promise.reject(named('TransientError')) };
    expect(await locateVehicles(segmentsByVehicle(moved(0, 0.01)), failing)).toEqual(['77']);
    expect(calls).toEqual([]);
  });

  test('records the driven distance and answers the wait of the route on return', async () => {
    const done = {
      ...active,
      inside: [],
      departedAt: '2026-03-02T09:00:00.000Z',
      odometerAtDeparture: 400,
      nextSequence: 2,
    };
    table.on(GetCommand, { Key: { pk: 'VEHICLE#V1', sk: 'ACTIVE' } }).resolves({ Item: done });
    await locateVehicles(segmentsByVehicle(moved(0.01, 0)), ports);
    expect(calls).toEqual(['signals', 'update ROUTE', 'answer', 'update ACTIVE']);
    expect(updates()[0]?.ExpressionAttributeValues).toEqual({ ':at': '2026-03-02T10:00:20.000Z', ':driven': 1100 });
    expect(machines.commandCalls(SendTaskSuccessCommand)[0]?.args[0].input).toEqual({
      taskToken: 'token-1',
      output: '{"returnedAt":"2026-03-02T10:00:20.000Z"}',
    });
    table
      .on(GetCommand, { Key: { pk: 'VEHICLE#V1', sk: 'ACTIVE' } })
      .resolves({ Item: { ...done, returnedToken: 'token-1' } });
    calls = [];
    await locateVehicles(segmentsByVehicle(moved(0.01, 0)), ports);
    expect(calls).toEqual([]);
    // A redriven wait is told again.
    const redriven = { ...done, returnedToken: 'token-0', inside: ['R1.depot'] };
    table.on(GetCommand, { Key: { pk: 'VEHICLE#V1', sk: 'ACTIVE' } }).resolves({ Item: redriven });
    await locateVehicles(segmentsByVehicle(moved(0, 0)), ports);
    expect(calls).toContain('answer');
  });

  test.each(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'])('takes %s for an expected end', async (name) => {
    const done = { ...active, nextSequence: 2 };
    table.on(GetCommand, { Key: { pk: 'VEHICLE#V1', sk: 'ACTIVE' } }).resolves({ Item: done });
    machines.on(SendTaskSuccessCommand).rejects(named(name));
    expect(await locateVehicles(segmentsByVehicle(moved(0, 0)), ports)).toEqual([]);
    machines.on(SendTaskSuccessCommand).rejects(named('ThrottlingException'));
    expect(await locateVehicles(segmentsByVehicle(moved(0, 0)), ports)).toEqual(['77']);
  });

  test('does not bring back a route that was closed meanwhile', async () => {
    table
      .on(UpdateCommand, { Key: { pk: 'VEHICLE#V1', sk: 'ACTIVE' } })
      .rejects(named('ConditionalCheckFailedException'));
    expect(await locateVehicles(segmentsByVehicle(moved(0, 0.01)), ports)).toEqual([]);
    expect(log.info).toHaveBeenCalledWith('route was closed meanwhile', expect.anything());
  });

  test('late and bad fixes are no part of the path', () => {
    const late = { ...image(0, 1, 1), sk: { S: 'LATE#x' } };
    expect(segmentsByVehicle([{ dynamodb: { NewImage: late } }, { dynamodb: { Keys: {} } }]).size).toBe(0);
  });
});

describe('zones of the geofence collection', () => {
  const client = new LocationClient({});
  const location = mockClient(client);
  const circle = (GeofenceId: string) => ({ GeofenceId, Geometry: { Circle: { Center: [1, 2], Radius: 300 } } });
  const zones = zoneDirectory({ location: client, zoneCollection: 'zones', log });

  test('only those of the admin are kept, page by page, and read again after five minutes', async () => {
    location.on(ListGeofencesCommand).resolves({ Entries: [circle('R1.1')], NextToken: 'more' } as never);
    location.on(ListGeofencesCommand, { NextToken: 'more' }).resolves({ Entries: [circle('zone.a')] } as never);
    const known = [{ fenceId: 'zone.a', center: [1, 2], radiusMeters: 300 }];
    expect(await Promise.all([zones(0), zones(0)])).toEqual([known, known]);
    expect(location.calls()).toHaveLength(2);
    await zones(299_999);
    expect(location.calls()).toHaveLength(2);
    location.on(ListGeofencesCommand).rejects(new Error('down'));
    expect(await zones(300_000)).toEqual(known);
    expect(log.warn).toHaveBeenCalled();
  });
});
