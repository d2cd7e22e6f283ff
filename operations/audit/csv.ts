/** An audit as CSV (RFC 4180): the whole first, then a line per slice, with every figure as it is, unrounded. */
import { AUDIT_DIMENSIONS, VERDICT_PARTS } from '../../domain/index.ts';
import type { AuditMetric, AuditReport, AuditSlice } from '../model/audit.ts';

export function auditCsv({ whole, slices }: AuditReport): string {
  const head = [
    ...AUDIT_DIMENSIONS,
    'orders',
    'counted',
    'excluded',
    'perfect',
    'perfectShare',
    ...VERDICT_PARTS,
    'otif',
    'apqcIndex',
    ...whole.metrics.flatMap(metricNames),
  ];
  return [head, ...[whole, ...slices].map(lineOf)].map((line) => `${line.map(field).join(',')}\r\n`).join('');
}

const metricNames = ({ name, unit }: AuditMetric): string[] =>
  unit === 'seconds'
    ? [`${name}.p50Seconds`, `${name}.p95Seconds`, `${name}.p99Seconds`, `${name}.count`]
    : [name, `${name}.count`];

function lineOf(slice: AuditSlice): (string | number | null | undefined)[] {
  return [
    ...AUDIT_DIMENSIONS.map((dimension) => slice.key[dimension]),
    slice.orders,
    slice.counted,
    slice.excluded,
    slice.perfect,
    slice.perfectShare,
    ...VERDICT_PARTS.map((part) => slice.parts[part]),
    slice.otif,
    slice.apqcIndex,
    ...slice.metrics.flatMap(({ unit, value, p50, p95, p99, count }) =>
      unit === 'seconds' ? [p50, p95, p99, count] : [value, count],
    ),
  ];
}

/** What a spreadsheet would take for a formula is kept as text. */
function field(value: string | number | null | undefined): string {
  if (typeof value === 'number') return String(value);
  const text = value ?? '';
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
