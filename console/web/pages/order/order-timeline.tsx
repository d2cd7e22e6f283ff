/**
 * The order's life on one axis that compresses long waits: a lane each for states, tokens, signals, events, notices,
 * deadlines, ETA crossings and operators. Compressed stretches are hatched and say how long they are.
 */
import './order-timeline.css';
import { Box, Group, SegmentedControl, Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { OrderTraceView, TimelineEntry } from '../../api/shapes.ts';
import { between, fullTime, spanText } from '../../logic/format.ts';
import { type TimeAxis, timeAxis } from '../../logic/time-axis.ts';
import { LANES, momentsOf, type PlacedLane, placeLanes } from '../../logic/timeline-lanes.ts';
import { EmptyPanel } from '../../parts/panels.tsx';
import { AxisMarks, AxisTicks, BundleMark, EntryMark, ROW_PX } from './timeline-marks.tsx';

const MAX_ROWS = 7;
const CHARACTER_PX = 6.2;
/** Names of the lanes, and room for the label of what comes last. */
const NAMES_PX = 90;
const BEHIND_PX = 60;
const SHOWN_AT_ONCE = 40;

export function OrderTimeline({
  trace,
  selected,
  onSelect,
}: {
  readonly trace: OrderTraceView;
  readonly selected?: string;
  readonly onSelect: (ref: string) => void;
}) {
  const { ref, width } = useElementSize();
  const [zoom, setZoom] = useState(1);
  const [shown, setShown] = useState<readonly TimelineEntry[]>([]);
  const nowMs = Date.parse(trace.now);
  const axis = useMemo(() => timeAxis(momentsOf(trace.timeline, nowMs)), [trace.timeline, nowMs]);
  const axisWidth = Math.max(480, width - NAMES_PX - BEHIND_PX) * zoom;
  const lanes = useMemo(
    () =>
      placeLanes(trace.timeline, axis, {
        nowMs,
        sizes: { width: axisWidth, characterWidth: CHARACTER_PX, roomBehind: BEHIND_PX, maxRows: MAX_ROWS },
      }),
    [trace.timeline, axis, nowMs, axisWidth],
  );
  if (trace.timeline.length === 0) return <EmptyPanel title="Nothing has happened yet" />;
  const pick = (entries: readonly TimelineEntry[]): void => {
    setShown(entries);
    const [only] = entries;
    if (entries.length === 1 && only?.ref !== undefined) onSelect(only.ref);
  };
  return (
    <Box ref={ref} p="sm">
      <Group justify="space-between" mb={6} gap="xs">
        <Text size="xs" className="po-quiet">
          {spanText((axis.endMs - axis.startMs) / 1000)} in all; hatched stretches are compressed
        </Text>
        <SegmentedControl
          size="xs"
          aria-label="Width of the timeline"
          value={`${zoom}`}
          onChange={(value) => setZoom(Number(value))}
          data={[
            { value: '1', label: 'Whole' },
            { value: '2', label: '2×' },
            { value: '5', label: '5×' },
          ]}
        />
      </Group>
      <Lanes
        axis={axis}
        lanes={lanes}
        axisWidth={axisWidth}
        zoom={zoom}
        focus={shown[0] === undefined ? undefined : axis.at(Date.parse(shown[0].from))}
        selected={selected}
        onPick={pick}
      />
      <div className="po-tl-detail" aria-live="polite">
        {shown.length === 0 ? (
          <span className="po-quiet">Choose an entry for its times and details.</span>
        ) : (
          shown
            .slice(0, SHOWN_AT_ONCE)
            .map((entry) => <EntryDetail key={`${entry.from} ${entry.label}`} entry={entry} />)
        )}
        {shown.length > SHOWN_AT_ONCE ? <div className="po-quiet">and {shown.length - SHOWN_AT_ONCE} more</div> : null}
      </div>
    </Box>
  );
}

function Lanes({
  axis,
  lanes,
  axisWidth,
  zoom,
  focus,
  selected,
  onPick,
}: {
  readonly axis: TimeAxis;
  readonly lanes: readonly PlacedLane[];
  readonly axisWidth: number;
  readonly zoom: number;
  /** What stays in the middle when the width changes, 0 to 1; the middle of what is seen where it is undefined. */
  readonly focus: number | undefined;
  readonly selected: string | undefined;
  readonly onPick: (entries: readonly TimelineEntry[]) => void;
}) {
  const scroller = useRef<HTMLElement>(null);
  const before = useRef(axisWidth);
  useEffect(() => {
    const { current } = scroller;
    if (current === null || before.current === axisWidth) return;
    const middle = (current.scrollLeft + current.clientWidth / 2) / before.current;
    const isBegin = zoom === 1 && focus === undefined;
    current.scrollLeft = isBegin ? 0 : (focus ?? middle) * axisWidth - current.clientWidth / 2;
    before.current = axisWidth;
  }, [axisWidth, zoom, focus]);
  return (
    <div className="po-tl">
      <div className="po-tl-names" aria-hidden="true">
        {lanes.map(({ lane, rows }) => (
          <div key={lane} style={{ height: rows * ROW_PX + 6 }}>
            {LANES[lane]}
          </div>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the axis is scrolled by the keyboard */}
      <section className="po-tl-scroll" tabIndex={0} ref={scroller} aria-label="Lanes">
        <div style={{ width: axisWidth + BEHIND_PX, position: 'relative' }}>
          <AxisMarks axis={axis} width={axisWidth} />
          <div style={{ height: 16 }} />
          {lanes.map(({ lane, rows, placed, bundles }) => (
            <ul key={lane} className="po-tl-lane" style={{ height: rows * ROW_PX + 6 }} aria-label={LANES[lane]}>
              {placed.map((each) => (
                <EntryMark
                  key={`${each.entry.from} ${each.entry.label} ${each.row}`}
                  placed={each}
                  isSelected={each.entry.ref !== undefined && each.entry.ref === selected}
                  onPick={onPick}
                />
              ))}
              {bundles.map((bundle) => (
                <BundleMark key={bundle.left} bundle={bundle} row={rows - 1} onPick={onPick} />
              ))}
            </ul>
          ))}
          <AxisTicks axis={axis} width={axisWidth} isWhole={zoom === 1} />
        </div>
      </section>
    </div>
  );
}

function EntryDetail({ entry }: { readonly entry: TimelineEntry }) {
  return (
    <div>
      <b>{entry.label}</b> <span className="po-quiet">{LANES[entry.lane].toLowerCase()}</span>{' '}
      <span className="po-mono">{fullTime(entry.from)}</span>
      {entry.to === undefined ? (
        entry.isOpen === true ? (
          ' and still goes on'
        ) : null
      ) : (
        <>
          {' '}
          to <span className="po-mono">{fullTime(entry.to)}</span> ({between(entry.from, entry.to)})
        </>
      )}
      {entry.detail === undefined ? null : <div className="po-quiet">{entry.detail}</div>}
    </div>
  );
}
