/** A depot, a vehicle or two, a route of three stops and the tables around them: where the tests of dispatch begin. */
import { SFNClient } from '@aws-sdk/client-sfn';
import type { PlannedRoute } from '../../../workflows/route-planning/contracts.ts';
import { type RouteRecord, routePk } from '../planning-items.ts';
import type { NewSignal } from '../signals.ts';
import type { VehicleItem } from '../tables.ts';
import { DocumentTables } from './document-tables.ts';

export const NOW = '2026-03-02T08:00:00.000Z';
export const ROUTE_ID = 'd1-20260302T0800-r1';
export const WAVE_ID = 'd1-20260302T0800';

export const TABLES = {
  ordersTable: 'orders',
  fleetTable: 'fleet',
  planningTable: 'planning',
  routesTable: 'routes',
  positionsTable: 'positions',
} as const;

export interface RouteWorld {
  readonly tables: DocumentTables;
  readonly signals: NewSignal[];
  /** Commands sent to Step Functions, as `[name, input]`. */
  readonly machineCalls: [string, Record<string, unknown>][];
  /** Settable: time of the next call. */
  at: string;
  /** Settable: the error with which Step Functions answers. */
  machineError: Error | undefined;
  readonly ports: typeof TABLES & {
    readonly documents: DocumentTables['client'];
    readonly machines: SFNClient;
    readonly sendSignals: (signals: readonly NewSignal[]) => Promise<void>;
    readonly now: () => Date;
  };
}

export function routeWorld(): RouteWorld {
  const tables = new DocumentTables({
    orders: ['orderId', 'sk'],
    fleet: ['depotId', 'sk'],
    planning: ['pk', 'sk'],
    routes: ['pk', 'sk'],
    positions: ['vehicleId', 'sk'],
  });
  const signals: NewSignal[] = [];
  const machineCalls: RouteWorld['machineCalls'] = [];
  const machines = new SFNClient({ region: 'us-east-1' });
  const world: RouteWorld = {
    tables,
    signals,
    machineCalls,
    at: NOW,
    machineError: undefined,
    ports: {
      ...TABLES,
      documents: tables.client,
      machines,
      sendSignals: async (sent) => {
        signals.push(...sent);
      },
      now: () => new Date(world.at),
    },
  };
  machines.send = (async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
    machineCalls.push([command.constructor.name, command.input]);
    if (world.machineError !== undefined) throw world.machineError;
    return {};
  }) as typeof machines.send;
  return world;
}

export const vehicle = (id: string, rest: Partial<VehicleItem> = {}): VehicleItem => ({
  depotId: 'd1',
  sk: `VEHICLE#${id}`,
  vehicleId: id,
  driverId: `driver-${id}`,
  capacity: { volumeM3: 5 },
  shift: { from: '2026-03-02T07:00:00.000Z', to: '2026-03-02T16:00:00.000Z' },
  ...rest,
});

export const plannedRoute = (rest: Partial<PlannedRoute> = {}): PlannedRoute => ({
  routeId: ROUTE_ID,
  waveId: WAVE_ID,
  depotId: 'd1',
  depotPosition: [8.5, 47.3],
  vehicleId: 'v1',
  driverId: 'driver-v1',
  plannedDepartureAt: '2026-03-02T08:05:00.000Z',
  plannedReturnAt: '2026-03-02T10:00:00.000Z',
  returnLegSeconds: 600,
  returnLegMeters: 5_000,
  distanceMeters: 20_000,
  loadVolumeM3: 3,
  loadWeightKg: 30,
  stops: [1, 2, 3].map((sequence) => ({
    stopId: `stop-o${sequence}`,
    sequence,
    position: [8.5 + sequence / 100, 47.3],
    orders:
      sequence === 2
        ? [
            { orderId: 'o2', cycle: 1 },
            { orderId: 'o2b', cycle: 1 },
          ]
        : [{ orderId: `o${sequence}`, cycle: 1 }],
    serviceSeconds: 120,
    plannedArrivalAt: `2026-03-02T08:${sequence}5:00.000Z`,
    plannedDepartureAt: `2026-03-02T08:${sequence}7:00.000Z`,
    legSeconds: 480,
    legMeters: 5_000,
  })),
  ...rest,
});

export const routeRecord = (rest: Partial<RouteRecord> = {}): RouteRecord => ({
  ...plannedRoute(),
  pk: routePk(ROUTE_ID),
  sk: 'ROUTE',
  status: 'PLANNED',
  outcomes: [],
  ...rest,
});
