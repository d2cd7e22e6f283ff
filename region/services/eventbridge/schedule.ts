/**
 * Schedule expressions `rate(...)`, `cron(...)` and `at(...)` as functions that give the next due time. A rate counts
 * from the moment its rule was made; a cron is evaluated in UTC at whole minutes.
 */
import { AwsError } from '../../errors.ts';

/** The first due time strictly after `afterMs`, or undefined when there is none. */
export type Schedule = (afterMs: number) => number | undefined;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const UNIT_MS: Readonly<Record<string, number>> = { minute: MINUTE_MS, hour: 60 * MINUTE_MS, day: DAY_MS };
const LAST_YEAR = 2199;

/** @param startMs when the rule was made: rates are aligned to it. Throws `ValidationException`. */
export function parseSchedule(expression: string, startMs: number): Schedule {
  const match = /^(rate|cron|at)\((.+)\)$/.exec(expression.trim());
  if (match === null) throw invalid(expression);
  const [, kind, body = ''] = match;
  if (kind === 'rate') return parseRate(body, startMs, expression);
  if (kind === 'at') return parseAt(body, expression);
  return parseCron(body, expression);
}

function invalid(expression: string): AwsError {
  return new AwsError('ValidationException', `Parameter ScheduleExpression is not valid: ${expression}`);
}

function parseRate(body: string, startMs: number, expression: string): Schedule {
  const match = /^(\d+) (minute|hour|day)(s?)$/.exec(body.trim());
  if (match === null) throw invalid(expression);
  const count = Number(match[1]);
  const unitMs = UNIT_MS[match[2] ?? ''] ?? 0;
  if (count < 1 || (count === 1) !== (match[3] === '')) throw invalid(expression);
  const periodMs = count * unitMs;
  return (afterMs) => startMs + Math.max(1, Math.floor((afterMs - startMs) / periodMs) + 1) * periodMs;
}

function parseAt(body: string, expression: string): Schedule {
  const dueMs = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(body) ? Date.parse(`${body}Z`) : Number.NaN;
  if (Number.isNaN(dueMs)) throw invalid(expression);
  return (afterMs) => (dueMs > afterMs ? dueMs : undefined);
}

interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** 1 is Sunday, as in the expressions. */
  readonly weekday: number;
  readonly daysInMonth: number;
}

type DayTest = (day: Day) => boolean;

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

function parseCron(body: string, expression: string): Schedule {
  const fields = body.trim().split(/\s+/);
  if (fields.length !== 6) throw invalid(expression);
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = fields;
  // Exactly one of the two day fields may be left open.
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) throw invalid(expression);
  const numbers = (text: string, low: number, high: number, names: readonly string[] = []) => {
    const values = expand(text, low, high, names);
    if (values === undefined) throw invalid(expression);
    return values;
  };
  const minutes = [...numbers(minute, 0, 59)].sort((a, b) => a - b);
  const hours = [...numbers(hour, 0, 23)].sort((a, b) => a - b);
  const months = numbers(month, 1, 12, MONTHS);
  const years = numbers(year, 1970, LAST_YEAR);
  const dayMatches: DayTest =
    dayOfWeek === '?'
      ? dayOfMonthTest(dayOfMonth, (text) => numbers(text, 1, 31))
      : dayOfWeekTest(dayOfWeek, (text) => numbers(text, 1, 7, WEEKDAYS));
  return (afterMs) => nextCron(afterMs, { minutes, hours, months, years, dayMatches });
}

interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly months: ReadonlySet<number>;
  readonly years: ReadonlySet<number>;
  readonly dayMatches: DayTest;
}

function nextCron(afterMs: number, cron: Cron): number | undefined {
  const firstMs = (Math.floor(afterMs / MINUTE_MS) + 1) * MINUTE_MS;
  for (let dayMs = Math.floor(firstMs / DAY_MS) * DAY_MS; ; dayMs += DAY_MS) {
    const day = dayOf(dayMs);
    if (day.year > LAST_YEAR) return undefined;
    if (!cron.years.has(day.year) || !cron.months.has(day.month) || !cron.dayMatches(day)) continue;
    for (const hour of cron.hours) {
      for (const minute of cron.minutes) {
        const dueMs = dayMs + (hour * 60 + minute) * MINUTE_MS;
        if (dueMs >= firstMs) return dueMs;
      }
    }
  }
}

function dayOf(dayMs: number): Day {
  const date = new Date(dayMs);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth() + 1;
  return {
    year,
    month,
    day: date.getUTCDate(),
    weekday: date.getUTCDay() + 1,
    daysInMonth: new Date(Date.UTC(year, month, 0)).getUTCDate(),
  };
}

function dayOfMonthTest(text: string, numbers: (text: string) => ReadonlySet<number>): DayTest {
  if (text === 'L') return (day) => day.day === day.daysInMonth;
  const nearest = /^(\d{1,2})W$/.exec(text);
  if (nearest !== null) {
    const wanted = Number(nearest[1]);
    return (day) => day.day === nearestWeekday(wanted, day);
  }
  const days = numbers(text);
  return (day) => days.has(day.day);
}

/** The weekday of the month that is nearest to day `wanted`, without leaving the month. */
function nearestWeekday(wanted: number, day: Day): number {
  const target = Math.min(wanted, day.daysInMonth);
  const weekday = (((day.weekday - 1 + target - day.day) % 7) + 7) % 7;
  if (weekday === 6) return target === 1 ? 3 : target - 1;
  if (weekday === 0) return target === day.daysInMonth ? target - 2 : target + 1;
  return target;
}

function dayOfWeekTest(text: string, numbers: (text: string) => ReadonlySet<number>): DayTest {
  if (text === 'L') return (day) => day.weekday === 7;
  const special = /^(\w+?)(?:L|#([1-5]))$/.exec(text);
  if (special !== null) {
    const weekdays = numbers(special[1] ?? '');
    const nth = special[2];
    return (day) =>
      weekdays.has(day.weekday) &&
      (nth === undefined ? day.day + 7 > day.daysInMonth : Math.ceil(day.day / 7) === Number(nth));
  }
  const weekdays = numbers(text);
  return (day) => weekdays.has(day.weekday);
}

/** The values of a list of `*`, numbers, names, ranges and increments; undefined when it is not one. */
function expand(text: string, low: number, high: number, names: readonly string[]): ReadonlySet<number> | undefined {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part);
    if (match === null) return undefined;
    const [, first = '', last, step] = match;
    const from = first === '*' ? low : numberOf(first, low, names);
    let to = last === undefined ? from : numberOf(last, low, names);
    if (last === undefined && (first === '*' || step !== undefined)) to = high;
    const increment = step === undefined ? 1 : Number(step);
    if (!(from >= low && to <= high && from <= to && increment >= 1)) return undefined;
    for (let value = from; value <= to; value += increment) values.add(value);
  }
  return values;
}

function numberOf(text: string, low: number, names: readonly string[]): number {
  const named = names.indexOf(text.toUpperCase());
  return named >= 0 ? named + low : /^\d+$/.test(text) ? Number(text) : Number.NaN;
}
