/** A state machine as the account holds it: its present revision, its versions and aliases, its executions. */
import type { ExecutionState, MachineRevision } from './execution.ts';

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** The parts of a machine's configuration that the engine keeps and answers, and does not act on. */
export interface MachineSettings {
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly loggingConfiguration: object;
  readonly tracingConfiguration: object;
  readonly encryptionConfiguration: object;
}

export interface StateMachine extends MachineRevision {
  readonly createdMs: number;
  readonly settings: MachineSettings;
  readonly tags: readonly Tag[];
  /** The version that CreateStateMachine published; undefined when it published none. */
  readonly publishedAs: { readonly description?: string } | undefined;
  readonly versioning: Versioning;
  /** Newest last. */
  readonly executions: ExecutionState[];
}

export interface MachineVersion {
  readonly number: number;
  readonly description: string | undefined;
  readonly createdMs: number;
  /** The machine at that time. */
  readonly machine: StateMachine;
}

/** `weight` in percent; those of an alias add up to 100. */
export interface Route {
  readonly version: number;
  readonly weight: number;
}

export interface Alias {
  readonly name: string;
  readonly description: string | undefined;
  readonly routes: readonly Route[];
  readonly createdMs: number;
  readonly updatedMs: number;
}

/** What all revisions of one machine share. */
export interface Versioning {
  lastNumber: number;
  readonly versions: Map<number, MachineVersion>;
  readonly aliases: Map<string, Alias>;
}
