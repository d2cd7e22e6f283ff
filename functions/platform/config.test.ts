import { afterEach, describe, expect, test } from '@jest/globals';
import { readConfig } from './config.ts';

afterEach(() => {
  delete process.env['ORDERS_TABLE'];
  delete process.env['LEDGER_TABLE'];
});

describe('the configuration of a function', () => {
  test('is what was asked for, by name', () => {
    process.env['ORDERS_TABLE'] = 'orders';
    process.env['LEDGER_TABLE'] = 'ledger';
    expect(readConfig('ordersTable', 'ledgerTable')).toEqual({ ordersTable: 'orders', ledgerTable: 'ledger' });
    expect(readConfig('ordersTable')).toEqual({ ordersTable: 'orders' });
  });

  test('names the variable that is missing or empty', () => {
    expect(() => readConfig('ordersTable')).toThrow('ORDERS_TABLE');
    process.env['ORDERS_TABLE'] = '';
    expect(() => readConfig('ordersTable')).toThrow('ORDERS_TABLE');
  });
});
