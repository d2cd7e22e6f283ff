/**
 * The service level per tier: how long each stage may take, how many attempts an order gets, and what counts as a
 * miss. Deadlines are absolute times, computed once when a stage begins; timeouts of the state machine restart on a
 * redrive and are safety nets, never this clock.
 */

import { DEFAULT_PROMISE_POLICY, type PromisePolicy } from '../eta/promise-state.ts';
import type { Tier } from '../order/order.ts';
import { committedWindow, type OrderPromise, type PromiseWindow } from '../order/promise.ts';
import type { OrderStatus } from '../order/status.ts';
import { isoOf, msOf } from '../time.ts';

/** `dispatch` ends when a driver has accepted the route, `depart` when the vehicle has left the depot. */
export const STAGES = ['accept', 'plan', 'dispatch', 'depart', 'deliver', 'close'] as const;
export type Stage = (typeof STAGES)[number];

export interface StageBudget {
  readonly budgetSeconds: number;
  /**
   * The part of the promised window that may pass before the stage is late, 0 to 1. An order is planned shortly
   * before its vehicle's shift, hours after it was placed, so a budget alone would always be exceeded. A share, since
   * windows last from two hours to a whole day.
   */
  readonly windowShare?: number;
}

export interface SlaPolicy {
  readonly tier: Tier;
  readonly stages: Readonly<Record<Exclude<Stage, 'deliver'>, StageBudget>>;
  /** Delivery attempts before the order is returned. */
  readonly maxAttempts: number;
  /** Whether a delivery before the promised window is a miss. */
  readonly earlyIsMiss: boolean;
  readonly eta: PromisePolicy;
}

const MINUTE = 60;

const STANDARD: SlaPolicy = {
  tier: 'standard',
  stages: {
    accept: { budgetSeconds: 5 * MINUTE },
    plan: { budgetSeconds: 60 * MINUTE, windowShare: 0.4 },
    dispatch: { budgetSeconds: 45 * MINUTE, windowShare: 0.45 },
    depart: { budgetSeconds: 60 * MINUTE, windowShare: 0.5 },
    close: { budgetSeconds: 60 * MINUTE },
  },
  maxAttempts: 2,
  earlyIsMiss: false,
  eta: DEFAULT_PROMISE_POLICY,
};

const EXPRESS: SlaPolicy = {
  tier: 'express',
  stages: {
    accept: { budgetSeconds: 1 * MINUTE },
    plan: { budgetSeconds: 20 * MINUTE, windowShare: 0.2 },
    dispatch: { budgetSeconds: 15 * MINUTE, windowShare: 0.25 },
    depart: { budgetSeconds: 20 * MINUTE, windowShare: 0.35 },
    close: { budgetSeconds: 30 * MINUTE },
  },
  maxAttempts: 3,
  earlyIsMiss: true,
  eta: { ...DEFAULT_PROMISE_POLICY, graceSeconds: 60, recoverySeconds: -60, stepSeconds: 10 * MINUTE },
};

export const SLA_POLICIES: Readonly<Record<Tier, SlaPolicy>> = { standard: STANDARD, express: EXPRESS };

/** The policy of an order; an order record without a tier is standard, as it is at intake. */
export function slaPolicy(tier: Tier | undefined): SlaPolicy {
  return SLA_POLICIES[tier ?? 'standard'];
}

/**
 * When the stage is due: ISO text of 24 characters, fit for an index. The delivery is due at the end of the committed
 * window, however late it began; the other stages at the later of their budget and their share of the window.
 * @throws RangeError when a time is not ISO 8601
 */
export function stageDeadline(
  policy: SlaPolicy,
  stage: Stage,
  { beganAt, promise }: { beganAt: string; promise: PromiseWindow & Pick<OrderPromise, 'committed'> },
): string {
  const window = committedWindow(promise);
  const fromMs = msOf(window.from);
  const toMs = msOf(window.to);
  if (stage === 'deliver') return isoOf(toMs);
  const { budgetSeconds, windowShare } = policy.stages[stage];
  const byBudgetMs = msOf(beganAt) + budgetSeconds * 1000;
  if (windowShare === undefined) return isoOf(byBudgetMs);
  return isoOf(Math.max(byBudgetMs, Math.round(fromMs + windowShare * (toMs - fromMs))));
}

const STAGE_OF_STATUS: Readonly<Partial<Record<OrderStatus, Stage>>> = {
  PLACED: 'plan',
  ATTEMPT_FAILED: 'plan',
  PLANNED: 'dispatch',
  DISPATCHED: 'depart',
  OUT_FOR_DELIVERY: 'deliver',
  ARRIVING: 'deliver',
  DELIVERED: 'close',
};

/** The stage whose clock runs while the order has this status; none once its life is over. */
export function stageOfStatus(status: OrderStatus): Stage | undefined {
  return STAGE_OF_STATUS[status];
}
