/** Timing and memory: the heap after a collection, figures in columns. */

export interface Spent {
  readonly wallMs: number;
  /** User and system time of all threads, the collector's included: what other load on the machine changes least. */
  readonly cpuMs: number;
}

export async function spent(work: () => Promise<void>): Promise<Spent> {
  const startMs = performance.now();
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return { wallMs: performance.now() - startMs, cpuMs: (user + system) / 1_000 };
}

/** The least that a round took, leaving out the first, which warms up. */
export function best(rounds: readonly Spent[]): Spent {
  const warm = rounds.slice(1);
  return {
    wallMs: Math.min(...warm.map(({ wallMs }) => wallMs)),
    cpuMs: Math.min(...warm.map(({ cpuMs }) => cpuMs)),
  };
}

export async function timed(work: () => Promise<void>): Promise<number> {
  return (await spent(work)).wallMs;
}

/** @param values in any order; @param q 0 to 1 */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
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
