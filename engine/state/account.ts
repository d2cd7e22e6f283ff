/**
 * What an account holds in one region: state machines, executions, activities. Changed only by account events, so
 * that their sequence is enough to build it again.
 */
import type { Definition } from '../definition/model.ts';
import { fold } from '../history/fold.ts';
import { foldChildCreated, foldChildEnded, foldChildRedriven } from '../history/fold-child.ts';
import type { JournalRecord } from '../history/records.ts';
import { type ExecutionState, type MapRunState, newExecution } from './execution.ts';
import type { MachineSettings, StateMachine, Tag } from './state-machine.ts';
import { foldVersioning, newVersioning, type VersioningEvent } from './versioning.ts';

/** How long an execution may be open, counted from its first start: a year. */
export const MAX_OPEN_MS = 365 * 24 * 3_600_000;

/**
 * Records of closed executions that stay objects, some 100 MB at most: packing costs time, and those that closed last
 * are the ones that are looked at.
 */
const MAX_UNPACKED_RECORDS = 500_000;

export interface Activity {
  readonly arn: string;
  readonly name: string;
  readonly createdMs: number;
  readonly tags: readonly Tag[];
  /** Ids of scheduled tasks that no worker has taken, oldest first. */
  readonly waiting: string[];
}

export type AccountEvent =
  | {
      readonly type: 'StateMachineSaved';
      readonly at: number;
      readonly arn: string;
      readonly name: string;
      readonly roleArn: string;
      readonly definitionText: string;
      readonly revisionId?: string;
      readonly settings: MachineSettings;
      readonly tags: readonly Tag[];
      /** Given when the machine is created with a version. */
      readonly publishedAs?: { readonly description?: string };
    }
  | VersioningEvent
  | { readonly type: 'TagsSaved'; readonly arn: string; readonly tags: readonly Tag[] }
  | { readonly type: 'StateMachineDeleted'; readonly arn: string }
  | {
      readonly type: 'ExecutionCreated';
      readonly at: number;
      readonly serial: number;
      readonly arn: string;
      readonly name: string;
      readonly machineArn: string;
      readonly input: string;
      readonly traceHeader?: string;
      /** Number of the version it runs, and the alias that chose it. */
      readonly version?: number;
      readonly alias?: string;
      readonly express?: { readonly sync: boolean };
      /** Test case of a MockConfigFile. */
      readonly testCase?: string;
      /** A child of this Map run, which takes the next `items` of its items, or none of them in a redrive. */
      readonly child?: { readonly mapRunArn: string; readonly items: number; readonly taken?: false };
    }
  | {
      readonly type: 'ActivityCreated';
      readonly at: number;
      readonly arn: string;
      readonly name: string;
      readonly tags: readonly Tag[];
    }
  | { readonly type: 'ActivityDeleted'; readonly arn: string };

/** How the task of a tested state ended, from the host. */
export type TestedOutcome =
  | { readonly kind: 'result'; readonly text: string }
  | { readonly kind: 'error'; readonly error: string | undefined; readonly cause: string | undefined };

export interface OpenTests {
  last: number;
  /** By task id; the promise is what the call of TestState answers. */
  readonly open: Map<string, (outcome: TestedOutcome) => Promise<unknown>>;
}

export class Account {
  readonly machines = new Map<string, StateMachine>();
  readonly executions = new Map<string, ExecutionState>();
  readonly bySerial = new Map<number, ExecutionState>();
  readonly activities = new Map<string, Activity>();
  /** Ids of the tasks that wait for an execution to end, by its ARN; follows from the frames of the executions. */
  readonly waiters = new Map<string, string[]>();
  /** Calls of TestState whose task is with the host; not kept over a restart, no more than their callers are. */
  readonly tests: OpenTests = { last: 0, open: new Map() };
  readonly mapRuns = new Map<string, MapRunState>();
  nextSerial = 1;
  /** No execution has been open for as long as is allowed before this time (ms since the epoch). */
  noneOverdueBeforeMs = Infinity;
  /** Closed executions whose journals are not packed, in the order of their ends. */
  private readonly unpacked = new Set<ExecutionState>();
  private unpackedRecords = 0;
  private readonly compile: (definitionText: string, type: MachineSettings['type']) => Definition;

  private readonly mostUnpacked: number;

  constructor(
    compile: (definitionText: string, type: MachineSettings['type']) => Definition,
    mostUnpacked = MAX_UNPACKED_RECORDS,
  ) {
    this.compile = compile;
    this.mostUnpacked = mostUnpacked;
  }

  fold(event: AccountEvent): void {
    switch (event.type) {
      case 'StateMachineSaved': {
        const before = this.machines.get(event.arn);
        const { type: _type, at, ...rest } = event;
        const unchanged = before?.definitionText === event.definitionText ? before.definition : undefined;
        this.machines.set(event.arn, {
          ...rest,
          updatedMs: at,
          createdMs: before?.createdMs ?? at,
          definition: unchanged ?? this.compile(event.definitionText, event.settings.type),
          publishedAs: event.publishedAs ?? before?.publishedAs,
          versioning: before?.versioning ?? newVersioning(),
          executions: before?.executions ?? [],
        });
        return;
      }
      case 'StateMachineDeleted':
        this.machines.delete(event.arn);
        return;
      case 'ExecutionCreated':
        this.addExecution(event);
        return;
      case 'ActivityCreated':
        this.activities.set(event.arn, {
          arn: event.arn,
          name: event.name,
          createdMs: event.at,
          tags: event.tags,
          waiting: [],
        });
        return;
      case 'ActivityDeleted':
        this.activities.delete(event.arn);
        return;
      case 'TagsSaved':
        this.saveTags(event.arn, event.tags);
        return;
      default: {
        const machine = this.machines.get(event.machineArn);
        if (machine === undefined) throw new Error(`${event.type} of ${event.machineArn}, which is not there`);
        foldVersioning(machine, event);
      }
    }
  }

  private saveTags(arn: string, tags: readonly Tag[]): void {
    const machine = this.machines.get(arn);
    if (machine !== undefined) this.machines.set(arn, { ...machine, tags });
    const activity = this.activities.get(arn);
    if (activity !== undefined) this.activities.set(arn, { ...activity, tags });
  }

  private addExecution(event: Extract<AccountEvent, { type: 'ExecutionCreated' }>): void {
    const current = this.machines.get(event.machineArn);
    const version = event.version === undefined ? current : current?.versioning.versions.get(event.version)?.machine;
    const run = event.child === undefined ? undefined : this.mapRuns.get(event.child.mapRunArn);
    const machine = event.child === undefined ? version : run?.machine;
    if (machine === undefined) throw new Error(`Execution ${event.arn} of a machine that is not there`);
    const execution = newExecution({
      serial: event.serial,
      arn: event.arn,
      name: event.name,
      machine,
      input: event.input,
      startMs: event.at,
      traceHeader: event.traceHeader,
      version: event.version,
      alias: event.alias,
      express: event.express,
      test:
        run?.parent.test ?? (event.testCase === undefined ? undefined : { testCase: event.testCase, asked: new Map() }),
      childOf: run && { run, items: event.child?.items ?? 0, position: run.started },
    });
    this.executions.set(event.arn, execution);
    this.bySerial.set(event.serial, execution);
    if (run !== undefined) foldChildCreated(execution, event.child?.taken !== false);
    else if (execution.express === undefined) version?.executions.push(execution);
    this.openUntil(execution);
    this.nextSerial = Math.max(this.nextSerial, event.serial + 1);
  }

  /** Adds a record to the journal of an execution, with all that follows from it. */
  foldRecord(execution: ExecutionState, record: JournalRecord): void {
    const before = execution.status;
    fold(execution, record);
    if (record.type === 'MapRunStarted') {
      const run = execution.mapRuns?.at(-1);
      if (run !== undefined) this.mapRuns.set(run.arn, run);
    }
    if (execution.status === before) {
      // An aborted Map run still writes its results.
      if (before !== 'RUNNING' && this.unpacked.has(execution)) this.unpackedRecords += 1;
      return;
    }
    if (execution.status === 'RUNNING') {
      // The redrive itself is one record more than was counted.
      if (this.unpacked.delete(execution)) this.unpackedRecords -= execution.journal.length - 1;
      foldChildRedriven(execution, before as Exclude<typeof before, 'RUNNING'>);
      return;
    }
    foldChildEnded(execution);
    if (execution.express === undefined) {
      this.packLater(execution);
      return;
    }
    this.executions.delete(execution.arn);
    this.bySerial.delete(execution.serial);
  }

  private packLater(closed: ExecutionState): void {
    this.unpacked.add(closed);
    this.unpackedRecords += closed.journal.length;
    for (const oldest of this.unpacked) {
      if (this.unpackedRecords <= this.mostUnpacked) return;
      this.unpacked.delete(oldest);
      this.unpackedRecords -= oldest.journal.length;
      oldest.journal.pack();
    }
  }

  /** To be called for an execution that opens, for the first time or again. */
  openUntil(execution: ExecutionState): void {
    this.noneOverdueBeforeMs = Math.min(this.noneOverdueBeforeMs, execution.startMs + MAX_OPEN_MS);
  }
}
