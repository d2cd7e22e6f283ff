/** A caller of an open console, as the page is one: with its token, over HTTP. */
import { type Console, openConsole } from '../open-console.ts';
import type { Problem } from '../problems.ts';
import { type FakeOperations, fakeOperations } from './fake-operations.ts';

export interface Caller {
  readonly console: Console;
  readonly operations: FakeOperations;
  /** Without a slash at its end. */
  readonly url: string;
  readonly token: string;
  readonly problems: Problem[];
  fetch(path: string, init?: RequestInit): Promise<Response>;
  get(path: string): Promise<{ readonly status: number; readonly body: unknown }>;
  post(path: string, body?: unknown): Promise<{ readonly status: number; readonly body: unknown }>;
  close(): Promise<void>;
}

export async function openCaller(operations: FakeOperations = fakeOperations()): Promise<Caller> {
  const problems: Problem[] = [];
  const console = await openConsole({
    operations,
    port: 0,
    hasPage: false,
    onProblem: (problem) => problems.push(problem),
  });
  const address = new URL(console.url);
  const token = address.searchParams.get('token') ?? '';
  const call = (path: string, { headers, ...init }: RequestInit = {}): Promise<Response> =>
    fetch(`${address.origin}${path}`, { headers: { authorization: `Bearer ${token}`, ...headers }, ...init });
  const answerOf = async (response: Response) => ({ status: response.status, body: await response.json() });
  return {
    console,
    operations,
    url: address.origin,
    token,
    problems,
    fetch: call,
    get: async (path) => answerOf(await call(path)),
    post: async (path, body = {}) =>
      answerOf(
        await call(path, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      ),
    close: () => console.close(),
  };
}
