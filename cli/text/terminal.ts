/** How wide the terminal is, and how times and spans of time are written in it. */

/** Where nobody watches, nothing is cut: lines go to a file or to another program. */
export const UNBOUNDED_WIDTH = Number.POSITIVE_INFINITY;
const NARROWEST = 40;

/** Columns of the stream; unbounded where it is no terminal. */
export function widthOf(stream: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>): number {
  return stream.isTTY ? Math.max(stream.columns, NARROWEST) : UNBOUNDED_WIDTH;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences
const COLORS = /\u001b\[[0-9;]*m/g;
/** What would move the cursor or ring the bell; causes of errors come from anywhere. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]+/g;

export const withoutColors = (text: string): string => text.replace(COLORS, '');
/** On one line and harmless to a terminal. */
export const oneLine = (text: string): string => text.replace(CONTROLS, ' ').trim();

/** Cut to `width` characters, with a mark where something is missing. */
export function cut(text: string, width: number): string {
  if (text.length <= width) return text;
  return width <= 1 ? '…'.slice(0, Math.max(width, 0)) : `${text.slice(0, width - 1)}…`;
}

/** `2018-07-20 08:30:00`, UTC. */
export const timeText = (iso: string | undefined): string =>
  iso === undefined ? '' : iso.slice(0, 19).replace('T', ' ');
/** `20 08:30`: of a day that is known. */
export const shortTime = (iso: string | undefined): string =>
  iso === undefined ? '' : `${iso.slice(5, 10)} ${iso.slice(11, 16)}`;

/** In at most two units: `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function spanText(seconds: number): string {
  const size = Math.abs(seconds);
  const sign = seconds < 0 ? '-' : '';
  if (size > 0 && size < 10 && !Number.isInteger(size)) return `${sign}${size.toFixed(size < 0.1 ? 3 : 1)} s`;
  const whole = Math.round(size);
  if (whole < 60) return `${sign}${whole} s`;
  const [large, small, units] =
    whole < 3_600
      ? [Math.floor(whole / 60), whole % 60, ['min', 's']]
      : whole < 86_400
        ? [Math.floor(whole / 3_600), Math.floor((whole % 3_600) / 60), ['h', 'min']]
        : [Math.floor(whole / 86_400), Math.floor((whole % 86_400) / 3_600), ['d', 'h']];
  return `${sign}${large} ${units[0]}${small === 0 ? '' : ` ${small} ${units[1]}`}`;
}

/** Seconds from one time to another. */
export const secondsBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1_000;

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
