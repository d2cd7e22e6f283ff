/**
 * Who may call the API: the page that this server has sent, opened with the token of this run. The server listens on the
 * loopback address only; against other pages in the same browser stand the host, the origin and the token:
 *
 * W1  A request under a foreign host name is refused, so that no name that leads here (DNS rebinding) reads anything.
 * W2  A request that another page has made is refused, whatever cookies it carries.
 * W3  The API answers only to the token of this run, from the cookie that the printed address has set, or as a bearer.
 * W4  A change is JSON in a body of limited size, which no form of another page can send.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { getCookie, setCookie } from 'hono/cookie';
import { Problem } from './problems.ts';

/** A selection of 100,000 order ids fits. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024;

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const OWN_PAGE = new Set(['same-origin', 'none']);

export const newToken = (): string => randomBytes(24).toString('base64url');

/** W1, W2. */
export const ownPageOnly: MiddlewareHandler = async (context, next) => {
  const host = context.req.header('host') ?? '';
  if (!LOOPBACK.has(host.replace(/:\d+$/, ''))) {
    throw new Problem('FOREIGN_PAGE', `The host ${host} is not this console's.`, 'Open the address that was printed.');
  }
  const origin = context.req.header('origin');
  const site = context.req.header('sec-fetch-site');
  // A link on another page may lead here: that shows the page and changes nothing.
  const isNavigation = context.req.method === 'GET' && context.req.header('sec-fetch-mode') === 'navigate';
  const isForeign =
    (origin !== undefined && origin !== `http://${host}`) ||
    (site !== undefined && !OWN_PAGE.has(site) && !isNavigation);
  if (isForeign) {
    const remedy = 'Open the address that was printed; programs send no Origin.';
    throw new Problem('FOREIGN_PAGE', `A page of ${origin ?? 'another site'} may not call this console.`, remedy);
  }
  await next();
};

/** Cookies know no ports: consoles on two ports each have their own. */
const cookieName = (context: Context): string =>
  `po_token_${/:(\d+)$/.exec(context.req.header('host') ?? '')?.[1] ?? '80'}`;

/** W3: `/?token=...` sets the cookie and leads to the same page without the token in its address. */
export function tokenFromAddress(token: string): MiddlewareHandler {
  return async (context, next) => {
    const given = context.req.query('token');
    if (given === undefined || context.req.method !== 'GET') return next();
    if (isSame(given, token)) {
      setCookie(context, cookieName(context), token, { httpOnly: true, sameSite: 'Strict', path: '/' });
    }
    const url = new URL(context.req.url);
    url.searchParams.delete('token');
    return context.redirect(`${url.pathname}${url.search}`, 303);
  };
}

/** W3. */
export function withToken(token: string): MiddlewareHandler {
  return async (context, next) => {
    const bearer = /^Bearer (.+)$/.exec(context.req.header('authorization') ?? '')?.[1];
    if (!isSame(bearer ?? getCookie(context, cookieName(context)) ?? '', token)) {
      const remedy = 'Open the address that the terminal printed, with its token; each start has a new one.';
      throw new Problem('TOKEN_MISSING', 'This request does not bear the token of this run.', remedy);
    }
    await next();
  };
}

/** W4. */
export const jsonOnly: MiddlewareHandler = async (context, next) => {
  const type = context.req.header('content-type') ?? '';
  if (context.req.method === 'POST' && !/^application\/json\b/i.test(type)) {
    const remedy = 'Send JSON with content-type: application/json.';
    throw new Problem('NOT_JSON', `The body is ${type === '' ? 'of no type' : type}.`, remedy);
  }
  await next();
};

/** W4. */
export const limitedBody = (): MiddlewareHandler =>
  bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError: () => {
      const limit = `${MAX_BODY_BYTES / 1024 / 1024} MiB`;
      throw new Problem('TOO_LARGE', `The body is larger than ${limit}.`, 'Select by groups or by a query instead.');
    },
  });

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const isSame = (given: string, token: string): boolean => timingSafeEqual(digest(given), digest(token));
