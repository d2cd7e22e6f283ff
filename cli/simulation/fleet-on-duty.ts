/**
 * The drivers of a day, each signed in around the own shift: from well before its wave may run until long after the
 * vehicle should be back. Connections cost by the minute, and no driver is connected for weeks.
 */
import { msOf, type Vehicle } from '../../domain/index.ts';
import {
  type DriverProfile,
  type Fleet,
  type FleetLog,
  type FleetStatistics,
  type Navigator,
  startFleet,
} from '../../fleet/index.ts';
import type { Region } from '../../region/index.ts';
import { driverConnections } from './driver-connections.ts';

export interface FleetOnDuty {
  /** Rejects with what kept a driver from signing off. */
  stop(): Promise<void>;
  /** Sums over all drivers that have been on duty. */
  statistics(): Readonly<Partial<FleetStatistics>>;
}

const SIGN_IN_BEFORE_MS = 2 * 3_600_000;
const SIGN_OUT_AFTER_MS = 6 * 3_600_000;

/** A driver who can not sign in ends the run with the error. */
export function putOnDuty(
  region: Region,
  vehicles: readonly Vehicle[],
  settings: {
    readonly profile: DriverProfile;
    readonly seed: number;
    readonly log: FleetLog;
    /** Of the drivers' phones; without one they drive in straight lines. */
    readonly navigator?: Navigator;
  },
): FleetOnDuty {
  const { profile, seed, log, navigator } = settings;
  const connect = driverConnections(region, seed);
  const fleets: Fleet[] = [];
  for (const vehicle of vehicles) {
    region.clock.at(msOf(vehicle.shift.from) - SIGN_IN_BEFORE_MS, () =>
      region.spawn(async () => {
        const ports = { clock: region.clock, seed, connect, log, ...(navigator !== undefined && { navigator }) };
        const fleet = await startFleet([vehicle], profile, ports);
        fleets.push(fleet);
        region.clock.at(msOf(vehicle.shift.to) + SIGN_OUT_AFTER_MS, () => region.spawn(() => fleet.stop()));
      }),
    );
  }
  return {
    stop: async () => {
      for (const fleet of fleets) await fleet.stop();
    },
    statistics: () => sumOf(fleets.map((fleet) => fleet.statistics())),
  };
}

function sumOf(all: readonly Readonly<FleetStatistics>[]): Partial<FleetStatistics> {
  const sum: Partial<Record<keyof FleetStatistics, number>> = {};
  for (const statistics of all) {
    for (const [name, count] of Object.entries(statistics) as [keyof FleetStatistics, number][]) {
      sum[name] = (sum[name] ?? 0) + count;
    }
  }
  return sum;
}
