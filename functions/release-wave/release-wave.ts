/**
 * Ends a wave that failed, wherever it failed: routes that were never offered are withdrawn and their orders told, the
 * vehicles reserved for the wave are freed, every request that is still the wave's goes back to planning, and re-plans that
 * it was opened for are asked for again. Routes whose dispatch is under way are left to it.
 */
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { ReleaseWaveRequest } from '../../workflows/route-planning/contracts.ts';
import { giveBack } from '../platform/give-back.ts';
import { inParallel } from '../platform/in-parallel.ts';
import {
  type ClaimItem,
  ordersOf,
  type RequestItem,
  type RouteRecord,
  routePk,
  wavePk,
} from '../platform/planning-items.ts';
import { type RearmedReplans, rearmReplans } from '../platform/replan-requests.ts';
import { routeSignals } from '../platform/route-signals.ts';
import type { SendSignals } from '../platform/signals.ts';
import { tookEffect } from '../platform/table-access.ts';
import { type FleetAccess, releaseVehicle, vehiclesOf } from '../platform/vehicle-reservation.ts';
import { readRequests } from '../platform/wave-plan.ts';

export interface ReleaseWavePorts extends FleetAccess {
  readonly planningTable: string;
  readonly routesTable: string;
  readonly sendSignals: SendSignals;
  now(): Date;
}

export interface ReleaseWaveResult {
  readonly released: number;
  readonly withdrawnRoutes: readonly string[];
  /** Of routes for which the wave was to be a re-plan. */
  readonly replans: RearmedReplans;
}

export async function releaseWave(wave: ReleaseWaveRequest, ports: ReleaseWavePorts): Promise<ReleaseWaveResult> {
  const { Item } = await ports.documents.send(
    new GetCommand({
      TableName: ports.planningTable,
      Key: { pk: wavePk(wave.waveId), sk: 'CLAIM' },
      ConsistentRead: true,
    }),
  );
  const claim = Item as ClaimItem | undefined;
  // A vehicle carries the wave's mark until its route ends: it leads to every route that was begun.
  const marked = await vehiclesOf(ports, wave.depotId);
  const requests = await readRequests(ports, wave.depotId, claim?.requestKeys ?? []);
  const ours = requests.filter((request) => request.waveId === wave.waveId);
  const routeIds = new Set<string>();
  for (const { routeId } of [...marked, ...ours]) {
    if (routeId?.startsWith(`${wave.waveId}-r`)) routeIds.add(routeId);
  }
  const withdrawn: string[] = [];
  const missing = new Set<string>();
  for (const routeId of [...routeIds].sort()) {
    const fate = await withdrawUnoffered(routeId, wave, ports);
    if (fate === 'under-way') continue;
    if (fate === 'withdrawn') withdrawn.push(routeId);
    if (fate === 'missing') missing.add(routeId);
    for (const { vehicleId } of marked.filter((vehicle) => vehicle.routeId === routeId)) {
      await releaseVehicle(ports, { depotId: wave.depotId, vehicleId, routeId });
    }
  }
  const strayed = await strayedRequests(ours, wave.waveId, ports);
  const given = await inParallel(ours, 25, ({ sk, routeId }) =>
    giveBack(ports, {
      depotId: wave.depotId,
      waveId: wave.waveId,
      sk,
      reasons: [`WAVE_FAILED: ${wave.reason}`],
      // An order assigned to a route that was never put has not been told of it.
      routeId: routeId !== undefined && (missing.has(routeId) || strayed.has(sk)) ? routeId : undefined,
    }),
  );
  const replans = await rearmReplans(ports.documents, ports.planningTable, wave, ports.now().getTime());
  return { released: given.filter((isGiven) => isGiven).length, withdrawnRoutes: withdrawn, replans };
}

async function withdrawUnoffered(
  routeId: string,
  wave: ReleaseWaveRequest,
  ports: ReleaseWavePorts,
): Promise<'withdrawn' | 'missing' | 'under-way'> {
  const key = { pk: routePk(routeId), sk: 'ROUTE' };
  const { Item } = await ports.documents.send(
    new GetCommand({ TableName: ports.routesTable, Key: key, ConsistentRead: true }),
  );
  const route = Item as RouteRecord | undefined;
  if (route === undefined) return 'missing';
  const isWithdrawn = await tookEffect(
    ports.documents.send(
      new UpdateCommand({
        TableName: ports.routesTable,
        Key: key,
        UpdateExpression: 'SET #status = :withdrawn, closeReason = :reason',
        // Again after a crash: the signals below may not have been sent.
        ConditionExpression: '#status = :planned OR (#status = :withdrawn AND closeReason = :reason)',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':withdrawn': 'WITHDRAWN', ':planned': 'PLANNED', ':reason': 'WAVE_FAILED' },
      }),
    ),
  );
  if (!isWithdrawn) return 'under-way';
  const reason = `WAVE_FAILED: ${wave.reason}`.slice(0, 500);
  await ports.sendSignals(routeSignals(route, 'RouteWithdrawn', ports.now().toISOString(), () => ({ reason })));
  return 'withdrawn';
}

/** Requests that a re-plan assigned to another wave's route and did not get to put onto it. */
async function strayedRequests(
  ours: readonly RequestItem[],
  waveId: string,
  ports: ReleaseWavePorts,
): Promise<ReadonlySet<string>> {
  const strayed = new Set<string>();
  for (const { sk, orderId, cycle, routeId } of ours) {
    if (routeId === undefined || routeId.startsWith(`${waveId}-r`)) continue;
    const key = { pk: routePk(routeId), sk: 'ROUTE' };
    const { Item } = await ports.documents.send(
      new GetCommand({ TableName: ports.routesTable, Key: key, ConsistentRead: true }),
    );
    const orders = Item === undefined ? [] : ordersOf(Item as RouteRecord);
    if (!orders.some((order) => order.orderId === orderId && order.cycle === cycle)) strayed.add(sk);
  }
  return strayed;
}
