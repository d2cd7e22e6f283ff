/** Waits that need a hand, by kind, each with its remedies; and the signal ledger of any order. */
import { Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useState } from 'react';
import { useLatest, useRead } from '../../api/hooks.ts';
import type { StuckKind, StuckWait } from '../../api/shapes.ts';
import { countText, spanText } from '../../logic/format.ts';
import { keysOf, STUCK_WORDS } from '../../logic/vocabulary.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Card, EmptyPanel, Shown } from '../../parts/panels.tsx';
import { OrderLink, WordBadge } from '../../parts/words.tsx';
import { useMayOperate } from '../../session.ts';
import { Ledger } from './ledger.tsx';
import { type AskedRemedy, type Remedy, RemedyDialog } from './remedy-dialog.tsx';

export function WaitsPage() {
  useDocumentTitle('Stuck waits · Perfect Order');
  const waits = useRead<readonly StuckWait[]>('/waits');
  const { data: summary } = useLatest('summary', '/summary');
  const [kind, setKind] = useState<Kind>('ALL');
  const [asked, ask] = useState<AskedRemedy>();
  const mayOperate = useMayOperate();
  const all = waits.data ?? [];
  const shown = all.filter((wait) => kind === 'ALL' || wait.kind === kind);
  // The list is read when the page opens; the count goes on. A difference is offered, not sprung on who reads.
  const isBehind = summary !== undefined && waits.data !== undefined && summary.stuck !== all.length;
  return (
    <Stack gap={10}>
      <Card
        title="Stuck waits"
        side={
          <Group gap={8}>
            {all.length === 0 ? null : <KindControl waits={all} kind={kind} onKind={setKind} />}
            <Button
              size="xs"
              variant={isBehind ? 'filled' : 'default'}
              onClick={waits.reload}
              loading={waits.isLoading}
            >
              {isBehind ? `Look again: now ${countText(summary.stuck)}` : 'Look again'}
            </Button>
          </Group>
        }
      >
        <Shown reading={waits} what="the waits">
          {() =>
            shown.length === 0 ? (
              <EmptyPanel title="Nothing is stuck">
                Every wait has its token, every signal its taker, and no execution outlives its order.
              </EmptyPanel>
            ) : (
              <>
                {kind === 'ALL' ? null : (
                  <Text size="sm" className="po-quiet" px="sm" pt={8}>
                    {STUCK_WORDS[kind].meaning}
                  </Text>
                )}
                <DataTable
                  label="Stuck waits"
                  columns={columnsOf(mayOperate, (wait, remedy) => ask({ wait, remedy }))}
                  rows={shown}
                  keyOf={keyOfWait}
                />
              </>
            )
          }
        </Shown>
      </Card>
      <Ledger />
      <RemedyDialog {...(asked === undefined ? {} : { asked })} onClose={() => ask(undefined)} onDone={waits.reload} />
    </Stack>
  );
}

type Kind = StuckKind | 'ALL';

function KindControl(props: {
  readonly waits: readonly StuckWait[];
  readonly kind: Kind;
  readonly onKind: (kind: Kind) => void;
}) {
  const countOf = (kind: StuckKind): number => props.waits.filter((wait) => wait.kind === kind).length;
  const kinds = keysOf(STUCK_WORDS).filter((kind) => countOf(kind) > 0);
  return (
    <SegmentedControl
      size="xs"
      aria-label="Kind"
      value={props.kind}
      onChange={(value) => props.onKind(value as Kind)}
      data={[
        { value: 'ALL', label: `All ${countText(props.waits.length)}` },
        ...kinds.map((kind) => ({ value: kind, label: `${STUCK_WORDS[kind].label} ${countText(countOf(kind))}` })),
      ]}
    />
  );
}

const keyOfWait = ({ kind, orderId, signalId, executionArn }: StuckWait): string =>
  `${kind} ${orderId} ${signalId ?? executionArn ?? ''}`;

function columnsOf(mayOperate: boolean, ask: (wait: StuckWait, remedy: Remedy) => void): readonly Column<StuckWait>[] {
  return [
    {
      name: 'kind',
      head: 'Kind',
      cell: ({ kind }) => (
        <span title={STUCK_WORDS[kind].meaning}>
          <WordBadge word={{ label: STUCK_WORDS[kind].label, tone: 'warn' }} />
        </span>
      ),
    },
    { name: 'order', head: 'Order', cell: ({ orderId }) => <OrderLink orderId={orderId} /> },
    { name: 'depot', head: 'Depot', cell: ({ depotId }) => depotId },
    {
      name: 'age',
      head: 'For',
      isNumber: true,
      cell: ({ ageSeconds, since }) => <span title={since}>{spanText(ageSeconds)}</span>,
    },
    { name: 'what', head: 'What', wraps: true, cell: ({ what }) => what },
    {
      name: 'remedies',
      head: 'Remedy',
      cell: (wait) => (
        <Group gap={6} wrap="nowrap">
          {wait.remedies.map((remedy) => (
            <Button
              key={remedy.kind}
              size="compact-xs"
              variant="default"
              disabled={!mayOperate}
              onClick={() => ask(wait, remedy)}
              {...(mayOperate ? {} : { title: 'Your role is viewer: this needs the role operator.' })}
            >
              {remedy.label}
            </Button>
          ))}
        </Group>
      ),
    },
  ];
}
