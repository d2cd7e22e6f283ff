/**
 * The audit of a day against a second count of it: every figure is computed again from the lines of the run's report,
 * by other code, and the day's archive is tampered with in ten ways.
 */
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { SimulatedDay } from '../../cli/simulation/simulated-day.ts';
import { canonicalJson, type Order, recordHash } from '../../domain/index.ts';
import { type DriverProfile, profileNamed } from '../../fleet/index.ts';
import {
  type ArchiveSource,
  type AuditReport,
  audit,
  type Deployed,
  deployedArchive,
  type LineReport,
  verifyArchive,
} from '../../operations/index.ts';
import type { Region } from '../../region/index.ts';
import { at, runDay, smallDay } from './days.ts';

const PERIOD = { from: '2026-01-31', to: '2026-02-03' } as const;
const REQUEST = { ...PERIOD, by: ['depot', 'driver'] } as const;
const OPTIONS = { madeAt: at(0) };

const rough = profileNamed('rough');
/** Rough, and so clumsy at the door that a small day shows every way to miss. */
const CLUMSY: DriverProfile = {
  ...rough,
  name: 'clumsy',
  road: { ...rough.road, slowFactor: { mean: 1.6, sigma: 0.3 }, phoneDeathRate: 0 },
  door: { serviceSigma: 0.2, failedAttemptRate: 0.2, damagedRate: 0.1, missingDocumentRate: 0.1, shortRate: 0.1 },
};

const base = smallDay(36, 3);
/** One that is late from the start, one that fits no van, and one that its customer cancels. */
const orders = base.orders.map((order, index): Order => {
  if (index === 3) return { ...order, promise: { from: at(-240), to: at(-60) } };
  if (index === 7) return { ...order, items: [{ sku: 'wardrobe', quantity: 1, volumeM3: 40 }] };
  return order;
});
const cancelled = orders[11]?.orderId ?? '';

function cancelOne(region: Region, { queues, output }: Deployed): void {
  const signal = {
    schemaVersion: 1,
    signalId: `Cancelled#${cancelled}`,
    orderId: cancelled,
    kind: 'Cancelled',
    at: at(31),
    detail: { initiator: 'customer', reason: 'changed my mind' },
  };
  region.clock.at(Date.parse(at(31)), () => {
    region.spawn(async () => {
      await queues.send(
        new SendMessageCommand({ QueueUrl: output('SignalsQueueUrl'), MessageBody: JSON.stringify(signal) }),
      );
    });
  });
}

let day: SimulatedDay;
let report: AuditReport;
let again: AuditReport;
let lines: LineReport[];
const found = new Map<string, string[]>();

/** What each tampering does to the objects of one chain, by key. An undefined text removes the object. */
type Tamper = (objects: ReadonlyMap<string, string>, keys: readonly string[]) => Record<string, string | undefined>;
// biome-ignore lint/suspicious/noExplicitAny: a tamperer knows no types
type Tampered = any;
const changed = (text: string | undefined, change: (value: Tampered) => void): string => {
  const value = JSON.parse(text ?? '');
  change(value);
  return JSON.stringify(value);
};
const [FIRST, SECOND, THIRD] = [0, 1, 2];
const key = (keys: readonly string[], index: number): string => keys.at(index) ?? '';

const TAMPERINGS: Readonly<Record<string, readonly [Tamper, string]>> = {
  'a delivery made earlier': [
    (objects, keys) => ({
      [key(keys, SECOND)]: changed(objects.get(key(keys, SECOND)), ({ record }) => {
        record.times.deliveredAt = at(1);
      }),
    }),
    'changed',
  ],
  'a verdict made better, with its own hash again': [
    (objects, keys) => ({
      [key(keys, SECOND)]: changed(objects.get(key(keys, SECOND)), (value) => {
        value.record.verdict.reasons = [{ part: 'onTime', code: 'LATE', detail: '' }];
        value.chain.hash = recordHash(value);
      }),
    }),
    'changed',
  ],
  'an event taken out': [
    (objects, keys) => ({ [key(keys, FIRST)]: changed(objects.get(key(keys, FIRST)), ({ events }) => events.pop()) }),
    'changed',
  ],
  'a signal made later': [
    (objects, keys) => ({
      [key(keys, FIRST)]: changed(objects.get(key(keys, FIRST)), ({ ledger }) => {
        const name = Object.keys(ledger).find((each) => each.startsWith('s#')) ?? '';
        ledger[name].at = at(999);
      }),
    }),
    'changed',
  ],
  'the first record removed': [(_, keys) => ({ [key(keys, FIRST)]: undefined }), 'missing'],
  'a record in the middle removed': [(_, keys) => ({ [key(keys, SECOND)]: undefined }), 'missing'],
  'the last record removed': [(_, keys) => ({ [key(keys, -1)]: undefined }), 'missing'],
  'two records with their places exchanged': [
    (objects, keys) => {
      const [second, third] = [key(keys, SECOND), key(keys, THIRD)];
      const place = (from: string) => JSON.parse(objects.get(from) ?? '').chain.sequence;
      return {
        [second]: changed(objects.get(second), ({ chain }) => Object.assign(chain, { sequence: place(third) })),
        [third]: changed(objects.get(third), ({ chain }) => Object.assign(chain, { sequence: place(second) })),
      };
    },
    'reordered',
  ],
  'a record put in the place of another': [
    (objects, keys) => ({ [key(keys, SECOND)]: objects.get(key(keys, THIRD)) }),
    'foreign',
  ],
  'an object cut short': [
    (objects, keys) => ({ [key(keys, SECOND)]: objects.get(key(keys, SECOND))?.slice(0, 500) }),
    'unreadable',
  ],
};

beforeAll(async () => {
  day = await runDay(orders, {
    fleet: base.fleet,
    profile: CLUMSY,
    prepare: cancelOne,
    onEnd: async (deployed) => {
      const source = deployedArchive(deployed);
      report = await audit(source, REQUEST, OPTIONS);
      again = await audit(source, REQUEST, OPTIONS);
      found.set('nothing', await kindsOf(source));
      const { objects, keys } = await longestChain(source);
      for (const [name, [tamper]] of Object.entries(TAMPERINGS)) {
        const changes = tamper(objects, keys);
        await write(deployed, changes);
        found.set(name, await kindsOf(source));
        await write(deployed, Object.fromEntries(Object.keys(changes).map((each) => [each, objects.get(each)])));
      }
      found.set('nothing any more', await kindsOf(source));
    },
  });
  lines = day.report.orders.filter(({ refusals }) => refusals === undefined);
}, 240_000);

const kindsOf = async (source: ArchiveSource): Promise<string[]> =>
  (await verifyArchive(source, PERIOD)).faults.map(({ kind }) => kind);

async function write({ objects, output }: Deployed, texts: Record<string, string | undefined>): Promise<void> {
  const Bucket = output('ArchiveBucketName');
  for (const [Key, Body] of Object.entries(texts)) {
    if (Body === undefined) await objects.send(new DeleteObjectCommand({ Bucket, Key }));
    else await objects.send(new PutObjectCommand({ Bucket, Key, Body }));
  }
}

/** Keys in the order of the chain. */
async function longestChain(source: ArchiveSource) {
  const objects = new Map<string, string>();
  for (const each of await source.keys('orders/')) objects.set(each, await source.read(each));
  const chains = new Map<string, { key: string; sequence: number }[]>();
  for (const [each, text] of objects) {
    const { chain } = JSON.parse(text);
    chains.set(chain.chain, [...(chains.get(chain.chain) ?? []), { key: each, sequence: chain.sequence }]);
  }
  const [longest = []] = [...chains.values()].sort((left, right) => right.length - left.length);
  return { objects, keys: longest.sort((a, b) => a.sequence - b.sequence).map((each) => each.key) };
}

const seconds = (from: string | null, to: string | null): number[] =>
  from === null || to === null ? [] : [(Date.parse(to) - Date.parse(from)) / 1000];
const median = (values: readonly number[]): number | null =>
  [...values].sort((a, b) => a - b)[Math.ceil(values.length / 2) - 1] ?? null;
const metric = (name: string) => report.whole.metrics.find((each) => each.name === name);
const counting = () => lines.filter(({ verdict }) => !verdict.excluded);
const share = (holds: (line: LineReport) => boolean) => counting().filter(holds).length / counting().length;

describe('the audit of a rough day', () => {
  test('has late, returned, cancelled and twice attempted orders to count', () => {
    expect(day.report.unfinished).toEqual([]);
    const codes = lines.flatMap(({ verdict }) => verdict.reasons.map(({ code }) => code));
    expect(codes).toEqual(expect.arrayContaining(['LATE', 'RETURNED', 'CANCELLED', 'SHORT', 'DAMAGED', 'NO_DOCUMENT']));
    expect(lines.some(({ attempts }) => attempts > 1)).toBe(true);
    expect(lines.find(({ orderId }) => orderId === cancelled)?.status).toBe('CANCELLED');
  });

  test('finds every order of the run in the archive, and nothing else', () => {
    expect(report.whole.orders).toBe(lines.length);
    expect(report.archive).toMatchObject({ records: lines.length, unreadable: [] });
    expect(report.exclusions.map(({ orderId }) => orderId)).toEqual([cancelled]);
  });

  test('has the perfect share, the parts, OTIF and the index of a second count', () => {
    const { whole } = report;
    expect(whole.perfect).toBe(counting().filter(({ verdict }) => verdict.perfect).length);
    expect(whole.perfectShare).toBe(share(({ verdict }) => verdict.reasons.length === 0));
    const parts = ['onTime', 'inFull', 'undamaged', 'documented'] as const;
    for (const part of parts) {
      expect(whole.parts[part]).toBe(share(({ verdict }) => !verdict.reasons.some((reason) => reason.part === part)));
    }
    expect(whole.otif).toBe(share(({ verdict }) => verdict.onTime && verdict.inFull));
    expect(whole.apqcIndex).toBeCloseTo(
      parts.map((part) => share(({ verdict }) => verdict[part])).reduce((a, b) => a * b),
    );
    expect(whole.perfectShare).toBeLessThan(1);
  });

  test.each([
    ['accept', 'placedAt', 'acceptedAt'],
    ['plan', 'acceptedAt', 'plannedAt'],
    ['dispatch', 'plannedAt', 'dispatchedAt'],
    ['depart', 'dispatchedAt', 'departedAt'],
    ['deliver', 'departedAt', 'deliveredAt'],
    ['close', 'deliveredAt', 'archivedAt'],
    ['whole', 'placedAt', 'deliveredAt'],
  ] as const)('times %s from %s to %s as a second count does', (name, from, to) => {
    const values = lines.flatMap(({ times }) => seconds(times[from], times[to]));
    expect(values.length).toBeGreaterThan(0);
    expect(metric(name)).toMatchObject({ count: values.length, p50: median(values) });
    expect(metric(name)?.p99).toBe(Math.max(...values));
  });

  test('counts attempts, reasons and breaches as a second count does', () => {
    const attempted = lines.filter(({ attempts }) => attempts > 0);
    const sum = attempted.reduce((total, { attempts }) => total + attempts, 0);
    expect(metric('attemptsPerOrder')).toMatchObject({ value: sum / attempted.length, count: attempted.length });
    const atFirst = attempted.filter(({ attempts, times }) => attempts === 1 && times.deliveredAt !== null);
    expect(metric('firstAttemptSuccess')?.value).toBe(atFirst.length / attempted.length);
    const reasons = counting().flatMap(({ verdict }) => [
      ...new Set(verdict.reasons.map(({ part, code }) => `${part} ${code}`)),
    ]);
    expect(tally(reasons)).toEqual(
      Object.fromEntries(report.whole.reasons.map(({ part, code, count }) => [`${part} ${code}`, count])),
    );
    const stages = lines.flatMap(({ breaches }) => breaches.map(({ stage }) => stage));
    expect(stages.length).toBeGreaterThan(0);
    expect(tally(report.whole.breaches.flatMap(({ stage, count }) => Array(count).fill(stage)))).toEqual(tally(stages));
  });

  test('judges the alerts of delays as the notifications of the run tell', () => {
    const alerted = new Map<string, string>();
    for (const { orderId, kind, channel, at: time } of day.report.notifications) {
      if (kind === 'delay' && channel !== 'driver' && !alerted.has(orderId)) alerted.set(orderId, time);
    }
    expect(alerted.size).toBeGreaterThan(0);
    const delivered = lines.filter(({ times }) => times.deliveredAt !== null);
    const late = delivered.filter(({ times, promise }) => (times.deliveredAt ?? '') > (promise?.to ?? ''));
    const inTime = late.filter(({ orderId, promise }) => (alerted.get(orderId ?? '') ?? '~') < (promise?.to ?? ''));
    expect(metric('missedAlerts')).toMatchObject({
      count: late.length,
      value: (late.length - inTime.length) / late.length,
    });
    expect(metric('delayLead')?.count).toBe(inTime.length);
    expect(metric('falseAlerts')?.count).toBe(delivered.filter(({ orderId }) => alerted.has(orderId ?? '')).length);
  });

  test('knows each wait of the executions, and how soon events reached them', () => {
    expect(metric('waitAge')?.count).toBeGreaterThan(6 * (lines.length - 4));
    expect(metric('eventToWorkflow')?.count).toBe(metric('waitAge')?.count);
    expect(metric('eventToLedger')?.count).toBeGreaterThan(0);
    expect(metric('replaysPerOrder')?.value).toBe(0);
  });

  test('is cut by depot and driver without losing an order', () => {
    expect(report.slices.length).toBeGreaterThan(1);
    const sum = (pick: (slice: AuditReport['whole']) => number) =>
      report.slices.reduce((total, each) => total + pick(each), 0);
    expect(sum(({ orders: count }) => count)).toBe(report.whole.orders);
    expect(sum(({ perfect }) => perfect)).toBe(report.whole.perfect);
  });

  test('is the same when it is made again', () => {
    expect(JSON.stringify(again)).toBe(JSON.stringify(report));
    expect(canonicalJson(again)).toBe(canonicalJson(report));
  });
});

const tally = (names: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

describe('the verification of the archive', () => {
  test.each(['nothing', 'nothing any more'])('finds no fault where %s was done', (name) => {
    expect(found.get(name)).toEqual([]);
  });

  test.each(Object.entries(TAMPERINGS).map(([name, [, kind]]) => [name, kind] as const))('finds %s', (name, kind) => {
    expect(found.get(name)).toContain(kind);
  });
});
