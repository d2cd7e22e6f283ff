/** A folder with archived objects, as `aws s3 sync` leaves it: an archive to be audited without any connection. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArchiveSource } from '../operations/index.ts';
import { CommandFailure } from './failures.ts';
import { messageOf } from './files.ts';

/** Chain heads are kept outside of the archive, so a folder has none. */
export function archiveFolder(folder: string): ArchiveSource {
  return {
    keys: async (prefix) => {
      const names = await namesIn(join(folder, prefix));
      return names
        .filter((name) => name.endsWith('.json'))
        .sort()
        .map((name) => `${prefix}${name}`);
    },
    read: (key) => readFile(join(folder, key), 'utf8'),
  };
}

/** A day without orders has no folder. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new CommandFailure(
      'PO-101',
      messageOf(error),
      'give --archive a folder that holds orders/closed=<day>/*.json',
      {
        cause: error,
      },
    );
  }
}
