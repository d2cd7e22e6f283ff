import { spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'libsql';
import type { JournalBatch } from './journal-store.ts';
import { SqliteJournal } from './sqlite-journal.ts';

let folder: string;
let file: string;

const batch = (at: number): JournalBatch => ({
  at,
  events: [{ stream: 'account', event: { type: 'StateMachineDeleted', arn: `arn:${at}:é` } }],
  outbox: [],
  done: [at],
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  file = join(folder, 'journal.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function written(...groups: JournalBatch[][]): void {
  const journal = new SqliteJournal(file);
  for (const group of groups) journal.append(group);
  journal.close();
}

function altered(sql: string): void {
  const db = new Database(file);
  db.exec(sql);
  db.close();
}

const read = (): JournalBatch[] => {
  const journal = new SqliteJournal(file);
  try {
    return [...journal.load()];
  } finally {
    journal.close();
  }
};

describe('A journal in a file', () => {
  test('gives back every batch in order after it was closed, and goes on behind them', () => {
    written([batch(1), batch(2)], [batch(3)]);
    written([batch(4)]);
    expect(read()).toEqual([1, 2, 3, 4].map(batch));
  });

  test('counts how often it was opened', () => {
    written();
    const journal = new SqliteJournal(file);
    expect(journal.generation).toBe(2);
    journal.close();
  });

  test('reads more rows than one page holds', () => {
    written(...Array.from({ length: 600 }, (_, at) => [batch(at)]));
    expect(read()).toHaveLength(600);
  });

  test('is open to one at a time', () => {
    const journal = new SqliteJournal(file);
    expect(() => new SqliteJournal(file)).toThrow(expect.objectContaining({ code: 'JOURNAL_IN_USE' }));
    journal.close();
  });

  test('keeps what a writer that never closed it had appended, as a copy of its files shows', () => {
    const journal = new SqliteJournal(file);
    journal.append([batch(1)]);
    const copy = join(folder, 'copy.sqlite');
    copyFileSync(file, copy);
    copyFileSync(`${file}-wal`, `${copy}-wal`);
    journal.close();
    const found = new SqliteJournal(copy);
    expect([...found.load()]).toEqual([batch(1)]);
    found.close();
  });

  test('loses the whole of an append of which only a part was written, and nothing before', () => {
    const journal = new SqliteJournal(file);
    journal.append([batch(1)]);
    journal.append([batch(2), batch(3)]);
    const copy = join(folder, 'copy.sqlite');
    copyFileSync(file, copy);
    copyFileSync(`${file}-wal`, `${copy}-wal`);
    journal.close();
    truncateSync(`${copy}-wal`, statSync(`${copy}-wal`).size - 100);
    const found = new SqliteJournal(copy);
    expect([...found.load()]).toEqual([batch(1)]);
    found.close();
  });
});

test('Records keep their own time, and every other field, in the file', () => {
  const entry = {
    stream: 'execution',
    serial: 3,
    record: {
      id: 0,
      previousEventId: 4,
      at: 77,
      frame: 2,
      type: 'TimerSet',
      purpose: 'wait',
      timerId: '3.2.9',
      dueMs: 99,
    },
  } as const;
  const kept: JournalBatch = { at: 80, events: [entry], outbox: [], done: [] };
  written([kept]);
  expect(read()).toEqual([kept]);
});

describe('A damaged journal is refused', () => {
  test.each([
    ['a changed batch', "UPDATE journal SET payload = CAST('[]' AS BLOB) WHERE seq = 2"],
    ['a batch that is missing', 'DELETE FROM journal WHERE seq = 2'],
    [
      'two batches that were exchanged',
      'UPDATE journal SET seq = 9 WHERE seq = 1; UPDATE journal SET seq = 1 WHERE seq = 2; UPDATE journal SET seq = 2 WHERE seq = 9',
    ],
  ])('with %s', (_what, sql) => {
    written([batch(1)], [batch(2)], [batch(3)]);
    altered(sql);
    expect(read).toThrow(expect.objectContaining({ code: 'JOURNAL_CORRUPT' }));
  });

  test('with bytes overwritten in the file', () => {
    written(...Array.from({ length: 200 }, (_, at) => [batch(at)]));
    const handle = openSync(file, 'r+');
    writeSync(handle, Buffer.alloc(6_000, 0x5a), 0, 6_000, 14_000);
    closeSync(handle);
    expect(read).toThrow(expect.objectContaining({ code: 'JOURNAL_CORRUPT' }));
  });

  test('with its end cut off', () => {
    written(...Array.from({ length: 200 }, (_, at) => [batch(at)]));
    truncateSync(file, 8_192);
    expect(read).toThrow(expect.objectContaining({ code: 'JOURNAL_CORRUPT' }));
  });
});

describe('A file of another kind is refused', () => {
  test('in the format of another version, with both numbers and the remedy', () => {
    written([batch(1)]);
    altered('PRAGMA user_version = 7');
    expect(read).toThrow(/has format 7, and this version reads format 2; open it with the version that wrote it/);
  });

  test('as the database of something else', () => {
    altered('CREATE TABLE cats (name TEXT)');
    expect(read).toThrow(expect.objectContaining({ code: 'JOURNAL_VERSION' }));
  });

  test('as no database at all', () => {
    const handle = openSync(file, 'w');
    writeSync(handle, 'a letter to a friend, long enough to be taken for a header of a hundred bytes'.repeat(4));
    closeSync(handle);
    expect(read).toThrow(expect.objectContaining({ code: 'JOURNAL_CORRUPT' }));
  });
});

describe('A path where no journal can be is refused', () => {
  test('as a folder', () => {
    mkdirSync(file);
    expect(read).toThrow(expect.objectContaining({ code: 'JOURNAL_PATH', message: expect.stringMatching(/a folder/) }));
  });

  test('in a folder that is not there, or is a file', () => {
    file = join(folder, 'gone', 'journal.sqlite');
    expect(read).toThrow(
      expect.objectContaining({ code: 'JOURNAL_PATH', message: expect.stringMatching(/give the path/) }),
    );
  });
});

test('A file of no length is a new journal', () => {
  closeSync(openSync(file, 'w'));
  written([batch(1)]);
  expect(read()).toEqual([batch(1)]);
});

test('A file of no length beside what was written ahead of it is a damaged journal', () => {
  const journal = new SqliteJournal(file);
  journal.append([batch(1)]);
  const copy = join(folder, 'copy.sqlite');
  closeSync(openSync(copy, 'w'));
  copyFileSync(`${file}-wal`, `${copy}-wal`);
  journal.close();
  file = copy;
  expect(read).toThrow(expect.objectContaining({ code: 'JOURNAL_CORRUPT' }));
});

test('A disk that takes no more is told with what to do, and what was there stays', () => {
  written([batch(1)]);
  const program = `
    const { SqliteJournal } = await import(${JSON.stringify(join(import.meta.dirname, 'sqlite-journal.ts'))});
    const journal = new SqliteJournal(process.argv[1]);
    const event = { stream: 'account', event: { type: 'StateMachineDeleted', arn: 'x'.repeat(100_000) } };
    try {
      for (;;) journal.append([{ at: 2, events: [event], outbox: [], done: [] }]);
    } catch (error) {
      console.log(error.code, error.message);
      process.kill(process.pid, 'SIGKILL');
    }`;
  const limited = 'trap "" XFSZ; ulimit -f 1000; exec "$0" --import tsx --input-type=module -e "$1" "$2"';
  const { stdout } = spawnSync('bash', ['-c', limited, process.execPath, program, file], { encoding: 'utf8' });
  expect(stdout).toMatch(/^JOURNAL_WRITE .* cannot be written: .*; make room and start again/);
  expect(read()[0]).toEqual(batch(1));
});

test('The time at which a journal ends is known when it is opened', () => {
  written([batch(1), batch(7)], [batch(9)]);
  const journal = new SqliteJournal(file);
  expect(journal.lastMs).toBe(9);
  journal.close();
});
