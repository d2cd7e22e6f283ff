/** The test kit: run, mock, break, cover, rehearse and forecast state machines, without AWS and without waiting. */

export { assertCoverage, type Coverage, type CoverageThreshold, coverageOf, mergeCoverage } from './coverage.ts';
export { coverageJson, coverageLcov, coverageTable } from './coverage-report.ts';
export { type CrashReport, crashEverywhere } from './crash-everywhere.ts';
export type { Divergence } from './divergence.ts';
export type { Fault } from './faults.ts';
export { type Forecast, forecast, forecastText } from './forecast.ts';
export { type ForkOptions, forkMachine } from './fork.ts';
export { KitError } from './kit-error.ts';
export { type LiveRun, type LiveRunOptions, type PendingTask, startMachine } from './live-run.ts';
export { mocksFromConfigFile } from './local-mock-config.ts';
export type { Mock, MockAnswer, Mocks, TaskCall } from './mocks.ts';
export { mocksFromHistory } from './mocks-from-history.ts';
export { rehearsalText } from './rehearsal-text.ts';
export { type Rehearsal, rehearse } from './rehearse.ts';
export { type RunOptions, type RunResult, runMachine } from './run-machine.ts';
export type { Visit } from './scopes.ts';
