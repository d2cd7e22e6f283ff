/**
 * Built-ins of JSONata that workflows use, for the values that need no rule beyond those written here: for any other
 * argument the answer is SLOW, and the full evaluator has the word, its error messages included.
 */
import { isObject, type JsonValue } from '../json.ts';
import { SLOW, type Slow } from './expression.ts';
import type { Ambient } from './jsonata-functions.ts';

type Value = JsonValue | undefined;

export interface FastFunction {
  /** How many arguments it is quick with. */
  readonly arguments: number;
  call(values: readonly Value[], ambient: Ambient): Value | Slow;
}

/** JSONata's truth of a scalar; lists and objects have rules that the full evaluator knows. */
export function truth(value: Value | Slow): boolean | Slow {
  if (typeof value === 'object' && value !== null) return SLOW;
  return value === SLOW ? SLOW : Boolean(value);
}

function ofOne(call: (value: Value) => Value | Slow): FastFunction {
  return { arguments: 1, call: ([value]) => call(value) };
}

const ofNumber = (compute: (value: number) => number): FastFunction =>
  ofOne((value) => (typeof value === 'number' ? compute(value) : SLOW));

const ofNumbers = (compute: (...values: number[]) => number): FastFunction =>
  ofOne((values) => {
    const quick = Array.isArray(values) && values.length > 0 && values.length < 100;
    return quick && values.every((value) => typeof value === 'number') ? compute(...values) : SLOW;
  });

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/;
/** The year 9999 ends after it, ms. */
const LAST_FOUR_DIGIT_YEAR_MS = 253_402_300_799_999;
const BEYOND_ONE_UNIT = /[\ud800-\udfff]/;

function isoTime(ms: Value): string | Slow {
  // Other years are written in another way.
  const known = typeof ms === 'number' && Number.isInteger(ms) && ms >= 0 && ms <= LAST_FOUR_DIGIT_YEAR_MS;
  return known ? new Date(ms).toISOString() : SLOW;
}

export const FAST_FUNCTIONS: Readonly<Record<string, FastFunction>> = {
  exists: ofOne((value) => value !== undefined),
  not: ofOne((value) => {
    if (value === undefined) return undefined;
    const answer = truth(value);
    return answer === SLOW ? SLOW : !answer;
  }),
  string: ofOne((value) => {
    if (value === undefined || typeof value === 'string') return value;
    return typeof value === 'boolean' || Number.isSafeInteger(value) ? String(value) : SLOW;
  }),
  merge: ofOne((value) => {
    if (!Array.isArray(value) || !value.every(isObject)) return SLOW;
    return Object.assign({}, ...value) as JsonValue;
  }),
  ceil: ofNumber(Math.ceil),
  floor: ofNumber(Math.floor),
  abs: ofNumber(Math.abs),
  max: ofNumbers(Math.max),
  min: ofNumbers(Math.min),
  toMillis: ofOne((text) => {
    const ms = typeof text === 'string' && TIMESTAMP.test(text) ? Date.parse(text) : Number.NaN;
    return Number.isNaN(ms) ? SLOW : ms;
  }),
  fromMillis: ofOne(isoTime),
  millis: { arguments: 0, call: (_values, { nowMs }) => nowMs },
  now: { arguments: 0, call: (_values, { nowMs }) => isoTime(nowMs) },
  substring: {
    arguments: 3,
    call([text, start, length]) {
      if (typeof text !== 'string' || BEYOND_ONE_UNIT.test(text) || !isPosition(start)) return SLOW;
      return isPosition(length) ? text.slice(start, start + length) : SLOW;
    },
  },
};

function isPosition(value: Value): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
