/** Makes a replay job of chosen groups: the way, the rate and the reason. */
import { NumberInput, Select } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { read, write } from '../../api/client.ts';
import type { FailureGroup, JobMode, OrderPage, ReplayJob } from '../../api/shapes.ts';
import { countText, spanText } from '../../logic/format.ts';
import { addressOfQuery } from '../../logic/query-address.ts';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { jobModeOf, REPLAY_MODES } from './replay-modes.ts';

/** Below the account's quota of 300 redrives per second, with room for orders that start meanwhile. */
const MAX_RATE = 100;
const USUAL_RATE = 20;

export function FreezeDialog({
  groups,
  count,
  depotId,
  isOpen,
  onClose,
}: {
  readonly groups: readonly FailureGroup[];
  readonly count: number;
  /** Only the orders of this depot. */
  readonly depotId?: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}) {
  const [mode, setMode] = useState<JobMode>('redrive');
  const [rate, setRate] = useState(USUAL_RATE);
  const [, navigate] = useLocation();
  return (
    <ReasonDialog
      isOpen={isOpen}
      title={`Freeze ${countText(count)} ${count === 1 ? 'order' : 'orders'}`}
      consequence="The exact list of executions is kept. Nothing runs before you have seen the dry run; what fails later is not in it."
      action="Freeze"
      onClose={onClose}
      onConfirm={async (why) => {
        const selection =
          depotId === undefined
            ? { groupIds: groups.map(({ groupId }) => groupId) }
            : { orderIds: await failedAt(depotId, groups) };
        const job = await write<ReplayJob>('/replays', { ...selection, mode, ratePerSecond: rate, why });
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
      <NumberInput
        label="At most, per second"
        description={`About ${spanText(Math.ceil(count / rate))} for all of them`}
        min={1}
        max={MAX_RATE}
        clampBehavior="strict"
        allowDecimal={false}
        value={rate}
        onChange={(value) => typeof value === 'number' && value >= 1 && setRate(value)}
      />
    </ReasonDialog>
  );
}

const PAGE = 500;

/** A group reaches over all depots: the failed orders of one depot are named one by one. */
async function failedAt(depotId: string, groups: readonly FailureGroup[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (let offset = 0; ; offset += PAGE) {
    const query = addressOfQuery({ status: ['FAILED'], depotId: [depotId], sort: 'orderId', limit: PAGE, offset });
    const { orders, total } = await read<OrderPage>(`/orders?${query}`);
    for (const { orderId, failure } of orders) {
      const isOf = ({ state, error, pattern }: FailureGroup): boolean =>
        failure?.state === state && failure.error === error && failure.pattern === pattern;
      if (groups.some(isOf)) found.push(orderId);
    }
    if (offset + PAGE >= total) return found;
  }
}
