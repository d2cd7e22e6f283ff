/**
 * One accepted order and the tables around it, with a ledger whose answers are kept: where the tests of the functions
 * that move an order begin. Times are of 2 March 2026; the promise is from 10:00 to 14:00, the order stands in cycle 1.
 */
import { type AwaitRequest, type OrderFrame, reachedSchema } from '../../../workflows/order-lifecycle/contracts.ts';
import { Ledger, type WaitAnswers } from '../ledger/ledger.ts';
import { type LedgerItem, LedgerStore } from '../ledger/store.ts';
import type { OrderRecord } from '../tables.ts';
import { DocumentTables } from './document-tables.ts';
import { withTransactions } from './with-transactions.ts';

const KEYS = {
  orders: ['orderId', 'sk'],
  ledger: ['orderId', 'orderId'],
  planning: ['pk', 'sk'],
  actions: ['pk', 'sk'],
} as const;

/** `clock('10:05')` is 2 March 2026, 10:05 UTC. */
export const clock = (time: string): string => new Date(`2026-03-02T${time}:00Z`).toISOString();

export const place = {
  routeId: 'r-1',
  vehicleId: 'v-1',
  driverId: 'driver-1',
  stopId: 's-1',
  stopSequence: 3,
  plannedArrivalAt: clock('11:30'),
};

export const orderRecord = (rest: Partial<OrderRecord> = {}): OrderRecord => ({
  orderId: 'o-1',
  sk: 'ORDER',
  order: {
    orderId: 'o-1',
    placedAt: clock('08:00'),
    customer: { customerId: 'c-1' },
    depotId: 'D1',
    deliverTo: { position: [13.4, 52.5] },
    promise: { from: clock('10:00'), to: clock('14:00') },
    serviceSeconds: 60,
    tier: 'standard',
    items: [{ sku: 'parcel', quantity: 2, volumeM3: 0.1, weightKg: 1.5 }],
  },
  contentKey: 'content',
  depotId: 'D1',
  customerId: 'c-1',
  tier: 'standard',
  status: 'PLACED',
  statusAt: clock('08:01'),
  cause: 'accepted',
  cycle: 1,
  attempts: 0,
  promise: {
    version: 1,
    from: clock('10:00'),
    to: clock('14:00'),
    initial: { from: clock('10:00'), to: clock('14:00') },
  },
  times: { placedAt: clock('08:00'), acceptedAt: clock('08:01') },
  deadlines: { plan: clock('11:36'), deliver: clock('14:00') },
  dueShard: 'DUE',
  dueAt: clock('11:36'),
  breaches: [],
  ...rest,
});

export const orderFrame = (rest: Partial<OrderFrame> = {}): OrderFrame => ({
  orderId: 'o-1',
  depotId: 'D1',
  tier: 'standard',
  cycle: 1,
  promiseTo: clock('14:00'),
  waitUntil: '2026-03-03T14:00:00.000Z',
  ...rest,
});

export const awaitRequest = (rest: Partial<AwaitRequest> = {}): AwaitRequest => ({
  frame: orderFrame(),
  awaits: 'RoutePlanned',
  token: 'token-1',
  enteredAt: clock('08:02'),
  redriveCount: 0,
  retryCount: 0,
  executionArn: 'arn:execution',
  ...rest,
});

export interface OrderWorld {
  readonly tables: DocumentTables;
  /** Answers to waits as `[token, error or 'success', signal id]`, in order. */
  readonly answered: [string, string, string][];
  /** Settable: time of the next call. */
  at: string;
  /** Settable: what Step Functions makes of the next answers. */
  tokens: 'known' | 'gone' | Error;
  readonly ledger: Ledger;
  readonly ports: {
    readonly documents: ReturnType<typeof withTransactions>;
    readonly ordersTable: 'orders';
    readonly planningTable: 'planning';
    readonly actionsTable: 'actions';
    readonly ledger: Ledger;
    now(): Date;
  };
  order(): OrderRecord;
  /** Keys of the events in the outbox, without `EVENT#`. */
  events(): string[];
  ledgerItem(): Promise<LedgerItem>;
}

export function orderWorld(record: OrderRecord | undefined = orderRecord()): OrderWorld {
  const tables = new DocumentTables(KEYS);
  if (record !== undefined) tables.put('orders', record);
  const answered: OrderWorld['answered'] = [];
  const answer = async (token: string, how: string, reached: unknown): Promise<'delivered' | 'gone'> => {
    if (world.tokens instanceof Error) throw world.tokens;
    answered.push([token, how, reachedSchema.parse(reached).signalId ?? '']);
    return world.tokens === 'gone' ? 'gone' : 'delivered';
  };
  const answers: WaitAnswers = {
    succeed: (token, output) => answer(token, 'success', output),
    fail: (token, error, cause) => answer(token, error, cause),
  };
  const documents = withTransactions(tables, KEYS);
  const store = new LedgerStore(documents, 'ledger');
  const ledger = new Ledger(store, answers);
  const world: OrderWorld = {
    tables,
    answered,
    at: clock('09:00'),
    tokens: 'known',
    ledger,
    ports: {
      documents,
      ordersTable: 'orders',
      planningTable: 'planning',
      actionsTable: 'actions',
      ledger,
      now: () => new Date(world.at),
    },
    order: () => tables.get('orders', 'o-1', 'ORDER') as unknown as OrderRecord,
    events: () =>
      tables
        .all('orders')
        .map(({ sk }) => String(sk))
        .filter((sk) => sk.startsWith('EVENT#'))
        .map((sk) => sk.slice('EVENT#'.length)),
    ledgerItem: () => store.read('o-1'),
  };
  return world;
}
