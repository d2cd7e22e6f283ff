/** Values of options that need more than text. */
import { InvalidArgumentError } from 'commander';
import type { LogRecord } from '../region/index.ts';
import type { LogFile } from './log-file.ts';

/** For commander: refuses what is no whole number of at least `least`. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    const range = most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`Give a whole number ${range}.`);
  };
}

/** For commander: refuses what is no number from `least` to `most`. */
export function factor(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Give a number from ${least} to ${most}.`);
  };
}

/** For commander: refuses what is no URL of a web server. */
export function url(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError('Give a URL such as http://127.0.0.1:3001.');
}

/** The log of a command: into the file always, and to the terminal with `--verbose`. */
export function logTo(file: LogFile, verbose: boolean): (record: LogRecord) => void {
  if (!verbose) return file.write;
  return (record) => {
    file.write(record);
    if (record.level !== 'debug') console.error(`${record.at}  ${record.from}  ${record.message}`);
  };
}
