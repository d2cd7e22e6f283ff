import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { JOURNAL_NAME, openKeptRun } from './kept-run.ts';

const startAt = '2026-03-02T08:00:00.000Z';
const newFolder = (): string => mkdtempSync(join(tmpdir(), 'kept-run-'));
const open = (folder: string, seed = '1', fresh = false) =>
  openKeptRun({ folder, fresh, identity: { seed, version: '0.1.0' }, startAt });

describe('the kept run of a folder', () => {
  test('is made at the first start and found at the next, with the time at which it began', () => {
    const folder = join(newFolder(), 'deep', 'below');
    const first = open(folder);
    expect([first.journal.isNew, first.file, existsSync(first.file)]).toEqual([true, join(folder, JOURNAL_NAME), true]);
    first.journal.close();
    const next = openKeptRun({
      folder,
      fresh: false,
      identity: { seed: '1', version: '0.1.0' },
      startAt: '2030-01-01T00:00:00.000Z',
    });
    expect([next.journal.isNew, next.journal.startAt]).toEqual([false, startAt]);
    next.journal.close();
  });

  test('is refused to a start with another seed, with both and the remedy', () => {
    const folder = newFolder();
    open(folder).journal.close();
    expect(() => open(folder, '2')).toThrow(
      expect.objectContaining({
        code: 'PO-205',
        message: expect.stringContaining('differs in seed (1, now 2)'),
        remedy: expect.stringContaining('--fresh'),
      }),
    );
  });

  test('is moved aside by a fresh start, and what was moved before stays', () => {
    const folder = newFolder();
    open(folder).journal.close();
    const second = open(folder, '2', true);
    expect([second.movedTo, second.journal.isNew]).toEqual([join(folder, 'region.1.journal'), true]);
    second.journal.close();
    const third = open(folder, '3', true);
    expect(third.movedTo).toBe(join(folder, 'region.2.journal'));
    third.journal.close();
    expect(existsSync(join(folder, 'region.1.journal'))).toBe(true);
  });

  test('is not taken from under the process that has it, fresh start or not', () => {
    const folder = newFolder();
    const held = open(folder);
    for (const fresh of [false, true]) {
      expect(() => open(folder, '1', fresh)).toThrow(
        expect.objectContaining({ code: 'PO-204', remedy: expect.stringContaining('--data') }),
      );
    }
    held.journal.close();
  });

  test('is told from a file that is none, which a fresh start moves aside', () => {
    const folder = newFolder();
    writeFileSync(
      join(folder, JOURNAL_NAME),
      'a shopping list, long enough to be read as the head of a database file.'.repeat(9),
    );
    expect(() => open(folder)).toThrow(expect.objectContaining({ code: 'PO-205' }));
    const fresh = open(folder, '1', true);
    expect(fresh.journal.isNew).toBe(true);
    fresh.journal.close();
  });
});
