/** The figures of an audit, as plain JSON. Times are ISO 8601 UTC, durations are in seconds. */
import type { Tier } from '../order/order.ts';
import type { VerdictCode, VerdictPart } from './verdict.ts';

export const AUDIT_DIMENSIONS = ['depot', 'driver', 'tier', 'day'] as const;
/** `driver` is the one whose route the order was last on, `day` the day of closing. */
export type AuditDimension = (typeof AUDIT_DIMENSIONS)[number];

export interface AuditRequest {
  /** Orders closed in [from, to). */
  readonly from: string;
  readonly to: string;
  /** What the whole is cut by; several make one slice per combination that occurs. */
  readonly by: readonly AuditDimension[];
  readonly depotId?: string;
  readonly driverId?: string;
  readonly tier?: Tier;
}

/** One figure with the clock or count behind it. */
export interface AuditMetric {
  readonly name: string;
  readonly title: string;
  readonly unit: 'share' | 'seconds' | 'count' | 'index';
  /** The median where there are percentiles; null where nothing was counted. */
  readonly value: number | null;
  /** For percentiles. */
  readonly p50?: number;
  readonly p95?: number;
  readonly p99?: number;
  /** Orders or events behind the figure. */
  readonly count: number;
  /** The event that starts its clock, and the one that stops it. */
  readonly startsAt: string;
  readonly stopsAt: string;
  readonly note?: string;
}

export interface AuditSlice {
  /** `{}` for the whole, `{depot: 'DLA9'}` for a part. */
  readonly key: Readonly<Partial<Record<AuditDimension, string>>>;
  readonly orders: number;
  readonly counted: number;
  readonly excluded: number;
  readonly perfect: number;
  /** SCOR RL.1.1: the headline. */
  readonly perfectShare: number | null;
  readonly parts: Readonly<Record<VerdictPart, number | null>>;
  readonly apqcIndex: number | null;
  readonly otif: number | null;
  /** Of the orders that count; most frequent first. */
  readonly reasons: readonly { readonly part: VerdictPart; readonly code: VerdictCode; readonly count: number }[];
  readonly metrics: readonly AuditMetric[];
  readonly breaches: readonly { readonly stage: string; readonly cause: string; readonly count: number }[];
}
