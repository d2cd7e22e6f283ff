/** A server on the loopback address, on the wanted port or the next free one. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';

export interface HttpServer {
  /** E.g. `http://127.0.0.1:4520`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Ports that are tried after the wanted one. */
const NEXT_PORTS = 20;

export class PortsTaken extends Error {
  override readonly name = 'PortsTaken';
}

/** @param port 0 for any. @throws PortsTaken when neither it nor the ones after it are free */
export async function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  port: number,
): Promise<HttpServer> {
  const last = port === 0 ? 0 : port + NEXT_PORTS;
  for (let candidate = port; candidate <= last; candidate += 1) {
    // A server that failed to listen is not asked twice.
    const server = createAdaptorServer({ fetch, hostname: '127.0.0.1' }) as Server;
    if (await isListening(server, candidate)) return opened(server);
  }
  throw new PortsTaken(`ports ${port} to ${last} are taken`);
}

const isListening = (server: Server, port: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    server.listen(port, '127.0.0.1', () => resolve(true));
  });

const opened = (server: Server): HttpServer => ({
  url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  close: () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
});
