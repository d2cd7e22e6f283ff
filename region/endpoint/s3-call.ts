/** Calls of S3: its REST protocol with XML answers, buckets in the path or in the host. */
import type { ServerResponse } from 'node:http';
import { AwsError } from '../errors.ts';
import { readBody } from './read-body.ts';
import { reply } from './reply.ts';
import { readS3Request, type S3Call } from './s3-request.ts';
import { type Exchange, refusalOfRest } from './wire-exchange.ts';
import { elements, XML_HEAD } from './xml.ts';

type Fields = Readonly<Record<string, unknown>>;

const BODY_MAX_BYTES = 64 * 1024 * 1024;
const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const XML = { 'content-type': 'application/xml' };

/** Members of listings that `encoding-type=url` encodes, at any depth. */
const ENCODED = new Set(['Key', 'Prefix', 'Delimiter', 'StartAfter']);

export async function answerS3Call(exchange: Exchange): Promise<void> {
  const { region, request, response, requestId, principal } = exchange;
  const body = await readBody(request, BODY_MAX_BYTES);
  response.setHeader('x-amz-request-id', requestId);
  try {
    if (body === undefined)
      throw new AwsError('EntityTooLarge', `The region's port takes objects of at most ${BODY_MAX_BYTES} bytes`);
    const call = readS3Request(request, body);
    const output = await region.call('s3', call.operation, call.input, principal);
    await answer(response, call, (output ?? {}) as Fields);
  } catch (error) {
    const { name: Code, message: Message, httpStatus, fields } = refusalOfRest(error, 'AccessDenied');
    const xml = `${XML_HEAD}${elements({ Error: { Code, Message, ...fields, RequestId: requestId } })}`;
    reply(response, httpStatus, XML, request.method === 'HEAD' ? '' : xml);
  }
}

async function answer(response: ServerResponse, call: S3Call, output: Fields): Promise<void> {
  switch (call.operation) {
    case 'ListBuckets':
      return reply(response, 200, XML, document('ListAllMyBucketsResult', { Buckets: { Bucket: output['Buckets'] } }));
    case 'ListObjectsV2':
      return reply(response, 200, XML, document('ListBucketResult', listed(call, output)));
    case 'PutObject':
      return reply(response, 200, headersOf(output), '');
    case 'DeleteObject':
      return reply(response, 204, {}, '');
    case 'HeadObject':
      return reply(response, 200, { ...headersOf(output), 'content-length': String(output['ContentLength']) }, '');
    case 'GetObject': {
      const stream = output['Body'] as { transformToByteArray(): Promise<Uint8Array> };
      return reply(response, 200, headersOf(output), await stream.transformToByteArray());
    }
  }
}

const document = (name: string, content: object): string =>
  `${XML_HEAD}<${name} xmlns="${NAMESPACE}">${elements(content)}</${name}>`;

function listed({ input, isUrlEncoded }: S3Call, output: Fields): Fields {
  const whole = {
    ...output,
    ...(input['StartAfter'] !== undefined && { StartAfter: input['StartAfter'] }),
    ...(input['ContinuationToken'] !== undefined && { ContinuationToken: input['ContinuationToken'] }),
  };
  return isUrlEncoded ? { ...(encoded(whole) as Fields), EncodingType: 'url' } : whole;
}

function encoded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(encoded);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      ENCODED.has(name) ? encodeURIComponent(String(item)).replaceAll('%2F', '/') : encoded(item),
    ]),
  );
}

function headersOf(output: Fields): Readonly<Record<string, string>> {
  const { ETag, ContentType, ContentEncoding, LastModified, AcceptRanges, ServerSideEncryption, Metadata } = output;
  const given = {
    etag: ETag,
    'content-type': ContentType,
    'content-encoding': ContentEncoding,
    'last-modified': LastModified instanceof Date ? LastModified.toUTCString() : undefined,
    'accept-ranges': AcceptRanges,
    'x-amz-server-side-encryption': ServerSideEncryption,
  };
  const headers = Object.entries(given).filter(([, value]) => value !== undefined) as [string, string][];
  const metadata = Object.entries((Metadata ?? {}) as Record<string, string>);
  return Object.fromEntries([...headers, ...metadata.map(([name, value]) => [`x-amz-meta-${name}`, value] as const)]);
}
