/**
 * Calls of the HTTP API: JSON in and out, errors with a code and a remedy. The token of this run travels in a cookie
 * that the printed address has set.
 */
import type { ApiProblem } from './shapes.ts';

/** An answer that was an error, or no answer at all (`UNREACHABLE`). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  readonly remedy: string;
  readonly status: number;

  constructor(problem: ApiProblem, status: number) {
    super(problem.message);
    this.code = problem.code;
    this.remedy = problem.remedy;
    this.status = status;
  }
}

/** What was thrown, as something that can be shown. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError({ code: 'UNEXPECTED', message: String(error), remedy: 'Load the page again.' }, 0);
}

const UNREACHABLE: ApiProblem = {
  code: 'UNREACHABLE',
  message: 'The console’s server does not answer.',
  remedy: 'Start it again with `npx perfect-order console` (or `npm start`); this page goes on by itself.',
};

/** @throws ApiError */
export async function read<T>(path: string, signal?: AbortSignal): Promise<T> {
  return call<T>(path, signal === undefined ? {} : { signal });
}

/** @throws ApiError */
export async function write<T>(path: string, body: unknown = {}): Promise<T> {
  return call<T>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function call<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api${path}`, { credentials: 'same-origin', ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(UNREACHABLE, 0);
  }
  const text = await response.text();
  if (!response.ok) throw new ApiError(problemOf(response.status, text), response.status);
  return JSON.parse(text) as T;
}

function problemOf(status: number, text: string): ApiProblem {
  try {
    const { error } = JSON.parse(text) as { readonly error?: ApiProblem };
    if (error !== undefined) return error;
  } catch {
    // Not JSON: a proxy's own page. What it said is not for this screen.
  }
  return {
    code: `HTTP_${status}`,
    message: `The server answered ${status}.`,
    remedy: 'Try again; if it stays, look at the log of the console’s server.',
  };
}
