/**
 * The console's operations over a deployed system: the board for whatever concerns many orders, the system itself for the
 * one on the screen. What is dear to ask is asked seldom: who calls, and which waits are stuck.
 */
import {
  ActionBook,
  amendOrder,
  applyRemedy,
  audit,
  type Board,
  cancelOrder,
  type Deployed,
  deployedArchive,
  executionView,
  failureGroups,
  forecastReplay,
  freezeSelection,
  historyPage,
  type Identity,
  ledgerView,
  mapPicture,
  type OrderView,
  openBoard,
  replayItems,
  replayJob,
  replayJobs,
  runReplay,
  type StuckWait,
  stuckWaits,
  traceOrder,
  verifyArchive,
  whoAmI,
} from '../../operations/index.ts';
import type { ConsoleOperations, RemedyRequest } from './console-operations.ts';
import { MAX_WAITING_ORDERS } from './live-feed.ts';
import { Problem } from './problems.ts';
import { type RehearsedItem, rehearsalGate, rehearseItems } from './rehearsal.ts';

const IDENTITY_MS = 60_000;
const WAITS_MS = 30_000;
const ITEMS_PAGE = 500;

export function operationsOf(deployed: Deployed): ConsoleOperations {
  const board = openBoard(deployed);
  const book = new ActionBook(deployed);
  const identity = remembered(IDENTITY_MS, () => whoAmI(deployed));
  const waits = remembered(WAITS_MS, () => stuckWaits(deployed, board));
  const changing = async <T>(change: (who: Identity) => Promise<T>): Promise<T> => {
    try {
      return await change(await identity.value());
    } finally {
      waits.forget();
    }
  };
  return {
    ...(deployed.target.endpoint !== undefined && { endpoint: deployed.target.endpoint }),
    region: deployed.target.region,
    identity: identity.value,
    now: () => deployed.now(),
    sync: async () => changedRows(board, await board.sync()),
    search: async (query) => board.search(query),
    summary: async () => board.summary(),
    map: () => mapPicture(deployed, board),
    trace: (orderId) => traceOrder(deployed, orderId),
    ledger: (orderId) => ledgerView(deployed, orderId),
    execution: (executionArn) => executionView(deployed, executionArn),
    events: (executionArn, from, limit) => historyPage(deployed, executionArn, { from, limit }),
    failures: async (depotId) => failureGroups(board, depotId === undefined ? {} : { depotId: [depotId] }),
    freeze: (request) => changing((who) => freezeSelection(deployed, board, { ...request, identity: who })),
    jobs: () => replayJobs(deployed),
    job: (jobId) => replayJob(deployed, jobId),
    items: (jobId, query) => replayItems(deployed, jobId, query),
    forecast: (jobId) => forecastReplay(deployed, jobId),
    run: (jobId, onProgress, signal) =>
      changing((who) =>
        runReplay(deployed, jobId, who, {
          signal,
          mayResume: rehearsalGate(deployed),
          onProgress: ({ job }) => onProgress(job),
        }),
      ),
    rehearse: async (selection) =>
      rehearseItems(
        deployed,
        'jobId' in selection ? await openItems(deployed, selection.jobId) : failedOf(board, selection.orderIds),
      ),
    waits: waits.value,
    remedy: (request) =>
      changing(async (who) => applyRemedy(deployed, who, await remedyOf(await waits.value(), request))),
    cancel: (request) => changing((who) => cancelOrder(deployed, who, request)),
    amend: (request) => changing((who) => amendOrder(deployed, who, request)),
    actions: async (orderId) => (orderId === undefined ? book.list() : [...(await book.ofOrder(orderId))].reverse()),
    audit: (request, targets) =>
      understood(() => audit(deployedArchive(deployed), request, { madeAt: deployed.now(), targets })),
    verify: (period) => understood(() => verifyArchive(deployedArchive(deployed), period)),
    close: () => board.close(),
  };
}

interface Remembered<T> {
  readonly value: () => Promise<T>;
  readonly forget: () => void;
}

/** Asks again when the answer is older than that, in host ms, or was forgotten; a failure is not remembered. */
function remembered<T>(forMs: number, ask: () => Promise<T>): Remembered<T> {
  let held: { readonly answer: Promise<T>; readonly untilMs: number } | undefined;
  const forget = (): void => {
    held = undefined;
  };
  return {
    value: () => {
      if (held !== undefined && performance.now() < held.untilMs) return held.answer;
      const answer = ask();
      held = { answer, untilMs: performance.now() + forMs };
      answer.catch(() => {
        if (held?.answer === answer) forget();
      });
      return answer;
    },
    forget,
  };
}

/** A full read is told by the counts alone: every page reads anew then. */
function changedRows(board: Board, { orderIds }: { readonly orderIds: readonly string[] }): readonly OrderView[] {
  return orderIds.slice(-MAX_WAITING_ORDERS).flatMap((orderId) => board.view(orderId) ?? []);
}

/** What is still to be replayed of a job. */
async function openItems(deployed: Deployed, jobId: string): Promise<readonly RehearsedItem[]> {
  const found: RehearsedItem[] = [];
  let total = 0;
  do {
    const page = await replayItems(deployed, jobId, { state: 'PENDING', offset: found.length, limit: ITEMS_PAGE });
    found.push(...page.items);
    total = page.items.length === 0 ? found.length : page.total;
  } while (found.length < total);
  return found;
}

function failedOf(board: Board, orderIds: readonly string[]): readonly RehearsedItem[] {
  return orderIds.map((orderId) => {
    const row = board.row(orderId);
    if (row === undefined) {
      throw new Problem('UNKNOWN_ORDER', `Nothing is known of order ${orderId}.`, 'Check the id; search on the board.');
    }
    if (row.failure === undefined) {
      throw new Problem('WRONG_STATE', `Order ${orderId} is ${row.status}.`, 'Only what has failed is rehearsed.');
    }
    return { orderId, executionArn: row.failure.executionArn };
  });
}

/** The stuck wait that the request means, as it is now. */
async function remedyOf(waits: readonly StuckWait[], request: RemedyRequest) {
  const { orderId, kind, remedy, why, signalId, executionArn } = request;
  const stuck = waits.find(
    (wait) =>
      wait.orderId === orderId &&
      wait.kind === kind &&
      (signalId === undefined || wait.signalId === signalId) &&
      (executionArn === undefined || wait.executionArn === executionArn),
  );
  if (stuck !== undefined) return { stuck, kind: remedy, why };
  throw new Problem('WRONG_STATE', `Order ${orderId} has no stuck wait of the kind ${kind} any more.`, 'Look again.');
}

/** What the audit cannot make sense of is the caller's to correct. */
async function understood<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Problem('BAD_INPUT', error.message, 'Correct the period or the target.', { cause: error });
  }
}
