import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { MAX_BODY_BYTES } from './guards.ts';
import { type Caller, openCaller } from './testing/caller.ts';

let caller: Caller;
beforeEach(async () => {
  caller = await openCaller();
});
afterEach(() => caller.close());

interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
}

/** With headers that `fetch` does not let a program set. */
function ask(path: string, headers: Readonly<Record<string, string>>, method = 'GET', body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(`${caller.url}${path}`, { method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('end', () => {
        const code = text.startsWith('{"error"')
          ? (JSON.parse(text) as { error: { code: string } }).error.code
          : undefined;
        resolve({ status: response.statusCode ?? 0, code, headers: response.headers });
      });
    });
    sent.on('error', reject);
    if (headers['content-length'] === undefined) sent.end(body);
    else sent.flushHeaders();
  });
}

const bearer = (): { authorization: string } => ({ authorization: `Bearer ${caller.token}` });

describe('the guards', () => {
  test('W1: a foreign host name reads nothing, with or without the token', async () => {
    expect(await ask('/api/summary', { ...bearer(), host: 'evil.example' })).toMatchObject({
      status: 403,
      code: 'FOREIGN_PAGE',
    });
    expect(await ask('/', { host: 'evil.example:4520' })).toMatchObject({ status: 403, code: 'FOREIGN_PAGE' });
    expect((await ask('/api/summary', { ...bearer(), host: 'localhost:4520' })).status).toBe(200);
  });

  test.each([
    ['an origin elsewhere', { origin: 'https://evil.example' }],
    ['an origin on another port', { origin: 'http://127.0.0.1:1' }],
    ['an origin without a name', { origin: 'null' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another port of this host', { 'sec-fetch-site': 'same-site' }],
  ])('W2: a request from %s is refused', async (_, headers: Readonly<Record<string, string>>) => {
    const given = { ...bearer(), ...headers, 'content-type': 'application/json' };
    const body = JSON.stringify({ initiator: 'customer', why: 'x' });
    expect((await ask('/api/orders/order-1/cancel', given, 'POST', body)).code).toBe('FOREIGN_PAGE');
    expect((await ask('/api/live', given)).code).toBe('FOREIGN_PAGE');
    expect(caller.operations.deeds).toEqual([]);
  });

  test('W3: the printed address sets a cookie that opens the API, and leaves no token in the address', async () => {
    const first = await ask(`/orders/order-1?tab=history&token=${caller.token}`, {});
    expect([first.status, first.headers['location']]).toEqual([303, '/orders/order-1?tab=history']);
    const [cookie = ''] = first.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/^po_token_\d+=.*HttpOnly; SameSite=Strict$/);
    const port = new URL(caller.url).port;
    expect(cookie.startsWith(`po_token_${port}=`)).toBe(true);
    const [pair = ''] = cookie.split(';');
    expect((await ask('/api/summary', { cookie: pair, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });

  test('W3: a wrong token opens nothing', async () => {
    const first = await ask('/?token=guessed', {});
    expect(first.headers['set-cookie']).toBeUndefined();
    expect((await ask('/api/summary', { authorization: 'Bearer guessed' })).code).toBe('TOKEN_MISSING');
  });

  test('W4: a form changes nothing', async () => {
    const given = { ...bearer(), 'content-type': 'application/x-www-form-urlencoded' };
    expect(await ask('/api/replays/job-1/run', given, 'POST', 'why=x')).toMatchObject({
      status: 415,
      code: 'NOT_JSON',
    });
    expect((await ask('/api/replays/job-1/run', bearer(), 'POST')).code).toBe('NOT_JSON');
    expect(caller.operations.deeds).toEqual([]);
  });

  test('W4: a body beyond the limit is refused, and one of 50,000 orders is not', async () => {
    const given = { ...bearer(), 'content-type': 'application/json' };
    // Its length is announced and nothing of it sent: the answer comes all the same.
    const tooLarge = { ...given, 'content-length': String(MAX_BODY_BYTES + 1) };
    const answer = await ask('/api/orders/order-1/cancel', tooLarge, 'POST');
    expect(answer).toMatchObject({ status: 413, code: 'TOO_LARGE' });
    const orderIds = Array.from({ length: 50_000 }, (_, index) => `order-${index}-of-a-long-name`);
    const selection = JSON.stringify({ orderIds, mode: 'redrive', ratePerSecond: 100, why: 'fixed' });
    expect((await ask('/api/replays', given, 'POST', selection)).status).toBe(201);
  });

  test('answers of the API are kept by nobody', async () => {
    expect((await ask('/api/summary', bearer())).headers['cache-control']).toBe('no-store');
    expect((await ask('/api/orders/nobody', bearer())).headers['cache-control']).toBe('no-store');
  });
});
