import { describe, expect, test } from '@jest/globals';
import { UNBOUNDED_WIDTH, withoutColors } from './terminal.ts';
import { timeAxis } from './time-axis.ts';
import { timelineChart } from './timeline-chart.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('The compressed time axis', () => {
  test('keeps the order of moments and reaches both ends', () => {
    const axis = timeAxis([0, MINUTE, 12 * HOUR, 12 * HOUR + 2 * MINUTE], 80);
    const columns = [0, MINUTE, 6 * HOUR, 12 * HOUR, 12 * HOUR + 2 * MINUTE].map((ms) => axis.columnOf(ms));
    expect(columns).toEqual([...columns].sort((a, b) => a - b));
    expect(columns.at(0)).toBe(0);
    expect(columns.at(-1)).toBe(79);
  });

  test('draws a night of waiting so short that the minutes before and after it are to be seen', () => {
    const axis = timeAxis([0, MINUTE, 12 * HOUR, 12 * HOUR + MINUTE], 80);
    expect(axis.columnOf(MINUTE)).toBeGreaterThan(10);
    expect(axis.pieces.map(({ isCompressed }) => isCompressed)).toEqual([false, true, false]);
  });

  test('draws what lies outside at the nearer end', () => {
    const axis = timeAxis([1_000, 2_000], 10);
    expect([axis.columnOf(0), axis.columnOf(9_000)]).toEqual([0, 9]);
  });
});

describe('The chart of a timeline', () => {
  const now = '2018-07-23T12:00:00.000Z';
  const entries = [
    {
      lane: 'state',
      from: '2018-07-23T08:00:00.000Z',
      to: '2018-07-23T09:00:00.000Z',
      label: 'AwaitRoute',
      tone: 'neutral',
    },
    { lane: 'state', from: '2018-07-23T09:00:00.000Z', isOpen: true, label: 'AwaitDispatch', tone: 'neutral' },
    { lane: 'signal', from: '2018-07-23T09:00:00.000Z', label: 'RoutePlanned', tone: 'good' },
  ] as const;

  test('has a bar for each state, an arrow where one goes on, and a mark for each signal', () => {
    const lines = timelineChart(entries, now, 80).map(withoutColors);
    expect(lines[0]).toMatch(/^AwaitRoute +━+$/);
    expect(lines[1]).toMatch(/^AwaitDispatch +━+▶$/);
    expect(lines[2]).toMatch(/^signals +●$/);
    expect(lines.at(-1)).toMatch(/07-23 08:00 .*4 h.* 07-23 12:00$/);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('is left out where there is no terminal, and where there is nothing to draw', () => {
    expect(timelineChart(entries, now, UNBOUNDED_WIDTH)).toEqual([]);
    expect(timelineChart([], now, 80)).toEqual([]);
  });
});
