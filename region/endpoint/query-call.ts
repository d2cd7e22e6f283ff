/**
 * Calls in AWS's query protocol: a form with `Action` and `Version` in, XML out. STS is the one service of the port that
 * speaks it, for who asks as whom it is here.
 */
import { AwsError } from '../errors.ts';
import { readBody } from './read-body.ts';
import { reply } from './reply.ts';
import { type Exchange, notServed, refusalOfRest } from './wire-exchange.ts';
import { elements, XML_HEAD } from './xml.ts';

export interface QueryService {
  readonly name: string;
  readonly title: string;
  readonly namespace: string;
  /** Operations without members in their requests. */
  readonly operations: readonly string[];
}

/** By signing name. */
export const QUERY_SERVICES: Readonly<Record<string, QueryService>> = {
  sts: {
    name: 'sts',
    title: 'STS',
    namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    operations: ['GetCallerIdentity'],
  },
};

const BODY_MAX_BYTES = 64 * 1024;
const PROTOCOL = new Set(['Action', 'Version']);

export async function answerQueryCall(exchange: Exchange, service: QueryService): Promise<void> {
  const { region, request, response, requestId, principal } = exchange;
  const body = await readBody(request, BODY_MAX_BYTES);
  const headers = { 'content-type': 'text/xml' };
  response.setHeader('x-amzn-requestid', requestId);
  try {
    const operation = operationOf(new URLSearchParams(body?.toString('utf8') ?? ''), service);
    const output = await region.call(service.name, operation, {}, principal);
    const result = `<${operation}Result>${elements(output as object)}</${operation}Result>`;
    const metadata = elements({ ResponseMetadata: { RequestId: requestId } });
    const xml = `<${operation}Response xmlns="${service.namespace}">${result}${metadata}</${operation}Response>`;
    reply(response, 200, headers, XML_HEAD + xml);
  } catch (error) {
    const { name: Code, message: Message, httpStatus } = refusalOfRest(error, 'AccessDenied');
    const Type = httpStatus >= 500 ? 'Receiver' : 'Sender';
    const content = elements({ Error: { Type, Code, Message }, RequestId: requestId });
    reply(
      response,
      httpStatus,
      headers,
      `${XML_HEAD}<ErrorResponse xmlns="${service.namespace}">${content}</ErrorResponse>`,
    );
  }
}

function operationOf(form: URLSearchParams, { title, operations }: QueryService): string {
  const operation = form.get('Action');
  if (operation === null) throw new AwsError('MissingAction', `No Action: name one of ${operations.join(', ')}`);
  if (!operations.includes(operation))
    throw notServed(`${operation} of ${title}`, `it serves ${operations.join(', ')}`);
  const member = [...form.keys()].find((name) => !PROTOCOL.has(name));
  if (member !== undefined) throw notServed(`member ${member} of ${operation}`, 'leave it out');
  return operation;
}
