/**
 * How input is refused: one entry per field, with the value as it came, a stable code for programs and a remedy for
 * people. All boundaries (orders, fleets, zones) speak this one shape, so that a console or a command line needs one
 * way to show it.
 */
import type { z } from 'zod';

export type RefusalCode =
  | 'BAD_JSON'
  | 'TOO_LARGE'
  | 'MISSING'
  | 'WRONG_TYPE'
  | 'OUT_OF_RANGE'
  | 'BAD_LENGTH'
  | 'BAD_TIME'
  | 'BAD_FORMAT'
  | 'UNKNOWN_VALUE'
  | 'WINDOW_REVERSED'
  | 'UNKNOWN_DEPOT'
  | 'DUPLICATE'
  | 'MORE_REFUSALS';

export interface Refusal {
  /** Path of the field, such as `promise.to` or `items[0].volumeM3`; `$` is the whole document. */
  readonly field: string;
  /** The value as it came, `null` when it is missing, cut to 200 characters of JSON when it is long. */
  readonly value: unknown;
  /** What to do, in a sentence. */
  readonly remedy: string;
  readonly code: RefusalCode;
}

/** A document with thousands of bad items must not make a record of megabytes. */
const MAX_REFUSALS = 50;
const MAX_VALUE_LENGTH = 200;

export function refusalValue(value: unknown): unknown {
  if (value === undefined) return null;
  // 1e999 is valid JSON and reads as Infinity, which JSON in turn writes as null.
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  const json = JSON.stringify(value) ?? String(value);
  if (json.length <= MAX_VALUE_LENGTH) return value;
  return `${(typeof value === 'string' ? value : json).slice(0, MAX_VALUE_LENGTH - 1)}…`;
}

function fieldOf(path: readonly PropertyKey[]): string {
  let field = '';
  for (const key of path) {
    if (typeof key === 'number') field += `[${key}]`;
    else field += field === '' ? String(key) : `.${String(key)}`;
  }
  return field === '' ? '$' : field;
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  let value = document;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function codeOf(issue: z.core.$ZodIssue, value: unknown): RefusalCode {
  if (value === undefined) return 'MISSING';
  switch (issue.code) {
    case 'invalid_type':
      // Half a piece, or a number beyond all numbers: the type is right.
      return typeof value === 'number' && ['number', 'int'].includes(issue.expected) ? 'OUT_OF_RANGE' : 'WRONG_TYPE';
    case 'too_big':
    case 'too_small':
      return issue.origin === 'number' || issue.origin === 'int' ? 'OUT_OF_RANGE' : 'BAD_LENGTH';
    case 'invalid_format':
      return issue.format === 'datetime' ? 'BAD_TIME' : 'BAD_FORMAT';
    case 'invalid_value':
      return 'UNKNOWN_VALUE';
    case 'custom':
      return (issue.params?.['code'] as RefusalCode | undefined) ?? 'BAD_FORMAT';
    default:
      return 'WRONG_TYPE';
  }
}

/** Turns zod's issues into refusals; the schemas carry the remedies as their error messages. */
export function refusalsOf(error: z.core.$ZodError, document: unknown): Refusal[] {
  const refusals = error.issues.slice(0, MAX_REFUSALS).map((issue): Refusal => {
    const value = valueAt(document, issue.path);
    return {
      field: fieldOf(issue.path),
      value: refusalValue(value),
      remedy: issue.message,
      code: codeOf(issue, value),
    };
  });
  const hidden = error.issues.length - refusals.length;
  if (hidden > 0) {
    refusals.push({
      field: '$',
      value: hidden,
      remedy: `correct the fields above; ${hidden} more were refused and are not listed`,
      code: 'MORE_REFUSALS',
    });
  }
  return refusals;
}
