/** The timeline as a story: one line an entry in the order of time, and a line for each long silence between them. */
import colors from 'picocolors';
import type { TimelineEntry } from '../../operations/index.ts';
import { cut, oneLine, secondsBetween, spanText, timeText } from './terminal.ts';

/** A silence this long gets a line. */
const SILENCE_SECONDS = 600;

const MARKS: Readonly<Record<TimelineEntry['lane'], string>> = {
  state: '■',
  token: '⧗',
  signal: '→',
  event: '·',
  notification: '✉',
  sla: '!',
  eta: '~',
  operator: '@',
};
const TONES: Readonly<Record<TimelineEntry['tone'], (text: string) => string>> = {
  neutral: String,
  good: colors.green,
  warn: colors.yellow,
  bad: colors.red,
};

export const STORY_LEGEND = Object.entries(MARKS)
  .map(([lane, mark]) => `${mark} ${lane}`)
  .join('  ');

export function timelineStory(entries: readonly TimelineEntry[], now: string, width: number): readonly string[] {
  const ordered = [...entries].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  return ordered.flatMap((entry, index) => {
    const before = ordered[index - 1];
    const silence = before === undefined ? 0 : secondsBetween(before.from, entry.from);
    const gap = silence >= SILENCE_SECONDS ? [colors.dim(`${' '.repeat(19)}  ┆ ${spanText(silence)}`)] : [];
    return [...gap, entryLine(entry, now, width)];
  });
}

function entryLine(entry: TimelineEntry, now: string, width: number): string {
  const { lane, from, to, isOpen = false, label, tone, detail } = entry;
  const span = isOpen ? `, open for ${spanText(secondsBetween(from, now))}` : lasted(from, to);
  const text = `${MARKS[lane]} ${oneLine(label)}${span}${detail === undefined ? '' : `  ${oneLine(detail)}`}`;
  return `${colors.dim(timeText(from))}  ${TONES[tone](cut(text, width - 21))}`;
}

const lasted = (from: string, to: string | undefined): string =>
  to === undefined || to === from ? '' : `, ${spanText(secondsBetween(from, to))}`;
