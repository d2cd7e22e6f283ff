/**
 * Versions and aliases of a state machine. A version is the machine as it was when the version was published; an alias
 * spreads executions over one or two versions. Numbers of deleted versions are not used again.
 */
import type { Route, StateMachine, Versioning } from './state-machine.ts';

export type VersioningEvent =
  | {
      readonly type: 'VersionPublished';
      readonly at: number;
      readonly machineArn: string;
      readonly number: number;
      readonly description?: string;
    }
  | { readonly type: 'VersionDeleted'; readonly machineArn: string; readonly number: number }
  | {
      readonly type: 'AliasSaved';
      readonly at: number;
      readonly machineArn: string;
      readonly name: string;
      readonly description?: string;
      readonly routes: readonly Route[];
    }
  | { readonly type: 'AliasDeleted'; readonly machineArn: string; readonly name: string };

export function newVersioning(): Versioning {
  return { lastNumber: 0, versions: new Map(), aliases: new Map() };
}

export function foldVersioning(machine: StateMachine, event: VersioningEvent): void {
  const { versioning } = machine;
  switch (event.type) {
    case 'VersionPublished': {
      const { number, description, at: createdMs } = event;
      versioning.versions.set(number, { number, description, createdMs, machine });
      versioning.lastNumber = Math.max(versioning.lastNumber, number);
      return;
    }
    case 'VersionDeleted':
      versioning.versions.delete(event.number);
      return;
    case 'AliasSaved': {
      const { name, description, routes, at } = event;
      const createdMs = versioning.aliases.get(name)?.createdMs ?? at;
      versioning.aliases.set(name, { name, description, routes, createdMs, updatedMs: at });
      return;
    }
    case 'AliasDeleted':
      versioning.aliases.delete(event.name);
  }
}
