import { describe, expect, test } from '@jest/globals';
import { archiveOf, PERFECT } from '../domain/archive/testing/archived-orders.ts';
import { audit, verificationSection, verifyArchive } from '../operations/index.ts';
import { auditText, columnWidths } from './audit-text.ts';

const LONG_ID = '3195d793-d505-4c73-933a-ec31ae64fe1f';
const reasons = [{ part: 'onTime' as const, code: 'CANCELLED' as const, detail: '' }];
const { objects, heads } = archiveOf([
  { orderId: 'good' },
  {
    orderId: LONG_ID,
    record: { reason: 'Cancelled: changed my mind', verdict: { ...PERFECT, perfect: false, excluded: true, reasons } },
  },
]);
const source = {
  keys: async (prefix: string) => [...objects.keys()].filter((key) => key.startsWith(prefix)),
  read: async (key: string) => objects.get(key) ?? '',
  heads: async () => heads,
};
const period = { from: '2026-03-02', to: '2026-03-03' };

async function textAt(width: number): Promise<string> {
  const report = await audit(source, { ...period, by: ['depot', 'day'] }, { madeAt: '2026-03-03T00:00:00.000Z' });
  return auditText(report, [verificationSection(await verifyArchive(source, period))], width);
}

describe('an audit in the terminal', () => {
  test.each([80, 100, 140])('fits %d columns with all of its tables', async (width) => {
    const lines = (await textAt(width)).split('\n').filter((line) => /[│┌├└]/.test(line));
    expect(lines.length).toBeGreaterThan(20);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
  });

  test('shows figures, exclusions and the verification', async () => {
    const text = await textAt(140);
    expect(text).toMatch(/│ D1 +│ 2026-03-02 │ +2 │ +1 │ 100\.0 % │/);
    expect(text).toContain(LONG_ID);
    expect(text).toContain('2 records of 1 chains are as they were written.');
  });

  test('breaks an id that is wider than its column and loses none of it', async () => {
    const cells = (await textAt(60)).split('\n').map((line) => (line.split('│')[1] ?? '').trim());
    expect(cells.join('')).toContain(LONG_ID);
  });

  test('takes room from the widest columns first', () => {
    expect(columnWidths([['aaaaaaaaaaaaaaaaaaaa', 'bb']], 20)).toEqual([13, 4]);
  });
});
