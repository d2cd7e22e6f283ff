import { describe, expect, test } from '@jest/globals';
import { parseSchedule } from './schedule.ts';

const start = Date.parse('2026-01-01T00:00:30Z');
const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 16));

describe('a schedule', () => {
  test('rate counts from the start and stays aligned to it', () => {
    const next = parseSchedule('rate(5 minutes)', start);
    expect(next(start)).toBe(start + 300_000);
    expect(next(start + 300_000)).toBe(start + 600_000);
    expect(next(start + 300_001)).toBe(start + 600_000);
  });

  test.each([
    ['cron(0 12 * * ? *)', '2026-01-01T12:00'],
    ['cron(15/20 * * * ? *)', '2026-01-01T00:15'],
    ['cron(0 9 ? * MON-FRI *)', '2026-01-01T09:00'],
    ['cron(0 9 ? * SUN *)', '2026-01-04T09:00'],
    ['cron(0 8 1 * ? *)', '2026-01-01T08:00'],
    ['cron(0 8 L * ? *)', '2026-01-31T08:00'],
    ['cron(0 8 31W * ? *)', '2026-01-30T08:00'],
    ['cron(0 8 ? * 2#2 *)', '2026-01-12T08:00'],
    ['cron(0 8 ? * 6L *)', '2026-01-30T08:00'],
    ['cron(0 0 29 FEB ? *)', '2028-02-29T00:00'],
    ['cron(0 0 1 1 ? 2025)', undefined],
    ['at(2026-03-01T10:00:00)', '2026-03-01T10:00'],
    ['at(2025-03-01T10:00:00)', undefined],
  ])('%s is next due at %s', (expression, expected) => {
    expect(iso(parseSchedule(expression, start)(start))).toBe(expected);
  });

  test.each([
    'rate(1 minutes)',
    'rate(2 minute)',
    'rate(0 minutes)',
    'cron(0 12 * * * *)',
    'cron(61 12 * * ? *)',
    'every(1 day)',
  ])('%s is refused', (expression) => {
    expect(() => parseSchedule(expression, start)).toThrow('ScheduleExpression is not valid');
  });
});
