/** The structured log: one JSON object a line, from every function and service, in the order of virtual time. */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { LogRecord } from '../region/index.ts';
import { CommandFailure } from './failures.ts';
import { messageOf } from './files.ts';

const BUFFER_CHARACTERS = 1 << 20;

export interface LogFile {
  readonly path: string;
  readonly write: (record: LogRecord) => void;
  /** Writes what is buffered. */
  flush(): void;
  close(): void;
}

/** Starts the file anew. */
export function openLogFile(path: string): LogFile {
  const file = create(path);
  let buffer = '';
  const flush = (): void => {
    if (buffer !== '') writeSync(file, buffer);
    buffer = '';
  };
  return {
    path,
    write: (record) => {
      buffer += `${lineOf(record)}\n`;
      if (buffer.length > BUFFER_CHARACTERS) flush();
    },
    flush,
    close: () => {
      flush();
      closeSync(file);
    },
  };
}

function create(path: string): number {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, 'w');
  } catch (error) {
    throw new CommandFailure('PO-101', `cannot write the log to ${path}: ${messageOf(error)}`, 'give another --log');
  }
}

/** What a function printed is JSON already and stands in the line as it is. */
function lineOf({ at, from, level, message, fields }: LogRecord): string {
  const head = `{"at":"${at}","from":${JSON.stringify(from)},"level":"${level}"`;
  if (message.startsWith('{') && message.endsWith('}') && !message.includes('\n')) return `${head},"entry":${message}}`;
  const tail = fields === undefined ? '' : `,"fields":${JSON.stringify(fields)}`;
  return `${head},"message":${JSON.stringify(message)}${tail}}`;
}
