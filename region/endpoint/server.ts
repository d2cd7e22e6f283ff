/**
 * The region for other processes of this machine: calls come in as `POST /_region/call`, from the account's owner. It
 * listens on the loopback address only, and refuses what a web page could send: foreign hosts (DNS rebinding) and
 * foreign origins.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decode, encode, toWireError } from './wire.ts';

export interface Endpoint {
  readonly url: string;
  close(): Promise<void>;
}

/** What the endpoint needs of a region. */
export interface Serves {
  readonly accountId: string;
  readonly name: string;
  readonly clock: { now(): number };
  call(service: string, operation: string, input: object): Promise<unknown>;
  outputs(stackName?: string): Readonly<Record<string, string>>;
}

const BODY_MAX_BYTES = 16 * 1024 * 1024;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

export async function listen(region: Serves, port: number): Promise<Endpoint> {
  const server = createServer((request, response) => {
    handle(region, request, response).catch((error: unknown) => {
      if (!response.headersSent) reply(response, 500, { error: toWireError(error) });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: actual } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${actual}`, close: () => closeServer(server) };
}

async function handle(region: Serves, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const refusal = refusalOf(request);
  if (refusal !== undefined) return reply(response, 403, { error: { name: 'Forbidden', message: refusal } });
  const route = `${request.method} ${request.url?.split('?')[0]}`;
  if (route === 'GET /_region/health') {
    const { accountId, name } = region;
    return reply(response, 200, {
      status: 'running',
      accountId,
      region: name,
      now: new Date(region.clock.now()).toISOString(),
    });
  }
  if (route === 'GET /_region/outputs') return reply(response, 200, region.outputs());
  if (route !== 'POST /_region/call') return reply(response, 404, { error: { name: 'NotFound', message: route } });
  const { service, operation, input } = decode(await readBody(request)) as CallRequest;
  try {
    const output = await region.call(String(service), String(operation), input ?? {});
    reply(response, 200, { output: await withBytes(output) });
  } catch (error) {
    reply(response, toWireError(error).httpStatus, { error: toWireError(error) });
  }
}

/** Bodies of objects are streams in this process and bytes on the way. */
async function withBytes(output: unknown): Promise<unknown> {
  const body = (output as { Body?: { transformToByteArray?: () => Promise<Uint8Array> } } | undefined)?.Body;
  if (body?.transformToByteArray === undefined) return output;
  return { ...(output as object), Body: await body.transformToByteArray() };
}

interface CallRequest {
  readonly service: string;
  readonly operation: string;
  readonly input?: object;
}

function refusalOf(request: IncomingMessage): string | undefined {
  const { host = '', origin } = request.headers;
  if (!LOOPBACK.has(host.replace(/:\d+$/, ''))) return `host ${host}: use 127.0.0.1 or localhost`;
  if (origin !== undefined && origin !== `http://${host}`) return `origin ${origin} is not the region's own`;
  const type = request.headers['content-type'] ?? '';
  if (request.method === 'POST' && !type.startsWith('application/json'))
    return `content type ${type}: use application/json`;
  return undefined;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_MAX_BYTES) throw new RangeError(`request body above ${BODY_MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(encode(body));
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
}
