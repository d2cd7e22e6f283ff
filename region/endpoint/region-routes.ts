/**
 * The region's own routes, `/_region/*`: what is known of the region, and calls to any of its services in the SDK's own
 * shapes, by which `connectRegion` carries SDK clients of every service.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from './read-body.ts';
import { reply } from './reply.ts';
import type { Serves } from './serves.ts';
import { decode, encode, toWireError } from './wire.ts';

const BODY_MAX_BYTES = 16 * 1024 * 1024;

interface CallRequest {
  readonly service: string;
  readonly operation: string;
  readonly input?: object;
}

export async function answerRegionRoute(
  region: Serves,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const route = `${request.method} ${request.url?.split('?')[0]}`;
  const type = request.headers['content-type'] ?? '';
  const body = await readBody(request, BODY_MAX_BYTES);
  if (request.method === 'POST' && !type.startsWith('application/json'))
    return refuse(response, 403, 'Forbidden', `content type ${type}: use application/json`);
  if (route === 'GET /_region/health') {
    const { accountId, name } = region;
    return send(response, 200, {
      status: 'running',
      accountId,
      region: name,
      now: new Date(region.clock.now()).toISOString(),
    });
  }
  if (route === 'GET /_region/outputs') return send(response, 200, region.outputs());
  if (route !== 'POST /_region/call') return refuse(response, 404, 'NotFound', route);
  if (body === undefined) return refuse(response, 413, 'TooLarge', `request body above ${BODY_MAX_BYTES} bytes`);
  try {
    const { service, operation, input } = decode(body.toString('utf8')) as CallRequest;
    const output = await region.call(String(service), String(operation), input ?? {});
    send(response, 200, { output: await withBytes(output) });
  } catch (error) {
    send(response, toWireError(error).httpStatus, { error: toWireError(error) });
  }
}

/** Bodies of objects are streams in this process and bytes on the way. */
async function withBytes(output: unknown): Promise<unknown> {
  const body = (output as { Body?: { transformToByteArray?: () => Promise<Uint8Array> } } | undefined)?.Body;
  if (body?.transformToByteArray === undefined) return output;
  return { ...(output as object), Body: await body.transformToByteArray() };
}

const refuse = (response: ServerResponse, status: number, name: string, message: string): void =>
  send(response, status, { error: { name, message } });

function send(response: ServerResponse, status: number, body: unknown): void {
  reply(response, status, { 'content-type': 'application/json' }, encode(body));
}
