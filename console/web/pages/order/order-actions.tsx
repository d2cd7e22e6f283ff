/** What an operator can do to one order: cancel it, change its promise, replay it. Each asks for a reason. */
import { Button, Group, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Initiator } from '../../../../domain/index.ts';
import { write } from '../../api/client.ts';
import type { JobMode, OrderView, ReplayJob } from '../../api/shapes.ts';
import { fieldFromIso, isoFromField } from '../../logic/format.ts';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { useMayOperate } from '../../session.ts';
import { jobModeOf, REPLAY_MODES } from '../failures/replay-modes.ts';

type Dialog = 'cancel' | 'amend' | 'replay';

const INITIATORS = [
  { value: 'customer', label: 'The customer asked for it' },
  { value: 'carrier', label: 'We decided it' },
] as const satisfies readonly { readonly value: Initiator; readonly label: string }[];

const ENDED = ['DELIVERED', 'ARCHIVED', 'REJECTED', 'CANCELLED', 'RETURNED'];

export function OrderActions({ order, onChanged }: { readonly order: OrderView; readonly onChanged: () => void }) {
  const [dialog, setDialog] = useState<Dialog>();
  const mayOperate = useMayOperate();
  const close = (): void => setDialog(undefined);
  const hasEnded = ENDED.includes(order.status);
  const isFailed = order.status === 'FAILED';
  const hint = mayOperate ? {} : { title: 'Your role is viewer: this needs the role operator.' };
  if (hasEnded) return null;
  return (
    <Group gap={6} className="po-no-print">
      {isFailed ? (
        <Button size="xs" disabled={!mayOperate} onClick={() => setDialog('replay')} {...hint}>
          Replay
        </Button>
      ) : (
        <Button size="xs" variant="default" disabled={!mayOperate} onClick={() => setDialog('amend')} {...hint}>
          Change promise
        </Button>
      )}
      {isFailed ? null : (
        <Button size="xs" variant="default" disabled={!mayOperate} onClick={() => setDialog('cancel')} {...hint}>
          Cancel order
        </Button>
      )}
      <CancelDialog order={order} isOpen={dialog === 'cancel'} onClose={close} onChanged={onChanged} />
      <AmendDialog order={order} isOpen={dialog === 'amend'} onClose={close} onChanged={onChanged} />
      <ReplayDialog order={order} isOpen={dialog === 'replay'} onClose={close} />
    </Group>
  );
}

interface DialogProps {
  readonly order: OrderView;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

function InitiatorField({
  value,
  onChange,
}: {
  readonly value: Initiator;
  readonly onChange: (value: Initiator) => void;
}) {
  return (
    <Select
      label="Initiated by"
      data={INITIATORS}
      value={value}
      allowDeselect={false}
      onChange={(next) => onChange(INITIATORS.find((each) => each.value === next)?.value ?? value)}
    />
  );
}

function CancelDialog({ order, isOpen, onClose, onChanged }: DialogProps & { readonly onChanged: () => void }) {
  const [initiator, setInitiator] = useState<Initiator>('customer');
  return (
    <ReasonDialog
      isOpen={isOpen}
      title="Cancel this order"
      consequence={
        initiator === 'customer'
          ? 'The order ends as CANCELLED. It counts neither for nor against the perfect-order share.'
          : 'The order ends as CANCELLED and counts as not perfect.'
      }
      action="Cancel the order"
      isDangerous
      onClose={onClose}
      onConfirm={async (why) => {
        await write(`/orders/${encodeURIComponent(order.orderId)}/cancel`, { initiator, why });
        onChanged();
      }}
    >
      <InitiatorField value={initiator} onChange={setInitiator} />
    </ReasonDialog>
  );
}

function AmendDialog({ order, isOpen, onClose, onChanged }: DialogProps & { readonly onChanged: () => void }) {
  const [initiator, setInitiator] = useState<Initiator>('customer');
  const [from, setFrom] = useState(fieldFromIso(order.promiseFrom));
  const [to, setTo] = useState(fieldFromIso(order.promiseTo));
  const window = { from: isoFromField(from), to: isoFromField(to) };
  const isValid = window.from !== undefined && window.to !== undefined && window.from < window.to;
  return (
    <ReasonDialog
      isOpen={isOpen}
      title="Change the promise"
      consequence={
        initiator === 'customer'
          ? 'A new promise version starts, and the order is judged by it.'
          : 'A new promise version starts; the order is still judged by the window the customer was told.'
      }
      action="Change the promise"
      isReady={isValid}
      onClose={onClose}
      onConfirm={async (why) => {
        await write(`/orders/${encodeURIComponent(order.orderId)}/amend`, { promise: window, initiator, why });
        onChanged();
      }}
    >
      <Group grow>
        <TextInput
          type="datetime-local"
          label="From (UTC)"
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          type="datetime-local"
          label="To (UTC)"
          value={to}
          error={isValid ? undefined : 'Must end after it begins'}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
      </Group>
      <InitiatorField value={initiator} onChange={setInitiator} />
    </ReasonDialog>
  );
}

function ReplayDialog({ order, isOpen, onClose }: DialogProps) {
  const [mode, setMode] = useState<JobMode>('redrive');
  const [, navigate] = useLocation();
  return (
    <ReasonDialog
      isOpen={isOpen}
      title="Replay this order"
      consequence="The selection is frozen first; nothing runs before you have seen the dry run. Its SLA clock, promise and attempts stay."
      action="Freeze and look"
      onClose={onClose}
      onConfirm={async (why) => {
        const job = await write<ReplayJob>('/replays', { orderIds: [order.orderId], mode, ratePerSecond: 1, why });
        navigate(`/failures/replays/${encodeURIComponent(job.jobId)}`);
      }}
    >
      <Select
        label="Way"
        data={REPLAY_MODES}
        value={mode}
        allowDeselect={false}
        onChange={(next) => setMode(jobModeOf(next))}
      />
    </ReasonDialog>
  );
}
