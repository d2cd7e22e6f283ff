/** Simulated drivers and vehicles that use only what a driver app has, and a made-up day for them to work on. */
export { FAILURE_REASONS } from './doorstep.ts';
export type { DrivenRoute } from './drive.ts';
export { DECLINE_REASONS } from './driver.ts';
export { type Fleet, startFleet } from './fleet.ts';
export type { DriverConnection, FleetClock, FleetLog, FleetPorts, FleetTimer, Navigator } from './ports.ts';
export { DRIVER_PROFILES, type DriverProfile, profileNamed } from './profiles.ts';
export { type SampleDay, type SampleDaySettings, sampleDay } from './samples.ts';
export type { FleetStatistics } from './statistics.ts';
