import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type AttributeValue, type Item, sizeChange, sizeOfItem } from '../attribute-value.ts';

const value = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string().map((S) => ({ S })),
    fc.integer().map((n) => ({ N: String(n) })),
    fc.array(tie('value'), { maxLength: 3 }).map((L) => ({ L })),
    fc.dictionary(fc.constantFrom('a', 'bé', 'constructor', 'd'), tie('value')).map((M) => ({ M })),
  ),
})).value;

test('the change in size of an attribute is the difference of the sizes of the items', () => {
  fc.assert(
    fc.property(fc.option(value), fc.option(value), (before, after) => {
      const item = (one: AttributeValue | null): Item => (one === null ? {} : { name: one });
      const change = sizeChange('name', before ?? undefined, after ?? undefined);
      expect(change).toBe(sizeOfItem(item(after)) - sizeOfItem(item(before)));
    }),
  );
});
