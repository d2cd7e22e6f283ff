/**
 * What goes wrong in a region, as data: rules that say where, how, how often and when. AWS promises less than a quiet day
 * shows (deliveries may come twice and in another order, functions may die after their work is done, services throttle);
 * a plan makes it happen, the same for the same seed.
 */

/** Patterns may hold `*` (any run) and `?` (any one character). */
export type FaultPlace =
  /** Invocations of the functions of this name. */
  | { readonly function: string; readonly containing?: string }
  /** Calls of an operation by roles and services of AWS; of all operations when none is named. */
  | {
      readonly service: string;
      readonly operation?: string;
      /** Name of the calling role, or of the service of AWS. */
      readonly by?: string;
      readonly containing?: string;
    }
  /** Events on their way from a rule, a pipe, a topic or a destination to the target of this ARN. */
  | { readonly target: string; readonly containing?: string };

export interface FaultError {
  readonly name: string;
  readonly message: string;
  /** HTTP status of a refused call; 400 when absent. */
  readonly status?: number;
}

/**
 * `fail`: the function throws `error` before it did anything. `crash-before`, `crash-after`: its process ends before, or
 * after, it did its work; nobody hears of the work. `timeout`: it does nothing until its time is over. `throttle`: the call is
 * refused as the service refuses what is too much; `refuse`: with `error`. `lose-answer`: the call is carried out, and the
 * caller is told that it failed. `lose`: nothing is done, and the caller is not told. `delay`: it is done `seconds` later.
 * `duplicate`: it is done, and once more `seconds` later.
 */
export const FAULT_KINDS = {
  function: ['fail', 'crash-before', 'crash-after', 'timeout'],
  service: ['throttle', 'refuse', 'lose-answer', 'lose', 'delay', 'duplicate'],
  target: ['lose', 'delay', 'duplicate'],
} as const;

export type FunctionFaultKind = (typeof FAULT_KINDS)['function'][number];
export type CallFaultKind = (typeof FAULT_KINDS)['service'][number];
export type DeliveryFaultKind = (typeof FAULT_KINDS)['target'][number];
export type FaultKind = FunctionFaultKind | CallFaultKind | DeliveryFaultKind;

/** A moment: ISO 8601, or seconds since the region's beginning. */
export type FaultMoment = string | number;

export interface FaultRule {
  /** Unique in the plan; the rule's chance follows from it and the seed. */
  readonly id: string;
  readonly at: FaultPlace;
  readonly kind: FaultKind;
  /** For `fail` and `refuse`; `throttle` and `lose-answer` have errors of their own, which it replaces. */
  readonly error?: FaultError;
  /** Share of the invocations, calls or deliveries that it hits, 0 to 1. */
  readonly rate: number;
  /** In [from, to); without them always. */
  readonly from?: FaultMoment;
  readonly to?: FaultMoment;
  /**
   * Name of a member of the event or input, e.g. `orderId`: chance is drawn once for each of its values, so that whatever is
   * tried again for the value fails again while the rule holds. What has no such member is not hit.
   */
  readonly per?: string;
  /** For `delay` and `duplicate`: a draw between the two, in seconds. */
  readonly seconds?: readonly [number, number];
}

export interface FaultPlan {
  /** What it plays, for people. */
  readonly title?: string;
  /** The first that hits is the one that happens. */
  readonly rules: readonly FaultRule[];
}

/** The plan is not one; the message lists every fault of it. */
export class FaultPlanError extends Error {
  override readonly name = 'FaultPlanError';

  constructor(problems: readonly string[]) {
    super(`the fault plan is refused:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}
