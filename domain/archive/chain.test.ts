import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseArchived } from './archived-order.ts';
import { canonicalJson } from './canonical-json.ts';
import { type ChainLink, chainEvents, eventHash, recordHash, sealRecord } from './chain.ts';
import { type Archive, archiveOf, clock } from './testing/archived-orders.ts';
import { type ChainFault, inspectObject, verifyChains } from './verify-chains.ts';

describe('canonical JSON', () => {
  test('is the same text whatever the order of the fields', () => {
    expect(canonicalJson({ b: [{ y: 1, x: undefined }], a: null })).toBe('{"a":null,"b":[{"y":1}]}');
    expect(canonicalJson({ a: null, b: [{ y: 1 }] })).toBe('{"a":null,"b":[{"y":1}]}');
  });

  test('says the same as JSON does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('differs where the values differ', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
        const isSame = canonicalJson(left) === canonicalJson(right);
        expect(isSame).toBe(canonicalJson(JSON.parse(JSON.stringify(left))) === canonicalJson(right));
      }),
    );
  });
});

const ORDERS = ['o-1', 'o-2', 'o-3', 'o-4', 'o-5'];
const CHAIN = 'D1/2026-03-02';
const keyOf = (orderId: string): string => `orders/closed=2026-03-02/${orderId}.json`;
const fiveOrders = (): Archive => archiveOf(ORDERS.map((orderId) => ({ orderId })));

function verify({ objects, heads }: Archive, staged: readonly string[] = []) {
  const inspections = [...objects].map(([key, text]) => inspectObject(key, text));
  return verifyChains({ inspections, heads, staged: new Set(staged) });
}
const faultsOf = (archive: Archive): string[] => verify(archive).faults.map(told);
const told = ({ kind, sequence, orderId }: ChainFault): string =>
  [kind, sequence, orderId].filter((part) => part !== undefined).join(' ');

// biome-ignore lint/suspicious/noExplicitAny: a tamperer knows no types
type Tampered = any;

/** Changes what an object says, without touching its hashes. */
function edit({ objects }: Archive, orderId: string, change: (value: Tampered) => void): void {
  const value = JSON.parse(objects.get(keyOf(orderId)) ?? '');
  change(value);
  objects.set(keyOf(orderId), JSON.stringify(value));
}

/** Changes an object and gives it hashes that fit. */
function forge(archive: Archive, orderId: string, change: (value: Tampered) => void): string {
  let hash = '';
  edit(archive, orderId, (value) => {
    change(value);
    value.events = chainEvents(value.events.map(({ hash: _, ...event }: Tampered) => event));
    hash = recordHash(value);
    value.chain.hash = hash;
  });
  return hash;
}

describe('the hash chain of the archive', () => {
  test('has no fault as it was written', () => {
    expect(verify(fiveOrders())).toEqual({ chains: 1, records: 5, unfinished: 0, areHeadsKnown: true, faults: [] });
  });

  test('H1, H2: links each record to the one before, by hashes that anyone can compute again', () => {
    const links = [...fiveOrders().objects.values()].map((text) => JSON.parse(text) as { chain: ChainLink });
    expect(links.map(({ chain }) => chain.sequence)).toEqual([1, 2, 3, 4, 5]);
    for (const [index, link] of links.entries()) {
      expect(recordHash(link)).toBe(link.chain.hash);
      expect(link.chain.previous).toBe(links[index - 1]?.chain.hash ?? '0'.repeat(64));
    }
  });

  test('H3: links the events of a record', () => {
    const [first, second] = chainEvents([{ sk: 'a' }, { sk: 'b' }]);
    expect(first?.hash).toBe(eventHash({ sk: 'a' }, '0'.repeat(64)));
    expect(second?.hash).toBe(eventHash({ sk: 'b' }, first?.hash ?? ''));
  });

  test('is the same for the same content, and another for any other', () => {
    const place = { chain: CHAIN, sequence: 1, previous: '0'.repeat(64) };
    expect(sealRecord({ a: 1, b: 2 }, place)).toEqual({ ...sealRecord({ b: 2, a: 1 }, place) });
    expect(sealRecord({ a: 1 }, place).chain.hash).not.toBe(sealRecord({ a: 2 }, place).chain.hash);
    expect(sealRecord({ a: 1 }, { ...place, sequence: 2 }).chain.hash).not.toBe(sealRecord({ a: 1 }, place).chain.hash);
  });
});

describe('the verification finds', () => {
  const archive = (): Archive => fiveOrders();
  test.each<[string, (found: Archive) => void, string[]]>([
    [
      'a field that was changed',
      (found) => edit(found, 'o-3', ({ record }) => (record.times.deliveredAt = clock('11:00'))),
      ['changed 3 o-3'],
    ],
    [
      'an event that was changed, with a record hash that fits again',
      (found) =>
        edit(found, 'o-3', (value) => {
          value.events[1].at = clock('11:00');
          value.chain.hash = recordHash(value);
        }),
      ['changed 3 o-3'],
    ],
    ['an event that was taken out', (found) => edit(found, 'o-2', ({ events }) => events.shift()), ['changed 2 o-2']],
    [
      'a record that was changed with all of its own hashes',
      (found) => forge(found, 'o-3', ({ record }) => (record.verdict.perfect = false)),
      ['changed 3 o-3'],
    ],
    [
      'a record that was changed, and all after it made to fit',
      (found) => {
        let previous = forge(found, 'o-3', ({ record }) => (record.attempts = 0));
        for (const orderId of ['o-4', 'o-5'])
          previous = forge(found, orderId, ({ chain }) => (chain.previous = previous));
      },
      ['changed 5 o-5'],
    ],
    ['a record that was removed', (found) => found.objects.delete(keyOf('o-3')), ['missing 3']],
    [
      'a removed record whose neighbours were closed up',
      (found) => {
        found.objects.delete(keyOf('o-3'));
        const before = JSON.parse(found.objects.get(keyOf('o-2')) ?? '').chain.hash;
        forge(found, 'o-4', ({ chain }) => Object.assign(chain, { sequence: 3, previous: before }));
      },
      ['missing 4'],
    ],
    [
      'a tail that was cut off',
      (found) => ['o-4', 'o-5'].map((orderId) => found.objects.delete(keyOf(orderId))),
      ['missing 4', 'missing 5'],
    ],
    [
      'two records that changed places',
      (found) => {
        edit(found, 'o-2', ({ chain }) => (chain.sequence = 3));
        edit(found, 'o-3', ({ chain }) => (chain.sequence = 2));
      },
      ['changed 2 o-3', 'reordered 2 o-3', 'changed 3 o-2', 'reordered 3 o-2'],
    ],
    [
      'a record that was added',
      (found) => {
        const [text = ''] = archiveOf([{ orderId: 'o-9' }]).objects.values();
        found.objects.set(keyOf('o-9'), text);
      },
      ['foreign 1 o-9'],
    ],
    [
      'a record that was added after the last',
      (found) => {
        const last = found.heads.get(CHAIN)?.hash;
        const [text = ''] = archiveOf([{ orderId: 'o-9' }]).objects.values();
        found.objects.set(keyOf('o-9'), text);
        forge(found, 'o-9', ({ chain }) => Object.assign(chain, { sequence: 6, previous: last }));
      },
      ['foreign 6 o-9'],
    ],
    [
      "a record that was put into another order's place",
      (found) => found.objects.set(keyOf('o-3'), found.objects.get(keyOf('o-2')) ?? ''),
      ['foreign 2 o-2', 'missing 3'],
    ],
    [
      'a record that was moved to another day',
      (found) => {
        found.objects.set('orders/closed=2026-03-03/o-3.json', found.objects.get(keyOf('o-3')) ?? '');
        found.objects.delete(keyOf('o-3'));
      },
      ['foreign 3 o-3', 'missing 3'],
    ],
    [
      'an object that is cut short',
      (found) => found.objects.set(keyOf('o-3'), (found.objects.get(keyOf('o-3')) ?? '').slice(0, 400)),
      ['unreadable', 'missing 3'],
    ],
    [
      'an object that is no order',
      (found) => found.objects.set(keyOf('o-3'), '{"schemaVersion":2}'),
      ['unreadable', 'missing 3'],
    ],
    [
      'a chain that nobody began',
      (found) => found.heads.clear(),
      ORDERS.map((id, index) => `foreign ${index + 1} ${id}`),
    ],
    [
      'a chain of which nothing is left',
      (found) => found.objects.clear(),
      ORDERS.map((_, index) => `missing ${index + 1}`),
    ],
  ])('%s', (_, tamper, faults) => {
    const found = archive();
    tamper(found);
    expect(faultsOf(found).sort()).toEqual([...faults].sort());
  });

  test('any single change of any character, wherever it is', () => {
    const found = archive();
    const key = keyOf('o-3');
    const text = found.objects.get(key) ?? '';
    fc.assert(
      fc.property(fc.nat({ max: text.length - 1 }), fc.constantFrom('0', '7', 'x', '"', ' ', '}'), (at, character) => {
        const tampered = `${text.slice(0, at)}${character}${text.slice(at + 1)}`;
        fc.pre(!isSameJson(text, tampered));
        found.objects.set(key, tampered);
        expect(verify(found).faults.length).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });
});

const isSameJson = (left: string, right: string): boolean => {
  try {
    return canonicalJson(JSON.parse(left)) === canonicalJson(JSON.parse(right));
  } catch {
    return false;
  }
};

describe('the verification', () => {
  test('takes a record whose staged copy is there for one that is on its way', () => {
    const archive = fiveOrders();
    archive.objects.delete(keyOf('o-5'));
    const found = verify(archive, [archive.heads.get(CHAIN)?.hash ?? '']);
    expect(found).toMatchObject({ unfinished: 1, faults: [] });
  });

  test('looks at each chain by itself', () => {
    const archive = archiveOf([{ orderId: 'a', depotId: 'D2' }, ...ORDERS.map((orderId) => ({ orderId }))]);
    archive.objects.delete(keyOf('o-1'));
    expect(verify(archive)).toMatchObject({ chains: 2, faults: [{ kind: 'missing', chain: CHAIN, sequence: 1 }] });
  });

  test('says that it does not know the heads, and sees all but a cut tail', () => {
    const archive = fiveOrders();
    for (const orderId of ['o-2', 'o-5']) archive.objects.delete(keyOf(orderId));
    const inspections = [...archive.objects].map(([key, text]) => inspectObject(key, text));
    const found = verifyChains({ inspections, staged: new Set() });
    expect(found.areHeadsKnown).toBe(false);
    expect(found.faults.map(told)).toEqual(['missing 2']);
  });

  test('names the record, its key and what is wrong with it', () => {
    const archive = fiveOrders();
    edit(archive, 'o-4', ({ record }) => (record.attempts = 7));
    expect(verify(archive).faults).toEqual([
      {
        kind: 'changed',
        chain: CHAIN,
        sequence: 4,
        orderId: 'o-4',
        key: keyOf('o-4'),
        message: 'the record of order o-4 does not meet its hash',
      },
    ]);
  });
});

describe('an archived order', () => {
  test('is read with its signals and answered waits', () => {
    const signal = { signalId: 's', kind: 'Delivered', at: clock('12:00'), acceptedAt: clock('12:01'), orderId: 'o-1' };
    const wait = {
      awaits: 'Delivered',
      openedAt: clock('09:00'),
      signalAt: clock('12:00'),
      answeredAt: clock('12:01'),
    };
    const { objects } = archiveOf([
      { orderId: 'o-1', ledger: { orderId: 'o-1', 's#s': signal, 'a#s': 1, 'w#Delivered#s': wait } },
    ]);
    const parsed = parseArchived(objects.get(keyOf('o-1')) ?? '');
    expect(parsed).toMatchObject({ ok: true, order: { signals: [{ kind: 'Delivered' }], waits: [wait] } });
  });

  test.each([
    ['not json', 'it is not JSON'],
    ['{"schemaVersion":1}', 'schemaVersion: '],
  ])('is refused as %s with what is wrong', (text, problem) => {
    const parsed = parseArchived(text);
    expect(parsed.ok ? '' : parsed.problem).toContain(problem);
  });

  test('is refused with a signal of its ledger that has no time', () => {
    const { objects } = archiveOf([{ orderId: 'o-1', ledger: { 's#s': { signalId: 's', kind: 'Delivered' } } }]);
    const parsed = parseArchived([...objects.values()][0] ?? '');
    expect(parsed.ok ? '' : parsed.problem).toContain('in its ledger, at');
  });
});
