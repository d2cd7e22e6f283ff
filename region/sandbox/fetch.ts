/** `fetch` as a program in a sandbox has it: it reaches the services of the region that have URLs, and nothing else. */
import type { HttpAnswer, HttpRequest } from '../service.ts';

export type SeamFetch = (url: URL, request: HttpRequest) => Promise<HttpAnswer>;

interface FetchOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>> | Headers;
  readonly body?: string | Uint8Array;
}

export function createFetch(http: SeamFetch): (resource: string | URL, options?: FetchOptions) => Promise<object> {
  return async (resource, options = {}) => {
    const url = new URL(resource);
    const { method = 'GET', headers = {}, body = '' } = options;
    const plain = headers instanceof Headers ? Object.fromEntries(headers) : headers;
    const text = typeof body === 'string' ? body : Buffer.from(body).toString('utf8');
    return responseOf(url, await http(url, { method, headers: plain, body: text }));
  };
}

/** What programs read of a `Response`; a real one reads its body through streams, turn by turn. */
function responseOf(url: URL, { statusCode, headers, body }: HttpAnswer): object {
  return {
    ok: statusCode >= 200 && statusCode < 300,
    status: statusCode,
    statusText: '',
    url: url.href,
    headers: new Headers(headers),
    text: async () => body,
    json: async () => JSON.parse(body) as unknown,
    arrayBuffer: async () => new TextEncoder().encode(body).buffer,
  };
}
