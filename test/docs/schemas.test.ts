import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { publishedSchemas } from '../../docs/render-schemas.ts';
import { REPOSITORY } from './documents.ts';

const FOLDER = join(REPOSITORY, 'docs', 'schemas');

describe('the published JSON Schemas', () => {
  const schemas = publishedSchemas();

  test('are one file each and no other', () => {
    expect(readdirSync(FOLDER).sort()).toEqual([...schemas.keys()].sort());
  });

  test.each([...schemas])('%s says what the intake accepts: else run npm run render:schemas', (name, text) => {
    expect(readFileSync(join(FOLDER, name), 'utf8')).toBe(text);
  });

  test('require what an order cannot do without', () => {
    const order = JSON.parse(schemas.get('order.schema.json') ?? '') as { required: string[] };
    expect(order.required).toContain('promise');
    expect(order.required).not.toContain('tier');
  });
});
