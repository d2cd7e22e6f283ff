/** An audit report as headings and tables of text: what every printed form of it shows, in the same order and words. */
import type { ChainVerification } from '../../domain/index.ts';
import { VERDICT_PARTS } from '../../domain/index.ts';
import type { AuditMetric, AuditReport, AuditSlice } from '../model/audit.ts';

export interface ReportSection {
  readonly title: string;
  readonly note?: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns that hold figures and stand to the right. */
  readonly figures: readonly number[];
}

const PART_TITLES = { onTime: 'on time', inFull: 'in full', undamaged: 'undamaged', documented: 'documented' } as const;

/** @example `percent(0.9312)` is `93.1 %` */
export const percent = (share: number | null): string => (share === null ? '-' : `${(share * 100).toFixed(1)} %`);

/** @example `duration(3723)` is `1 h 02 min` */
export function duration(seconds: number): string {
  const sign = seconds < 0 ? '-' : '';
  const whole = Math.abs(seconds);
  if (whole < 120) return `${sign}${Number(whole.toFixed(1))} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 120) return `${sign}${minutes} min`;
  return `${sign}${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

export function figure(value: number | null | undefined, unit: AuditMetric['unit']): string {
  if (value === null || value === undefined) return '-';
  if (unit === 'seconds') return duration(value);
  return unit === 'share' ? percent(value) : Number(value.toFixed(4)).toString();
}

export const reportTitle = ({ request: { from, to } }: AuditReport): string =>
  `SLA audit of the orders closed from ${timeText(from)} until before ${timeText(to)}`;

/** Midnight is what a date means. */
const timeText = (time: string): string => time.replace('T00:00:00.000Z', '');

/** Filters and origin, one sentence each. */
export function reportNotes({ request, madeAt, archive }: AuditReport): string[] {
  const { depotId, driverId, tier } = request;
  const filters = [
    ...(depotId === undefined ? [] : [`depot ${depotId}`]),
    ...(driverId === undefined ? [] : [`driver ${driverId}`]),
    ...(tier === undefined ? [] : [`tier ${tier}`]),
  ];
  const chains = Object.keys(archive.chainHeads).length;
  return [
    ...(filters.length === 0 ? [] : [`Only ${filters.join(', ')}.`]),
    `Made at ${madeAt} from ${archive.records} archived objects of ${chains} chains. Orders that are not archived are not in it.`,
    ...(archive.unreadable.length === 0
      ? []
      : [`${archive.unreadable.length} objects could not be read and are in no figure.`]),
  ];
}

export function reportSections(report: AuditReport): ReportSection[] {
  const { whole, slices, request, exclusions, targets, archive } = report;
  return [
    ...(targets.length === 0 ? [] : [targetSection(report)]),
    {
      title: 'Perfect orders',
      note: 'perfect: SCOR RL.1.1, the share of orders that pass all four parts. APQC index: product of the four rates, not comparable with it.',
      head: [
        ...(request.by.length === 0 ? ['part'] : request.by),
        'orders',
        'excluded',
        'perfect',
        ...VERDICT_PARTS.map((part) => PART_TITLES[part]),
        'OTIF',
        'APQC index',
      ],
      rows: [whole, ...slices].map((slice) => sliceRow(slice, request.by)),
      figures: Array.from({ length: 9 }, (_, index) => index + Math.max(1, request.by.length)),
    },
    reasonSection(whole),
    metricSection(whole),
    {
      title: 'Breached deadlines',
      head: ['stage', 'cause', 'breaches'],
      rows: whole.breaches.map(({ stage, cause, count }) => [stage, cause, String(count)]),
      figures: [2],
    },
    {
      title: 'Excluded orders',
      note: 'Cancelled by the customer: they count neither for nor against us.',
      head: ['order', 'reason'],
      rows: exclusions.map(({ orderId, reason }) => [orderId, reason]),
      figures: [],
    },
    ...(archive.unreadable.length === 0
      ? []
      : [
          {
            title: 'Unreadable objects',
            head: ['object', 'problem'],
            rows: archive.unreadable.map(({ key, problem }) => [key, problem]),
            figures: [],
          },
        ]),
  ].filter(({ rows }) => rows.length > 0);
}

function targetSection({ targets, whole }: AuditReport): ReportSection {
  const unitOf = (name: string): AuditMetric['unit'] =>
    whole.metrics.find((metric) => metric.name === name.split('.')[0])?.unit ??
    (name === 'apqcIndex' ? 'index' : 'share');
  return {
    title: 'Targets',
    head: ['figure', 'target', 'value', 'met'],
    rows: targets.map(({ metric, target, value, met }) => [
      metric,
      figure(target, unitOf(metric)),
      figure(value, unitOf(metric)),
      met ? 'yes' : 'NO',
    ]),
    figures: [1, 2],
  };
}

function sliceRow(slice: AuditSlice, by: AuditReport['request']['by']): string[] {
  const isWhole = Object.keys(slice.key).length === 0;
  const keys =
    by.length === 0
      ? ['all']
      : by.map((dimension, index) => (isWhole ? (index === 0 ? 'all' : '') : (slice.key[dimension] ?? '')));
  return [
    ...keys,
    String(slice.orders),
    String(slice.excluded),
    percent(slice.perfectShare),
    ...VERDICT_PARTS.map((part) => percent(slice.parts[part])),
    percent(slice.otif),
    slice.apqcIndex === null ? '-' : slice.apqcIndex.toFixed(4),
  ];
}

function reasonSection(whole: AuditSlice): ReportSection {
  return {
    title: 'Why orders were not perfect',
    head: ['part', 'reason', 'orders', 'of all that count'],
    rows: whole.reasons.map(({ part, code, count }) => [
      PART_TITLES[part],
      code,
      String(count),
      percent(whole.counted === 0 ? null : count / whole.counted),
    ]),
    figures: [2, 3],
  };
}

function metricSection(whole: AuditSlice): ReportSection {
  return {
    title: 'Metrics',
    head: ['metric', 'value', 'p95', 'p99', 'count', 'from', 'until'],
    rows: whole.metrics.map((metric) => [
      metric.note === undefined ? metric.title : `${metric.title} (${metric.note})`,
      figure(metric.value, metric.unit),
      figure(metric.p95, metric.unit),
      figure(metric.p99, metric.unit),
      String(metric.count),
      metric.startsAt,
      metric.stopsAt,
    ]),
    figures: [1, 2, 3, 4],
  };
}

/** What a verification found, as one sentence and a table of the faults. */
export function verificationSection(found: ChainVerification): ReportSection {
  const { chains, records, faults, unfinished, areHeadsKnown } = found;
  const what = faults.length === 0 ? 'are as they were written' : `show ${faults.length} faults`;
  const more = [
    ...(unfinished === 0 ? [] : [`${unfinished} records are on their way.`]),
    ...(areHeadsKnown
      ? []
      : ['The heads of the chains were not at hand: records cut off at an end would not be seen.']),
  ];
  return {
    title: 'Verification of the archive',
    note: [`${records} records of ${chains} chains ${what}.`, ...more].join(' '),
    head: ['fault', 'chain', 'place', 'what'],
    rows: faults.map(({ kind, chain, sequence, message }) => [
      kind,
      chain,
      sequence === undefined ? '' : String(sequence),
      message,
    ]),
    figures: [2],
  };
}
