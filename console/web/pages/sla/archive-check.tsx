/** Whether the archive that the audit was made from is whole: every record in its hash chain. */
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useRead } from '../../api/hooks.ts';
import type { ChainVerification } from '../../api/shapes.ts';
import { countText } from '../../logic/format.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Card, Shown } from '../../parts/panels.tsx';
import { OrderLink, WordBadge } from '../../parts/words.tsx';

export function ArchiveCheck({ from, to }: { readonly from: string; readonly to: string }) {
  const [isAsked, ask] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another period is another question
  useEffect(() => ask(false), [from, to]);
  const check = useRead<ChainVerification>(isAsked ? `/audit/verify?${new URLSearchParams({ from, to })}` : undefined);
  return (
    <Card
      title="Archive"
      side={
        <Button
          size="xs"
          variant="default"
          className="po-no-print"
          loading={isAsked && check.isLoading}
          onClick={isAsked ? check.reload : () => ask(true)}
        >
          Verify the hash chains
        </Button>
      }
    >
      {isAsked ? (
        <Shown reading={check} what="the verification">
          {(data) => <Result check={data} />}
        </Shown>
      ) : (
        <Text size="sm" className="po-quiet" p="sm">
          Each archived record carries the hash of the one before. The check reads every record of the period and finds
          changed, missing and reordered ones.
        </Text>
      )}
    </Card>
  );
}

function Result({ check }: { readonly check: ChainVerification }) {
  const { chains, records, faults } = check;
  const scope = `${countText(records)} ${records === 1 ? 'record' : 'records'} in ${countText(chains)} ${chains === 1 ? 'chain' : 'chains'}`;
  if (faults.length === 0) {
    return (
      <Alert color="teal" variant="light" m="sm" title="Whole">
        {scope}: none was changed, none is missing, none was reordered.
      </Alert>
    );
  }
  return (
    <Stack gap={0}>
      <Group p="sm">
        <Text size="sm" c="red" fw={600}>
          {countText(faults.length)} {faults.length === 1 ? 'fault' : 'faults'} in {scope}
        </Text>
      </Group>
      <DataTable
        label="Faults"
        rows={faults}
        keyOf={({ chain, sequence, key, kind }) => `${kind} ${chain} ${sequence ?? ''} ${key ?? ''}`}
        columns={[
          { name: 'kind', head: 'Fault', cell: ({ kind }) => <WordBadge word={{ label: kind, tone: 'bad' }} /> },
          { name: 'chain', head: 'Chain', cell: ({ chain }) => chain },
          { name: 'sequence', head: 'No.', isNumber: true, cell: ({ sequence }) => sequence ?? '–' },
          {
            name: 'order',
            head: 'Order',
            cell: ({ orderId }) => (orderId === undefined ? '–' : <OrderLink orderId={orderId} />),
          },
          { name: 'message', head: 'What', wraps: true, cell: ({ message }) => message },
        ]}
      />
    </Stack>
  );
}
