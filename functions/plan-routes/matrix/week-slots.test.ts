import { expect, test } from '@jest/globals';
import { slotOfShift } from './week-slots.ts';

const slotOf = (from: string, to: string, longitude = 0) =>
  slotOfShift({ fromMs: Date.parse(from), toMs: Date.parse(to) }, [longitude, 47]);

test('a shift is of the slot in which most of it lies, and asks for the middle of that', () => {
  expect(slotOf('2026-03-02T08:00:00Z', '2026-03-02T17:00:00Z')).toEqual({
    name: 'midday',
    departMs: Date.parse('2026-03-02T12:30:00Z'),
  });
  expect(slotOf('2026-03-02T22:00:00Z', '2026-03-03T05:00:00Z').name).toBe('night');
  expect(slotOf('2026-03-06T22:00:00Z', '2026-03-07T05:00:00Z').name).toBe('weekend-night');
  expect(slotOf('2026-03-07T09:00:00Z', '2026-03-07T18:00:00Z').name).toBe('weekend');
});

test('the hours are those of the place', () => {
  expect(slotOf('2026-03-02T16:00:00Z', '2026-03-02T23:00:00Z', -118).name).toBe('midday');
  expect(slotOf('2026-03-02T16:00:00Z', '2026-03-02T23:00:00Z', 0).name).toBe('night');
});

test('a shift without length has a slot', () => {
  expect(slotOf('2026-03-02T12:00:00Z', '2026-03-02T12:00:00Z').name).toBe('midday');
});
