/** The region that another process runs, found by the file it leaves or by `--endpoint`. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Option } from 'commander';
import { type Deployed, openDeployed } from '../../operations/index.ts';
import { connectRegion } from '../../region/index.ts';
import { CommandFailure } from '../failures.ts';
import { messageOf } from '../files.ts';
import { REGION_FILE, STATE_FOLDER } from '../project.ts';

interface RegionFile {
  readonly url: string;
  readonly pid: number;
}

export const endpointOption = (): Option => new Option('--endpoint <url>', 'of the region; default: the running one');

export function announceRegion(region: RegionFile): void {
  mkdirSync(STATE_FOLDER, { recursive: true });
  writeFileSync(REGION_FILE, `${JSON.stringify(region)}\n`);
}

export function withdrawRegion(): void {
  rmSync(REGION_FILE, { force: true });
}

/** @throws CommandFailure PO-200 when there is none or it does not answer */
export async function openRunning(endpoint: string | undefined): Promise<Deployed> {
  const url = endpoint ?? announcedUrl();
  try {
    const remote = await connectRegion(url);
    const outputs = await remote.outputs();
    return openDeployed({ sdk: (Client) => remote.sdk(Client), outputs });
  } catch (error) {
    throw new CommandFailure('PO-200', messageOf(error), 'start a region with `npm start`, or give --endpoint', {
      cause: error,
    });
  }
}

function announcedUrl(): string {
  try {
    return (JSON.parse(readFileSync(REGION_FILE, 'utf8')) as RegionFile).url;
  } catch (error) {
    throw new CommandFailure(
      'PO-200',
      `no region is running here: there is no ${REGION_FILE}`,
      'start one with `npm start`, or give --endpoint',
      {
        cause: error,
      },
    );
  }
}
