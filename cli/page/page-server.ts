/**
 * The first page: the orders of the running region with their statuses, live through server-sent events. It listens on
 * the loopback address only and refuses foreign host names, so that no web page elsewhere can read it.
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OrderRecord } from '../../functions/platform/tables.ts';
import { CommandFailure } from '../failures.ts';

/** What the page shows. */
export interface Picture {
  /** Virtual time, ISO 8601. */
  readonly now: string;
  readonly counts: Readonly<Record<string, number>>;
  /** The order that changed last comes first. */
  readonly orders: readonly PictureOrder[];
}

export type PictureOrder = Pick<OrderRecord, 'orderId' | 'status' | 'statusAt'> & {
  readonly promiseTo?: string;
  readonly vehicleId?: string;
  readonly stopSequence?: number;
};

export interface PageServer {
  readonly url: string;
  /** Sends the picture to every open page, and to each page that is opened later. */
  show(picture: Picture): void;
  close(): Promise<void>;
}

const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['page.html', 'text/html; charset=utf-8'],
  '/page.css': ['page.css', 'text/css; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8'],
};
const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
/** Ports that are tried after the wanted one. */
const NEXT_PORTS = 20;

/**
 * @param port the one to take, or the next free one after it
 * @throws CommandFailure PO-203 when none of them is free
 */
export async function servePage(port: number): Promise<PageServer> {
  const open = new Set<ServerResponse>();
  let latest = '';
  const server = createServer((request, response) => {
    if (!LOOPBACK.has((request.headers.host ?? '').replace(/:\d+$/, ''))) return refuse(response, 403, 'wrong host');
    if (request.method !== 'GET') return refuse(response, 405, 'this page is only read');
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    if (path === '/events') return subscribe(request, response, open, latest);
    const file = FILES[path];
    if (file === undefined) return refuse(response, 404, 'there is only the page itself here');
    response.writeHead(200, { 'content-type': file[1], ...SECURITY_HEADERS });
    response.end(readFileSync(new URL(file[0], import.meta.url)));
  });
  await listenNear(server, port);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    show: (picture) => {
      latest = `data: ${JSON.stringify(picture)}\n\n`;
      for (const response of open) response.write(latest);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

function subscribe(
  request: IncomingMessage,
  response: ServerResponse,
  open: Set<ServerResponse>,
  latest: string,
): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', ...SECURITY_HEADERS });
  response.write(`retry: 1000\n\n${latest}`);
  open.add(response);
  request.on('close', () => open.delete(response));
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...SECURITY_HEADERS });
  response.end(`${text}\n`);
}

async function listenNear(server: Server, port: number): Promise<void> {
  for (let candidate = port; candidate <= port + NEXT_PORTS; candidate += 1) {
    const isTaken = await new Promise<boolean>((resolve, reject) => {
      const onError = (error: NodeJS.ErrnoException): void => {
        if (error.code === 'EADDRINUSE') resolve(true);
        else reject(error);
      };
      server.once('error', onError);
      server.listen(candidate, '127.0.0.1', () => {
        server.off('error', onError);
        resolve(false);
      });
    });
    if (!isTaken) return;
  }
  throw new CommandFailure('PO-203', `ports ${port} to ${port + NEXT_PORTS} are taken`, 'give another --port');
}
