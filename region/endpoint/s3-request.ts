/**
 * Requests of S3's REST protocol, read into the SDK's shapes: which operation a method, a path and a query mean, and what
 * their headers say. What would change an answer and is not known is refused by name.
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { AwsError } from '../errors.ts';
import { decodeAwsChunked } from './aws-chunked.ts';
import { notServed, targetOf } from './wire-exchange.ts';

export interface S3Call {
  readonly operation: 'ListBuckets' | 'ListObjectsV2' | 'GetObject' | 'HeadObject' | 'PutObject' | 'DeleteObject';
  readonly input: Readonly<Record<string, unknown>>;
  /** Keys of a listing are asked for URL-encoded. */
  readonly isUrlEncoded: boolean;
}

interface Address {
  readonly bucket: string | undefined;
  readonly key: string | undefined;
}

const SERVED = 'it serves ListBuckets, ListObjectsV2, GetObject, HeadObject, PutObject and DeleteObject';

const OBJECT_OPERATIONS: Readonly<Record<string, S3Call['operation']>> = {
  GET: 'GetObject',
  HEAD: 'HeadObject',
  PUT: 'PutObject',
  DELETE: 'DeleteObject',
};

/** Parameters of the query that are members of ListObjectsV2. */
const LIST_MEMBERS: Readonly<Record<string, string>> = {
  prefix: 'Prefix',
  delimiter: 'Delimiter',
  'max-keys': 'MaxKeys',
  'start-after': 'StartAfter',
  'continuation-token': 'ContinuationToken',
};

/** Of the transport and of the signature, or without an effect in the region. */
const INERT_HEADERS =
  /^x-amz-(?:date|security-token|content-sha256|decoded-content-length|trailer|user-agent|request-payer|expected-bucket-owner|checksum-.*|sdk-checksum-algorithm|server-side-encryption(?:-aws-kms-key-id|-bucket-key-enabled)?|te)$/;
const CONDITIONS = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since', 'range'];

/** @param body of the request. Throws `AwsError`. */
export function readS3Request(request: IncomingMessage, body: Buffer): S3Call {
  const { path, query } = targetOf(request);
  const method = request.method ?? '';
  const { bucket, key } = addressOf(request.headers.host ?? '', path);
  query.delete('x-id');
  checkHeaders(method, request.headers);
  if (key === undefined) return listing(method, path, bucket, query);
  const operation = OBJECT_OPERATIONS[method];
  const parameter = [...query.keys()][0];
  if (operation === undefined || parameter !== undefined)
    throw notServed(`${method} ${path}${parameter === undefined ? '' : `?${parameter}`} of S3`, SERVED);
  const input = { Bucket: bucket, Key: key };
  if (operation !== 'PutObject') return { operation, input, isUrlEncoded: false };
  return { operation, input: { ...input, ...putMembers(request.headers, body) }, isUrlEncoded: false };
}

/** By path (`/bucket/key`), or by host (`bucket.localhost`) where a client puts the bucket there. */
function addressOf(host: string, path: string): Address {
  const subdomain = /^(.+)\.localhost(?::\d+)?$/i.exec(host)?.[1];
  const parts = path.slice(1).split('/');
  const bucket = subdomain === undefined || subdomain === 's3' ? parts.shift() : subdomain;
  const key = parts.join('/');
  return { bucket: bucket === '' ? undefined : decoded(bucket), key: key === '' ? undefined : decoded(key) };
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    throw new AwsError('InvalidURI', `Couldn't parse the specified URI: ${text} is not URL-encoded UTF-8`);
  }
}

function listing(method: string, path: string, bucket: string | undefined, query: URLSearchParams): S3Call {
  if (method === 'GET' && bucket === undefined && query.size === 0)
    return { operation: 'ListBuckets', input: {}, isUrlEncoded: false };
  if (method !== 'GET' || bucket === undefined || query.get('list-type') !== '2')
    throw notServed(`${method} ${path}?${query} of S3`, SERVED);
  const input: Record<string, unknown> = { Bucket: bucket };
  let isUrlEncoded = false;
  for (const [parameter, value] of query) {
    const member = LIST_MEMBERS[parameter];
    if (member === 'MaxKeys') input[member] = wholeNumber(value);
    else if (member !== undefined) {
      if (value !== '') input[member] = value;
    } else if (parameter === 'encoding-type' && value === 'url') isUrlEncoded = true;
    else if (parameter !== 'list-type' && !(parameter === 'fetch-owner' && value === 'false'))
      throw notServed(`parameter ${parameter}=${value} of ListObjectsV2`, 'leave it out');
  }
  return { operation: 'ListObjectsV2', input, isUrlEncoded };
}

function wholeNumber(value: string): number {
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new AwsError('InvalidArgument', 'Provided max-keys not an integer or within integer range');
}

function checkHeaders(method: string, headers: IncomingHttpHeaders): void {
  for (const [header, value] of Object.entries(headers)) {
    const isMeta = header.startsWith('x-amz-meta-') && method === 'PUT';
    const isKnown = !header.startsWith('x-amz-') || isMeta || INERT_HEADERS.test(header);
    const isCondition = CONDITIONS.includes(header) && !(method === 'PUT' && header.endsWith('match'));
    if (!isKnown || isCondition) throw notServed(`header ${header}: ${value} of S3`, 'leave it out');
  }
}

function putMembers(headers: IncomingHttpHeaders, body: Buffer): Readonly<Record<string, unknown>> {
  const codings = (headers['content-encoding'] ?? '').split(',').map((coding) => coding.trim());
  const isChunked =
    codings.includes('aws-chunked') || /^STREAMING-/.test(String(headers['x-amz-content-sha256'] ?? ''));
  const own = codings.filter((coding) => coding !== 'aws-chunked' && coding !== '').join(',');
  const metadata = Object.entries(headers).filter(([header]) => header.startsWith('x-amz-meta-'));
  return {
    Body: new Uint8Array(isChunked ? decodeAwsChunked(body) : body),
    ...(headers['content-type'] !== undefined && { ContentType: headers['content-type'] }),
    ...(own !== '' && { ContentEncoding: own }),
    ...(metadata.length > 0 && {
      Metadata: Object.fromEntries(
        metadata.map(([header, value]) => [header.slice('x-amz-meta-'.length), String(value)]),
      ),
    }),
    ...(headers['if-none-match'] !== undefined && { IfNoneMatch: headers['if-none-match'] }),
    ...(headers['if-match'] !== undefined && { IfMatch: headers['if-match'] }),
  };
}
