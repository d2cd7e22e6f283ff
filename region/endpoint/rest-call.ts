/** Calls in AWS's REST-JSON protocol: the method and the path name the operation, and the body is JSON or a payload. */
import type { IncomingHttpHeaders } from 'node:http';
import { AwsError } from '../errors.ts';
import { parseRequest, SerializationError } from './json-shapes.ts';
import { readBody } from './read-body.ts';
import { reply } from './reply.ts';
import type { RestOperation, RestService } from './rest-services.ts';
import { type Exchange, notServed, refusalOfRest, targetOf } from './wire-exchange.ts';

type Fields = Readonly<Record<string, unknown>>;

export async function answerRestCall(exchange: Exchange, service: RestService): Promise<void> {
  const { region, request, response, requestId, principal } = exchange;
  const body = await readBody(request, service.bodyMaxBytes);
  response.setHeader('x-amzn-requestid', requestId);
  try {
    const { path, query } = targetOf(request);
    const found = findOperation(service, request.method ?? '', path);
    if (body === undefined) throw tooLarge(service);
    const input = inputOf(found, query, request.headers, body);
    const output = await region.call(service.name, found.operation.operation, input, principal);
    answer(exchange, found.operation, (output ?? {}) as Fields);
  } catch (error) {
    const refusal =
      error instanceof SerializationError
        ? new AwsError('SerializationException', error.message)
        : refusalOfRest(error);
    const { name, message, httpStatus, fields } = refusal;
    const headers = { 'content-type': 'application/json', 'x-amzn-errortype': name };
    reply(response, httpStatus, headers, JSON.stringify({ ...fields, __type: name, message }));
  }
}

interface Found {
  readonly operation: RestOperation;
  /** Members in the path. */
  readonly members: Readonly<Record<string, string>>;
}

function findOperation({ title, operations }: RestService, method: string, path: string): Found {
  for (const operation of operations) {
    const members = operation.method === method ? membersIn(operation.path, path) : undefined;
    if (members !== undefined) return { operation, members };
  }
  const known = operations.map((operation) => operation.operation).join(', ');
  throw notServed(`${method} ${path} of ${title}`, `it serves ${known}`);
}

function membersIn(template: string, path: string): Readonly<Record<string, string>> | undefined {
  const wanted = template.split('/');
  const given = path.replace(/\/$/, '').split('/');
  if (wanted.length !== given.length) return undefined;
  const members: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    const name = /^\{(.+)\}$/.exec(part)?.[1];
    if (name === undefined && part !== value) return undefined;
    if (name !== undefined) members[name] = decoded(value);
  }
  return members;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError('InvalidParameterValueException', `${text} in the path is not URL-encoded UTF-8`);
  }
}

function inputOf(
  { operation, members }: Found,
  query: URLSearchParams,
  headers: IncomingHttpHeaders,
  body: Buffer,
): Fields {
  const input: Record<string, unknown> = { ...members };
  for (const [parameter, value] of query) {
    const member = operation.query?.[parameter];
    if (member === undefined) throw notServed(`parameter ${parameter} of ${operation.operation}`, 'leave it out');
    input[member] = value;
  }
  for (const [header, member] of Object.entries(operation.headers ?? {})) {
    if (headers[header] !== undefined) input[member] = String(headers[header]);
  }
  for (const [header, inert] of Object.entries(operation.inertHeaders ?? {})) {
    const value = headers[header];
    if (value !== undefined && !inert.includes(String(value)))
      throw notServed(`${header}: ${value} of ${operation.operation}`, 'leave it out');
  }
  if (operation.payload !== undefined) {
    if (body.length > 0) input[operation.payload] = new Uint8Array(body);
  } else if (body.length > 0) Object.assign(input, withoutNulls(parseRequest(body)));
  return input;
}

/** A member that is null counts as absent. */
const withoutNulls = (request: Fields): Fields =>
  Object.fromEntries(Object.entries(request).filter(([, value]) => value !== null));

/** Times become ISO 8601 text, which is how the services of the table write them. */
function answer({ response }: Exchange, operation: RestOperation, output: Fields): void {
  const { payload, statusMember, answerHeaders = {} } = operation;
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  for (const [member, header] of Object.entries(answerHeaders)) {
    if (output[member] !== undefined) headers[header] = String(output[member]);
  }
  const status = statusMember === undefined ? 200 : Number(output[statusMember]);
  const body = payload === undefined ? JSON.stringify(output) : ((output[payload] ?? '') as Uint8Array | string);
  reply(response, status, headers, body);
}

const tooLarge = ({ title, bodyMaxBytes }: RestService): AwsError =>
  new AwsError('RequestTooLargeException', `A request to ${title} has at most ${bodyMaxBytes} bytes`, 413);
