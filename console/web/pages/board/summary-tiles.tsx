/** Counts at a glance; each leads to the orders behind it. */
import { Group, SimpleGrid, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { OrderStatus } from '../../../../domain/index.ts';
import type { BoardSummary } from '../../api/shapes.ts';
import { countText, shareText } from '../../logic/format.ts';
import { boardLink } from '../../logic/query-address.ts';
import { keysOf, STATUS_WORDS, type Tone } from '../../logic/vocabulary.ts';
import { Dot } from '../../parts/words.tsx';
import { TONE_VARIABLES } from '../../theme.ts';

const OPEN: readonly OrderStatus[] = [
  'PLACED',
  'PLANNED',
  'DISPATCHED',
  'OUT_FOR_DELIVERY',
  'ARRIVING',
  'ATTEMPT_FAILED',
];

interface Tile {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  readonly href: string;
  readonly tone: Tone;
}

function tilesOf(summary: BoardSummary): readonly Tile[] {
  const promise = (state: keyof BoardSummary['byPromiseState']): number => summary.byPromiseState[state] ?? 0;
  const alarm = (count: number, tone: Tone): Tone => (count > 0 ? tone : 'quiet');
  return [
    {
      name: 'Open orders',
      value: countText(summary.open),
      note: `of ${countText(summary.total)}`,
      href: boardLink({ status: OPEN }),
      tone: 'moving',
    },
    {
      name: 'Perfect orders',
      value: shareText(summary.perfectShare),
      note:
        summary.counted === 0 ? 'none has ended yet' : `${countText(summary.perfect)} of ${countText(summary.counted)}`,
      href: boardLink({ perfect: false }),
      tone: summary.perfectShare === null ? 'quiet' : 'good',
    },
    {
      name: 'Late',
      value: countText(promise('LATE')),
      note: 'open, window ended',
      href: boardLink({ promiseState: ['LATE'] }),
      tone: alarm(promise('LATE'), 'bad'),
    },
    {
      name: 'At risk',
      value: countText(promise('AT_RISK')),
      note: 'ETA or stage past its time',
      href: boardLink({ promiseState: ['AT_RISK'] }),
      tone: alarm(promise('AT_RISK'), 'warn'),
    },
    {
      name: 'Breaches',
      value: countText(summary.breaches),
      note: 'stages past their deadline',
      href: boardLink({ breached: true }),
      tone: alarm(summary.breaches, 'warn'),
    },
    {
      name: 'Failed',
      value: countText(summary.failed),
      note: 'can be replayed',
      href: '/failures',
      tone: alarm(summary.failed, 'bad'),
    },
    {
      name: 'Stuck waits',
      value: countText(summary.stuck),
      note: 'need a hand',
      href: '/waits',
      tone: alarm(summary.stuck, 'warn'),
    },
  ];
}

export function SummaryTiles({ summary }: { readonly summary: BoardSummary }) {
  return (
    <SimpleGrid className="po-tiles" cols={{ base: 2, xs: 3, md: 7 }} spacing={8} verticalSpacing={8}>
      {tilesOf(summary).map(({ name, value, note, href, tone }) => (
        <Link key={name} href={href} className="po-card po-tile">
          <Group gap={6} wrap="nowrap">
            <Dot tone={tone} />
            <Text size="xs" component="span">
              {name}
            </Text>
          </Group>
          <b>{value}</b>
          <Text size="xs" className="po-quiet" component="span" truncate display="block">
            {note}
          </Text>
        </Link>
      ))}
    </SimpleGrid>
  );
}

/** All orders as one bar by status, with its legend. */
export function StatusBar({ summary }: { readonly summary: BoardSummary }) {
  const parts = keysOf(STATUS_WORDS).flatMap((status) => {
    const count = summary.byStatus[status] ?? 0;
    return count === 0 ? [] : [{ status, count, ...STATUS_WORDS[status] }];
  });
  if (parts.length === 0) return null;
  return (
    <nav className="po-card" style={{ padding: '10px 12px' }} aria-label="Orders by status">
      <div className="po-statusbar">
        {parts.map(({ status, count, label, tone }, index) => (
          <Link
            key={status}
            href={boardLink({ status: [status] })}
            title={`${label}: ${countText(count)}`}
            style={{
              flexGrow: count,
              flexBasis: 0,
              background: TONE_VARIABLES[tone],
              opacity: index % 2 === 0 ? 1 : 0.72,
            }}
            aria-hidden="true"
            tabIndex={-1}
          />
        ))}
      </div>
      <Group className="po-legend" gap={14} mt={8} style={{ rowGap: 4 }}>
        {parts.map(({ status, count, label, tone }) => (
          <Link key={status} href={boardLink({ status: [status] })}>
            <Group gap={5} component="span" display="inline-flex">
              <Dot tone={tone} />
              {label} <b>{countText(count)}</b>
            </Group>
          </Link>
        ))}
      </Group>
    </nav>
  );
}
