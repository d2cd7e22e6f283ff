/**
 * The simulated drivers of a day. They see of the system what real ones see: offers, routes, answers. The luck of a
 * vehicle is a stream of its own, so that one vehicle more or less does not change the day of the others.
 */
import { createPrng, type Vehicle } from '../domain/index.ts';
import type { DrivenRoute } from './drive.ts';
import { Driver } from './driver.ts';
import { DriverApp } from './driver-app.ts';
import type { FleetPorts } from './ports.ts';
import type { DriverProfile } from './profiles.ts';
import { type FleetStatistics, newStatistics } from './statistics.ts';
import { Tracker } from './tracker.ts';

export interface Fleet {
  /** Ends subscriptions, timers and connections; nothing is sent any more. */
  stop(): Promise<void>;
  statistics(): Readonly<FleetStatistics>;
  /** Routes driven to their end or until the phone died, in the order of that moment. */
  drivenRoutes(): readonly DrivenRoute[];
}

/**
 * Connects every vehicle and subscribes its driver to offers, one after the other.
 * @throws what `connect` or `subscribe` threw for the first vehicle that could not start, after the others were stopped
 * @example const fleet = await startFleet(vehicles, profileNamed('rough'), { clock, seed: 1, connect });
 */
export async function startFleet(
  vehicles: readonly Vehicle[],
  profile: DriverProfile,
  ports: FleetPorts,
): Promise<Fleet> {
  const { clock, log = () => {}, navigator } = ports;
  const statistics = newStatistics();
  const driven: DrivenRoute[] = [];
  const drivers: Driver[] = [];
  const prng = createPrng(ports.seed);
  const stop = async (): Promise<void> => {
    for (const driver of drivers) await driver.stop();
  };
  try {
    for (const vehicle of vehicles) {
      const { vehicleId, driverId } = vehicle;
      const connection = await ports.connect({ vehicleId, driverId });
      const luck = prng.fork(vehicleId);
      const app = new DriverApp({ vehicleId, driverId }, connection, { clock, statistics, log });
      const tracker = new Tracker(vehicleId, profile.gps, luck.fork('gps'), { app, statistics });
      const onDriven = (route: DrivenRoute): void => void driven.push(route);
      const driver = new Driver(vehicle, profile, luck, {
        clock,
        app,
        tracker,
        statistics,
        log,
        onDriven,
        ...(navigator !== undefined && { navigator }),
      });
      drivers.push(driver);
      await driver.start();
      statistics.vehicles += 1;
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop, statistics: () => ({ ...statistics }), drivenRoutes: () => driven };
}
