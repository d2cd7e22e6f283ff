/** Everything that was recorded of an order: signals with their fate, events, notices, what operators did, content. */
import { SimpleGrid, Stack, Tabs, Text } from '@mantine/core';
import type { BreachView, NotificationView, OrderEventView, OrderTraceView } from '../../api/shapes.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Card, EmptyPanel } from '../../parts/panels.tsx';
import { JsonText, StatusBadge } from '../../parts/words.tsx';
import { ActionsTable } from '../actions/actions-table.tsx';
import { briefJson, SIGNAL_COLUMNS, time } from './signal-columns.tsx';

const EVENT_COLUMNS: readonly Column<OrderEventView>[] = [
  { name: 'at', head: 'At', cell: ({ at }) => time(at) },
  { name: 'type', head: 'Event', cell: ({ type }) => type },
  { name: 'status', head: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  { name: 'cycle', head: 'Cycle', isNumber: true, cell: ({ cycle }) => cycle },
  { name: 'cause', head: 'Cause', cell: ({ cause }) => cause },
  { name: 'facts', head: 'Facts', wraps: true, cell: ({ facts }) => briefJson(facts) },
];

const NOTICE_COLUMNS: readonly Column<NotificationView>[] = [
  { name: 'at', head: 'Sent', cell: ({ at }) => time(at) },
  { name: 'kind', head: 'Notice', cell: ({ kind }) => kind },
  { name: 'key', head: 'Key', cell: ({ key }) => <span className="po-mono po-quiet">{key}</span> },
];

const BREACH_COLUMNS: readonly Column<BreachView>[] = [
  { name: 'stage', head: 'Stage', cell: ({ stage }) => stage },
  { name: 'deadline', head: 'Deadline', cell: ({ deadline }) => time(deadline) },
  { name: 'fired', head: 'Fired', cell: ({ firedAt }) => time(firedAt) },
  {
    name: 'version',
    head: 'Promise version',
    isNumber: true,
    cell: ({ promiseVersion }) => promiseVersion,
  },
];

export function OrderRecords({ trace }: { readonly trace: OrderTraceView }) {
  const { signals, events, notifications, actions, rejections } = trace;
  return (
    <Card label="Records">
      <Tabs defaultValue="signals" keepMounted={false}>
        <Tabs.List px="xs">
          <Tabs.Tab value="signals">Signals ({signals.length})</Tabs.Tab>
          <Tabs.Tab value="events">Events ({events.length})</Tabs.Tab>
          <Tabs.Tab value="notices">Notices ({notifications.length})</Tabs.Tab>
          <Tabs.Tab value="breaches">Breaches ({trace.order.breaches.length})</Tabs.Tab>
          <Tabs.Tab value="actions">Actions ({actions.length})</Tabs.Tab>
          {rejections.length === 0 ? null : <Tabs.Tab value="rejections">Refused ({rejections.length})</Tabs.Tab>}
          <Tabs.Tab value="record">Record</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="signals">
          {signals.length === 0 ? (
            <EmptyPanel title="No signal has come for this order" />
          ) : (
            <DataTable label="Signals" columns={SIGNAL_COLUMNS} rows={signals} keyOf={({ signalId }) => signalId} />
          )}
        </Tabs.Panel>
        <Tabs.Panel value="events">
          <DataTable label="Events" rows={events} keyOf={({ key }) => key} columns={EVENT_COLUMNS} />
        </Tabs.Panel>
        <Tabs.Panel value="notices">
          {notifications.length === 0 ? (
            <EmptyPanel title="No notice was sent" />
          ) : (
            <DataTable label="Notices" rows={notifications} keyOf={({ key }) => key} columns={NOTICE_COLUMNS} />
          )}
        </Tabs.Panel>
        <Tabs.Panel value="breaches">
          {trace.order.breaches.length === 0 ? (
            <EmptyPanel title="No stage has missed its deadline" />
          ) : (
            <DataTable
              label="Breaches"
              rows={trace.order.breaches}
              keyOf={({ stage, promiseVersion }) => `${stage} ${promiseVersion}`}
              columns={BREACH_COLUMNS}
            />
          )}
        </Tabs.Panel>
        <Tabs.Panel value="actions">
          <ActionsTable actions={actions} />
        </Tabs.Panel>
        <Tabs.Panel value="rejections" p="sm">
          <JsonText text={JSON.stringify(rejections)} label="refusals" />
        </Tabs.Panel>
        <Tabs.Panel value="record" p="sm">
          <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
            <Labelled label="As accepted" value={trace.content} />
            <Labelled label="Times" value={trace.times} />
            <Labelled label="Deadlines" value={trace.deadlines} />
          </SimpleGrid>
        </Tabs.Panel>
      </Tabs>
    </Card>
  );
}

function Labelled({ label, value }: { readonly label: string; readonly value: unknown }) {
  return (
    <Stack gap={4}>
      <Text size="xs" className="po-quiet">
        {label}
      </Text>
      <JsonText text={JSON.stringify(value)} label={label} />
    </Stack>
  );
}
