/** An AWS region in one Node process: built from a cloud assembly, on a clock of its own. */
export type { DeployedResource } from './assembly/deployment.ts';
export { type AssemblyStack, readAssembly, type Template } from './assembly/manifest.ts';
export type { Clock, TimerHandle } from './clock.ts';
export { connectRegion, type RemoteRegion } from './endpoint/connect.ts';
export type { Endpoint } from './endpoint/server.ts';
export { AwsError, UnknownToRegionError } from './errors.ts';
export { parseFaultPlan } from './faults/parse-plan.ts';
export { type FaultPlan, FaultPlanError, type FaultRule } from './faults/plan.ts';
export { JournalError } from './journal/journal-store.ts';
export { SqliteJournal } from './journal/sqlite-journal.ts';
export { createPrng, type Prng } from './prng.ts';
export { type LogRecord, openRegion, type Region, type RegionSettings } from './region.ts';
export { assemblyDigest } from './replay/assembly-digest.ts';
export { InputJournal, type RunIdentity } from './replay/input-journal.ts';
export { ReplayError } from './replay/replay-error.ts';
export type { Principal, RegionPorts, Service, ServiceFactory } from './service.ts';
export { openStepFunctions, type StepFunctionsServer } from './standalone/open-step-functions.ts';
export type { ClockSettings, RunEnd } from './virtual-clock.ts';
