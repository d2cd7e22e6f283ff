/**
 * A table that fits the terminal: columns that may shrink are cut down to their least width, widest first, and if that is
 * not enough the least important columns are left out and named below it. Where nobody watches it is whole.
 */
import Table from 'cli-table3';
import colors from 'picocolors';
import { cut, oneLine } from './terminal.ts';

export interface TableColumn<Row> {
  readonly head: string;
  readonly text: (row: Row) => string;
  /** Colours the text once it has its width. */
  readonly color?: (text: string, row: Row) => string;
  readonly align?: 'left' | 'right';
  /** Characters that it may be cut down to; never cut when absent. */
  readonly least?: number;
  /** The highest goes first when there is no room; 0, as when absent, stays. */
  readonly expendable?: number;
}

/** Between two columns. */
const GAP = 2;

/** @param width characters of a line */
export function fittedTable<Row>(columns: readonly TableColumn<Row>[], rows: readonly Row[], width: number): string {
  const cells = new Map(columns.map((column) => [column, rows.map((row) => oneLine(column.text(row)))]));
  const natural = (column: TableColumn<Row>): number =>
    Math.max(column.head.length, ...(cells.get(column) ?? []).map((text) => text.length));
  const { shown, left } = choose(columns, natural, width);
  const widths = shrink(shown, natural, width);
  const table = new Table({
    head: shown.map(({ head }, index) => bold(cut(head, widths[index] ?? 0))),
    colAligns: shown.map(({ align = 'left' }) => align),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': GAP },
    chars: NO_LINES,
  });
  rows.forEach((row, rowIndex) => {
    table.push(
      shown.map((column, index) => {
        const text = cut(cells.get(column)?.[rowIndex] ?? '', widths[index] ?? 0);
        return column.color === undefined ? text : column.color(text, row);
      }),
    );
  });
  const lines = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  if (left.length > 0) lines.push(colors.dim(cut(`Not shown for want of room: ${left.join(', ')}`, width)));
  return lines.join('\n');
}

const bold = (text: string): string => (colors.isColorSupported ? colors.bold(text) : text);

const NO_LINES = Object.fromEntries(
  [
    ...['top', 'bottom', 'left', 'right'].flatMap((side) => {
      const ends = side === 'top' || side === 'bottom' ? ['left', 'right', 'mid'] : ['mid'];
      return [side, ...ends.map((end) => `${side}-${end}`)];
    }),
    'mid',
    'mid-mid',
    'middle',
  ].map((name) => [name, '']),
);

const total = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width + GAP, -GAP);

function choose<Row>(
  columns: readonly TableColumn<Row>[],
  natural: (column: TableColumn<Row>) => number,
  width: number,
): { readonly shown: readonly TableColumn<Row>[]; readonly left: readonly string[] } {
  let shown = columns;
  const left: string[] = [];
  const leastOf = (column: TableColumn<Row>): number => Math.min(natural(column), column.least ?? natural(column));
  while (total(shown.map(leastOf)) > width) {
    const [first] = [...shown].sort((a, b) => (b.expendable ?? 0) - (a.expendable ?? 0));
    if (first === undefined || (first.expendable ?? 0) === 0) break;
    shown = shown.filter((column) => column !== first);
    left.push(first.head);
  }
  return { shown, left };
}

function shrink<Row>(
  columns: readonly TableColumn<Row>[],
  natural: (column: TableColumn<Row>) => number,
  width: number,
): readonly number[] {
  const widths = columns.map(natural);
  let over = total(widths) - width;
  while (over > 0) {
    let widest = -1;
    columns.forEach(({ least }, index) => {
      const now = widths[index] ?? 0;
      if (least !== undefined && now > least && now > (widths[widest] ?? 0)) widest = index;
    });
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    over -= 1;
  }
  return widths;
}
