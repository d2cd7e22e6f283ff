/**
 * An append-only log of byte rows in one SQLite file, each with a checksum. Written ahead (WAL), so that a process killed
 * at any moment leaves the rows it had committed and nothing of the one it had not.
 *
 * J1. Rows are numbered from 1 without a gap, and each checksum continues the one before: a changed, a missing and an
 *     exchanged row are all seen.
 * J2. One process at a time has the file; the lock ends with the process.
 */
import { statSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import Database from 'libsql';
import { JournalError } from './journal-store.ts';

const ROWS_A_READ = 256;

interface Row {
  readonly seq: number;
  readonly checksum: number;
  readonly payload: ArrayBuffer | Buffer;
}

/** What the rows are: stands in the header of the file, so that no other database is taken for one of these. */
export interface RowFormat {
  readonly applicationId: number;
  readonly version: number;
}

export interface RowLogOptions {
  /**
   * `process` (the default): what was appended survives the end of the process. `power`: it survives the loss of power
   * too, at the price of one wait for the disk for each append.
   */
  readonly survives?: 'process' | 'power';
}

/** @param before checksum of the row before, 0 for the first */
export function checksumOf(bytes: Buffer, before: number): number {
  return crc32(bytes, before);
}

export class RowLog {
  /** How often this file has been opened, this time included. */
  readonly generation: number;
  readonly #db: Database.Database;
  readonly #file: string;
  readonly #format: RowFormat;
  readonly #insert: Database.Statement;
  readonly #replace: Database.Statement;
  #seq = 0;
  #checksum = 0;
  /** Checksum of the row before the last. */
  #checksumBefore = 0;

  /** Opens the file, or makes it. @throws JournalError */
  constructor(file: string, format: RowFormat, options: RowLogOptions = {}) {
    this.#file = file;
    this.#format = format;
    this.#checkPath();
    this.#db = this.#guarded(() => new Database(file, { timeout: 0 }));
    try {
      this.#prepare(options.survives ?? 'process');
      this.generation = this.#nextGeneration();
      this.#insert = this.#db.prepare('INSERT INTO journal (seq, checksum, payload) VALUES (?, ?, ?)');
      this.#replace = this.#db.prepare('UPDATE journal SET checksum = ?, payload = ? WHERE seq = ?');
      const tail = this.#db.prepare('SELECT seq, checksum FROM journal ORDER BY seq DESC LIMIT 2');
      const [last, before] = tail.all() as Row[];
      this.#seq = last?.seq ?? 0;
      this.#checksum = last?.checksum ?? 0;
      this.#checksumBefore = before?.checksum ?? 0;
    } catch (thrown) {
      this.#db.close();
      throw this.#explained(thrown);
    }
  }

  /** How many rows there are. */
  get length(): number {
    return this.#seq;
  }

  /** The row survives the process when this returns. @throws JournalError */
  append(payload: Buffer): void {
    const checksum = checksumOf(payload, this.#checksum);
    this.#write(() => this.#insert.run(this.#seq + 1, checksum, payload));
    this.#seq += 1;
    this.#checksumBefore = this.#checksum;
    this.#checksum = checksum;
  }

  /** Puts another row in the place of the last. @throws JournalError */
  replaceLast(payload: Buffer): void {
    if (this.#seq === 0) throw new RangeError(`The journal '${this.#file}' has no row to replace: append one first`);
    const checksum = checksumOf(payload, this.#checksumBefore);
    this.#write(() => this.#replace.run(checksum, payload, this.#seq));
    this.#checksum = checksum;
  }

  /** The newest row, unchecked; undefined when there is none. */
  last(): Buffer | undefined {
    const newest = this.#db.prepare('SELECT seq, checksum, payload FROM journal WHERE seq = ?');
    const row = this.#guarded(() => newest.get(this.#seq) as Row | undefined);
    return row === undefined ? undefined : Buffer.from(row.payload as ArrayBuffer);
  }

  /** A page of rows at a time: a journal may be larger than memory. */
  *load(): Iterable<Buffer> {
    const page = this.#db.prepare('SELECT seq, checksum, payload FROM journal WHERE seq > ? ORDER BY seq LIMIT ?');
    let seq = 0;
    let checksum = 0;
    while (seq < this.#seq) {
      const rows = this.#guarded(() => page.all(seq, ROWS_A_READ) as Row[]);
      if (rows.length === 0) throw this.#corrupt(`row ${seq + 1} of ${this.#seq} is missing`);
      for (const row of rows) {
        const bytes = Buffer.from(row.payload as ArrayBuffer);
        checksum = checksumOf(bytes, checksum);
        if (row.seq !== seq + 1) throw this.#corrupt(`J1: row ${row.seq} follows row ${seq}`);
        if (row.checksum !== checksum)
          throw this.#corrupt(`J1: the checksum of row ${row.seq} is not that of its data`);
        seq = row.seq;
        yield bytes;
      }
    }
  }

  /** Leaves one file without a write-ahead log beside it. */
  close(): void {
    this.#release();
    this.#db.close();
  }

  /** The driver's connection lives until its statements are collected, so the lock is given back by hand. */
  #release(): void {
    for (const statement of [
      'PRAGMA journal_mode = DELETE',
      'PRAGMA locking_mode = NORMAL',
      'SELECT * FROM generation',
    ]) {
      this.#db.prepare(statement).all();
    }
  }

  /** What SQLite would take for a new file, or explain badly. */
  #checkPath(): void {
    const found = statSync(this.#file, { throwIfNoEntry: false });
    if (found?.isDirectory()) {
      throw new JournalError('JOURNAL_PATH', `The journal '${this.#file}' is a folder; give the path of a file`);
    }
    const ahead = statSync(`${this.#file}-wal`, { throwIfNoEntry: false });
    if (found?.size === 0 && ahead !== undefined && ahead.size > 0) {
      throw this.#corrupt('it is empty, and what was written ahead of it is not');
    }
  }

  #prepare(survives: 'process' | 'power'): void {
    this.#db.exec('PRAGMA locking_mode = EXCLUSIVE');
    const applicationId = this.#pragma('application_id');
    const version = this.#pragma('user_version');
    const tables = this.#db.prepare('SELECT count(*) AS n FROM sqlite_master').get() as { n: number };
    const isNew = tables.n === 0 && applicationId === 0 && version === 0;
    if (!isNew) this.#check(applicationId, version);
    this.#db.exec('PRAGMA journal_mode = WAL');
    this.#db.exec(`PRAGMA synchronous = ${survives === 'power' ? 'FULL' : 'NORMAL'}`);
    if (isNew) this.#create();
  }

  /** One transaction: a process that dies here leaves an empty file, which is new to the next. */
  #create(): void {
    this.#db.exec(`BEGIN IMMEDIATE;
      CREATE TABLE journal (seq INTEGER PRIMARY KEY, checksum INTEGER NOT NULL, payload BLOB NOT NULL);
      CREATE TABLE generation (number INTEGER NOT NULL);
      INSERT INTO generation VALUES (0);
      PRAGMA application_id = ${this.#format.applicationId};
      PRAGMA user_version = ${this.#format.version};
      COMMIT;`);
  }

  #check(applicationId: number, version: number): void {
    if (applicationId !== this.#format.applicationId) {
      throw new JournalError(
        'JOURNAL_VERSION',
        `'${this.#file}' is a database of something else (application id ${applicationId}); name another file`,
      );
    }
    if (version !== this.#format.version) {
      throw new JournalError(
        'JOURNAL_VERSION',
        `The journal '${this.#file}' has format ${version}, and this version reads format ${this.#format.version}; open it with the version that wrote it, or move it away to start empty`,
      );
    }
    const [fault] = this.#db.prepare('PRAGMA quick_check(1)').all() as { quick_check: string }[];
    if (fault?.quick_check !== 'ok') throw this.#corrupt(String(fault?.quick_check));
  }

  #pragma(name: string): number {
    const row = this.#db.prepare(`PRAGMA ${name}`).get() as Record<string, number>;
    return row[name] ?? 0;
  }

  /** Takes the lock of J2, too: it is a write. */
  #nextGeneration(): number {
    this.#db.exec('UPDATE generation SET number = number + 1');
    return (this.#db.prepare('SELECT number FROM generation').get() as { number: number }).number;
  }

  #write(statement: () => unknown): void {
    try {
      statement();
    } catch (thrown) {
      const reason = (thrown as Error).message;
      throw new JournalError(
        'JOURNAL_WRITE',
        `The journal '${this.#file}' cannot be written: ${reason}; make room and start again`,
        thrown,
      );
    }
  }

  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (thrown) {
      throw this.#explained(thrown);
    }
  }

  #explained(thrown: unknown): unknown {
    if (thrown instanceof JournalError) return thrown;
    const { code, message } = thrown as { code?: string; message: string };
    if (code?.startsWith('SQLITE_BUSY') || /database is locked/.test(message)) {
      return new JournalError(
        'JOURNAL_IN_USE',
        `Another process has the journal '${this.#file}' open; end it first`,
        thrown,
      );
    }
    if (/unable to open|readonly database/i.test(message)) {
      const what = `The journal '${this.#file}' cannot be opened for writing: ${message}`;
      return new JournalError('JOURNAL_PATH', `${what}; give the path of a file that can be written`, thrown);
    }
    return this.#corrupt(message, thrown);
  }

  #corrupt(what: string, cause?: unknown): JournalError {
    const remedy = 'restore it from a copy, or move it away to start empty';
    return new JournalError('JOURNAL_CORRUPT', `The journal '${this.#file}' is damaged: ${what}; ${remedy}`, cause);
  }
}
