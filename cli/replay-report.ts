/**
 * The report of a replay: JSON Lines, the job first, then each order as soon as what became of it is known, the counts
 * last. Without that last line it is half-finished, and its first line says which replay to go on with.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { ReplayItem, ReplayItemState, ReplayJob } from '../operations/index.ts';
import { CommandFailure } from './failures.ts';
import { messageOf } from './files.ts';

export interface ReplayReport {
  /** Of these, the ones whose end is known and not yet written. */
  add(items: readonly ReplayItem[]): void;
  end(job: ReplayJob): void;
}

export interface ReportHead {
  readonly jobId: string;
  readonly isFinished: boolean;
}

const AT_AN_END: ReadonlySet<ReplayItemState> = new Set(['SUCCEEDED', 'FAILED_AGAIN', 'SKIPPED', 'REFUSED']);

/** @returns undefined when there is no such file. @throws CommandFailure PO-111 when it is no report */
export function readReportHead(path: string): ReportHead | undefined {
  if (!existsSync(path)) return undefined;
  const lines = read(path).split('\n');
  const { jobId } = (parsed(lines[0]) ?? {}) as { readonly jobId?: unknown };
  if (typeof jobId === 'string') {
    const last = parsed(lines.findLast((line) => line !== '')) as {
      readonly state?: unknown;
      readonly counts?: unknown;
    };
    return { jobId, isFinished: lines.length > 2 && last?.counts !== undefined };
  }
  throw new CommandFailure(
    'PO-111',
    `${path} is no report of a replay`,
    'give --report another file; this one is kept',
  );
}

/** Writes the file anew, what is known of the job's orders included. @throws CommandFailure PO-101, PO-111 */
export function openReport(path: string, job: ReplayJob): ReplayReport {
  const head = readReportHead(path);
  if (head !== undefined && head.jobId !== job.jobId) throw reportOfAnother(path, head);
  const { jobId, createdAt, by, why, mode, ratePerSecond, selectedFrom, total } = job;
  write(path, writeFileSync, { jobId, createdAt, by, why, mode, ratePerSecond, selectedFrom, total });
  const written = new Set<string>();
  return {
    add: (items) => {
      for (const item of items) {
        if (!AT_AN_END.has(item.state) || written.has(item.orderId)) continue;
        written.add(item.orderId);
        write(path, appendFileSync, item);
      }
    },
    end: ({ state, counts }) => write(path, appendFileSync, { state, counts }),
  };
}

export function reportOfAnother(path: string, { jobId, isFinished }: ReportHead): CommandFailure {
  const message = `${path} is the ${isFinished ? '' : 'half-finished '}report of replay ${jobId}`;
  const remedy = isFinished
    ? 'give --report another file'
    : `go on with that one by \`perfect-order replay --job ${jobId} --report ${path}\`, or give another file`;
  return new CommandFailure('PO-111', message, remedy);
}

function parsed(line: string | undefined): unknown {
  try {
    return JSON.parse(line ?? '');
  } catch {
    return undefined;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandFailure('PO-101', `cannot read ${path}: ${messageOf(error)}`, 'give --report a file', {
      cause: error,
    });
  }
}

function write(path: string, put: typeof writeFileSync | typeof appendFileSync, value: object): void {
  try {
    put(path, `${JSON.stringify(value)}\n`);
  } catch (error) {
    throw new CommandFailure('PO-101', `cannot write ${path}: ${messageOf(error)}`, 'give --report a writable file', {
      cause: error,
    });
  }
}
