/** An AWS region in one Node process: built from a cloud assembly, on a clock of its own. */
export type { DeployedResource } from './assembly/deployment.ts';
export { type AssemblyStack, readAssembly, type Template } from './assembly/manifest.ts';
export type { Clock, TimerHandle } from './clock.ts';
export { connectRegion, type RemoteRegion } from './endpoint/connect.ts';
export type { Endpoint } from './endpoint/server.ts';
export { AwsError, UnknownToRegionError } from './errors.ts';
export { createPrng, type Prng } from './prng.ts';
export { type LogRecord, openRegion, type Region, type RegionSettings } from './region.ts';
export type { Principal, RegionPorts, Service, ServiceFactory } from './service.ts';
export type { ClockSettings, RunEnd } from './virtual-clock.ts';
