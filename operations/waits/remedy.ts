/** What an operator does about a stuck wait: each remedy recorded with who and why, and safe to repeat. */
import { DescribeExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { MILESTONES } from '../../workflows/order-lifecycle/contracts.ts';
import type { OperateAnswer } from '../../workflows/order-lifecycle/operate-order.ts';
import { ActionBook, type Deed } from '../actions/action-book.ts';
import type { Deployed } from '../deployed.ts';
import { requireOperator, requireReason } from '../identity.ts';
import type { ActionRecord, Identity } from '../model/actions.ts';
import type { RemedyKind, StuckWait } from '../model/waits.ts';
import { operate } from '../operate-call.ts';
import { OperationError } from '../operation-error.ts';
import { cancelOrder, openOrder, sendSignal } from '../orders/change-order.ts';
import { ledgerView } from '../orders/ledger-view.ts';

export interface RemedyRequest {
  readonly stuck: Pick<StuckWait, 'kind' | 'orderId' | 'executionArn' | 'signalId' | 'remedies'>;
  readonly kind: RemedyKind;
  readonly why: string;
}

interface Case {
  readonly deployed: Deployed;
  readonly identity: Identity;
  readonly stuck: RemedyRequest['stuck'];
  readonly why: string;
}

/** @throws OperationError BAD_INPUT for a remedy that the wait does not offer, WRONG_STATE, UNKNOWN_ORDER, FORBIDDEN */
export async function applyRemedy(
  deployed: Deployed,
  identity: Identity,
  { stuck, kind, why }: RemedyRequest,
): Promise<ActionRecord> {
  requireOperator(identity);
  const reason = requireReason(why);
  if (!stuck.remedies.some((offered) => offered.kind === kind)) {
    const offered = stuck.remedies.map((remedy) => remedy.kind).join(', ');
    throw new OperationError('BAD_INPUT', `${stuck.kind} is not remedied by '${kind}'`, `Use one of ${offered}.`);
  }
  const { orderId, executionArn, signalId } = stuck;
  if (kind === 'cancel') return cancelOrder(deployed, identity, { orderId, initiator: 'carrier', why: reason });
  const action = { kind, why: reason, orderId, detail: { stuck: stuck.kind, executionArn, signalId } };
  const work = REMEDY[kind];
  return new ActionBook(deployed).record(identity, action, () => work({ deployed, identity, stuck, why: reason }));
}

const REMEDY: Readonly<Record<Exclude<RemedyKind, 'cancel'>, (given: Case) => Promise<Deed>>> = {
  settle: async ({ deployed, identity, stuck: { orderId }, why }) =>
    deedOf(await operate(deployed, { operation: 'settle', orderId, by: identity.arn, why })),

  supersede: async ({ deployed, identity, stuck: { orderId, signalId }, why }) => {
    const request = { operation: 'supersede', orderId, by: identity.arn, why } as const;
    return deedOf(await operate(deployed, { ...request, signalId: given(signalId, 'signal') }));
  },

  redrive: async ({ deployed, identity, stuck, why }) => {
    const { orderId } = stuck;
    const executionArn = given(stuck.executionArn, 'execution');
    const { redriveCount = 0 } = await deployed.machines.send(new DescribeExecutionCommand({ executionArn }));
    const request = { operation: 'replay', mode: 'redrive', orderId, by: identity.arn, why } as const;
    return deedOf(await operate(deployed, { ...request, executionArn, redriveCount }));
  },

  'stop-execution': async ({ deployed, stuck, why }) => {
    const executionArn = given(stuck.executionArn, 'execution');
    const { status } = await deployed.machines.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== 'RUNNING') return { message: `the execution is ${status} already` };
    await deployed.machines.send(new StopExecutionCommand({ executionArn, error: 'StoppedByOperator', cause: why }));
    return { message: 'stopped' };
  },

  /** Under the id that the world's own signal would have: should it come after all, it is the same signal. */
  signal: async ({ deployed, identity, stuck: { orderId }, why }) => {
    const record = await openOrder(deployed, orderId);
    const wait = (await ledgerView(deployed, orderId))?.wait;
    const kind = MILESTONES.find((milestone) => milestone === wait?.awaits);
    if (wait === undefined || wait.matched || kind === undefined) {
      return { isRefused: true, message: 'the order waits for nothing any more' };
    }
    if (kind === 'RoutePlanned') return { isRefused: true, message: 'a plan names a route; no operator can send one' };
    const { cycle } = wait;
    const signalId = `${kind}#${orderId}#${cycle}`;
    await sendSignal(deployed, record, identity, { signalId, kind, cycle, detail: { reason: why } });
    return { message: `${kind} of cycle ${cycle} sent` };
  },
};

function given(value: string | undefined, what: string): string {
  if (value !== undefined) return value;
  throw new OperationError('BAD_INPUT', `the stuck wait names no ${what}`, 'Look at the stuck waits again.');
}

function deedOf({ outcome, reason }: OperateAnswer): Deed {
  const isRefused = outcome === 'refused' || outcome === 'skipped';
  return { isRefused, message: reason === undefined ? outcome : `${outcome}: ${reason}` };
}
