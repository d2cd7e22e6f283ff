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

/** For commander: a date or a time in UTC, as ISO text with milliseconds. */
export function instant(text: string): string {
  const ms = /^\d{4}-\d{2}-\d{2}(T.*Z)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) {
    throw new InvalidArgumentError('Give a date or a time in UTC such as 2018-07-20 or 2018-07-20T08:00:00Z.');
  }
  return new Date(ms).toISOString();
}

/** For commander: gathers the values of an option that is repeated, or has several between commas. */
export function list(text: string, before: readonly string[]): string[] {
  const values = text.split(',').map((value) => value.trim());
  if (values.some((value) => value === ''))
    throw new InvalidArgumentError('Give one value, or several between commas.');
  return [...before, ...values];
}

/** For commander: as `list`, of allowed values, whatever their case. */
export function listOf<T extends string>(allowed: readonly T[]) {
  return (text: string, before: readonly T[]): T[] => {
    const values = list(text, []).map((value) => {
      const found = allowed.find((one) => one === value.toUpperCase().replaceAll('-', '_'));
      if (found === undefined) throw new InvalidArgumentError(`Give some of ${allowed.join(', ')}.`);
      return found;
    });
    return [...before, ...values];
  };
}

/** The log of a command: into the file always, and to the terminal with `--verbose`. */
export function logTo(file: LogFile, verbose: boolean): (record: LogRecord) => void {
  if (!verbose) return file.write;
  return (record) => {
    file.write(record);
    if (record.level !== 'debug') console.error(`${record.at}  ${record.from}  ${record.message}`);
  };
}
