/**
 * What failed, in groups of state, error and cause pattern. A selection of groups is frozen into a replay job; nothing
 * runs before its dry run has been seen.
 */
import { Button, Checkbox, Group, Select, Stack, Text } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useLive, useRead, useThrottled } from '../../api/hooks.ts';
import type { FailureGroup, ReplayJob } from '../../api/shapes.ts';
import { countText, fullTime } from '../../logic/format.ts';
import { boardLink } from '../../logic/query-address.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Card, EmptyPanel, Shown } from '../../parts/panels.tsx';
import { WordBadge } from '../../parts/words.tsx';
import { useMayOperate } from '../../session.ts';
import { FreezeDialog } from './freeze-dialog.tsx';
import { countOf, groupColumns } from './group-columns.tsx';
import { JOB_WORDS } from './job-words.ts';

export function FailuresPage() {
  useDocumentTitle('Failures · Perfect Order');
  const groups = useRead<readonly FailureGroup[]>('/failures');
  const jobs = useRead<readonly ReplayJob[]>('/replays');
  const [depot, setDepot] = useState<string | null>(null);
  const reloadGroups = useThrottled(groups.reload, 3000);
  const reloadJobs = useThrottled(jobs.reload, 1000);
  useLive(
    'orders',
    (changed) => changed.some(({ failure, status }) => failure !== undefined || status === 'FAILED') && reloadGroups(),
  );
  useLive('job', reloadJobs);
  const depots = [...new Set((groups.data ?? []).flatMap(({ byDepot }) => Object.keys(byDepot)))].sort();
  const shown = (groups.data ?? []).filter(({ byDepot }) => depot === null || byDepot[depot] !== undefined);
  return (
    <Stack gap={10}>
      <Card
        title="Failed orders by state, error and cause"
        side={
          <Group gap={8}>
            <Button size="compact-xs" variant="subtle" component={Link} href={boardLink({ status: ['FAILED'] })}>
              All failed orders
            </Button>
            <Select
              size="xs"
              w={190}
              aria-label="Depot"
              placeholder="Every depot"
              data={depots}
              value={depot}
              onChange={setDepot}
              clearable
              searchable
            />
          </Group>
        }
      >
        <Shown reading={groups} what="the failures">
          {() => <Groups key={depot} groups={shown} depot={depot} />}
        </Shown>
      </Card>
      <Card title="Replays">
        <Shown reading={jobs} what="the replays">
          {(data) => <Jobs jobs={data} />}
        </Shown>
      </Card>
    </Stack>
  );
}

/** @param depot where only one depot's orders are shown, counted and frozen */
function Groups({ groups, depot }: { readonly groups: readonly FailureGroup[]; readonly depot: string | null }) {
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [isFreezing, setFreezing] = useState(false);
  const mayOperate = useMayOperate();
  const selected = groups.filter(({ groupId }) => picked.has(groupId));
  const count = selected.reduce((sum, group) => sum + countOf(group, depot), 0);
  if (groups.length === 0) {
    return (
      <EmptyPanel title={depot !== null ? 'Nothing failed at this depot' : 'Nothing has failed'}>
        {depot !== null ? null : 'An order whose execution stops on an error appears here at once, with its cause.'}
      </EmptyPanel>
    );
  }
  const pick = (groupId: string): void => {
    const next = new Set(picked);
    if (!next.delete(groupId)) next.add(groupId);
    setPicked(next);
  };
  const isWhole = selected.length === groups.length;
  const pickColumn: Column<FailureGroup> = {
    name: 'pick',
    head: (
      <Checkbox
        size="xs"
        aria-label="Select all groups"
        checked={isWhole}
        indeterminate={selected.length > 0 && !isWhole}
        onChange={() => setPicked(isWhole ? new Set() : new Set(groups.map(({ groupId }) => groupId)))}
      />
    ),
    cell: ({ groupId, state }) => (
      <Checkbox size="xs" aria-label={`Select ${state}`} checked={picked.has(groupId)} onChange={() => pick(groupId)} />
    ),
  };
  return (
    <>
      <DataTable
        label="Failure groups"
        columns={[pickColumn, ...groupColumns(depot)]}
        rows={groups}
        keyOf={({ groupId }) => groupId}
      />
      <Group justify="space-between" p="sm" gap="xs" style={{ borderTop: '1px solid var(--po-line)' }}>
        <Text size="sm" aria-live="polite">
          {selected.length === 0
            ? 'Select groups to replay their orders.'
            : `${countText(count)} ${count === 1 ? 'order' : 'orders'} in ${selected.length} ${selected.length === 1 ? 'group' : 'groups'}`}
        </Text>
        <Button
          size="xs"
          disabled={selected.length === 0 || !mayOperate}
          onClick={() => setFreezing(true)}
          {...(mayOperate ? {} : { title: 'Your role is viewer: this needs the role operator.' })}
        >
          Freeze this selection
        </Button>
      </Group>
      <FreezeDialog
        groups={selected}
        count={count}
        {...(depot === null ? {} : { depotId: depot })}
        isOpen={isFreezing}
        onClose={() => setFreezing(false)}
      />
    </>
  );
}

function Jobs({ jobs }: { readonly jobs: readonly ReplayJob[] }) {
  const [, navigate] = useLocation();
  if (jobs.length === 0) return <EmptyPanel title="Nothing was replayed yet" />;
  const open = ({ jobId }: ReplayJob): void => navigate(`/failures/replays/${encodeURIComponent(jobId)}`);
  return (
    <DataTable
      label="Replays"
      rows={jobs}
      keyOf={({ jobId }) => jobId}
      onOpen={open}
      columns={[
        {
          name: 'job',
          head: 'Job',
          cell: ({ jobId }) => (
            <Text component={Link} href={`/failures/replays/${encodeURIComponent(jobId)}`} className="po-mono" c="cyan">
              {jobId}
            </Text>
          ),
        },
        {
          name: 'at',
          head: 'Frozen',
          cell: ({ createdAt }) => <span className="po-mono">{fullTime(createdAt).slice(0, 19)}</span>,
        },
        { name: 'state', head: 'State', cell: ({ state }) => <WordBadge word={JOB_WORDS[state]} /> },
        { name: 'mode', head: 'Way', cell: ({ mode }) => mode },
        { name: 'total', head: 'Orders', isNumber: true, cell: ({ total }) => countText(total) },
        { name: 'ok', head: 'Succeeded', isNumber: true, cell: ({ counts }) => countText(counts.SUCCEEDED) },
        {
          name: 'bad',
          head: 'Failed again',
          isNumber: true,
          cell: ({ counts }) => (
            <Text component="span" fz={13} c={counts.FAILED_AGAIN > 0 ? 'red' : 'inherit'}>
              {countText(counts.FAILED_AGAIN)}
            </Text>
          ),
        },
        { name: 'why', head: 'Reason', wraps: true, cell: ({ why }) => why },
        { name: 'by', head: 'By', cell: ({ by }) => <span title={by}>{by.split('/').at(-1)}</span> },
      ]}
    />
  );
}
