/**
 * Waits that nothing will answer, signals that nothing takes, executions that outlive their order. What the projection
 * shows of an order is compared with which executions are open; the history of one execution is read only where the two
 * leave a doubt, and of so many that the quota bears it.
 */
import { GetExecutionHistoryCommand, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { isTerminal } from '../../domain/index.ts';
import type { Board } from '../board/board.ts';
import type { Deployed } from '../deployed.ts';
import type { OrderRow } from '../model/orders.ts';
import type { StuckWait } from '../model/waits.ts';
import { ledgerView } from '../orders/ledger-view.ts';
import { REMEDIES } from './remedies.ts';
import { GRACE_SECONDS, overdueSince } from './wait-policy.ts';

/** Histories read at one look; the rest is seen at the next. */
const HISTORIES = 25;
const LEDGERS = 200;
const PAGE_SIZE = 1_000;
const NEWEST_EVENTS = 20;

/** Oldest first. Lists the open executions, so ask for it no more often than every half minute. */
export async function stuckWaits(
  deployed: Deployed,
  board: Pick<Board, 'store' | 'noteStuck'>,
  now = deployed.now(),
): Promise<readonly StuckWait[]> {
  const running = await runningExecutions(deployed);
  const byOrder = new Map([...running].map((executionArn) => [orderIdOf(deployed, executionArn), executionArn]));
  const open = rowsWhere(board, `status NOT IN ('ARCHIVED', 'REJECTED', 'CANCELLED', 'RETURNED', 'FAILED')`);
  const stuck = [
    ...overdueWaits(open, running, now),
    ...tokensWithoutWait(open, running, now),
    ...(await waitsWithoutToken(deployed, open, byOrder, now)),
    ...(await signalsWithoutTaker(deployed, board, now)),
    ...outlivingExecutions(deployed, board, running, now),
  ].sort((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : a.orderId < b.orderId ? -1 : 1));
  board.noteStuck(stuck.length);
  return stuck;
}

/** ARNs of the open executions of orders, their replays included. */
async function runningExecutions({ machines, output }: Deployed): Promise<ReadonlySet<string>> {
  const arns = new Set<string>();
  for (const machine of ['OrderLifecycleMachineArn', 'OrderReplayMachineArn'] as const) {
    let nextToken: string | undefined;
    do {
      const page: { executions?: { executionArn?: string | undefined }[] | undefined; nextToken?: string | undefined } =
        await machines.send(
          new ListExecutionsCommand({
            stateMachineArn: output(machine),
            statusFilter: 'RUNNING',
            maxResults: PAGE_SIZE,
            ...(nextToken === undefined ? {} : { nextToken }),
          }),
        );
      for (const { executionArn } of page.executions ?? []) if (executionArn !== undefined) arns.add(executionArn);
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
  }
  return arns;
}

function rowsWhere({ store }: Pick<Board, 'store'>, sql: string, ...cells: readonly string[]): OrderRow[] {
  const rows = store.all<{ json: string }>(`SELECT json FROM orders JOIN documents USING (id) WHERE ${sql}`, ...cells);
  return rows.map(({ json }) => JSON.parse(json) as OrderRow);
}

const ageSeconds = (since: string, now: string): number =>
  Math.max(0, Math.round((Date.parse(now) - Date.parse(since)) / 1000));

function stuckOf(
  kind: StuckWait['kind'],
  row: OrderRow,
  rest: Pick<StuckWait, 'since' | 'ageSeconds' | 'what'> & Partial<StuckWait>,
): StuckWait {
  return { kind, orderId: row.orderId, depotId: row.depotId, remedies: REMEDIES[kind](row), ...rest };
}

function overdueWaits(open: readonly OrderRow[], running: ReadonlySet<string>, now: string): StuckWait[] {
  return open.flatMap((row) => {
    const { wait } = row;
    if (wait === undefined || wait.matched || !running.has(wait.executionArn)) return [];
    const since = overdueSince(row);
    if (since === undefined || ageSeconds(since, now) < GRACE_SECONDS.overdue) return [];
    const { openedAt, executionArn, awaits, cycle } = wait;
    const what = `waits for ${awaits} (cycle ${cycle}) since ${openedAt}; due at ${since}`;
    return [
      stuckOf('OVERDUE_WAIT', row, { since: openedAt, ageSeconds: ageSeconds(openedAt, now), what, executionArn }),
    ];
  });
}

/** The projection is some seconds behind: a wait is judged once it has stood for a while. */
function tokensWithoutWait(open: readonly OrderRow[], running: ReadonlySet<string>, now: string): StuckWait[] {
  return open.flatMap((row) => {
    const { wait } = row;
    if (wait === undefined || running.has(wait.executionArn)) return [];
    if (ageSeconds(row.changedAt, now) < GRACE_SECONDS.settling) return [];
    const { openedAt, executionArn, awaits } = wait;
    const what = `the ledger waits for ${awaits} with a token of an execution that is no longer open`;
    return [
      stuckOf('TOKEN_WITHOUT_WAIT', row, {
        since: openedAt,
        ageSeconds: ageSeconds(openedAt, now),
        what,
        executionArn,
      }),
    ];
  });
}

/** Open orders whose ledger has no open wait, although their execution stands at a token. */
async function waitsWithoutToken(
  deployed: Deployed,
  open: readonly OrderRow[],
  running: ReadonlyMap<string, string>,
  now: string,
): Promise<StuckWait[]> {
  const doubtful = open.filter(
    ({ wait, orderId, changedAt }) =>
      (wait === undefined || wait.matched) &&
      running.has(orderId) &&
      ageSeconds(changedAt, now) >= GRACE_SECONDS.settling,
  );
  const stuck: StuckWait[] = [];
  for (const row of doubtful.slice(0, HISTORIES)) {
    const executionArn = running.get(row.orderId) ?? '';
    const since = await waitsSince(deployed, executionArn);
    if (since === undefined) continue;
    const what =
      row.wait === undefined
        ? 'the execution waits for a token that the ledger does not know'
        : `the execution still waits for ${row.wait.awaits}, which the ledger has answered`;
    stuck.push(stuckOf('WAIT_WITHOUT_TOKEN', row, { since, ageSeconds: ageSeconds(since, now), what, executionArn }));
  }
  return stuck;
}

/** Since when the execution stands at a task that waits for its token; undefined when it does something else. */
async function waitsSince({ machines }: Deployed, executionArn: string): Promise<string | undefined> {
  const { events = [] } = await machines.send(
    new GetExecutionHistoryCommand({
      executionArn,
      reverseOrder: true,
      maxResults: NEWEST_EVENTS,
      includeExecutionData: false,
    }),
  );
  const [newest] = events;
  const scheduled = events.find(({ type }) => type === 'TaskScheduled');
  const isToken = scheduled?.taskScheduledEventDetails?.resource?.endsWith('.waitForTaskToken') === true;
  const isOpen = newest?.type === 'TaskSubmitted' || newest?.type === 'TaskStarted' || newest?.type === 'TaskScheduled';
  return isToken && isOpen ? newest?.timestamp?.toISOString() : undefined;
}

async function signalsWithoutTaker(deployed: Deployed, board: Pick<Board, 'store'>, now: string): Promise<StuckWait[]> {
  const before = new Date(Date.parse(now) - GRACE_SECONDS.signal * 1000).toISOString();
  // A failed order takes its signals when it is replayed.
  const rows = rowsWhere(
    board,
    `oldestPendingAt IS NOT NULL AND oldestPendingAt <= ? AND status <> 'FAILED' ORDER BY oldestPendingAt LIMIT ${LEDGERS}`,
    before,
  );
  const stuck: StuckWait[] = [];
  for (const row of rows) {
    const signals = (await ledgerView(deployed, row.orderId))?.signals ?? [];
    for (const { signalId, kind, acceptedAt, fate, cycle } of signals) {
      if (fate !== 'waiting' || acceptedAt > before) continue;
      const what = `${kind}${cycle === undefined ? '' : ` of cycle ${cycle}`} lies there, and the order (${row.status}, cycle ${row.cycle}) does not take it`;
      stuck.push(
        stuckOf('SIGNAL_WITHOUT_TAKER', row, {
          since: acceptedAt,
          ageSeconds: ageSeconds(acceptedAt, now),
          what,
          signalId,
        }),
      );
    }
  }
  return stuck;
}

function outlivingExecutions(
  deployed: Pick<Deployed, 'output'>,
  board: Pick<Board, 'store'>,
  running: ReadonlySet<string>,
  now: string,
): StuckWait[] {
  const stuck: StuckWait[] = [];
  for (const executionArn of running) {
    const orderId = orderIdOf(deployed, executionArn);
    const [row] = rowsWhere(board, 'orderId = ?', orderId);
    if (row === undefined || !isTerminal(row.status)) continue;
    const since = row.archivedAt ?? row.statusAt;
    // A cancelled or returned order is archived by the same execution a moment later.
    if (ageSeconds(since, now) < GRACE_SECONDS.settling) continue;
    const what = `the order is ${row.status} since ${row.statusAt}, and its execution is still open`;
    stuck.push(
      stuckOf('EXECUTION_OUTLIVES_ORDER', row, { since, ageSeconds: ageSeconds(since, now), what, executionArn }),
    );
  }
  return stuck;
}

/** Executions of replays are named `<order id>.r<N>`. */
function orderIdOf({ output }: Pick<Deployed, 'output'>, executionArn: string): string {
  const name = executionArn.split(':').at(-1) ?? '';
  const replays = output('OrderReplayMachineArn').replace(':stateMachine:', ':execution:');
  return executionArn.startsWith(`${replays}:`) ? name.replace(/\.r\d+$/, '') : name;
}
