import { describe, expect, test } from '@jest/globals';
import {
  type Archive,
  archiveOf,
  clock,
  type OrderSpecimen,
  PERFECT,
} from '../../domain/archive/testing/archived-orders.ts';
import type { AuditRequest } from '../model/audit.ts';
import { type ArchiveSource, daysOf, readAll } from './archive-source.ts';
import { audit, verifyArchive } from './audit.ts';
import { auditCsv } from './csv.ts';
import { auditHtml } from './html.ts';
import { auditMarkdown } from './markdown.ts';
import { duration, reportSections, verificationSection } from './report-sections.ts';

const REQUEST: AuditRequest = { from: '2026-03-02', to: '2026-03-04', by: ['depot'] };
const OPTIONS = { madeAt: clock('20:00') };
const LATE: OrderSpecimen = {
  orderId: 'late',
  depotId: '=D|2<b>',
  record: {
    depotId: '=D|2<b>',
    verdict: { ...PERFECT, perfect: false, onTime: false, reasons: [{ part: 'onTime', code: 'LATE', detail: '' }] },
  },
};
const DAY = [{ orderId: 'good' }, LATE, { orderId: 'next-day', closedAt: '2026-03-03T08:00:00.000Z' }];

const sourceOf = ({ objects, heads }: Archive): ArchiveSource => ({
  keys: async (prefix) => [...objects.keys()].filter((key) => key.startsWith(prefix)).sort(),
  read: async (key) => objects.get(key) ?? '',
  heads: async (day) => new Map([...heads].filter(([chain]) => chain.endsWith(day))),
});
const reportOf = (archive = archiveOf(DAY), targets = [{ metric: 'perfectShare', target: 0.98 }]) =>
  audit(sourceOf(archive), REQUEST, { ...OPTIONS, targets });

describe('the audit of an archive', () => {
  test('is made from the objects of the days alone, and says from which', async () => {
    const report = await reportOf();
    expect(report).toMatchObject({
      request: REQUEST,
      madeAt: OPTIONS.madeAt,
      whole: { orders: 3, perfect: 2 },
      archive: { records: 3, unreadable: [] },
      targets: [{ metric: 'perfectShare', target: 0.98, value: 2 / 3, met: false }],
    });
    expect(Object.keys(report.archive.chainHeads)).toEqual(['=D|2<b>/2026-03-02', 'D1/2026-03-02', 'D1/2026-03-03']);
  });

  test('is the same, byte for byte, however the objects are delivered', async () => {
    const archive = archiveOf(DAY);
    const source = sourceOf(archive);
    const slow: ArchiveSource = {
      ...source,
      read: async (key) => {
        for (let turn = key.length; turn > 0; turn -= 1) await Promise.resolve();
        return source.read(key);
      },
    };
    const again = await audit(slow, REQUEST, { ...OPTIONS, targets: [{ metric: 'perfectShare', target: 0.98 }] });
    expect(JSON.stringify(again)).toBe(JSON.stringify(await reportOf(archive)));
  });

  test('names what it cannot read, and leaves it out of every figure', async () => {
    const archive = archiveOf(DAY);
    archive.objects.set('orders/closed=2026-03-02/bad.json', '{');
    archive.objects.set(
      'orders/closed=2026-03-02/copy.json',
      archive.objects.get('orders/closed=2026-03-02/good.json') ?? '',
    );
    const report = await reportOf(archive);
    expect(report.whole.orders).toBe(3);
    expect(report.archive.unreadable.map(({ key }) => key)).toEqual([
      'orders/closed=2026-03-02/bad.json',
      'orders/closed=2026-03-02/copy.json',
    ]);
  });

  test('refuses an unknown target before anything is read', async () => {
    const source = { ...sourceOf(archiveOf(DAY)), keys: () => Promise.reject(new Error('read')) };
    await expect(audit(source, REQUEST, { ...OPTIONS, targets: [{ metric: 'x', target: 1 }] })).rejects.toThrow("'x'");
  });

  test.each([
    ['2026-03-02', '2026-03-02', 'empty'],
    ['yesterday', '2026-03-02', 'no period'],
    ['1900-01-01', '2026-03-02', 'days'],
  ])('refuses the period from %s to %s', (from, to, why) => {
    expect(() => daysOf({ from, to })).toThrow(why);
  });

  test('reads the days that the period touches', () => {
    expect(daysOf({ from: '2026-03-02T23:59:00Z', to: '2026-03-04T00:00:00Z' })).toEqual(['2026-03-02', '2026-03-03']);
  });

  test('reads at most 24 objects at a time, and all of them', async () => {
    let open = 0;
    let most = 0;
    const keys = Array.from({ length: 100 }, (_, index) => String(index));
    const source: ArchiveSource = {
      keys: async () => keys,
      read: async (key) => {
        open += 1;
        most = Math.max(most, open);
        await new Promise((resolve) => setImmediate(resolve));
        open -= 1;
        return key;
      },
    };
    const seen: number[] = [];
    expect(
      await readAll(
        source,
        keys,
        (key) => key,
        (done) => seen.push(done),
      ),
    ).toEqual(keys);
    expect(most).toBe(24);
    expect(seen.at(-1)).toBe(100);
  });
});

describe('the verification of an archive', () => {
  test('finds nothing where nothing was done', async () => {
    expect(await verifyArchive(sourceOf(archiveOf(DAY)), REQUEST)).toMatchObject({ chains: 3, records: 3, faults: [] });
  });

  test('finds a chain of which the archive has nothing any more', async () => {
    const archive = archiveOf(DAY);
    archive.objects.delete('orders/closed=2026-03-03/next-day.json');
    expect((await verifyArchive(sourceOf(archive), REQUEST)).faults).toMatchObject([{ kind: 'missing', sequence: 1 }]);
  });

  test('does not judge orders that are archived while it looks', async () => {
    const before = archiveOf([{ orderId: 'first' }]);
    const after = archiveOf([{ orderId: 'first' }, { orderId: 'second' }]);
    let reads = 0;
    const source: ArchiveSource = {
      ...sourceOf(after),
      heads: async (day) => {
        reads += 1;
        return sourceOf(reads <= 2 ? before : after).heads?.(day) ?? new Map();
      },
    };
    expect(await verifyArchive(source, REQUEST)).toMatchObject({ records: 1, faults: [] });
  });

  test('waits for an object whose copy is staged', async () => {
    const archive = archiveOf([{ orderId: 'first' }]);
    const hash = archive.heads.get('D1/2026-03-02')?.hash;
    archive.objects.delete('orders/closed=2026-03-02/first.json');
    archive.objects.set(`staging/closed=2026-03-02/first~${hash}.json`, '');
    const found = await verifyArchive(sourceOf(archive), REQUEST);
    expect(found).toMatchObject({ unfinished: 1, faults: [] });
    expect(verificationSection(found).note).toContain('1 records are on their way');
  });
});

describe('a printed audit', () => {
  test('is CSV with a line for the whole and one per slice, safe to open in a spreadsheet', async () => {
    const [head = '', whole = '', first = '', ...rest] = auditCsv(await reportOf()).split('\r\n');
    expect(head).toMatch(
      /^depot,driver,tier,day,orders,counted,excluded,perfect,perfectShare,onTime,.*plan\.p95Seconds/,
    );
    expect(whole).toMatch(/^,,,,3,3,0,2,0\.6666666666666666,/);
    expect(first).toMatch(/^'=D\|2<b>,,,,1,1,0,0,0,/);
    expect(rest).toHaveLength(2);
    expect(whole.split(',')).toHaveLength(head.split(',').length);
  });

  test('is Markdown whose cells cannot break the table', async () => {
    const text = auditMarkdown(await reportOf());
    expect(text).toContain('\\=D'.slice(1));
    expect(text).toContain('D\\|2\\<b\\>');
    expect(text).toContain('## Perfect orders');
    expect(text).toContain('| perfectShare | 98.0 % | 66.7 % | NO |');
  });

  test('is a page that loads nothing and takes no markup from the data', async () => {
    const text = auditHtml(await reportOf());
    expect(text).toContain('=D|2&lt;b&gt;');
    expect(text).not.toContain('<b>');
    expect(text).not.toMatch(/<script|src=|href=|url\(/);
    expect(text).toContain('<p class="headline">66.7 %</p>');
  });

  test('shows every metric with its clock, and no empty table', async () => {
    const sections = reportSections(await reportOf());
    expect(sections.every(({ rows, head }) => rows.length > 0 && rows.every((row) => row.length === head.length))).toBe(
      true,
    );
    const metrics = sections.find(({ title }) => title === 'Metrics');
    expect(metrics?.rows).toHaveLength((await reportOf()).whole.metrics.length);
  });

  test.each([
    [0.1234, '0.1 s'],
    [90, '90 s'],
    [600, '10 min'],
    [3600 * 2 + 59, '2 h 01 min'],
    [-300, '-5 min'],
  ])('says %d seconds as %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});
