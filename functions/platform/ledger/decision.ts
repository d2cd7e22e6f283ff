/**
 * Which signal answers a wait: a pure function of coordinates. A wait stands at (cycle, milestone, last amendment); a
 * signal speaks of the same coordinates. Nothing is ever marked as used up, so a wait that is opened again after a
 * redrive (R4) meets the same signals and gets the same answer, and a duplicate or stale signal (R2) cannot match a
 * wait that has moved on.
 */
import { MILESTONES, type Milestone, NOTICES, type Reached } from '../../../workflows/order-lifecycle/contracts.ts';
import type { StoredSignal, StoredWait } from '../tables.ts';

/** What a signal that answers nothing (yet) is to the order. */
export type Fate = 'noted' | 'superseded' | 'pending';

export interface Match {
  readonly signal: StoredSignal;
  readonly outcome: 'success' | 'failure';
  readonly reached: Reached;
}

/** Where a wait stands. */
export type Standing = Pick<StoredWait, 'awaits' | 'cycle' | 'amendedThrough'>;

const rank = (kind: string): number => MILESTONES.indexOf(kind as Milestone);

/** R5: occurrence first, arrival for ties. */
export function byOccurrence(
  left: { readonly at: string; readonly arrival: number },
  right: { readonly at: string; readonly arrival: number },
): number {
  const difference = Date.parse(left.at) - Date.parse(right.at);
  return difference !== 0 ? difference : left.arrival - right.arrival;
}

/**
 * What a signal means to a wait at this standing: `answers` it now, may answer a later one (`pending`), was only to be
 * `noted`, or can never apply any more (`superseded`).
 */
export function relation(signal: StoredSignal, wait: Standing): 'answers' | Fate {
  if ((NOTICES as readonly string[]).includes(signal.kind)) return 'noted';
  if (signal.kind === 'Cancelled') return 'answers';
  if (signal.kind === 'Amended') {
    const applied = wait.amendedThrough;
    return applied === undefined || byOccurrence(signal, applied) > 0 ? 'answers' : 'superseded';
  }
  const cycle = signal.cycle ?? 0;
  if (cycle !== wait.cycle) return cycle > wait.cycle ? 'pending' : 'superseded';
  const stage = rank(wait.awaits);
  const milestone = rank(signal.kind);
  if (milestone >= 0) return milestone >= stage ? 'answers' : 'superseded';
  const isRouteless = wait.awaits === 'RoutePlanned';
  if (signal.kind === 'RouteUnavailable') return isRouteless ? 'answers' : 'superseded';
  // AttemptFailed and RouteWithdrawn speak of a route: before the order has one they wait for RoutePlanned to be taken.
  return isRouteless ? 'pending' : 'answers';
}

/** The signal that answers the wait, or undefined while none does. The first by occurrence wins (R5). */
export function decide(wait: Standing, signals: readonly StoredSignal[]): Match | undefined {
  const first = signals.filter((signal) => relation(signal, wait) === 'answers').sort(byOccurrence)[0];
  return first === undefined ? undefined : matchOf(wait, first);
}

function matchOf(wait: Standing, signal: StoredSignal): Match {
  const isMilestone = rank(signal.kind) >= 0;
  const isImplied = isMilestone && signal.kind !== wait.awaits;
  const reached: Reached = {
    // A later milestone stands in for the one that is awaited, and is met again by the waits that follow.
    kind: isImplied ? wait.awaits : signal.kind,
    at: signal.at,
    signalId: signal.signalId,
    ...(isImplied ? { implied: true } : {}),
    ...(signal.by === undefined ? {} : { by: signal.by }),
    detail: isImplied ? {} : { ...signal.detail, arrival: signal.arrival },
  };
  return { signal, outcome: isMilestone ? 'success' : 'failure', reached };
}
