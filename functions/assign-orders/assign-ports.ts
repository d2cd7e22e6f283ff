/** What the assignment of a plan needs of the world. */
import type { PlannedRoute } from '../../workflows/route-planning/contracts.ts';
import type { SendSignals } from '../platform/signals.ts';
import type { FleetAccess } from '../platform/vehicle-reservation.ts';

export interface AssignOrdersPorts extends FleetAccess {
  readonly ordersTable: string;
  readonly planningTable: string;
  readonly routesTable: string;
  readonly sendSignals: SendSignals;
  /** Sets the fences of a route anew whose stops were renumbered; its failure is the port's to report. */
  moveFences(planned: PlannedRoute, driven: PlannedRoute): Promise<void>;
  /** Tells the driver that the accepted route has changed; its failure is the port's to report. */
  publishChange(route: ChangedRoute): Promise<void>;
  now(): Date;
}

export interface ChangedRoute {
  readonly routeId: string;
  readonly driverId: string;
  readonly vehicleId: string;
  readonly version: number;
}
