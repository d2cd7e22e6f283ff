/** The signal ledger of one order: its signals with their fate, and the wait that is open. */
import { Button, Group, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useRead } from '../../api/hooks.ts';
import type { LedgerView } from '../../api/shapes.ts';
import { fullTime } from '../../logic/format.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Icon } from '../../parts/icons.tsx';
import { Card, EmptyPanel, Shown } from '../../parts/panels.tsx';
import { OrderLink } from '../../parts/words.tsx';
import { SIGNAL_COLUMNS } from '../order/signal-columns.tsx';

export function Ledger() {
  const [field, setField] = useState('');
  const [orderId, setOrderId] = useState<string>();
  const ledger = useRead<LedgerView>(orderId === undefined ? undefined : `/ledger/${encodeURIComponent(orderId)}`);
  return (
    <Card title="Signal ledger">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const wished = field.trim();
          setOrderId(wished === '' ? undefined : wished);
        }}
      >
        <Group p="sm" gap={8}>
          <TextInput
            size="xs"
            flex="1 1 300px"
            maw={460}
            data-search
            aria-label="Order"
            placeholder="Id of an order ( / )"
            leftSection={<Icon name="search" size={14} />}
            value={field}
            onChange={(event) => setField(event.currentTarget.value)}
          />
          <Button size="xs" type="submit" variant="default">
            Show its ledger
          </Button>
        </Group>
      </form>
      {orderId === undefined ? (
        <EmptyPanel title="The ledger of one order">
          Its signals in the order of their arrival, what became of each, and the wait that is open.
        </EmptyPanel>
      ) : (
        <Shown reading={ledger} what="the ledger">
          {(data) => <LedgerOf ledger={data} />}
        </Shown>
      )}
    </Card>
  );
}

function LedgerOf({ ledger }: { readonly ledger: LedgerView }) {
  const { wait, signals, orderId } = ledger;
  return (
    <>
      <Group px="sm" pb={8} gap={8}>
        <OrderLink orderId={orderId} isWhole />
        <Text size="sm">
          {wait === undefined
            ? 'No wait is open.'
            : `Waits for ${wait.awaits}, cycle ${wait.cycle}, since ${fullTime(wait.openedAt)}${wait.matched ? '; a signal was chosen as its answer' : ''}.`}
        </Text>
      </Group>
      {signals.length === 0 ? (
        <EmptyPanel title="No signal has come for this order" />
      ) : (
        <DataTable label="Signals" columns={SIGNAL_COLUMNS} rows={signals} keyOf={({ signalId }) => signalId} />
      )}
    </>
  );
}
