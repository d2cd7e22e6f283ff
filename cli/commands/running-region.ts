/** The region that a process of this folder runs, found by the file that it leaves. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { REGION_FILE, STATE_FOLDER } from '../project.ts';

interface RegionFile {
  readonly url: string;
  readonly pid: number;
}

export function announceRegion(region: RegionFile): void {
  mkdirSync(STATE_FOLDER, { recursive: true });
  writeFileSync(REGION_FILE, `${JSON.stringify(region)}\n`);
}

export function withdrawRegion(): void {
  rmSync(REGION_FILE, { force: true });
}

/** @returns undefined when no region runs in this folder */
export function announcedUrl(): string | undefined {
  try {
    return (JSON.parse(readFileSync(REGION_FILE, 'utf8')) as RegionFile).url;
  } catch {
    return undefined;
  }
}
