/** Where `start` keeps its region: one journal in a data folder, for one application, seed and day. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { assemblyDigest, InputJournal, JournalError, ReplayError, type RunIdentity } from '../../region/index.ts';
import { CommandFailure } from '../failures.ts';
import { messageOf } from '../files.ts';

export const JOURNAL_NAME = 'region.journal';
/** What SQLite leaves beside a file whose process was killed. */
const COMPANIONS = ['', '-wal', '-shm'];

export interface KeptRunSettings {
  readonly folder: string;
  /** Moves what is kept aside and begins anew. */
  readonly fresh: boolean;
  readonly identity: RunIdentity;
  /** For a run that begins: virtual time, ISO 8601. */
  readonly startAt: string;
}

export interface KeptRun {
  readonly journal: InputJournal;
  readonly file: string;
  /** Where the run went that was there before. */
  readonly movedTo?: string;
}

/** @throws CommandFailure PO-204 when another process has it, PO-205 when it is not of this run or damaged */
export function openKeptRun({ folder, fresh, identity, startAt }: KeptRunSettings): KeptRun {
  const file = join(folder, JOURNAL_NAME);
  const open = (): InputJournal => new InputJournal(file, identity, startAt);
  try {
    const movedTo = fresh && existsSync(file) ? moveAside(folder, file, open) : undefined;
    return { journal: open(), file, ...(movedTo === undefined ? {} : { movedTo }) };
  } catch (error) {
    throw keptRunFailure(error);
  }
}

function moveAside(folder: string, file: string, open: () => InputJournal): string {
  try {
    open().close();
  } catch (error) {
    // Whatever else is wrong with it, it goes; not from under a process that writes to it.
    if (error instanceof JournalError && error.code === 'JOURNAL_IN_USE') throw error;
  }
  let number = 1;
  const target = (): string => join(folder, `region.${number}.journal`);
  while (existsSync(target())) number += 1;
  for (const suffix of COMPANIONS) {
    if (existsSync(`${file}${suffix}`)) renameSync(`${file}${suffix}`, `${target()}${suffix}`);
  }
  return target();
}

/** What is wrong with the kept state, for the command line; other errors are passed on. */
export function keptRunFailure(error: unknown): unknown {
  const cause = { cause: error };
  if (error instanceof JournalError) {
    if (error.code === 'JOURNAL_IN_USE')
      return new CommandFailure('PO-204', messageOf(error), 'or give this one another --data folder', cause);
    return new CommandFailure('PO-205', messageOf(error), 'or begin anew with --fresh, which moves it aside', cause);
  }
  if (error instanceof ReplayError) {
    const remedy =
      error.code === 'RUN_DIFFERS'
        ? 'start it as it was, or begin anew with --fresh, which moves it aside'
        : 'go back to the sources that it was begun with, or begin anew with --fresh, which moves it aside';
    return new CommandFailure('PO-205', messageOf(error), remedy, cause);
  }
  return error;
}

export const keptRunIdentity = (parts: {
  readonly version: string;
  readonly assembly: string;
  readonly seed: number;
  readonly profile: string;
  readonly orders: string;
  readonly fleet: string;
  readonly roads?: string;
}): RunIdentity => ({
  version: parts.version,
  application: assemblyDigest(parts.assembly),
  seed: String(parts.seed),
  drivers: parts.profile,
  orders: fileDigest(parts.orders),
  fleet: fileDigest(parts.fleet),
  ...(parts.roads !== undefined && { roads: fileDigest(parts.roads) }),
});

const fileDigest = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16);
