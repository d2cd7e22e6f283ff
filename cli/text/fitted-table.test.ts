import { describe, expect, test } from '@jest/globals';
import { fittedTable, type TableColumn } from './fitted-table.ts';
import { UNBOUNDED_WIDTH, withoutColors } from './terminal.ts';

interface Row {
  readonly id: string;
  readonly note: string;
  readonly extra: string;
}

const COLUMNS: readonly TableColumn<Row>[] = [
  { head: 'id', text: ({ id }) => id },
  { head: 'note', text: ({ note }) => note, least: 8 },
  { head: 'extra', text: ({ extra }) => extra, expendable: 1 },
];
const ROWS = [{ id: 'o-1', note: 'a note that is long enough to be cut', extra: 'twenty characters !!' }];
const linesAt = (width: number, rows: readonly Row[] = ROWS): string[] =>
  withoutColors(fittedTable(COLUMNS, rows, width)).split('\n');

describe('A fitted table', () => {
  test('is whole where nobody watches', () => {
    expect(linesAt(UNBOUNDED_WIDTH)).toEqual([
      'id   note                                  extra',
      'o-1  a note that is long enough to be cut  twenty characters !!',
    ]);
  });

  test('has no line that is wider than the terminal, whatever its width', () => {
    for (let width = 40; width < 80; width += 1) {
      for (const line of linesAt(width)) expect(line.length).toBeLessThanOrEqual(width);
    }
  });

  test('cuts what may be cut and marks it', () => {
    expect(linesAt(45)[1]).toBe('o-1  a note that is lo…  twenty characters !!');
  });

  test('leaves out the most expendable column when cutting is not enough, and names it', () => {
    const lines = linesAt(30);
    expect(lines[0]).toBe('id   note');
    expect(linesAt(44, [{ id: 'o-1', note: 'n'.repeat(30), extra: 'e'.repeat(30) }]).at(-1)).toBe(
      'Not shown for want of room: extra',
    );
  });

  test('lets no control sequence of a cause reach the terminal', () => {
    const rows = [{ id: 'o-1', note: '\u001b[2Jgone\nsecond line', extra: '' }];
    expect(linesAt(UNBOUNDED_WIDTH, rows)[1]).toBe('o-1  [2Jgone second line');
  });
});
