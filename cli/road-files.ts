/** Roads of the user: a road file that was built, or an extract that is built on the spot. */
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { type Contracted, contract, decodeRoads, Roads, RoadsError } from '../roads/index.ts';
import { type ExtractReport, readExtract } from '../roads/osm/index.ts';
import { CommandFailure } from './failures.ts';
import { messageOf } from './files.ts';
import type { StepProgress } from './step-progress.ts';

export interface BuiltRoads {
  readonly contracted: Contracted;
  readonly report: ExtractReport;
  /** Seconds of this machine. */
  readonly readSeconds: number;
  readonly contractSeconds: number;
}

const READ_CHUNK_BYTES = 1 << 20;
/** Nodes and ways are read in turn. */
const READINGS = 2;

/** @throws CommandFailure PO-101 or PO-113 */
export async function buildRoads(path: string, progress: StepProgress): Promise<BuiltRoads> {
  try {
    const total = READINGS * statSync(path).size;
    let read = 0;
    async function* open(): AsyncGenerator<Uint8Array> {
      for await (const chunk of createReadStream(path, { highWaterMark: READ_CHUNK_BYTES })) {
        read += (chunk as Uint8Array).length;
        progress.show('reading', read, total);
        yield chunk as Uint8Array;
      }
    }
    const fromMs = performance.now();
    const { graph, report } = await readExtract(open);
    const readMs = performance.now();
    const contracted = contract(graph, (done, vertices) => progress.show('contracting', done, vertices));
    const endMs = performance.now();
    return { contracted, report, readSeconds: (readMs - fromMs) / 1000, contractSeconds: (endMs - readMs) / 1000 };
  } catch (error) {
    throw roadsFailure(path, error);
  } finally {
    progress.end();
  }
}

/** @throws CommandFailure PO-101 or PO-113 */
export async function openRoads(path: string, progress: StepProgress): Promise<Roads> {
  try {
    return new Roads(decodeRoads(readFileSync(path)));
  } catch (error) {
    const isOther = error instanceof RoadsError && error.name === 'NotARoadFile';
    if (!isOther || !path.endsWith('.pbf')) throw roadsFailure(path, error);
  }
  return new Roads((await buildRoads(path, progress)).contracted);
}

function roadsFailure(path: string, cause: unknown): CommandFailure {
  if (cause instanceof CommandFailure) return cause;
  if (cause instanceof RoadsError) {
    return new CommandFailure('PO-113', `${path}: ${cause.message} (${cause.name})`, cause.remedy, { cause });
  }
  if ((cause as NodeJS.ErrnoException).syscall === undefined) throw cause;
  return new CommandFailure('PO-101', `cannot read ${path}: ${messageOf(cause)}`, 'give the path of a readable file', {
    cause,
  });
}
