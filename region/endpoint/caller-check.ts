/**
 * Who may speak to a region's port. It is open to every process of this machine, as the account's owner: signatures are
 * not verified. So it must not be open to web pages, which can reach loopback addresses too. D1: the host is a name of this
 * machine, so that a page cannot come in under its own name (DNS rebinding). D2: the origin, where one is given, is the
 * port's own. D3: other names of this machine (`sync-...`, `....localhost`) are for programs, which send no origin at all.
 */
import type { IncomingHttpHeaders } from 'node:http';

const MACHINE = /^(?:localhost|127\.0\.0\.1|\[::1\])$/i;
/** SDKs put `sync-` before the endpoint's host for StartSyncExecution and TestState. */
const ALIAS = /^(?:sync-)?(?:localhost|127\.0\.0\.1|\[::1\]|(?:[a-z0-9-]+\.)+localhost)$/i;

/** Why a request is turned away; undefined when it may come in. */
export function refusalOf(headers: IncomingHttpHeaders): string | undefined {
  const { host = '', origin } = headers;
  const name = host.replace(/:\d+$/, '');
  const site = headers['sec-fetch-site'];
  if (!MACHINE.test(name) && !ALIAS.test(name)) return `host ${host}: use 127.0.0.1 or localhost`;
  if (!MACHINE.test(name) && (origin !== undefined || site !== undefined))
    return `host ${host} is for programs, not for web pages: use 127.0.0.1 or localhost`;
  if (origin !== undefined && origin !== `http://${host}`) return `origin ${origin} is not the region's own`;
  if (site === 'cross-site' || site === 'same-site') return `a page of another site sent this (sec-fetch-site ${site})`;
  return undefined;
}
