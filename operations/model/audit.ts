/**
 * The SLA audit of a period. Plain JSON, as the command line prints it, the HTTP API answers it and the console draws
 * it; times are ISO 8601 UTC with milliseconds, durations are in seconds and say so.
 */
import type { AuditRequest, AuditSlice, JudgedTarget } from '../../domain/index.ts';

export type { AuditRequest, ChainFault, ChainVerification } from '../../domain/index.ts';
export { AUDIT_DIMENSIONS, type AuditDimension, type AuditMetric, type AuditSlice } from '../../domain/index.ts';

export interface AuditReport {
  readonly request: AuditRequest;
  readonly madeAt: string;
  readonly whole: AuditSlice;
  readonly slices: readonly AuditSlice[];
  readonly exclusions: readonly { readonly orderId: string; readonly reason: string }[];
  readonly targets: readonly JudgedTarget[];
  /** What the report was made from: objects of the period's days, and the last hash of each of their chains. */
  readonly archive: {
    readonly records: number;
    readonly chainHeads: Readonly<Record<string, string>>;
    /** Objects that are no archived orders, or lie under another order's key: in no figure. */
    readonly unreadable: readonly { readonly key: string; readonly problem: string }[];
  };
}
