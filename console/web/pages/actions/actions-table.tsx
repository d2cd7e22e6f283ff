/** What operators did: who, when, why, and what became of it. */
import { Text } from '@mantine/core';
import { Link } from 'wouter';
import type { ActionRecord } from '../../api/shapes.ts';
import { fullTime } from '../../logic/format.ts';
import type { Word } from '../../logic/vocabulary.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { EmptyPanel } from '../../parts/panels.tsx';
import { OrderLink, WordBadge } from '../../parts/words.tsx';

const OUTCOMES: Readonly<Record<ActionRecord['outcome'], Word>> = {
  asked: { label: 'Asked', tone: 'moving' },
  done: { label: 'Done', tone: 'good' },
  refused: { label: 'Refused', tone: 'warn' },
};

const COLUMNS: readonly Column<ActionRecord>[] = [
  { name: 'at', head: 'At', cell: ({ at }) => <span className="po-mono">{fullTime(at).slice(0, 19)}</span> },
  { name: 'kind', head: 'Action', cell: ({ kind }) => kind },
  {
    name: 'subject',
    head: 'Order or job',
    cell: ({ orderId, jobId }) =>
      orderId !== undefined ? (
        <OrderLink orderId={orderId} />
      ) : jobId !== undefined ? (
        <Text component={Link} href={`/failures/replays/${encodeURIComponent(jobId)}`} className="po-mono" c="cyan">
          {jobId}
        </Text>
      ) : (
        '–'
      ),
  },
  { name: 'outcome', head: 'Outcome', cell: ({ outcome }) => <WordBadge word={OUTCOMES[outcome]} /> },
  { name: 'why', head: 'Reason', wraps: true, cell: ({ why }) => why },
  { name: 'message', head: 'Result', wraps: true, cell: ({ message }) => message ?? '' },
  { name: 'by', head: 'By', cell: ({ by }) => <span title={by}>{by.split('/').at(-1)}</span> },
];

export function ActionsTable({ actions }: { readonly actions: readonly ActionRecord[] }) {
  if (actions.length === 0) return <EmptyPanel title="Nobody has done anything yet" />;
  return <DataTable label="Actions" columns={COLUMNS} rows={actions} keyOf={({ actionId }) => actionId} />;
}
