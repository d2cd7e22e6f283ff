/**
 * Answers to requests that are no call in a protocol that the port speaks: of services that speak another protocol (SNS, AppSync),
 * of browsers and of probes. In XML where the client reads nothing else.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { SERVED as JSON_SERVED } from './json-services.ts';
import { QUERY_SERVICES } from './query-call.ts';
import { readBody } from './read-body.ts';
import { reply } from './reply.ts';
import { REST_SERVICES } from './rest-services.ts';
import { signatureOf } from './signature.ts';

const XML_SERVICES = new Set(['s3', 'sns', 'sts', 'iam', 'ec2', 'cloudformation', 'monitoring', 'neptune', 'rds']);

const REST = [...Object.values(REST_SERVICES), ...Object.values(QUERY_SERVICES)].map(({ title }) => title);
const SERVED = `${JSON_SERVED}, S3, ${REST.join(', ')}`;

export async function answerUnserved(
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): Promise<void> {
  await readBody(request, 0);
  response.setHeader('x-amzn-requestid', requestId);
  const { method = '', headers } = request;
  const signedFor = signatureOf(headers)?.service;
  if (signedFor !== undefined) {
    fail(
      response,
      501,
      'NotImplemented',
      `The region's port does not speak the protocol of ${signedFor} (${method} ${request.url}): it serves ${SERVED}. ` +
        'Other services of the region answer SDK clients that connectRegion() makes',
      XML_SERVICES.has(signedFor),
    );
    return;
  }
  if (method !== 'POST') {
    response.setHeader('allow', 'POST');
    fail(response, 405, 'MethodNotAllowed', `${method} ${request.url}: calls are POST / with X-Amz-Target`);
    return;
  }
  fail(
    response,
    400,
    'UnknownOperationException',
    `No X-Amz-Target: name the operation, e.g. AWSStepFunctions.ListStateMachines; the port serves ${SERVED}`,
  );
}

function fail(response: ServerResponse, status: number, code: string, message: string, isXml = false): void {
  response.setHeader('x-amzn-errortype', code);
  if (isXml) {
    const escaped = message.replace(/&/g, '&amp;').replace(/</g, '&lt;');
    const xml = `<ErrorResponse><Error><Code>${code}</Code><Message>${escaped}</Message></Error></ErrorResponse>`;
    reply(response, status, { 'content-type': 'text/xml' }, xml);
    return;
  }
  reply(response, status, { 'content-type': 'application/x-amz-json-1.0' }, JSON.stringify({ __type: code, message }));
}
