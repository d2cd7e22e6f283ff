/**
 * The rows of a timeline: each lane's entries packed so that bars and their labels do not cover each other. A lane has
 * a bounded number of rows; what finds no room is counted in a bundle at its place, so that a history of thousands of
 * states stays drawable.
 */
import type { TimelineEntry } from '../api/shapes.ts';
import type { TimeAxis } from './time-axis.ts';

export type Lane = TimelineEntry['lane'];

export const LANES: Readonly<Record<Lane, string>> = {
  state: 'States',
  token: 'Tokens',
  signal: 'Signals',
  event: 'Events',
  notification: 'Notices',
  sla: 'Deadlines',
  eta: 'ETA',
  operator: 'Operators',
};

export interface PlacedEntry {
  readonly entry: TimelineEntry;
  readonly row: number;
  /** Pixels from the axis' begin. */
  readonly left: number;
  readonly width: number;
  readonly isMoment: boolean;
  /** The label stands inside the bar, else to its right, or to its left where the picture ends. */
  readonly label: 'inside' | 'after' | 'before';
}
/** Entries that found no row, gathered where they lie. */
export interface Bundle {
  readonly left: number;
  readonly entries: readonly TimelineEntry[];
}
export interface PlacedLane {
  readonly lane: Lane;
  readonly rows: number;
  readonly placed: readonly PlacedEntry[];
  readonly bundles: readonly Bundle[];
}

export interface LaneSizes {
  /** Pixels of the whole axis. */
  readonly width: number;
  /** Of one character of a label. */
  readonly characterWidth: number;
  /** Room behind the end of the axis for the label of what comes last. */
  readonly roomBehind: number;
  readonly maxRows: number;
}

const MOMENT_PX = 12;
const MIN_BAR_PX = 4;
const GAP_PX = 8;
const BUNDLE_PX = 48;

/** @param nowMs where bars of what still goes on end */
export function placeLanes(
  entries: readonly TimelineEntry[],
  axis: TimeAxis,
  { nowMs, sizes }: { nowMs: number; sizes: LaneSizes },
): readonly PlacedLane[] {
  return (Object.keys(LANES) as Lane[]).flatMap((lane) => {
    const own = entries.filter((entry) => entry.lane === lane);
    return own.length === 0 ? [] : [placeLane(lane, own, { axis, nowMs, sizes })];
  });
}

function placeLane(
  lane: Lane,
  entries: readonly TimelineEntry[],
  { axis, nowMs, sizes }: { axis: TimeAxis; nowMs: number; sizes: LaneSizes },
): PlacedLane {
  const rowEnds: number[] = [];
  const placed: PlacedEntry[] = [];
  const bundles = new Map<number, TimelineEntry[]>();
  const sorted = [...entries].sort((a, b) => Date.parse(a.from) - Date.parse(b.from));
  for (const entry of sorted) {
    const isMoment = entry.to === undefined && entry.isOpen !== true;
    const left = axis.at(Date.parse(entry.from)) * sizes.width;
    const end = entry.to === undefined ? nowMs : Date.parse(entry.to);
    const width = isMoment ? MOMENT_PX : Math.max(MIN_BAR_PX, axis.at(end) * sizes.width - left);
    const labelWidth = entry.label.length * sizes.characterWidth + 10;
    const label = labelPlace({ left, width, isMoment }, labelWidth, sizes);
    const begin = label === 'before' ? left - labelWidth : left;
    const free = rowEnds.findIndex((rowEnd) => rowEnd + GAP_PX <= begin);
    const row = free === -1 ? rowEnds.length : free;
    if (row >= sizes.maxRows) {
      const bucket = Math.floor(left / BUNDLE_PX);
      bundles.set(bucket, [...(bundles.get(bucket) ?? []), entry]);
      continue;
    }
    rowEnds[row] = left + width + (label === 'after' ? labelWidth : 0);
    placed.push({ entry, row, left, width, isMoment, label });
  }
  return {
    lane,
    rows: rowEnds.length + (bundles.size > 0 ? 1 : 0),
    placed,
    bundles: [...bundles].map(([bucket, gathered]) => ({ left: bucket * BUNDLE_PX, entries: gathered })),
  };
}

function labelPlace(
  { left, width, isMoment }: Pick<PlacedEntry, 'left' | 'width' | 'isMoment'>,
  labelWidth: number,
  { width: axisWidth, roomBehind }: LaneSizes,
): PlacedEntry['label'] {
  if (!isMoment && labelWidth <= width) return 'inside';
  const leavesPicture = left + width + labelWidth > axisWidth + roomBehind;
  return leavesPicture && labelWidth <= left ? 'before' : 'after';
}

/** Every moment at which something begins or ends, for the axis. */
export function momentsOf(entries: readonly TimelineEntry[], nowMs: number): readonly number[] {
  return entries.flatMap(({ from, to, isOpen }) => [
    Date.parse(from),
    ...(to === undefined ? [] : [Date.parse(to)]),
    ...(isOpen === true ? [nowMs] : []),
  ]);
}
