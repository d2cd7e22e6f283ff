/**
 * What an account holds in one region: state machines, executions, activities. Changed only by account events, so
 * that their sequence is enough to build it again.
 */
import type { Definition } from '../definition/model.ts';
import { type ExecutionState, type MachineRevision, newExecution } from './execution.ts';

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** The parts of a machine's configuration that the engine keeps and answers, and does not act on. */
export interface MachineSettings {
  readonly type: 'STANDARD';
  readonly loggingConfiguration: object;
  readonly tracingConfiguration: object;
  readonly encryptionConfiguration: object;
}

export interface StateMachine extends MachineRevision {
  readonly createdMs: number;
  readonly settings: MachineSettings;
  readonly tags: readonly Tag[];
  /** Newest last. */
  readonly executions: ExecutionState[];
}

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
    }
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
    }
  | {
      readonly type: 'ActivityCreated';
      readonly at: number;
      readonly arn: string;
      readonly name: string;
      readonly tags: readonly Tag[];
    }
  | { readonly type: 'ActivityDeleted'; readonly arn: string };

export class Account {
  readonly machines = new Map<string, StateMachine>();
  readonly executions = new Map<string, ExecutionState>();
  readonly bySerial = new Map<number, ExecutionState>();
  readonly activities = new Map<string, Activity>();
  /** Ids of the tasks that wait for an execution to end, by its ARN; follows from the frames of the executions. */
  readonly waiters = new Map<string, string[]>();
  nextSerial = 1;
  private readonly compile: (definitionText: string) => Definition;

  constructor(compile: (definitionText: string) => Definition) {
    this.compile = compile;
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
          definition: unchanged ?? this.compile(event.definitionText),
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
    }
  }

  private addExecution(event: Extract<AccountEvent, { type: 'ExecutionCreated' }>): void {
    const machine = this.machines.get(event.machineArn);
    if (machine === undefined) throw new Error(`Execution ${event.arn} of a machine that is not there`);
    const execution = newExecution({
      serial: event.serial,
      arn: event.arn,
      name: event.name,
      machine,
      input: event.input,
      startMs: event.at,
      traceHeader: event.traceHeader,
    });
    this.executions.set(event.arn, execution);
    this.bySerial.set(event.serial, execution);
    machine.executions.push(execution);
    this.nextSerial = Math.max(this.nextSerial, event.serial + 1);
  }
}
