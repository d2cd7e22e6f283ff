/** The audit's figures as tables: metrics with their clocks, breaches with cause, exclusions. */
import { Box, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { AuditMetric, AuditReport, AuditSlice } from '../../api/shapes.ts';
import { countText, shareText, spanText } from '../../logic/format.ts';
import { boardLink } from '../../logic/query-address.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Card, EmptyPanel } from '../../parts/panels.tsx';
import { OrderLink } from '../../parts/words.tsx';
import type { Period } from './audit-whole.tsx';

function figure(unit: AuditMetric['unit'], value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (unit === 'seconds') return spanText(value);
  return unit === 'count' ? countText(Math.round(value * 100) / 100) : shareText(value);
}

export function AuditMetrics({ slice }: { readonly slice: AuditSlice }) {
  return (
    <Card title="Metrics and their clocks">
      <DataTable
        label="Metrics"
        rows={slice.metrics}
        keyOf={({ name }) => name}
        columns={[
          { name: 'title', head: 'Metric', cell: ({ title }) => title },
          { name: 'value', head: 'Value', isNumber: true, cell: ({ unit, value }) => <b>{figure(unit, value)}</b> },
          { name: 'p50', head: 'p50', isNumber: true, cell: ({ unit, p50 }) => figure(unit, p50) },
          { name: 'p95', head: 'p95', isNumber: true, cell: ({ unit, p95 }) => figure(unit, p95) },
          { name: 'p99', head: 'p99', isNumber: true, cell: ({ unit, p99 }) => figure(unit, p99) },
          { name: 'count', head: 'Of', isNumber: true, cell: ({ count }) => countText(count) },
          { name: 'from', head: 'Starts at', wraps: true, cell: ({ startsAt }) => startsAt },
          { name: 'to', head: 'Stops at', wraps: true, cell: ({ stopsAt }) => stopsAt },
          {
            name: 'note',
            head: 'Note',
            wraps: true,
            cell: ({ note }) => <span className="po-quiet">{note ?? ''}</span>,
          },
        ]}
      />
    </Card>
  );
}

export function AuditBreaches({ slice, period }: { readonly slice: AuditSlice; readonly period: Period }) {
  return (
    <Card title="Breaches">
      {slice.breaches.length === 0 ? (
        <EmptyPanel title="No stage missed its deadline" />
      ) : (
        <DataTable
          label="Breaches"
          rows={slice.breaches}
          keyOf={({ stage, cause }) => `${stage} ${cause}`}
          columns={[
            {
              name: 'stage',
              head: 'Stage',
              cell: ({ stage }) => (
                <Text component={Link} href={boardLink({ ...period, breachedStage: stage })} size="sm" c="cyan">
                  {stage}
                </Text>
              ),
            },
            { name: 'count', head: 'Breaches', isNumber: true, cell: ({ count }) => countText(count) },
            { name: 'cause', head: 'Cause', wraps: true, cell: ({ cause }) => cause },
          ]}
        />
      )}
    </Card>
  );
}

export function AuditExclusions({ exclusions }: { readonly exclusions: AuditReport['exclusions'] }) {
  if (exclusions.length === 0) return null;
  return (
    <Card title={`Excluded (${countText(exclusions.length)})`}>
      <Box mah={260} style={{ overflow: 'auto' }}>
        <DataTable
          label="Excluded orders"
          rows={exclusions}
          keyOf={({ orderId }) => orderId}
          columns={[
            { name: 'order', head: 'Order', cell: ({ orderId }) => <OrderLink orderId={orderId} isWhole /> },
            { name: 'reason', head: 'Reason', wraps: true, cell: ({ reason }) => reason },
          ]}
        />
      </Box>
    </Card>
  );
}
