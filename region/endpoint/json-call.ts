/**
 * One call in an AWS JSON protocol: `POST /` with `X-Amz-Target: <prefix>.<Operation>`. An unsigned call is as good
 * as a signed one: it is the account's.
 */
import type { IncomingMessage } from 'node:http';
import { AwsError } from '../errors.ts';
import { toWireFailure } from './json-errors.ts';
import { JSON_SERVICES, type JsonService, SERVED } from './json-services.ts';
import { parseRequest, toSdkInput, toWireValue } from './json-shapes.ts';
import { readBody } from './read-body.ts';
import { reply } from './reply.ts';
import type { Exchange } from './wire-exchange.ts';

/** Operations whose names begin otherwise are the region's own business. */
const OPERATION = /^[A-Z][A-Za-z0-9]*$/;
const CONTENT_TYPE = /^application\/(?:x-amz-json-1\.[01]|json)\s*(?:;|$)/i;

export async function answerJsonCall(exchange: Exchange): Promise<void> {
  const { request, response, requestId } = exchange;
  const target = String(request.headers['x-amz-target']);
  const dot = target.lastIndexOf('.');
  const service = Object.hasOwn(JSON_SERVICES, target.slice(0, dot)) ? JSON_SERVICES[target.slice(0, dot)] : undefined;
  const operation = target.slice(dot + 1);
  response.setHeader('x-amzn-requestid', requestId);
  response.setHeader('content-type', `application/x-amz-json-${service?.version ?? '1.0'}`);
  const body = await readBody(request, service?.bodyMaxBytes ?? 0);
  let input: Readonly<Record<string, unknown>> = {};
  try {
    if (service === undefined || !OPERATION.test(operation)) throw unknownTarget(target);
    checkMedia(request);
    if (body === undefined) throw tooLarge(service);
    input = toSdkInput(service, parseRequest(body));
    const output = await callWhileConnected(exchange, service, operation, input);
    reply(response, 200, {}, JSON.stringify(toWireValue(output ?? {})));
  } catch (error) {
    const failure = toWireFailure(error, service, input);
    reply(response, failure.status, failure.headers, failure.body);
  }
}

/** Tells a service whose answer may take long when nobody is left to hear it. */
async function callWhileConnected(
  { region, response, requestId, principal }: Exchange,
  service: JsonService,
  operation: string,
  input: object,
): Promise<unknown> {
  const { longPoll, name } = service;
  if (operation !== longPoll?.operation) return region.call(name, operation, input, principal);
  const { idMember, abandon } = longPoll;
  const onClose = (): void => {
    region.call(name, abandon, { [idMember]: requestId }).catch(() => undefined);
  };
  response.once('close', onClose);
  try {
    return await region.call(name, operation, { ...input, [idMember]: requestId }, principal);
  } finally {
    response.off('close', onClose);
  }
}

function checkMedia(request: IncomingMessage): void {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers;
  if (!CONTENT_TYPE.test(type)) {
    throw new AwsError(
      'UnsupportedMediaTypeException',
      `content type ${type || '(none)'}: send application/x-amz-json-1.0`,
      415,
    );
  }
  if (encoding !== 'identity') {
    throw new AwsError(
      'UnsupportedMediaTypeException',
      `content encoding ${encoding}: send the request as it is, uncompressed`,
      415,
    );
  }
}

const unknownTarget = (target: string): AwsError =>
  new AwsError(
    'UnknownOperationException',
    `The region's port has no operation for X-Amz-Target ${target}: it serves ${SERVED}`,
  );

const tooLarge = ({ title, bodyMaxBytes }: JsonService): AwsError =>
  new AwsError('RequestEntityTooLarge', `A request to ${title} has at most ${bodyMaxBytes} bytes`, 413);
