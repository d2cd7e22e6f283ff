/**
 * The audit of a period: the perfect-order share with its four parts and reasons, every metric with the events that
 * start and stop its clock, breaches, slices, exclusions. Every number leads to the orders behind it. Prints as a
 * report.
 */
import { Button, Chip, Group, Stack, Text, TextInput } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import { AUDIT_DIMENSIONS } from '../../../../operations/model/audit.ts';
import { useLatest, useRead } from '../../api/hooks.ts';
import type { AuditDimension, AuditReport } from '../../api/shapes.ts';
import { type AuditView, auditAddress, auditFromAddress, lastDays } from '../../logic/audit-address.ts';
import { countText, fieldFromIso, fullTime, isoFromField } from '../../logic/format.ts';
import { Card, EmptyPanel, LoadingPanel, Shown } from '../../parts/panels.tsx';
import { ArchiveCheck } from './archive-check.tsx';
import { AuditSlices } from './audit-slices.tsx';
import { AuditBreaches, AuditExclusions, AuditMetrics } from './audit-tables.tsx';
import { AuditWhole } from './audit-whole.tsx';

const DIMENSION_WORDS: Readonly<Record<AuditDimension, string>> = {
  depot: 'Depot',
  driver: 'Driver',
  tier: 'Tier',
  day: 'Day',
};

export function SlaPage() {
  useDocumentTitle('SLA · Perfect Order');
  const { data: summary } = useLatest('summary', '/summary');
  const search = useSearch();
  const now = summary?.now;
  // The day is what counts: the clock's every tick must not ask for a new audit.
  const today = now?.slice(0, 10);
  const view = useMemo(
    () => (today === undefined ? undefined : auditFromAddress(new URLSearchParams(search), today)),
    [search, today],
  );
  if (view === undefined || now === undefined) return <LoadingPanel what="the clock" />;
  return <Audit view={view} now={now} />;
}

function Audit({ view, now }: { readonly view: AuditView; readonly now: string }) {
  const [, navigate] = useLocation();
  const report = useRead<AuditReport>(`/audit?${auditAddress(view)}`);
  const change = (next: Partial<AuditView>): void =>
    navigate(`/sla?${auditAddress({ ...view, ...next })}`, { replace: true });
  return (
    <Stack gap={10}>
      <section className="po-card po-no-print" style={{ padding: '10px 12px' }} aria-label="Period">
        <Group gap="sm" align="flex-end">
          <TextInput
            size="xs"
            type="datetime-local"
            label="Closed from (UTC)"
            value={fieldFromIso(view.from)}
            onChange={(event) => change({ from: isoFromField(event.currentTarget.value) ?? view.from })}
          />
          <TextInput
            size="xs"
            type="datetime-local"
            label="Closed before (UTC)"
            value={fieldFromIso(view.to)}
            onChange={(event) => change({ to: isoFromField(event.currentTarget.value) ?? view.to })}
          />
          <Button.Group>
            {[1, 7, 30].map((days) => (
              <Button key={days} size="xs" variant="default" onClick={() => change(lastDays(now.slice(0, 10), days))}>
                {days === 1 ? 'Today' : `${days} days`}
              </Button>
            ))}
          </Button.Group>
          <Group gap={6} role="group" aria-label="Split by">
            {AUDIT_DIMENSIONS.map((dimension) => (
              <Chip
                key={dimension}
                size="xs"
                checked={view.by.includes(dimension)}
                onChange={(isChosen) =>
                  change({
                    by: AUDIT_DIMENSIONS.filter((each) => (each === dimension ? isChosen : view.by.includes(each))),
                  })
                }
              >
                {DIMENSION_WORDS[dimension]}
              </Chip>
            ))}
          </Group>
          <Group gap={6} ml="auto">
            <Button size="xs" variant="default" onClick={() => window.print()}>
              Print
            </Button>
            <Button
              size="xs"
              variant="default"
              disabled={report.data === undefined}
              onClick={() => report.data && keep(report.data)}
            >
              Keep as JSON
            </Button>
          </Group>
        </Group>
      </section>
      <Shown reading={report} what="the audit">
        {(data) => <Report report={data} />}
      </Shown>
      <ArchiveCheck from={view.from} to={view.to} />
    </Stack>
  );
}

function Report({ report }: { readonly report: AuditReport }) {
  const { request, whole } = report;
  if (whole.orders === 0) {
    return (
      <Card>
        <EmptyPanel title="No order was closed in this period">Choose another one above.</EmptyPanel>
      </Card>
    );
  }
  const period = { closedFrom: request.from, closedTo: request.to };
  return (
    <>
      <AuditWhole report={report} period={period} />
      <AuditSlices slices={report.slices} period={period} />
      <AuditMetrics slice={whole} />
      <AuditBreaches slice={whole} period={period} />
      <AuditExclusions exclusions={report.exclusions} />
      <Text size="xs" className="po-quiet">
        Made {fullTime(report.madeAt)} from {countText(report.archive.records)} archived records of orders closed from{' '}
        {fullTime(request.from)} to {fullTime(request.to)}.
      </Text>
    </>
  );
}

function keep(report: AuditReport): void {
  const address = URL.createObjectURL(new Blob([JSON.stringify(report, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `audit-${report.request.from.slice(0, 10)}-${report.request.to.slice(0, 10)}.json`;
  link.click();
  URL.revokeObjectURL(address);
}
