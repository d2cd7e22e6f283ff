/** What an audit is measured against: a figure of the whole, by name, and whether it is as good as was stated. */
import type { AuditMetric, AuditSlice } from './audit-model.ts';
import { VERDICT_PARTS, type VerdictPart } from './verdict.ts';

export interface AuditTarget {
  /** E.g. `perfectShare`, `onTime` or `plan.p95`. */
  readonly metric: string;
  readonly target: number;
}

export interface JudgedTarget extends AuditTarget {
  readonly value: number | null;
  /** A figure of nothing meets no target. */
  readonly met: boolean;
}

const SHARES = ['perfectShare', ...VERDICT_PARTS, 'otif', 'apqcIndex'] as const;
const HIGHER_IS_BETTER: readonly string[] = [...SHARES, 'firstAttemptSuccess', 'delayLead'];
const PERCENTILES = ['p50', 'p95', 'p99'] as const;

/** Shares of good outcomes are to be reached; times, attempts and false alerts not to be exceeded. */
export const isHigherBetter = (metric: string): boolean => HIGHER_IS_BETTER.includes(metric.split('.')[0] ?? metric);

/** Every name that a target may have. */
export function targetNames({ metrics }: Pick<AuditSlice, 'metrics'>): string[] {
  return [
    ...SHARES,
    ...metrics.flatMap(({ name, unit }) =>
      unit === 'seconds' ? [name, ...PERCENTILES.map((percentile) => `${name}.${percentile}`)] : [name],
    ),
  ];
}

/** @throws RangeError for a name that no figure has */
export function judgeTargets(slice: AuditSlice, targets: readonly AuditTarget[]): JudgedTarget[] {
  return targets.map(({ metric, target }) => {
    const value = figureOf(slice, metric);
    const met = value !== null && (isHigherBetter(metric) ? value >= target : value <= target);
    return { metric, target, value, met };
  });
}

function figureOf(slice: AuditSlice, metric: string): number | null {
  if (!targetNames(slice).includes(metric)) {
    throw new RangeError(`no figure is called '${metric}'; give one of ${targetNames(slice).join(', ')}`);
  }
  if (metric === 'perfectShare' || metric === 'otif' || metric === 'apqcIndex') return slice[metric];
  if (isPart(metric)) return slice.parts[metric];
  const [name, percentile] = metric.split('.');
  const found = slice.metrics.find((each) => each.name === name);
  if (percentile === undefined) return found?.value ?? null;
  return found?.[percentile as keyof Pick<AuditMetric, 'p50' | 'p95' | 'p99'>] ?? null;
}

const isPart = (metric: string): metric is VerdictPart => (VERDICT_PARTS as readonly string[]).includes(metric);
