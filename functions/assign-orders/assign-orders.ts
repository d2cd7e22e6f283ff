/**
 * Turns a plan into routes that are driven: per route the vehicle is reserved, each order is assigned by conditional
 * write (an order that was cancelled or amended meanwhile loses and leaves the route), the route item is put, and every
 * order is told its place. Each step finds what an earlier try of it left, so the whole can be repeated after any crash.
 */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { AssignResult, ClaimResult, PlannedRoute } from '../../workflows/route-planning/contracts.ts';
import { PlanMissingError } from '../../workflows/route-planning/errors.ts';
import { giveBack } from '../platform/give-back.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { ordersOf, type PlannedRouteItem, type RouteRecord, requestSk, routePk } from '../platform/planning-items.ts';
import { routeSignals } from '../platform/route-signals.ts';
import { tookEffect } from '../platform/table-access.ts';
import type { VehicleItem } from '../platform/tables.ts';
import { releaseVehicle, reserveVehicle, vehiclesOf } from '../platform/vehicle-reservation.ts';
import { readPlan } from '../platform/wave-plan.ts';
import { applyChange } from './apply-change.ts';
import { assignOrder } from './assign-order.ts';
import type { AssignOrdersPorts } from './assign-ports.ts';
import { dispatchTimes } from './dispatch-times.ts';
import { dropOrders } from './drop-orders.ts';

const WRITES_AT_A_TIME = 25;

/** @throws PlanMissingError when the planner left no complete plan */
export async function assignOrders(wave: ClaimResult, ports: AssignOrdersPorts): Promise<AssignResult> {
  const plan = await readPlan(ports, wave.waveId);
  if (plan === undefined) {
    throw new PlanMissingError(
      `Wave ${wave.waveId} has no UNASSIGNED item: its planner did not finish; release the wave.`,
    );
  }
  const vehicles = new Map((await vehiclesOf(ports, wave.depotId)).map((vehicle) => [vehicle.vehicleId, vehicle]));
  const routes: AssignResult['routes'] = [];
  let assigned = 0;
  let unassigned = plan.unassigned.length;
  for (const planned of plan.routes) {
    const route = await assignRoute(planned, vehicles.get(planned.vehicleId), ports);
    if (route === undefined) {
      unassigned += ordersOf(planned).length;
      continue;
    }
    if (route.stops.length === 0) continue;
    assigned += ordersOf(route).length;
    routes.push(dispatchTimes(route, (vehicles.get(planned.vehicleId) as VehicleItem).shift.to));
  }
  for (const change of plan.changes) {
    const { added, left } = await applyChange(change, wave.waveId, ports);
    assigned += added;
    unassigned += left;
  }
  await inParallel(plan.unassigned, WRITES_AT_A_TIME, ({ orderId, cycle, reasons }) =>
    giveBack(ports, { depotId: wave.depotId, waveId: wave.waveId, sk: requestSk(orderId, cycle), reasons }),
  );
  return { depotId: wave.depotId, waveId: wave.waveId, routes, assigned, unassigned };
}

/** @returns the route with the orders it got, without stops when it got none; undefined when its vehicle is not free */
async function assignRoute(
  planned: PlannedRouteItem,
  vehicle: VehicleItem | undefined,
  ports: AssignOrdersPorts,
): Promise<PlannedRoute | undefined> {
  const { depotId, vehicleId, routeId, waveId } = planned;
  if (vehicle === undefined || !(await reserveVehicle(ports, { depotId, vehicleId, routeId }))) {
    const reasons = [`${vehicleId}: VEHICLE_TAKEN: the vehicle was given to another route`];
    await inParallel(ordersOf(planned), WRITES_AT_A_TIME, ({ orderId, cycle }) =>
      giveBack(ports, { depotId, waveId, sk: requestSk(orderId, cycle), reasons, routeId }),
    );
    return undefined;
  }
  const won = await inParallel(ordersOf(planned), WRITES_AT_A_TIME, async ({ orderId, cycle }) =>
    (await assignOrder(planned, orderId, cycle, ports)) ? requestSk(orderId, cycle) : undefined,
  );
  const kept = new Set(won);
  const { pk: _pk, sk: _sk, ...plain } = planned;
  const route = dropOrders(plain, (orderId, cycle) => kept.has(requestSk(orderId, cycle)));
  if (route.stops.length === 0) {
    await releaseVehicle(ports, { depotId, vehicleId, routeId });
    return route;
  }
  if (route.stops.length < planned.stops.length) await ports.moveFences(plain, route);
  await putRoute(route, ports);
  await ports.sendSignals(routeSignals(route, 'RoutePlanned', ports.now().toISOString(), (place) => ({ place })));
  return route;
}

/** A route item that is there already was put by an earlier try and may have moved on. */
async function putRoute(route: PlannedRoute, ports: AssignOrdersPorts): Promise<void> {
  const item: RouteRecord = { ...route, pk: routePk(route.routeId), sk: 'ROUTE', status: 'PLANNED', outcomes: [] };
  await tookEffect(
    ports.documents.send(
      new PutCommand({ TableName: ports.routesTable, Item: item, ConditionExpression: 'attribute_not_exists(pk)' }),
    ),
  );
}
