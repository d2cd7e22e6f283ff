/**
 * Who operates, and what they do to orders. Plain JSON, as the command line prints it, the HTTP API answers it and the
 * console draws it; times are ISO 8601 UTC with milliseconds, durations are in seconds and say so.
 */
import type { Initiator } from '../../domain/index.ts';
import type { RemedyKind } from './waits.ts';

export type OperatorRole = 'viewer' | 'operator';

export interface Identity {
  /** ARN of the caller, as STS says. */
  readonly arn: string;
  readonly role: OperatorRole;
}

/** What an operator did: written before it is done, completed after. */
export interface ActionRecord {
  readonly actionId: string;
  readonly at: string;
  readonly by: string;
  readonly why: string;
  readonly kind: 'cancel' | 'amend' | 'replay' | 'replan' | RemedyKind;
  readonly orderId?: string;
  readonly jobId?: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly outcome: 'asked' | 'done' | 'refused';
  readonly message?: string;
}

export interface AmendRequest {
  readonly orderId: string;
  readonly promise: { readonly from: string; readonly to: string };
  readonly initiator: Initiator;
  readonly why: string;
}
export interface CancelRequest {
  readonly orderId: string;
  readonly initiator: Initiator;
  readonly why: string;
}
