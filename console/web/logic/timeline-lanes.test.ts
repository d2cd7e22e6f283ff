import { describe, expect, test } from '@jest/globals';
import type { TimelineEntry } from '../api/shapes.ts';
import { timeAxis } from './time-axis.ts';
import { momentsOf, placeLanes } from './timeline-lanes.ts';

const at = (seconds: number): string => new Date(seconds * 1000).toISOString();
const entry = (from: number, to: number | undefined, over: Partial<TimelineEntry> = {}): TimelineEntry => ({
  lane: 'state',
  from: at(from),
  label: 'AwaitRoute',
  tone: 'neutral',
  ...(to === undefined ? {} : { to: at(to) }),
  ...over,
});
const place = (entries: readonly TimelineEntry[], maxRows = 4) =>
  placeLanes(entries, timeAxis(momentsOf(entries, 1_000_000)), {
    nowMs: 1_000_000,
    sizes: { width: 1000, characterWidth: 6, roomBehind: 40, maxRows },
  });

describe('lanes of the timeline', () => {
  test('put what overlaps into rows of its own', () => {
    const [lane] = place([entry(0, 600), entry(100, 500), entry(450, 700)]);
    expect(lane?.placed.map(({ row }) => row)).toEqual([0, 1, 2]);
    expect(lane?.rows).toBe(3);
  });

  test('use a row again as soon as bar and label are over', () => {
    const [lane] = place([entry(0, 10), entry(3600, 3700), entry(7200, 7300)]);
    expect(lane?.placed.map(({ row }) => row)).toEqual([0, 0, 0]);
  });

  test('let no two entries of a row cover each other', () => {
    const entries = Array.from({ length: 200 }, (_, index) => entry(index * 37, index * 37 + 90));
    const [lane] = place(entries, 6);
    for (const a of lane?.placed ?? []) {
      for (const b of lane?.placed ?? []) {
        if (a === b || a.row !== b.row || a.left > b.left) continue;
        expect(a.left + a.width).toBeLessThanOrEqual(b.left);
      }
    }
  });

  test('write a label before what lies at the right end, where the picture has no room behind it', () => {
    const [state, sla] = place([entry(0, 3600), entry(3600, undefined, { lane: 'sla', label: 'deliver due' })]);
    expect(state?.placed[0]?.label).toBe('inside');
    expect(sla?.placed[0]).toMatchObject({ label: 'before', left: 1000 });
  });

  test('lose nothing: what has no room is counted in a bundle', () => {
    const entries = Array.from({ length: 500 }, (_, index) => entry(index, index + 400));
    const [lane] = place(entries, 3);
    const bundled = lane?.bundles.reduce((sum, { entries: gathered }) => sum + gathered.length, 0) ?? 0;
    expect(bundled).toBeGreaterThan(0);
    expect((lane?.placed.length ?? 0) + bundled).toBe(500);
    expect(lane?.rows).toBe(4);
  });

  test('draw what still goes on until now, and a moment as a moment', () => {
    const [state, signal] = place([
      entry(0, undefined, { isOpen: true }),
      entry(500, undefined, { lane: 'signal', label: 'Delivered' }),
    ]);
    expect(state?.placed[0]).toMatchObject({ isMoment: false, left: 0 });
    expect(state?.placed[0]?.width).toBeCloseTo(1000);
    expect(signal?.placed[0]?.isMoment).toBe(true);
  });
});
