import { describe, expect, test } from '@jest/globals';
import { Journal } from './journal.ts';
import type { JournalRecord } from './records.ts';

const record = (id: number, output: string): JournalRecord => ({
  id,
  previousEventId: id - 1,
  at: 1_767_600_000_000 + id,
  frame: 0,
  type: 'PassStateExited',
  details: { name: 'Pass', output },
  next: null,
});

describe('The journal of an execution', () => {
  test('tells the same whether it is packed or not', () => {
    const journal = new Journal();
    const records = [record(1, '{"a":"ä"}'), record(2, '{"a":"ä"}')];
    for (const each of records) journal.push(each);
    expect(journal.all()[0]).toBe(records[0]);
    journal.pack();
    expect(journal.all()[0]).not.toBe(records[0]);
    expect(journal.all()).toEqual(records);
    expect(journal).toHaveLength(2);
  });

  test('goes on after it was packed, as that of an execution which is redriven', () => {
    const journal = new Journal();
    journal.push(record(1, '1'));
    journal.pack();
    journal.push(record(2, '2'));
    expect(journal.all()).toEqual([record(1, '1'), record(2, '2')]);
    expect(journal).toHaveLength(2);
    journal.pack();
    journal.pack();
    expect(journal.all()).toEqual([record(1, '1'), record(2, '2')]);
  });

  test('of one execution knows nothing of the texts of another', () => {
    const [one, other] = [new Journal(), new Journal()];
    one.push(record(1, 'only here'));
    one.pack();
    other.push(record(1, 'only here'));
    other.pack();
    expect(other.all()).toEqual(one.all());
  });
});
