/**
 * The region's port: calls come in from other processes of this machine, in AWS's protocols (JSON in
 * `json-call.ts`, REST in `rest-call.ts` and `s3-call.ts`, query in `query-call.ts`) and by the region's own routes
 * (`region-routes.ts`). It listens on the loopback address only; `caller-check.ts` says who is turned away, `signature.ts` as
 * whom the others call. A request has half a minute to arrive; an answer may take as long as it takes.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refusalOf } from './caller-check.ts';
import { answerJsonCall } from './json-call.ts';
import { answerQueryCall, QUERY_SERVICES } from './query-call.ts';
import { ConnectionLostError, readBody } from './read-body.ts';
import { answerRegionRoute } from './region-routes.ts';
import { reply } from './reply.ts';
import { answerRestCall } from './rest-call.ts';
import { REST_SERVICES } from './rest-services.ts';
import { answerS3Call } from './s3-call.ts';
import type { Serves } from './serves.ts';
import { principalOf, signatureOf } from './signature.ts';
import { answerUnserved } from './unserved.ts';

export interface Endpoint {
  readonly url: string;
  close(): Promise<void>;
}

const REQUEST_TIMEOUT_MS = 30_000;

/** Port 0 takes a free one. Rejects when the port is taken. */
export async function listen(region: Serves, port: number): Promise<Endpoint> {
  let requests = 0;
  const settings = { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS };
  const server = createServer(settings, (request, response) => {
    requests += 1;
    handle(region, request, response, requests).catch((error: unknown) => fail(response, error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: actual } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${actual}`, close: () => closeServer(server) };
}

async function handle(
  region: Serves,
  request: IncomingMessage,
  response: ServerResponse,
  requestNumber: number,
): Promise<void> {
  // No date: a client that sees another time than its own takes each error for one of its clock, and tries again.
  response.sendDate = false;
  const refusal = refusalOf(request.headers);
  if (refusal !== undefined) {
    await readBody(request, 0);
    return refuse(response, 403, 'AccessDeniedException', refusal);
  }
  if (request.url?.startsWith('/_region/') === true) return answerRegionRoute(region, request, response);
  const requestId = `00000000-0000-4000-a000-${requestNumber.toString(16).padStart(12, '0')}`;
  const exchange = { region, request, response, requestId, principal: principalOf(region, request.headers) };
  if (request.method === 'POST' && request.headers['x-amz-target'] !== undefined) return answerJsonCall(exchange);
  const service = signatureOf(request.headers)?.service ?? '';
  if (service === 's3') return answerS3Call(exchange);
  const rest = REST_SERVICES[service];
  if (rest !== undefined) return answerRestCall(exchange, rest);
  const query = QUERY_SERVICES[service];
  if (query !== undefined && request.method === 'POST') return answerQueryCall(exchange, query);
  return answerUnserved(request, response, requestId);
}

function fail(response: ServerResponse, error: unknown): void {
  if (error instanceof ConnectionLostError || response.headersSent) {
    response.destroy();
    return;
  }
  refuse(response, 500, 'InternalFailure', (error as Error).message);
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  reply(response, status, { 'content-type': 'application/json' }, JSON.stringify({ __type: code, message }));
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
}
