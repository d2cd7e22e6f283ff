/** A trace of one order as operations answer it, made by hand, for the tests of what the terminal shows. */
import type { ExecutionView, OrderTraceView, OrderView, StateVisit } from '../../../operations/index.ts';

export const ARN = 'arn:aws:states:us-east-1:123456789012:execution:order-lifecycle:o-1';

export const visit = (state: string, given: Partial<StateVisit> = {}): StateVisit => ({
  state,
  type: 'Task',
  enteredEventId: 2,
  enteredAt: '2018-07-23T08:00:00.000Z',
  exitedAt: '2018-07-23T08:00:01.000Z',
  outcome: 'succeeded',
  attempts: [],
  path: [],
  ...given,
});

export const execution = (given: Partial<ExecutionView> = {}): ExecutionView => ({
  executionArn: ARN,
  name: 'o-1',
  machine: 'order-lifecycle',
  status: 'SUCCEEDED',
  startedAt: '2018-07-23T08:00:00.000Z',
  stoppedAt: '2018-07-23T12:00:00.000Z',
  redriveCount: 0,
  redriveStatus: 'NOT_REDRIVABLE',
  definition: '{}',
  visits: [],
  eventCount: 12,
  ...given,
});

export const orderView = (given: Partial<OrderView> = {}): OrderView => ({
  orderId: 'o-1',
  customerId: 'c-1',
  depotId: 'DAU1',
  tier: 'standard',
  status: 'FAILED',
  statusAt: '2018-07-23T09:00:00.000Z',
  cause: 'ExecutionFailed',
  cycle: 1,
  attempts: 0,
  placedAt: '2018-07-23T07:00:00.000Z',
  promiseFrom: '2018-07-23T10:00:00.000Z',
  promiseTo: '2018-07-23T14:00:00.000Z',
  promiseVersion: 1,
  committedTo: '2018-07-23T14:00:00.000Z',
  position: [-97.7, 30.3],
  breaches: [],
  reasons: [],
  replays: 0,
  pendingSignals: 0,
  changedAt: '2018-07-23T09:00:00.000Z',
  promiseState: 'LATE',
  stageAgeSeconds: 3_600,
  ...given,
});

export const trace = (given: Partial<OrderTraceView> = {}): OrderTraceView => ({
  now: '2018-07-23T12:00:00.000Z',
  order: orderView(),
  content: {},
  times: {},
  deadlines: {},
  rejections: [],
  events: [],
  signals: [],
  executions: [execution()],
  notifications: [],
  eta: [],
  timeline: [],
  actions: [],
  ...given,
});
