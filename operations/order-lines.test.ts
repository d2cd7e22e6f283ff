import { describe, expect, test } from '@jest/globals';
import { readOrderLines, shiftedLine } from './order-lines.ts';

const ORDER = {
  orderId: 'o-1',
  placedAt: '2026-01-31T08:00:00Z',
  customer: { customerId: 'c-1' },
  depotId: 'd-1',
  deliverTo: { position: [1, 2] },
  promise: { from: '2026-01-31T09:00:00Z', to: '2026-01-31T11:00:00Z' },
  serviceSeconds: 60,
  items: [{ sku: 'a', quantity: 1, volumeM3: 0.1 }],
};

describe('lines of an orders file', () => {
  test('keep their numbers and their text, and leave out what is blank', () => {
    const lines = readOrderLines(`${JSON.stringify(ORDER)}\r\n\n  \nno json\n`);
    expect(lines.map(({ line }) => line)).toEqual([1, 4]);
    expect(lines[0]).toMatchObject({ orderId: 'o-1', placedMs: Date.parse(ORDER.placedAt), parsed: { ok: true } });
    expect(lines[0]?.text.endsWith('}')).toBe(true);
    expect(lines[1]).toMatchObject({ text: 'no json', parsed: { ok: false } });
    expect(lines[1]).not.toHaveProperty('orderId');
  });

  test('tell id and time of an order that is refused for something else', () => {
    const [line] = readOrderLines(JSON.stringify({ ...ORDER, items: [] }));
    expect(line).toMatchObject({ orderId: 'o-1', placedMs: Date.parse(ORDER.placedAt), parsed: { ok: false } });
  });

  test('tell neither an id that could not name an order nor a time that is none', () => {
    const [line] = readOrderLines(JSON.stringify({ ...ORDER, orderId: 'with blank', placedAt: 'yesterday' }));
    expect(line).not.toHaveProperty('orderId');
    expect(line).not.toHaveProperty('placedMs');
  });

  test('move in time as a whole', () => {
    const [line] = readOrderLines(JSON.stringify(ORDER));
    const moved = line === undefined ? undefined : shiftedLine(line, 3_600_000);
    expect(JSON.parse(moved?.text ?? '')).toMatchObject({
      placedAt: '2026-01-31T09:00:00.000Z',
      promise: { from: '2026-01-31T10:00:00.000Z', to: '2026-01-31T12:00:00.000Z' },
    });
  });
});
