/**
 * Calls a mutation of the driver API that only the backend may call. The API has no SDK client for its data, so the
 * request is signed here with the function's own credentials.
 */
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { TransientError } from '../../workflows/order-lifecycle/errors.ts';

export interface DriverApiSettings {
  readonly driverApiUrl: string;
  readonly region: string;
  readonly credentials: () => Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }>;
  readonly fetch: typeof globalThis.fetch;
  now(): Date;
}

/** The function's own credentials, as Lambda puts them into its environment. */
export async function environmentCredentials(): ReturnType<DriverApiSettings['credentials']> {
  const accessKeyId = process.env['AWS_ACCESS_KEY_ID'];
  const secretAccessKey = process.env['AWS_SECRET_ACCESS_KEY'];
  const sessionToken = process.env['AWS_SESSION_TOKEN'];
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new Error('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set: the Lambda runtime provides them.');
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

/** Sends `input` as the variable of that name; `what` names it in messages. */
export type CallDriverApi = (mutation: string, input: object, what: string) => Promise<void>;

/** @throws TransientError when the API did not take the call: publishing the same again is harmless */
export function driverApi(settings: DriverApiSettings): CallDriverApi {
  const url = new URL(settings.driverApiUrl);
  const signer = new SignatureV4({
    service: 'appsync',
    region: settings.region,
    credentials: settings.credentials,
    sha256: NodeSha256,
  });
  return async (mutation, input, what) => {
    const signed = await signer.sign(
      {
        method: 'POST',
        protocol: url.protocol,
        hostname: url.hostname,
        path: url.pathname,
        headers: { host: url.host, 'content-type': 'application/json' },
        body: JSON.stringify({ query: mutation, variables: { input } }),
      },
      { signingDate: settings.now() },
    );
    const failed = (why: string) =>
      new TransientError(`The driver API did not publish ${what}: ${why}; it is sent again.`);
    let response: Response;
    try {
      response = await settings.fetch(url, { method: 'POST', headers: signed.headers, body: signed.body });
    } catch (error) {
      throw failed(String(error));
    }
    const text = await response.text();
    if (!response.ok) throw failed(`status ${response.status}, ${text.slice(0, 300)}`);
    const { errors } = JSON.parse(text) as { errors?: readonly { readonly message: string }[] };
    if (errors !== undefined && errors.length > 0) throw failed(errors.map(({ message }) => message).join('; '));
  };
}

/** SHA-256 in the form the signer asks for, on Node's own implementation. */
class NodeSha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest());
  }

  reset(): void {
    throw new Error('NodeSha256 computes one digest: make another one.');
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data, 'utf8');
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}
