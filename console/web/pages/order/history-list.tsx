/**
 * The raw history, of any length: only the rows on the screen exist, and events are read in pages as they come into
 * view. An event that is chosen shows its details beside the list.
 */
import { Grid, Text } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { type ApiError, asApiError, read } from '../../api/client.ts';
import type { HistoryEventView, HistoryPage } from '../../api/shapes.ts';
import { fullTime } from '../../logic/format.ts';
import { EmptyPanel, ProblemPanel } from '../../parts/panels.tsx';
import { JsonText } from '../../parts/words.tsx';

const PAGE = 500;
const ROW_PX = 26;

export function HistoryList({ executionArn, total }: { readonly executionArn: string; readonly total: number }) {
  const scroller = useRef<HTMLDivElement>(null);
  const { events, ask, problem } = useEventPages(executionArn, total);
  const [chosen, choose] = useState<number>();
  const rows = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const shown = rows.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => ask(first, last), [ask, first, last]);
  if (total === 0) return <EmptyPanel title="The history is empty" />;
  const event = chosen === undefined ? undefined : events.get(chosen);
  return (
    <Grid gap={0}>
      <Grid.Col span={{ base: 12, md: 7 }}>
        {problem === undefined ? null : <ProblemPanel problem={problem} onRetry={() => ask(first, last)} />}
        <div
          ref={scroller}
          style={{ height: 480, overflow: 'auto', contain: 'strict' }}
          role="listbox"
          tabIndex={0}
          aria-label={`${total} events`}
          aria-activedescendant={chosen === undefined ? undefined : `event-${chosen}`}
          onKeyDown={(key) => {
            const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 18, PageUp: -18, End: total, Home: -total }[key.key];
            if (step === undefined) return;
            key.preventDefault();
            const next = Math.max(0, Math.min(total - 1, (chosen ?? -1) + step));
            choose(next);
            rows.scrollToIndex(next);
          }}
        >
          <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
            {shown.map(({ index, start }) => (
              <EventRow
                key={index}
                index={index}
                top={start}
                event={events.get(index)}
                isChosen={index === chosen}
                onChoose={() => choose(index)}
              />
            ))}
          </div>
        </div>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 5 }} p="sm" style={{ borderLeft: '1px solid var(--po-line)' }}>
        {event === undefined ? (
          <EmptyPanel title="Choose an event">Its details stand here, with the names of the API.</EmptyPanel>
        ) : (
          <>
            <Text size="sm" fw={600}>
              {event.id} {event.type}
            </Text>
            <Text size="xs" className="po-quiet" mb={6}>
              {fullTime(event.at)}, after event {event.previousEventId}
            </Text>
            <JsonText text={JSON.stringify(event.details)} label="details" />
          </>
        )}
      </Grid.Col>
    </Grid>
  );
}

function EventRow(props: {
  readonly index: number;
  readonly top: number;
  readonly event: HistoryEventView | undefined;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}) {
  const { event, isChosen, top, index } = props;
  const isBad = event !== undefined && /Failed|TimedOut|Aborted/.test(event.type);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keys
    <div
      id={`event-${index}`}
      role="option"
      aria-selected={isChosen}
      tabIndex={-1}
      onClick={props.onChoose}
      className="po-mono"
      style={{
        position: 'absolute',
        top,
        height: ROW_PX,
        lineHeight: `${ROW_PX}px`,
        left: 0,
        right: 0,
        padding: '0 12px',
        whiteSpace: 'nowrap',
        overflow: 'hidden',
        cursor: 'pointer',
        ...(isChosen ? { background: 'var(--po-hover)' } : {}),
        ...(isBad ? { color: 'var(--po-bad)' } : {}),
      }}
    >
      {event === undefined ? (
        <span className="po-quiet">{index + 1} …</span>
      ) : (
        <>
          <span className="po-quiet">{String(event.id).padStart(5, '\u2007')}</span> {fullTime(event.at).slice(5)}{' '}
          {event.type} <span className="po-quiet">{subjectOf(event)}</span>
        </>
      )}
    </div>
  );
}

/** The state or error that an event is about, where it has one. */
function subjectOf({ details }: HistoryEventView): string {
  const flat = Object.values(details).flatMap((value) =>
    typeof value === 'object' && value !== null ? [value as Readonly<Record<string, unknown>>] : [],
  );
  for (const each of [details, ...flat]) {
    const subject = each['name'] ?? each['error'] ?? each['resource'];
    if (typeof subject === 'string') return subject;
  }
  return '';
}

/** Pages of events as they are asked for, each read once. */
function useEventPages(executionArn: string, total: number) {
  const [events, setEvents] = useState<ReadonlyMap<number, HistoryEventView>>(new Map());
  const [problem, setProblem] = useState<ApiError>();
  const asked = useRef(new Set<string>());
  const ask = useRef((_first: number, _last: number): void => undefined);
  ask.current = (first, last) => {
    for (let page = Math.floor(first / PAGE); page <= Math.floor(last / PAGE); page++) {
      // A history that has grown has more on its last page than was read.
      const size = Math.min(PAGE, total - page * PAGE);
      const key = `${page} ${size}`;
      if (size <= 0 || asked.current.has(key)) continue;
      asked.current.add(key);
      const path = `/executions/${encodeURIComponent(executionArn)}/events?from=${page * PAGE}&limit=${PAGE}`;
      read<HistoryPage>(path).then(
        (answer) => {
          setProblem(undefined);
          setEvents((before) => {
            const next = new Map(before);
            for (const [index, event] of answer.events.entries()) next.set(page * PAGE + index, event);
            return next;
          });
        },
        (error: unknown) => {
          asked.current.delete(key);
          setProblem(asApiError(error));
        },
      );
    }
  };
  const [stableAsk] = useState(() => (first: number, last: number) => ask.current(first, last));
  return { events, ask: stableAsk, problem };
}
