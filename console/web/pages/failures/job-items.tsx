/** The report of a replay: what became of every item, as far as it has come. */
import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useLive, useRead, useThrottled } from '../../api/hooks.ts';
import type { ReplayItem, ReplayItemPage, ReplayItemState, ReplayJob } from '../../api/shapes.ts';
import { countText, fullTime } from '../../logic/format.ts';
import { ITEM_WORDS, keysOf } from '../../logic/vocabulary.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Pager } from '../../parts/pager.tsx';
import { Card, EmptyPanel, Shown } from '../../parts/panels.tsx';
import { OrderLink, WordBadge } from '../../parts/words.tsx';

const PAGE = 100;

const COLUMNS: readonly Column<ReplayItem>[] = [
  { name: 'order', head: 'Order', cell: ({ orderId }) => <OrderLink orderId={orderId} isWhole /> },
  { name: 'state', head: 'State', cell: (item) => <WordBadge word={ITEM_WORDS[item.state]} /> },
  { name: 'mode', head: 'Way', cell: ({ mode }) => mode ?? '–' },
  {
    name: 'execution',
    head: 'Execution',
    cell: ({ replayedArn, executionArn }) => (
      <span className="po-mono" title={replayedArn ?? executionArn}>
        {(replayedArn ?? executionArn).split(':').at(-1)}
      </span>
    ),
  },
  { name: 'reason', head: 'Reason', wraps: true, cell: ({ reason }) => reason ?? '' },
  {
    name: 'started',
    head: 'Started',
    cell: ({ startedAt }) => (startedAt === undefined ? '–' : fullTime(startedAt).slice(0, 19)),
  },
  {
    name: 'ended',
    head: 'Ended',
    cell: ({ endedAt }) => (endedAt === undefined ? '–' : fullTime(endedAt).slice(0, 19)),
  },
];

export function JobItems({ job }: { readonly job: ReplayJob }) {
  const [state, setState] = useState<ReplayItemState | 'ALL'>('ALL');
  const [offset, setOffset] = useState(0);
  const items = useRead<ReplayItemPage>(
    `/replays/${encodeURIComponent(job.jobId)}/items?${state === 'ALL' ? '' : `state=${state}&`}offset=${offset}&limit=${PAGE}`,
  );
  const reload = useThrottled(items.reload, 1500);
  useLive('job', ({ jobId }) => jobId === job.jobId && reload());
  const states = keysOf(ITEM_WORDS).filter((each) => job.counts[each] > 0);
  return (
    <Card
      title="Report"
      side={
        <SegmentedControl
          size="xs"
          aria-label="State of items"
          value={state}
          onChange={(value) => {
            setState(value as ReplayItemState | 'ALL');
            setOffset(0);
          }}
          data={[
            { value: 'ALL', label: `All ${countText(job.total)}` },
            ...states.map((each) => ({
              value: each,
              label: `${ITEM_WORDS[each].label} ${countText(job.counts[each])}`,
            })),
          ]}
        />
      }
    >
      <Shown reading={items} what="the items">
        {(data) =>
          data.items.length === 0 ? (
            <EmptyPanel title="No item in this state" />
          ) : (
            <>
              <DataTable
                label="Items of the replay"
                rows={data.items}
                keyOf={({ executionArn }) => executionArn}
                columns={COLUMNS}
              />
              <Pager offset={offset} limit={PAGE} total={data.total} onMove={setOffset} />
            </>
          )
        }
      </Shown>
    </Card>
  );
}
