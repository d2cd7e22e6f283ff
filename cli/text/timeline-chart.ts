/**
 * The lanes of an order's timeline as a chart: bars for what lasts, marks for moments, on one axis on which long waits are
 * compressed. It is drawn where there is a terminal; the story below it has every entry.
 */
import colors from 'picocolors';
import type { TimelineEntry } from '../../operations/index.ts';
import { cut, shortTime, spanText } from './terminal.ts';
import { type TimeAxis, timeAxis } from './time-axis.ts';

type Lane = TimelineEntry['lane'];
type Tone = TimelineEntry['tone'];

const LANES: readonly Lane[] = ['state', 'token', 'signal', 'event', 'notification', 'eta', 'sla', 'operator'];
/** Of the lanes that are one line. */
const LANE_NAMES: Readonly<Record<Lane, string>> = {
  state: 'states',
  token: 'tokens',
  signal: 'signals',
  event: 'events',
  notification: 'notifications',
  eta: 'expected arrival',
  sla: 'deadlines',
  operator: 'operators',
};
/** Lanes of few, telling entries get a line for each label; of the others all share one. */
const LINE_PER_LABEL: ReadonlySet<Lane> = new Set(['state', 'sla']);
const MAX_LINES_OF_LANE = 16;
const LABEL_WIDTH = 24;
const NARROWEST_CHART = 24;

const TONE_RANK: Readonly<Record<Tone, number>> = { neutral: 0, good: 1, warn: 2, bad: 3 };
const TONE_COLORS: Readonly<Record<Tone, (text: string) => string>> = {
  neutral: String,
  good: colors.green,
  warn: colors.yellow,
  bad: colors.red,
};

/** @returns nothing where the terminal is too narrow, or none, or there is no stretch of time to draw */
export function timelineChart(entries: readonly TimelineEntry[], now: string, width: number): readonly string[] {
  const columns = Math.min(width, 200) - LABEL_WIDTH - 2;
  if (!Number.isFinite(width) || columns < NARROWEST_CHART || entries.length === 0) return [];
  const moments = entries.flatMap((entry) => [Date.parse(entry.from), endMs(entry, now)]);
  const axis = timeAxis(moments, columns);
  if (axis.pieces.length === 0) return [];
  const lines = LANES.flatMap((lane) => laneLines(lane, entries, axis, now));
  return [...lines, ...axisLines(axis)];
}

const endMs = ({ from, to, isOpen = false }: TimelineEntry, now: string): number => {
  const start = Date.parse(from);
  return Math.max(start, Date.parse(to ?? (isOpen ? now : from)));
};

function laneLines(lane: Lane, entries: readonly TimelineEntry[], axis: TimeAxis, now: string): string[] {
  const inLane = entries.filter((entry) => entry.lane === lane);
  const groups = new Map<string, TimelineEntry[]>();
  for (const entry of inLane) {
    const name = LINE_PER_LABEL.has(lane) ? entry.label : LANE_NAMES[lane];
    groups.set(name, [...(groups.get(name) ?? []), entry]);
  }
  const lines = [...groups].map(
    ([name, group]) => `${cut(name, LABEL_WIDTH).padEnd(LABEL_WIDTH)}  ${drawn(group, axis, now)}`,
  );
  if (lines.length <= MAX_LINES_OF_LANE) return lines;
  return [...lines.slice(0, MAX_LINES_OF_LANE), colors.dim(`and ${lines.length - MAX_LINES_OF_LANE} more`)];
}

/** Later and graver entries are drawn over the others. */
function drawn(entries: readonly TimelineEntry[], axis: TimeAxis, now: string): string {
  const cells: { char: string; tone: Tone }[] = Array.from({ length: axis.columns }, () => ({
    char: ' ',
    tone: 'neutral',
  }));
  for (const entry of [...entries].sort((a, b) => TONE_RANK[a.tone] - TONE_RANK[b.tone])) {
    const from = axis.columnOf(Date.parse(entry.from));
    const to = axis.columnOf(endMs(entry, now));
    const isMoment = entry.to === undefined && entry.isOpen !== true;
    for (let column = from; column <= to; column += 1) {
      const isHead = entry.isOpen === true && column === to;
      cells[column] = { char: isMoment ? '●' : isHead ? '▶' : '━', tone: entry.tone };
    }
  }
  return cells
    .map(({ char, tone }) => TONE_COLORS[tone](char))
    .join('')
    .trimEnd();
}

/** The axis: `┄` where time is compressed, its ends, and the longest wait that was. */
function axisLines({ pieces, columns }: TimeAxis): string[] {
  const line = Array.from({ length: columns }, () => '─');
  for (const { isCompressed, fromColumn, toColumn } of pieces) {
    if (isCompressed) line.fill('┄', Math.ceil(fromColumn), Math.floor(toColumn) + 1);
  }
  const first = pieces[0]?.fromMs ?? 0;
  const last = pieces.at(-1)?.toMs ?? first;
  const begin = shortTime(new Date(first).toISOString());
  const end = shortTime(new Date(last).toISOString());
  const middle = `${spanText((last - first) / 1_000)}${pieces.some(({ isCompressed }) => isCompressed) ? ', ┄ is compressed' : ''}`;
  const gap = Math.max(columns - begin.length - end.length, middle.length + 2);
  const left = Math.floor((gap - middle.length) / 2);
  const indent = ' '.repeat(LABEL_WIDTH + 2);
  return [
    colors.dim(`${indent}${line.join('')}`),
    colors.dim(`${indent}${begin}${' '.repeat(left)}${middle}${' '.repeat(gap - left - middle.length)}${end}`),
  ];
}
