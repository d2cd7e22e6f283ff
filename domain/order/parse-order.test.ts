import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { jsonErrorIndex } from './json-text.ts';
import { orderLoad } from './order.ts';
import { checkDepot, duplicateRefusal, MAX_ORDER_BYTES, orderContentKey, parseOrder } from './parse-order.ts';

const good = {
  orderId: '3195d793-d505-4c73-933a-ec31ae64fe1f',
  placedAt: '2018-07-20T10:38:11Z',
  customer: { customerId: 'c-17' },
  depotId: 'DLA9',
  deliverTo: { position: [-117.68612, 33.671132] },
  promise: { from: '2018-07-20T14:37:26Z', to: '2018-07-21T01:37:26Z' },
  serviceSeconds: 46.5,
  items: [{ sku: 'parcel', quantity: 2, volumeM3: 0.07, weightKg: 1.2 }],
};
const parse = (changes: object) => parseOrder(JSON.stringify({ ...good, ...changes }));
const refusals = (changes: object) => {
  const parsed = parse(changes);
  return parsed.ok ? [] : parsed.refusals.map(({ field, code }) => `${field} ${code}`);
};

describe('a good order', () => {
  test('is parsed, with the standard tier unless it names one', () => {
    expect(parse({})).toEqual({ ok: true, order: { ...good, tier: 'standard' } });
    expect(parse({ tier: 'express' })).toMatchObject({ ok: true, order: { tier: 'express' } });
  });

  test('keeps unknown fields out', () => {
    const parsed = parse({ giftWrap: true, customer: { customerId: 'c-17', vip: 1 } });
    expect(parsed).toEqual({ ok: true, order: { ...good, tier: 'standard' } });
  });

  test('may start with a byte order mark', () => {
    expect(parseOrder(`\ufeff${JSON.stringify(good)}`).ok).toBe(true);
  });

  test('may be promised in the past', () => {
    expect(parse({ promise: { from: '1999-01-01T00:00:00Z', to: '1999-01-01T02:00:00Z' } }).ok).toBe(true);
  });

  test('loads a vehicle by its pieces', () => {
    const parsed = parse({});
    expect(parsed.ok && orderLoad(parsed.order)).toEqual({ volumeM3: 0.14, weightKg: 2.4 });
  });
});

describe('a bad order is refused', () => {
  test.each<[string, object, string[]]>([
    ['without a position', { deliverTo: {} }, ['deliverTo.position MISSING']],
    ['with latitude first', { deliverTo: { position: [33.6, -117.6] } }, ['deliverTo.position[1] OUT_OF_RANGE']],
    ['with a position of three', { deliverTo: { position: [1, 2, 3] } }, ['deliverTo.position BAD_LENGTH']],
    ['with a position as text', { deliverTo: { position: '1,2' } }, ['deliverTo.position WRONG_TYPE']],
    [
      'with a window that ends when it starts',
      { promise: { from: good.promise.from, to: good.promise.from } },
      ['promise.to WINDOW_REVERSED'],
    ],
    ['with a day that does not exist', { placedAt: '2018-02-30T10:00:00Z' }, ['placedAt BAD_TIME']],
    ['with a time without a zone', { placedAt: '2018-02-20T10:00:00' }, ['placedAt BAD_TIME']],
    ['without items', { items: [] }, ['items BAD_LENGTH']],
    [
      'with negative volume and weight',
      { items: [{ sku: 'a', quantity: 1, volumeM3: -0.1, weightKg: -1 }] },
      ['items[0].volumeM3 OUT_OF_RANGE', 'items[0].weightKg OUT_OF_RANGE'],
    ],
    ['with half a piece', { items: [{ sku: 'a', quantity: 0.5, volumeM3: 0 }] }, ['items[0].quantity OUT_OF_RANGE']],
    ['with no pieces', { items: [{ sku: 'a', quantity: 0, volumeM3: 0 }] }, ['items[0].quantity OUT_OF_RANGE']],
    ['with an unknown tier', { tier: 'gold' }, ['tier UNKNOWN_VALUE']],
    ['with an id of 81 characters', { orderId: 'x'.repeat(81) }, ['orderId BAD_FORMAT']],
    ['with an id that cannot name an execution', { orderId: 'a/b' }, ['orderId BAD_FORMAT']],
    ['with an id as a number', { orderId: 17 }, ['orderId WRONG_TYPE']],
    ['with no customer', { customer: null }, ['customer WRONG_TYPE']],
  ])('%s', (_, changes, expected) => {
    expect(refusals(changes)).toEqual(expected);
  });

  test('with every fault named at once, and its readable id', () => {
    const parsed = parse({ depotId: 5, promise: { from: 'soon', to: good.promise.to }, tier: 'gold', items: 'none' });
    expect(parsed).toMatchObject({ ok: false, orderId: good.orderId });
    expect(parsed.ok ? [] : parsed.refusals.map(({ field }) => field)).toEqual([
      'depotId',
      'promise.from',
      'tier',
      'items',
    ]);
  });

  test.each([...' \t\n?*<>{}[]"#%\\^|~`$&,;:/\u0000\u007f\u0085'])('when its id contains %j', (character) => {
    const parsed = parse({ orderId: `o${character}1` });
    expect(parsed).not.toHaveProperty('orderId');
    expect(parsed.ok).toBe(false);
  });

  test('when it is larger than the limit, with its size, the limit and its id', () => {
    const parsed = parse({ note: 'é'.repeat(150_000) });
    expect(parsed).toMatchObject({ ok: false, orderId: good.orderId, refusals: [{ field: '$', code: 'TOO_LARGE' }] });
    const remedy = parsed.ok ? '' : parsed.refusals[0]?.remedy;
    expect(remedy).toContain(`${MAX_ORDER_BYTES} bytes`);
    expect(remedy).toMatch(/has 3\d{5} bytes/);
  });

  test('with the value as it came, cut when it is long', () => {
    const parsed = parse({ tier: 'g'.repeat(5000) });
    const value = parsed.ok ? '' : String(parsed.refusals[0]?.value);
    expect(value).toHaveLength(200);
    expect(value.startsWith('gggg')).toBe(true);
  });

  test('with a list that stays short however many items are bad', () => {
    const parsed = parse({ items: new Array(2000).fill({ sku: '' }) });
    expect(parsed.ok ? [] : parsed.refusals).toHaveLength(51);
    expect(parsed.ok ? undefined : parsed.refusals.at(-1)).toMatchObject({ code: 'MORE_REFUSALS' });
  });

  test('when a number is too large for any computer', () => {
    const parsed = parseOrder(JSON.stringify(good).replace('46.5', '1e999'));
    expect(parsed).toMatchObject({ ok: false, refusals: [{ field: 'serviceSeconds', value: 'Infinity' }] });
  });
});

describe('broken JSON', () => {
  test.each([
    ['{"orderId":"ab",}', 16],
    ['{"orderId":"é", x}', 17],
    ['{"a":[1,2', 9],
    ['', 0],
    ['{"a":01}', 6],
    ['{"a":"tab\there"}', 5],
    ['\ufeff{]', 4],
    ['{} {}', 3],
  ])('%j is refused at byte %d', (text, byte) => {
    const parsed = parseOrder(text);
    expect(parsed).toMatchObject({ ok: false, refusals: [{ field: '$', code: 'BAD_JSON' }] });
    expect(parsed.ok ? '' : parsed.refusals[0]?.remedy).toMatch(new RegExp(`at byte ${byte}$`));
  });

  test('is never found in text that JSON.parse accepts', () => {
    const cut = fc.tuple(fc.json(), fc.nat(40)).map(([json, at]) => json.slice(0, at) + json.slice(at + 1));
    fc.assert(
      fc.property(fc.oneof(fc.json(), cut, fc.string({ unit: fc.constantFrom(...'{}[]",:1e-.tfnu\\ ') })), (text) => {
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        if (isJson) expect(jsonErrorIndex(text)).toBe(text.length);
        expect(jsonErrorIndex(text)).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 500 },
    );
  });

  test('never throws, whatever comes in', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => expect(parseOrder(text).ok).toBe(false)));
  });
});

describe('the content key', () => {
  test('is the same whatever the order of the fields, and differs with any value', () => {
    const reversed = JSON.stringify(Object.fromEntries(Object.entries(good).reverse()));
    const [first, second] = [parse({ extra: 1 }), parseOrder(reversed)];
    const third = parse({ serviceSeconds: 47 });
    if (!first.ok || !second.ok || !third.ok) throw new Error('expected good orders');
    expect(orderContentKey(first.order)).toBe(orderContentKey(second.order));
    expect(orderContentKey(first.order)).not.toBe(orderContentKey(third.order));
  });
});

describe('what only the intake can know', () => {
  test('an unknown depot is refused with the known ones', () => {
    expect(checkDepot({ depotId: 'D1' }, new Set(['D1']))).toBeUndefined();
    expect(checkDepot({ depotId: 'D9' }, ['D1', 'D2'])).toEqual({
      field: 'depotId',
      value: 'D9',
      remedy: 'give one of D1, D2',
      code: 'UNKNOWN_DEPOT',
    });
  });

  test('an id taken by another content is refused', () => {
    expect(duplicateRefusal('o-1')).toMatchObject({ field: 'orderId', value: 'o-1', code: 'DUPLICATE' });
  });
});
