/** Operations over a few invented orders, for tests of the server: what was asked of them is kept. */

import { OperationError } from '../../../operations/index.ts';
import type { ActionRecord } from '../../../operations/model/actions.ts';
import type { AuditSlice } from '../../../operations/model/audit.ts';
import type { BoardSummary, OrderView } from '../../../operations/model/orders.ts';
import type { ReplayItemState, ReplayJob } from '../../../operations/model/replay.ts';
import type { ExecutionView, OrderTraceView } from '../../../operations/model/trace.ts';
import type { ConsoleOperations } from '../console-operations.ts';

export const NOW = '2018-07-20T12:00:00.000Z';
const ARN = 'arn:aws:states:us-east-1:123456789012:execution:OrderLifecycle:order-1';

export const ORDER: OrderView = {
  orderId: 'order-1',
  customerId: 'customer-1',
  depotId: 'DLA9',
  tier: 'standard',
  status: 'FAILED',
  statusAt: '2018-07-20T11:00:00.000Z',
  cause: 'ExecutionFailed',
  cycle: 1,
  attempts: 0,
  placedAt: '2018-07-20T08:00:00.000Z',
  promiseFrom: '2018-07-20T09:00:00.000Z',
  promiseTo: '2018-07-20T18:00:00.000Z',
  promiseVersion: 1,
  committedTo: '2018-07-20T18:00:00.000Z',
  position: [-118.24, 34.05],
  breaches: [{ stage: 'plan', deadline: NOW, promiseVersion: 1, firedAt: NOW }],
  reasons: [],
  failure: {
    executionArn: ARN,
    redriveCount: 0,
    executionStatus: 'FAILED',
    state: 'AwaitRoute',
    error: 'Lambda.ServiceException',
    cause: 'the function of order-1 did not answer',
    pattern: 'the function of <id> did not answer',
    failedAt: '2018-07-20T11:00:00.000Z',
    failedIn: 'PLACED',
  },
  replays: 0,
  pendingSignals: 0,
  changedAt: '2018-07-20T11:00:00.500Z',
  promiseState: 'AT_RISK',
  stageAgeSeconds: 3600,
};

export const SUMMARY: BoardSummary = {
  now: NOW,
  total: 1,
  open: 1,
  byStatus: { FAILED: 1 },
  byPromiseState: { AT_RISK: 1 },
  byDepot: [{ depotId: 'DLA9', open: 1, late: 0 }],
  perfectShare: null,
  perfect: 0,
  counted: 0,
  breaches: 1,
  failed: 1,
  stuck: 0,
};

const EXECUTION: ExecutionView = {
  executionArn: ARN,
  name: 'order-1',
  machine: 'OrderLifecycle',
  status: 'FAILED',
  startedAt: '2018-07-20T08:00:01.000Z',
  stoppedAt: '2018-07-20T11:00:00.000Z',
  redriveCount: 0,
  redriveStatus: 'REDRIVABLE',
  definition: '{"StartAt":"AwaitRoute","States":{}}',
  visits: [
    {
      state: 'AwaitRoute',
      type: 'Task',
      enteredEventId: 2,
      enteredAt: '2018-07-20T08:00:01.000Z',
      outcome: 'failed',
      attempts: [],
      path: [],
    },
  ],
  eventCount: 2,
};

export const TRACE: OrderTraceView = {
  now: NOW,
  order: ORDER,
  content: { orderId: 'order-1' },
  times: { placed: '2018-07-20T08:00:00.000Z' },
  deadlines: {},
  rejections: [],
  events: [],
  signals: [],
  executions: [EXECUTION],
  notifications: [],
  eta: [],
  timeline: [{ lane: 'state', from: '2018-07-20T08:00:01.000Z', label: 'AwaitRoute', tone: 'bad' }],
  actions: [],
};

const SLICE: AuditSlice = {
  key: {},
  orders: 1,
  counted: 1,
  excluded: 0,
  perfect: 0,
  perfectShare: 0,
  parts: { onTime: 0, inFull: 1, undamaged: 1, documented: 1 },
  apqcIndex: 0,
  otif: 0,
  reasons: [{ part: 'onTime', code: 'LATE', count: 1 }],
  metrics: [],
  breaches: [],
};

const NO_COUNTS: Readonly<Record<ReplayItemState, number>> = {
  PENDING: 0,
  STARTED: 0,
  RUNNING: 0,
  SUCCEEDED: 0,
  FAILED_AGAIN: 0,
  SKIPPED: 0,
  REFUSED: 0,
};

export const JOB: ReplayJob = {
  jobId: 'job-1',
  createdAt: NOW,
  by: 'arn:aws:sts::123456789012:assumed-role/PerfectOrderOperator/ann',
  why: 'the function is repaired',
  mode: 'redrive',
  ratePerSecond: 10,
  selectedFrom: { orderIds: 1 },
  state: 'FROZEN',
  counts: { ...NO_COUNTS, PENDING: 1 },
  total: 1,
};

const ACTION: ActionRecord = {
  actionId: 'action-1',
  at: NOW,
  by: JOB.by,
  why: 'as the customer wished',
  kind: 'cancel',
  orderId: 'order-1',
  detail: {},
  outcome: 'done',
};

export interface FakeOperations extends ConsoleOperations {
  role: 'viewer' | 'operator';
  /** Thrown by whatever is asked while it is set. */
  broken: Error | undefined;
  /** What the next sync tells as changed. */
  changed: OrderView[];
  /** Everything that would change something, with what was given. */
  readonly deeds: { readonly name: string; readonly given: unknown }[];
  readonly asked: { readonly name: string; readonly given: unknown }[];
  jobList: ReplayJob[];
  /** Ends the run that is under way; before it there is none. */
  endRun: ((error?: Error) => void) | undefined;
}

export function fakeOperations(): FakeOperations {
  const answer =
    <T>(name: string, value: T) =>
    async (...given: unknown[]): Promise<T> => {
      if (fake.broken !== undefined) throw fake.broken;
      fake.asked.push({ name, given: given.length > 1 ? given : given[0] });
      return value;
    };
  const deed =
    <T>(name: string, value: T) =>
    async (given: unknown): Promise<T> => {
      if (fake.broken !== undefined) throw fake.broken;
      fake.deeds.push({ name, given });
      return value;
    };
  const job = (jobId: string) => fake.jobList.find((each) => each.jobId === jobId);
  const known = async <T>(jobId: string, value: T): Promise<T> => {
    if (job(jobId) === undefined) throw new OperationError('UNKNOWN_JOB', `no job ${jobId}`, 'Look at the list.');
    return value;
  };
  const fake: FakeOperations = {
    role: 'operator',
    broken: undefined,
    changed: [],
    deeds: [],
    asked: [],
    jobList: [JOB],
    endRun: undefined,
    endpoint: 'http://127.0.0.1:4566',
    region: 'us-east-1',
    identity: async () => ({ arn: JOB.by, role: fake.role }),
    now: () => NOW,
    sync: async () => {
      if (fake.broken !== undefined) throw fake.broken;
      return fake.changed.splice(0);
    },
    search: answer('search', { orders: [ORDER], total: 1, offset: 0, now: NOW }),
    summary: answer('summary', SUMMARY),
    map: answer('map', {
      now: NOW,
      depots: [{ depotId: 'DLA9', position: [-118, 34] }],
      routes: [],
      vehicles: [],
      fences: [],
    }),
    trace: async (orderId) => (orderId === 'order-1' ? TRACE : undefined),
    ledger: async (orderId) => (orderId === 'order-1' ? { orderId, signals: [] } : undefined),
    execution: async (executionArn) => (executionArn === ARN ? EXECUTION : undefined),
    events: async (executionArn) =>
      executionArn === ARN
        ? { events: [{ id: 1, previousEventId: 0, at: NOW, type: 'ExecutionStarted', details: {} }], total: 2 }
        : undefined,
    failures: answer('failures', [
      {
        groupId: 'group-1',
        state: 'AwaitRoute',
        error: 'Lambda.ServiceException',
        pattern: 'the function of <id> did not answer',
        count: 1,
        firstAt: NOW,
        lastAt: NOW,
        byDepot: { DLA9: 1 },
        examples: ['order-1'],
        exampleCause: 'the function of order-1 did not answer',
      },
    ]),
    freeze: deed('freeze', JOB),
    jobs: async () => fake.jobList,
    job: async (jobId) => job(jobId),
    items: (jobId, query) =>
      known(jobId, { items: [{ orderId: 'order-1', executionArn: ARN, state: query.state ?? 'PENDING' }], total: 1 }),
    forecast: (jobId) => known(jobId, { total: 1, willRedrive: 1, willResume: 0, refused: [], seconds: 1 }),
    run: async (jobId, onProgress, signal) => {
      fake.deeds.push({ name: 'run', given: jobId });
      const running: ReplayJob = { ...JOB, jobId, state: 'RUNNING', counts: { ...NO_COUNTS, RUNNING: 1 } };
      onProgress(running);
      const end = await new Promise<ReplayJob['state'] | Error>((resolve) => {
        fake.endRun = (error) => resolve(error ?? 'DONE');
        signal.addEventListener('abort', () => resolve('STOPPED'));
      });
      fake.endRun = undefined;
      if (end instanceof Error) throw end;
      const last: ReplayJob = { ...running, state: end, counts: { ...NO_COUNTS, SUCCEEDED: 1 } };
      fake.jobList = fake.jobList.map((each) => (each.jobId === jobId ? last : each));
      return last;
    },
    rehearse: answer('rehearse', { total: 1, passed: 1, failed: [] }),
    waits: answer('waits', [
      {
        kind: 'OVERDUE_WAIT',
        orderId: 'order-1',
        depotId: 'DLA9',
        since: NOW,
        ageSeconds: 60,
        what: 'AwaitRoute',
        remedies: [{ kind: 'settle', label: 'Settle again' }],
      },
    ]),
    remedy: deed('remedy', { ...ACTION, kind: 'settle' }),
    cancel: deed('cancel', ACTION),
    amend: deed('amend', { ...ACTION, kind: 'amend' }),
    actions: answer('actions', [ACTION]),
    audit: async (request, targets) => {
      fake.asked.push({ name: 'audit', given: [request, targets] });
      return {
        request,
        madeAt: NOW,
        whole: SLICE,
        slices: [],
        exclusions: [],
        targets: [],
        archive: { records: 1, chainHeads: { 'DLA9/2018-07-20': 'abc' }, unreadable: [] },
      };
    },
    verify: answer('verify', { chains: 1, records: 1, unfinished: 0, areHeadsKnown: true, faults: [] }),
    close: () => undefined,
  };
  return fake;
}
