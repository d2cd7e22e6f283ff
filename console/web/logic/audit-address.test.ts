import { describe, expect, test } from '@jest/globals';
import { auditAddress, auditFromAddress, lastDays } from './audit-address.ts';

describe('the address of an audit', () => {
  test('gives back its period and split, also an empty one', () => {
    for (const by of [['depot', 'tier'], []] as const) {
      const view = { ...lastDays('2018-07-20', 7), by };
      const text = auditAddress(view).toString();
      expect(auditFromAddress(new URLSearchParams(text), '2020-01-01')).toEqual(view);
    }
  });

  test('covers the whole of today', () => {
    expect(lastDays('2018-07-20', 1)).toEqual({ from: '2018-07-20T00:00:00.000Z', to: '2018-07-21T00:00:00.000Z' });
  });

  test('without any condition is the last thirty days by depot and day', () => {
    const view = auditFromAddress(new URLSearchParams('from=once'), '2018-07-20');
    expect(view).toEqual({ from: '2018-06-21T00:00:00.000Z', to: '2018-07-21T00:00:00.000Z', by: ['depot', 'day'] });
  });
});
