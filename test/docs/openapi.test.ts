import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { publishedApi } from '../../docs/render-openapi.ts';
import { REPOSITORY } from './documents.ts';

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly requestBody?: unknown;
}
interface ApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

describe("the document of the console's API", () => {
  const text = readFileSync(join(REPOSITORY, 'docs', 'openapi.json'), 'utf8');
  const operations = Object.values((JSON.parse(text) as ApiDocument).paths).flatMap((path) => Object.entries(path));

  test('says what the server does: else run npm run render:openapi', () => {
    expect(text).toBe(publishedApi());
  });

  test('is OpenAPI 3.1 and names each operation once', () => {
    expect((JSON.parse(text) as ApiDocument).openapi).toBe('3.1.0');
    const names = operations.map(([, { operationId }]) => operationId);
    expect(names.length).toBeGreaterThan(20);
    expect(new Set(names).size).toBe(names.length);
  });

  test('has a body with whatever changes something, and with nothing else', () => {
    for (const [method, { requestBody }] of operations) expect(requestBody !== undefined).toBe(method === 'post');
  });
});
