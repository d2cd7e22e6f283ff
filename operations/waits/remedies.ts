/** What can be done about each kind of stuck wait. */
import type { OrderRow } from '../model/orders.ts';
import type { RemedyKind, StuckKind, StuckWait } from '../model/waits.ts';

type Remedies = StuckWait['remedies'];

const LABELS: Readonly<Record<RemedyKind, string>> = {
  settle: 'Ask the ledger to settle the order again',
  signal: 'Send the milestone in the world’s place',
  cancel: 'Cancel the order',
  'stop-execution': 'Stop the execution',
  redrive: 'Take the order up again',
  supersede: 'Mark the signal as one that nothing will take',
};

const offer = (...kinds: readonly RemedyKind[]): Remedies => kinds.map((kind) => ({ kind, label: LABELS[kind] }));

export const REMEDIES: Readonly<Record<StuckKind, (row: OrderRow) => Remedies>> = {
  // A plan cannot be sent by hand: it names a route.
  OVERDUE_WAIT: ({ wait }) =>
    wait?.awaits === 'RoutePlanned' ? offer('settle', 'cancel') : offer('settle', 'signal', 'cancel'),
  TOKEN_WITHOUT_WAIT: () => offer('redrive', 'settle'),
  WAIT_WITHOUT_TOKEN: () => offer('settle', 'stop-execution'),
  SIGNAL_WITHOUT_TAKER: () => offer('settle', 'supersede'),
  EXECUTION_OUTLIVES_ORDER: () => offer('stop-execution'),
};
