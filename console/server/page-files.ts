/**
 * The built page: its files are read once. Those with a hash in their name never change under it and are kept by the
 * browser; the page itself is asked for anew each time. Every other address is the page's own, which routes by it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};
const COMPRESSED = new Set(['.html', '.js', '.css', '.json', '.svg']);
const FOREVER = 'public, max-age=31536000, immutable';

/** The map draws on a worker made of a blob; components set styles inline. Nothing comes from elsewhere. */
const POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "connect-src 'self' blob: data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};

interface PageFile {
  readonly content: Buffer;
  readonly compressed?: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

export class PageFiles {
  readonly #files = new Map<string, PageFile>();

  /** @throws Error when there is no built page in the folder */
  constructor(folder: string) {
    if (!existsSync(join(folder, 'index.html'))) {
      throw new Error(`there is no built page in ${folder}: build it with vite`);
    }
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const address = `/${relative(folder, path).split(sep).join('/')}`;
      this.#files.set(address, fileOf(address, readFileSync(path)));
    }
  }

  /** undefined for a file that the page does not have; any address without an ending is the page itself. */
  answer(address: string, acceptsGzip: boolean): Response | undefined {
    const found = this.#files.get(address) ?? (extname(address) === '' ? this.#files.get('/index.html') : undefined);
    if (found === undefined) return undefined;
    if (!acceptsGzip || found.compressed === undefined) {
      return new Response(new Uint8Array(found.content), { headers: found.headers });
    }
    const headers = { ...found.headers, 'content-encoding': 'gzip' };
    return new Response(new Uint8Array(found.compressed), { headers });
  }
}

function fileOf(address: string, content: Buffer): PageFile {
  const ending = extname(address);
  const isHashed = address.startsWith('/assets/');
  return {
    content,
    ...(COMPRESSED.has(ending) && content.length > 1024 && { compressed: gzipSync(content) }),
    headers: {
      ...PAGE_HEADERS,
      'content-type': TYPES[ending] ?? 'application/octet-stream',
      'cache-control': isHashed ? FOREVER : 'no-cache',
      vary: 'accept-encoding',
    },
  };
}
