/** Passed of total, by kind and area, as rows for a terminal or for Markdown. */
import type { Result } from './manifest.ts';

export interface Row {
  readonly kind: string;
  /** Empty for the sum of the kind. */
  readonly area: string;
  readonly passed: number;
  readonly total: number;
}

/** The kinds in alphabetical order, each followed by its areas. */
export function rowsOf(results: readonly Result[]): Row[] {
  const sums = new Map<string, { kind: string; area: string; passed: number; total: number }>();
  for (const { kind, area, pass } of results) {
    for (const part of ['', area]) {
      const key = `${kind}\0${part}`;
      const sum = sums.get(key) ?? { kind, area: part, passed: 0, total: 0 };
      sums.set(key, { ...sum, passed: sum.passed + (pass ? 1 : 0), total: sum.total + 1 });
    }
  }
  return [...sums].sort((a, b) => (a[0] < b[0] ? -1 : 1)).map(([, row]) => row);
}

/** Rounded down: 100 % means every one. */
export function percentage({ passed, total }: Row): string {
  return `${(Math.floor((passed / total) * 1_000) / 10).toFixed(1)} %`;
}

export function terminalTable(results: readonly Result[]): string {
  const rows = rowsOf(results);
  const width = Math.max(4, ...rows.map(({ kind, area }) => Math.max(kind.length, area.length + 2)));
  const line = (name: string, count: string, share: string): string =>
    `${name.padEnd(width)}  ${count.padStart(11)}  ${share.padStart(7)}`;
  return [
    line('kind', 'passed', ''),
    ...rows.map((row) =>
      line(row.area === '' ? row.kind : `  ${row.area}`, `${row.passed}/${row.total}`, percentage(row)),
    ),
  ].join('\n');
}
