/**
 * What entered a region from outside, in one file. A run follows from its settings and its inputs, so that this is all
 * that a restart needs: the header says which run it is, inputs stand at the turn of the clock at which they were let in,
 * and marks say how far the run had come.
 *
 * I1. An input is stored before it is let in. I2. A position is stored before anybody outside is told what was seen
 * there: nothing that was told is undone by a restart.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { decode, encode } from '../endpoint/wire.ts';
import { RowLog } from '../journal/row-log.ts';
import type { Principal } from '../service.ts';
import { ReplayError } from './replay-error.ts';

/** After so many turns of the clock, at this virtual time (ms since 1970). */
export interface Position {
  readonly turn: number;
  readonly ms: number;
}

export interface Input extends Position {
  readonly kind: 'input';
  readonly service: string;
  readonly operation: string;
  readonly input: object;
  readonly principal: Principal;
}

export interface Mark extends Position {
  readonly kind: 'mark';
  /** Of the run at this position; without one where work was under way. */
  readonly digest?: string;
}

export type Entry = Input | Mark;

/** All that a run follows from beside its inputs, by names for people: two journals of one identity are of one run. */
export type RunIdentity = Readonly<Record<string, string>>;

interface Header {
  readonly kind: 'header';
  readonly startAt: string;
  readonly identity: RunIdentity;
  /** Version of Node that began the run: for messages. */
  readonly node: string;
}

const FORMAT = { applicationId: 0x50_4f_49_4e, version: 1 };
/** A mark takes the place of the one before, unless a new period of virtual time has begun: to find a divergence. */
const MARK_PERIOD_MS = 3_600_000;

const rowOf = (content: object): Buffer => Buffer.from(encode(content), 'utf8');

export class InputJournal {
  /** Virtual time at which the run began, ISO 8601. */
  readonly startAt: string;
  readonly isNew: boolean;
  readonly node: string;
  readonly #rows: RowLog;
  #last: Entry | undefined;

  /**
   * Opens the journal of a run, or makes it with `startAt` as the beginning.
   * @throws JournalError for a file that is in use, damaged or of another format; ReplayError for one of another run
   */
  constructor(file: string, identity: RunIdentity, startAt: string) {
    mkdirSync(dirname(file), { recursive: true });
    this.#rows = new RowLog(file, FORMAT);
    this.isNew = this.#rows.length === 0;
    if (this.isNew) this.#rows.append(rowOf({ kind: 'header', startAt, identity, node: process.version }));
    try {
      const header = this.#header();
      checkIdentity(file, header.identity, identity);
      this.startAt = header.startAt;
      this.node = header.node;
      this.#last = this.#newest();
    } catch (error) {
      this.#rows.close();
      throw error;
    }
  }

  /** Virtual time of the last entry, ms since 1970; of the beginning when there is none. */
  get endMs(): number {
    return this.#last?.ms ?? Date.parse(this.startAt);
  }

  /** Inputs and marks in their order. @throws JournalError */
  *entries(): Iterable<Entry> {
    let isHeader = true;
    for (const row of this.#rows.load()) {
      if (!isHeader) yield decode(row.toString('utf8')) as Entry;
      isHeader = false;
    }
  }

  /** I1. @throws JournalError */
  append(input: Input): void {
    this.#rows.append(rowOf(input));
    this.#last = input;
  }

  /** I2. @throws JournalError */
  mark(mark: Mark): void {
    const row = rowOf(mark);
    const last = this.#last;
    if (last?.kind === 'mark' && periodOf(last) === periodOf(mark)) this.#rows.replaceLast(row);
    else this.#rows.append(row);
    this.#last = mark;
  }

  /** Whether a restart comes at least as far as this turn. */
  reaches(turn: number): boolean {
    return this.#last !== undefined && this.#last.turn >= turn;
  }

  close(): void {
    this.#rows.close();
  }

  /** A row that cannot be read is left to `entries`, which says what is wrong with it. */
  #newest(): Entry | undefined {
    const last = this.#rows.length > 1 ? this.#rows.last() : undefined;
    try {
      return last === undefined ? undefined : (decode(last.toString('utf8')) as Entry);
    } catch {
      return undefined;
    }
  }

  #header(): Header {
    for (const row of this.#rows.load()) return decode(row.toString('utf8')) as Header;
    throw new RangeError('a journal without a header');
  }
}

const periodOf = ({ ms }: Position): number => Math.floor(ms / MARK_PERIOD_MS);

function checkIdentity(file: string, stored: RunIdentity, given: RunIdentity): void {
  const names = [...new Set([...Object.keys(stored), ...Object.keys(given)])];
  const differing = names.filter((name) => stored[name] !== given[name]);
  if (differing.length === 0) return;
  const list = differing.map((name) => `${name} (${stored[name] ?? 'none'}, now ${given[name] ?? 'none'})`);
  throw new ReplayError('RUN_DIFFERS', `'${file}' is of a run that differs in ${list.join(', ')}`);
}
