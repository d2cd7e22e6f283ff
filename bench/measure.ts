/** Timing and memory: the heap after a collection, figures in columns. */

export async function timed(work: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

/** Bytes of the heap and of buffers beside it, after a full collection. Needs --expose-gc. */
export function heapBytes(): number {
  if (globalThis.gc === undefined) throw new Error('Memory cannot be measured: run node with --expose-gc');
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

export const perSecond = (count: number, ms: number): number => Math.round((count / ms) * 1_000);
export const figure = (value: number): string => Math.round(value).toLocaleString('en-US');

export function printTable(title: string, header: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = header.map((cell, column) => Math.max(cell.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  console.log(`\n${title}\n${line(header)}\n${widths.map((width) => '-'.repeat(width)).join('  ')}`);
  for (const row of rows) console.log(line(row));
}
