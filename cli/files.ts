/** Files of the user: read and written with failures that say which file and what to do. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Fleet, parseFleet } from '../domain/index.ts';
import { type OrderLine, readOrderLines } from '../operations/index.ts';
import { CommandFailure } from './failures.ts';

export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandFailure('PO-101', `cannot read ${path}: ${messageOf(error)}`, 'give the path of a readable file', {
      cause: error,
    });
  }
}

/** Writes each file into the folder, which is made if need be. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  try {
    mkdirSync(folder, { recursive: true });
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  } catch (error) {
    throw new CommandFailure('PO-101', `cannot write to ${folder}: ${messageOf(error)}`, 'give a writable folder', {
      cause: error,
    });
  }
}

export function readOrders(path: string): OrderLine[] {
  const lines = readOrderLines(readText(path));
  if (lines.length > 0) return lines;
  throw new CommandFailure('PO-103', `${path} holds no orders`, 'give a JSON Lines file with one order a line');
}

export function readFleet(path: string): Fleet {
  const parsed = parseFleet(readText(path));
  if (parsed.ok) return parsed.fleet;
  const details = parsed.refusals.map(
    ({ field, value, remedy }) => `\n        ${field} = ${JSON.stringify(value)}: ${remedy}`,
  );
  throw new CommandFailure('PO-102', `${path} is refused`, `correct these fields:${details.join('')}`);
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
