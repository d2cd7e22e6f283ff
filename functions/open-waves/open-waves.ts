/**
 * Looks every few minutes at what waits for a route: frees requests whose parcel is back, turns away requests that no
 * vehicle can ever serve, and opens a wave for each depot where one is due. Safe to run twice: a wave is an execution
 * named by depot and minute (one that also re-plans routes, where that was asked for), and a refusal is a signal with a deterministic id, sent before its request is deleted.
 */
import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { isHopeless, isWaveDue, msOf, waveIdOf } from '../../domain/index.ts';
import type { WaveInput } from '../../workflows/route-planning/contracts.ts';
import {
  type DepotWaveItem,
  depotPk,
  PENDING_INDEX,
  PENDING_SHARD,
  REPLAN_SHARD,
  type ReplanItem,
  type RequestItem,
  type RouteRecord,
  routePk,
} from '../platform/planning-items.ts';
import { markReplan, settleReplan } from '../platform/replan-requests.ts';
import { signalIdOf } from '../platform/route-signals.ts';
import type { SendSignals } from '../platform/signals.ts';
import { queryAll, tookEffect } from '../platform/table-access.ts';
import type { VehicleItem } from '../platform/tables.ts';
import { type FleetAccess, vehiclesOf } from '../platform/vehicle-reservation.ts';

export interface OpenWavesPorts extends FleetAccess {
  readonly planningTable: string;
  readonly routesTable: string;
  readonly planningMachineArn: string;
  readonly machines: SFNClient;
  readonly sendSignals: SendSignals;
  now(): Date;
}

export interface OpenWavesResult {
  readonly opened: readonly string[];
  readonly freed: number;
  readonly turnedAway: number;
}

export async function openWaves(ports: OpenWavesPorts): Promise<OpenWavesResult> {
  const nowMs = ports.now().getTime();
  const pending = await queryAll<RequestItem>(ports.documents, {
    TableName: ports.planningTable,
    IndexName: PENDING_INDEX,
    KeyConditionExpression: 'pendingShard = :pending',
    ExpressionAttributeValues: { ':pending': PENDING_SHARD },
  });
  const freed = await freeReturned(ports, pending);
  const asked = await queryAll<ReplanItem>(ports.documents, {
    TableName: ports.planningTable,
    IndexName: PENDING_INDEX,
    KeyConditionExpression: 'pendingShard = :replan',
    ExpressionAttributeValues: { ':replan': REPLAN_SHARD },
  });
  const opened: string[] = [];
  let turnedAway = 0;
  const failures: unknown[] = [];
  for (const depotId of [...new Set([...pending, ...asked].map((item) => item.depotId))].sort()) {
    const requests = pending.filter((request) => request.depotId === depotId && isFree(request, freed));
    const replans = asked.filter((item) => item.depotId === depotId);
    try {
      const seen = await lookAfterDepot(ports, { depotId, requests, replans }, nowMs);
      turnedAway += seen.turnedAway;
      if (seen.waveId !== undefined) opened.push(seen.waveId);
    } catch (error) {
      // One depot's trouble must not keep the others from planning.
      failures.push(error);
    }
  }
  if (failures.length > 0) {
    throw new AggregateError(failures, `${failures.length} depots could not be looked after, first: ${failures[0]}`);
  }
  return { opened, freed: freed.size, turnedAway };
}

interface Depot {
  readonly depotId: string;
  /** Those that may be planned. */
  readonly requests: readonly RequestItem[];
  /** Routes for which a re-plan was asked. */
  readonly replans: readonly ReplanItem[];
}

async function lookAfterDepot(
  ports: OpenWavesPorts,
  { depotId, requests, replans }: Depot,
  nowMs: number,
): Promise<{ readonly turnedAway: number; readonly waveId: string | undefined }> {
  const vehicles = await vehiclesOf(ports, depotId);
  const hopeful: RequestItem[] = [];
  for (const request of requests) {
    if (!(await turnAwayHopeless(ports, request, vehicles, nowMs))) hopeful.push(request);
  }
  const ripe = hopeful.filter(({ notBefore }) => notBefore === undefined || msOf(notBefore) <= nowMs);
  const waveId = await openWave(ports, { depotId, requests: ripe, replans }, vehicles, nowMs);
  return { turnedAway: requests.length - hopeful.length, waveId };
}

const isFree = (request: RequestItem, freed: ReadonlySet<string>): boolean =>
  request.heldByRouteId === undefined || freed.has(request.sk);

/**
 * The closing of a route frees the requests it finds; one that was made just afterwards would wait for good. So the
 * route itself is asked: when it has closed, its parcels are back.
 * @returns sort keys of the requests that were freed
 */
async function freeReturned(ports: OpenWavesPorts, pending: readonly RequestItem[]): Promise<ReadonlySet<string>> {
  const freed = new Set<string>();
  const over = new Map<string, boolean>();
  for (const { pk, sk, heldByRouteId } of pending) {
    if (heldByRouteId === undefined) continue;
    if (!over.has(heldByRouteId)) over.set(heldByRouteId, await isRouteOver(ports, heldByRouteId));
    if (over.get(heldByRouteId) !== true) continue;
    const write = ports.documents.send(
      new UpdateCommand({
        TableName: ports.planningTable,
        Key: { pk, sk },
        UpdateExpression: 'REMOVE heldByRouteId',
        ConditionExpression: 'heldByRouteId = :routeId',
        ExpressionAttributeValues: { ':routeId': heldByRouteId },
      }),
    );
    if (await tookEffect(write)) freed.add(sk);
  }
  return freed;
}

async function isRouteOver(ports: OpenWavesPorts, routeId: string): Promise<boolean> {
  const route = await readRoute(ports, routeId);
  return route === undefined || isOver(route);
}

const isOver = ({ status }: RouteRecord): boolean => status === 'CLOSED' || status === 'WITHDRAWN';

async function readRoute(
  { documents, routesTable }: OpenWavesPorts,
  routeId: string,
): Promise<RouteRecord | undefined> {
  const key = { pk: routePk(routeId), sk: 'ROUTE' };
  const { Item } = await documents.send(new GetCommand({ TableName: routesTable, Key: key, ConsistentRead: true }));
  return Item as RouteRecord | undefined;
}

/** @returns whether the request was turned away */
async function turnAwayHopeless(
  ports: OpenWavesPorts,
  request: RequestItem,
  vehicles: readonly VehicleItem[],
  nowMs: number,
): Promise<boolean> {
  const hopelessness = isHopeless(
    { load: [request.volumeM3, request.weightKg] },
    vehicles.map((vehicle) => ({
      vehicleId: vehicle.vehicleId,
      capacity: [vehicle.capacity.volumeM3, vehicle.capacity.weightKg ?? Number.POSITIVE_INFINITY],
      shiftFromMs: msOf(vehicle.shift.from),
      shiftToMs: msOf(vehicle.shift.to),
    })),
    nowMs,
  );
  if (hopelessness === undefined) return false;
  const { orderId, cycle, pk, sk } = request;
  const lastReason = request.lastReasons?.[0];
  const reason = `${hopelessness.code}: ${hopelessness.detail}${lastReason === undefined ? '' : ` (last wave: ${lastReason})`}`;
  // The signal goes first: a crash in between sends it again, a request deleted without it would leave the order hanging.
  await ports.sendSignals([
    {
      signalId: signalIdOf('RouteUnavailable', orderId, cycle),
      orderId,
      kind: 'RouteUnavailable',
      cycle,
      at: new Date(nowMs).toISOString(),
      detail: { reason: reason.slice(0, 500) },
    },
  ]);
  await tookEffect(
    ports.documents.send(
      new DeleteCommand({
        TableName: ports.planningTable,
        Key: { pk, sk },
        ConditionExpression: '#state = :pending',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':pending': 'PENDING' },
      }),
    ),
  );
  return true;
}

/** @returns the wave's id when one was due */
async function openWave(
  ports: OpenWavesPorts,
  { depotId, requests, replans }: Depot,
  vehicles: readonly VehicleItem[],
  nowMs: number,
): Promise<string | undefined> {
  const key = { pk: depotPk(depotId), sk: 'WAVE' };
  const { Item } = await ports.documents.send(
    new GetCommand({ TableName: ports.planningTable, Key: key, ConsistentRead: true }),
  );
  const last = Item as DepotWaveItem | undefined;
  const decision = isWaveDue({
    pending: requests.map((request) => ({
      placedAtMs: msOf(request.requestedAt),
      promiseFromMs: msOf(request.promise.from),
      promiseToMs: msOf(request.promise.to),
    })),
    vehicles: vehicles.map((vehicle) => ({
      vehicleId: vehicle.vehicleId,
      shiftFromMs: msOf(vehicle.shift.from),
      shiftToMs: msOf(vehicle.shift.to),
      busy: vehicle.routeId !== undefined,
    })),
    nowMs,
    lastWaveAtMs: last === undefined ? undefined : msOf(last.lastWaveAt),
  });
  // Late requests alone re-plan nothing: on the last-mile day they made tours longer and cost five others their second tour.
  const isReplan = replans.length > 0;
  if (!decision.due && !isReplan) return undefined;
  const input: WaveInput = {
    depotId,
    waveId: waveIdOf(depotId, nowMs),
    vehicleIds: [...decision.vehicles],
    ...(isReplan ? { replan: 'apply' as const } : {}),
  };
  for (const item of replans) await markReplan(ports.documents, ports.planningTable, item, input.waveId);
  await startWave(ports, input);
  const Put = { TableName: ports.planningTable, Item: { ...key, lastWaveAt: new Date(nowMs).toISOString() } };
  await ports.documents.send(new PutCommand(Put));
  for (const item of replans) await settleReplan(ports.documents, ports.planningTable, item, input.waveId);
  return input.waveId;
}

async function startWave({ machines, planningMachineArn }: OpenWavesPorts, input: WaveInput): Promise<void> {
  try {
    const name = input.waveId;
    await machines.send(
      new StartExecutionCommand({ stateMachineArn: planningMachineArn, name, input: JSON.stringify(input) }),
    );
  } catch (error) {
    // The same minute's wave, opened by a run that was repeated.
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
}
