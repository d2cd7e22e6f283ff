/** What a timeline is drawn of: the axis with its compressed stretches and times, bars, moments and bundles. */
import type { TimelineEntry } from '../../api/shapes.ts';
import { clockText, fullTime, spanText } from '../../logic/format.ts';
import { axisTicks, type TimeAxis } from '../../logic/time-axis.ts';
import type { Bundle, PlacedEntry } from '../../logic/timeline-lanes.ts';
import { TIMELINE_TONES, TONE_VARIABLES } from '../../theme.ts';

export const ROW_PX = 20;
const TICK_PX = 96;
const SMALLEST_HATCH_PX = 6;
const LABELLED_HATCH_PX = 64;
/** Where a moment's mark ends, from its time. */
const MOMENT_END_PX = 9;

interface AxisProps {
  readonly axis: TimeAxis;
  /** Pixels of the whole axis. */
  readonly width: number;
}
type Pick = (entries: readonly TimelineEntry[]) => void;

export function AxisMarks({ axis, width }: AxisProps) {
  return (
    <>
      {axis.pieces.map(({ fromMs, toMs, from, to, isCompressed }) => {
        const pixels = (to - from) * width;
        if (!isCompressed || pixels < SMALLEST_HATCH_PX) return null;
        const span = spanText((toMs - fromMs) / 1000);
        return (
          <div
            key={fromMs}
            className="po-tl-compressed"
            style={{ left: from * width, width: pixels }}
            title={`${span}, compressed`}
          >
            {pixels > LABELLED_HATCH_PX ? span : ''}
          </div>
        );
      })}
      {axisTicks(axis, TICK_PX / width).map(({ position }) => (
        <div key={position} className="po-tl-line" style={{ left: position * width }} />
      ))}
    </>
  );
}

export function AxisTicks({ axis, width, isWhole }: AxisProps & { readonly isWhole: boolean }) {
  const ticks = axisTicks(axis, TICK_PX / width);
  const start = new Date(axis.startMs).toISOString();
  return (
    <div className="po-tl-ticks">
      {ticks.map(({ ms, position }, index) => (
        <span key={position} style={{ left: position * width }} data-end={index === ticks.length - 1 && isWhole}>
          {clockText(new Date(ms).toISOString(), start)}
        </span>
      ))}
    </div>
  );
}

export function EntryMark({
  placed,
  isSelected,
  onPick,
}: {
  readonly placed: PlacedEntry;
  readonly isSelected: boolean;
  readonly onPick: Pick;
}) {
  const { entry, row, left, width, isMoment, label } = placed;
  const color = TONE_VARIABLES[TIMELINE_TONES[entry.tone]];
  return (
    <li style={{ left, top: row * ROW_PX + 3, width: isMoment ? MOMENT_END_PX : width }}>
      <button
        type="button"
        className="po-tl-entry"
        data-selected={isSelected}
        data-open={entry.isOpen === true}
        data-label={label}
        title={`${entry.label}\n${fullTime(entry.from)}${entry.to === undefined ? '' : ` to ${fullTime(entry.to)}`}`}
        onClick={() => onPick([entry])}
      >
        <span
          className={isMoment ? 'po-tl-moment' : 'po-tl-bar'}
          style={isMoment ? { background: color } : { width, backgroundColor: color }}
        >
          {label === 'inside' ? entry.label : ''}
        </span>
        {label === 'inside' ? null : <span className="po-tl-label">{entry.label}</span>}
      </button>
    </li>
  );
}

export function BundleMark({
  bundle,
  row,
  onPick,
}: {
  readonly bundle: Bundle;
  readonly row: number;
  readonly onPick: Pick;
}) {
  return (
    <li style={{ left: bundle.left, top: row * ROW_PX + 3 }}>
      <button type="button" className="po-tl-bundle" onClick={() => onPick(bundle.entries)}>
        +{bundle.entries.length}
      </button>
    </li>
  );
}
