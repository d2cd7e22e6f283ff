/**
 * The journal in one SQLite file: a row for each group of batches, with a checksum. Written ahead (WAL), so that a
 * process killed at any moment leaves the groups it had committed and nothing of the one it had not.
 *
 * J1. Rows are numbered from 1 without a gap, and each checksum continues the one before.
 * J2. One process at a time has the file; the lock ends with the process.
 */
import Database from 'libsql';
import { checksumOf, decodeGroup, encodeGroup } from './batch-codec.ts';
import { type JournalBatch, JournalError, type JournalStore } from './journal-store.ts';

/** In the header of the file: says what the file is, so that no other database is taken for a journal. */
const APPLICATION_ID = 0x50_4f_53_46;
const FORMAT_VERSION = 1;
const ROWS_A_READ = 256;

interface Row {
  readonly seq: number;
  readonly checksum: number;
  readonly payload: ArrayBuffer | Buffer;
}

export interface SqliteJournalOptions {
  /**
   * `process` (the default): what was appended survives the end of the process. `power`: it survives the loss of power
   * too, at the price of one wait for the disk for each append.
   */
  readonly survives?: 'process' | 'power';
}

export class SqliteJournal implements JournalStore {
  readonly generation: number;
  readonly #db: Database.Database;
  readonly #file: string;
  readonly #insert: Database.Statement;
  #seq = 0;
  #checksum = 0;

  /** Opens the file, or makes it. @throws JournalError */
  constructor(file: string, options: SqliteJournalOptions = {}) {
    this.#file = file;
    this.#db = this.#guarded(() => new Database(file, { timeout: 0 }));
    try {
      this.#prepare(options.survives ?? 'process');
      this.generation = this.#nextGeneration();
      this.#insert = this.#db.prepare('INSERT INTO journal (seq, checksum, payload) VALUES (?, ?, ?)');
      const last = this.#db.prepare('SELECT seq, checksum FROM journal ORDER BY seq DESC LIMIT 1').get() as
        | Row
        | undefined;
      this.#seq = last?.seq ?? 0;
      this.#checksum = last?.checksum ?? 0;
    } catch (thrown) {
      this.#db.close();
      throw this.#explained(thrown);
    }
  }

  append(batches: readonly JournalBatch[]): void {
    const payload = encodeGroup(batches);
    const checksum = checksumOf(payload, this.#checksum);
    try {
      this.#insert.run(this.#seq + 1, checksum, payload);
    } catch (thrown) {
      const reason = (thrown as Error).message;
      throw new JournalError('JOURNAL_WRITE', `The journal '${this.#file}' cannot be written: ${reason}`, thrown);
    }
    this.#seq += 1;
    this.#checksum = checksum;
  }

  /** A page of rows at a time: a journal may be larger than memory. */
  *load(): Iterable<JournalBatch> {
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
        yield* decodeGroup(bytes);
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
      PRAGMA application_id = ${APPLICATION_ID};
      PRAGMA user_version = ${FORMAT_VERSION};
      COMMIT;`);
  }

  #check(applicationId: number, version: number): void {
    if (applicationId !== APPLICATION_ID) {
      throw new JournalError(
        'JOURNAL_VERSION',
        `'${this.#file}' is a database of something else (application id ${applicationId}); name another file`,
      );
    }
    if (version !== FORMAT_VERSION) {
      throw new JournalError(
        'JOURNAL_VERSION',
        `The journal '${this.#file}' has format ${version}, and this version reads format ${FORMAT_VERSION}; open it with the version that wrote it, or move it away to start empty`,
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
    return this.#corrupt(message, thrown);
  }

  #corrupt(what: string, cause?: unknown): JournalError {
    const remedy = 'restore it from a copy, or move it away to start empty';
    return new JournalError('JOURNAL_CORRUPT', `The journal '${this.#file}' is damaged: ${what}; ${remedy}`, cause);
  }
}
