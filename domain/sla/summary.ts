/**
 * Figures over many orders. The headline is the SCOR share of orders that pass all four parts; the product of the
 * four rates (the APQC index) stands beside it under its own name, since on the same data the two can differ by ten
 * points. Percentiles are nearest-rank: each is a value that really occurred.
 */
import { VERDICT_PARTS, type Verdict, type VerdictPart } from './verdict.ts';

export interface PerfectOrderSummary {
  readonly orders: number;
  readonly excluded: number;
  /** Orders that count: all but the excluded. Every rate is a share of these, and null when there are none. */
  readonly counted: number;
  readonly perfect: number;
  /** SCOR RL.1.1. */
  readonly perfectOrderShare: number | null;
  readonly rates: Readonly<Record<VerdictPart, number | null>>;
  /** Product of the four rates; not comparable with the share. */
  readonly apqcPerfectOrderIndex: number | null;
  /** On time and in full, whatever the state of goods and documents. */
  readonly otif: number | null;
}

export function perfectOrderSummary(verdicts: Iterable<Verdict>): PerfectOrderSummary {
  const all = [...verdicts];
  const counted = all.filter((verdict) => !verdict.excluded);
  const share = (passes: (verdict: Verdict) => boolean): number | null =>
    counted.length === 0 ? null : counted.filter(passes).length / counted.length;
  const rates = {
    onTime: share((verdict) => verdict.onTime),
    inFull: share((verdict) => verdict.inFull),
    undamaged: share((verdict) => verdict.undamaged),
    documented: share((verdict) => verdict.documented),
  };
  return {
    orders: all.length,
    excluded: all.length - counted.length,
    counted: counted.length,
    perfect: counted.filter((verdict) => verdict.perfect).length,
    perfectOrderShare: share((verdict) => verdict.perfect),
    rates,
    apqcPerfectOrderIndex:
      counted.length === 0 ? null : VERDICT_PARTS.reduce((product, part) => product * (rates[part] ?? 0), 1),
    otif: share((verdict) => verdict.onTime && verdict.inFull),
  };
}

/**
 * Nearest-rank percentile; undefined for no values.
 * @param percent greater than 0, at most 100
 */
export function percentile(values: readonly number[], percent: number): number | undefined {
  if (!(percent > 0 && percent <= 100)) {
    throw new RangeError(`a percentile is greater than 0 and at most 100, not ${percent}`);
  }
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.ceil((percent / 100) * sorted.length) - 1];
}

export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** The three percentiles stages are reported with; undefined for no values. */
export function percentiles(values: readonly number[]): Percentiles | undefined {
  const p50 = percentile(values, 50);
  const p95 = percentile(values, 95);
  const p99 = percentile(values, 99);
  if (p50 === undefined || p95 === undefined || p99 === undefined) return undefined;
  return { count: values.length, p50, p95, p99 };
}
