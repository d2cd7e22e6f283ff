/** The parts of the whole: the share of each as a bar, and its figures as a row that leads to its orders. */
import { Box, SegmentedControl, Text } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'wouter';
import type { Tier } from '../../../../domain/index.ts';
import { AUDIT_DIMENSIONS } from '../../../../operations/model/audit.ts';
import type { AuditSlice, OrderQuery } from '../../api/shapes.ts';
import { countText, shareText } from '../../logic/format.ts';
import { boardLink } from '../../logic/query-address.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Card, LoadingPanel } from '../../parts/panels.tsx';
import type { Period } from './audit-whole.tsx';

const SliceChart = lazy(() => import('./slice-chart.tsx').then((part) => ({ default: part.SliceChart })));

export function AuditSlices({ slices, period }: { readonly slices: readonly AuditSlice[]; readonly period: Period }) {
  const splits = [...new Set(slices.map(splitOf))];
  const [chosen, choose] = useState<string>();
  const split = splits.find((each) => each === chosen) ?? splits[0];
  if (split === undefined) return null;
  const shown = slices.filter((slice) => splitOf(slice) === split);
  return (
    <Card
      title={`By ${split}`}
      side={
        splits.length < 2 ? null : (
          <SegmentedControl size="xs" aria-label="Split" value={split} onChange={choose} data={[...splits]} />
        )
      }
    >
      <Box h={200} p="xs">
        <Suspense fallback={<LoadingPanel what="the plot" />}>
          <SliceChart bars={shown.map((slice) => ({ name: nameOf(slice), slice }))} />
        </Suspense>
      </Box>
      <DataTable
        label={`Figures by ${split}`}
        rows={shown}
        keyOf={nameOf}
        columns={[
          {
            name: 'key',
            head: split,
            cell: (slice) => (
              <Text component={Link} href={boardLink(ordersOf(slice, period))} size="sm" c="cyan">
                {nameOf(slice)}
              </Text>
            ),
          },
          { name: 'orders', head: 'Orders', isNumber: true, cell: ({ orders }) => countText(orders) },
          { name: 'excluded', head: 'Excluded', isNumber: true, cell: ({ excluded }) => countText(excluded) },
          {
            name: 'perfect',
            head: 'Perfect',
            isNumber: true,
            cell: ({ perfectShare }) => <b>{shareText(perfectShare)}</b>,
          },
          { name: 'time', head: 'On time', isNumber: true, cell: ({ parts }) => shareText(parts.onTime) },
          { name: 'full', head: 'In full', isNumber: true, cell: ({ parts }) => shareText(parts.inFull) },
          { name: 'whole', head: 'Undamaged', isNumber: true, cell: ({ parts }) => shareText(parts.undamaged) },
          { name: 'documented', head: 'Documented', isNumber: true, cell: ({ parts }) => shareText(parts.documented) },
          { name: 'otif', head: 'OTIF', isNumber: true, cell: ({ otif }) => shareText(otif) },
          { name: 'apqc', head: 'APQC index', isNumber: true, cell: ({ apqcIndex }) => shareText(apqcIndex) },
          {
            name: 'breaches',
            head: 'Breaches',
            isNumber: true,
            cell: ({ breaches }) => countText(breaches.reduce((sum, { count }) => sum + count, 0)),
          },
        ]}
      />
    </Card>
  );
}

const splitOf = ({ key }: AuditSlice): string =>
  AUDIT_DIMENSIONS.filter((each) => key[each] !== undefined).join(' and ');
const nameOf = ({ key }: AuditSlice): string =>
  AUDIT_DIMENSIONS.flatMap((each) => (key[each] === undefined ? [] : [key[each]])).join(', ');

/** The orders behind a slice; a day narrows the period to itself. */
function ordersOf({ key }: AuditSlice, period: Period): OrderQuery {
  const dayMs = key.day === undefined ? Number.NaN : Date.parse(`${key.day}T00:00:00.000Z`);
  const day = Number.isNaN(dayMs)
    ? {}
    : { closedFrom: new Date(dayMs).toISOString(), closedTo: new Date(dayMs + 86_400_000).toISOString() };
  return {
    ...period,
    ...day,
    ...(key.depot === undefined ? {} : { depotId: [key.depot] }),
    ...(key.driver === undefined ? {} : { driverId: key.driver }),
    ...(key.tier === undefined ? {} : { tier: key.tier as Tier }),
  };
}
