/**
 * What tasks answer in a run: by state, by place and by attempt. Mocks are data, so that they can be written by hand,
 * read from a file or made from a recorded history; a function serves where an answer depends on the request.
 */
import { KitError } from './kit-error.ts';

/** How long an answer takes, and what happens until then. Times in seconds. */
interface Pace {
  /** From when the task was asked, or picked up, until it ends; 0 if absent. */
  readonly afterSeconds?: number;
  /** What the service says when it takes a `.sync` or `.waitForTaskToken` request; `{}` if absent. */
  readonly submitted?: unknown;
  /** Heartbeats by token until the answer, or until `untilSeconds`. */
  readonly heartbeats?: { readonly everySeconds: number; readonly untilSeconds?: number };
}
export type MockAnswer =
  | (Pace & { readonly result: unknown })
  /** The result as exact JSON text. */
  | (Pace & { readonly resultText: string })
  /** The task fails: a service's error, or SendTaskFailure where the task waits for its token. */
  | (Pace & { readonly error: string | null; readonly cause?: string })
  /** The same in TestState's words. */
  | (Pace & { readonly errorOutput: { readonly error?: string; readonly cause?: string } })
  /** The service refuses the request, before any token or job. */
  | { readonly requestError: string; readonly cause?: string; readonly afterSeconds?: number }
  /** Nobody answers: TimeoutSeconds or HeartbeatSeconds has to end it. `pickedUp` false: no worker takes the activity. */
  | (Pick<Pace, 'submitted' | 'heartbeats'> & { readonly timesOut: true; readonly pickedUp?: boolean });

/** One request of a task. */
export interface TaskCall {
  readonly state: string;
  /** '' at the top; `Each[0]` in iteration or branch 0 of Each; `Both[1]/Each[0]` deeper. */
  readonly scope: string;
  /** Scope and state, e.g. `Each[0]/Ask`: the key of mocks that hold there only. */
  readonly at: string;
  /** How often the state was asked before in this scope. */
  readonly attempt: number;
  /** How often the state was asked before in the whole run. */
  readonly invocation: number;
  readonly resource: string;
  readonly input: unknown;
  /** ms since the epoch. */
  readonly atMs: number;
}

/** One answer for every attempt, one per attempt in each scope, or a function. */
export type Mock = MockAnswer | readonly MockAnswer[] | ((call: TaskCall) => MockAnswer);
/**
 * Keys are states (`Ask`), or states in their scope (`Each[0]/Ask`), which win. What a distributed Map reads and writes
 * is mocked as `Each.ItemReader` and `Each.ResultWriter`.
 */
export type Mocks = Readonly<Record<string, Mock>>;

const keyOf = (mocks: Mocks, call: TaskCall): string | undefined =>
  [call.at, call.state].find((name) => Object.hasOwn(mocks, name));

/** False when a list of answers is used up, too. */
export function hasMock(mocks: Mocks, call: TaskCall, attempt: number): boolean {
  const key = keyOf(mocks, call);
  const mock = key === undefined ? undefined : mocks[key];
  return mock !== undefined && (typeof mock === 'function' || !isList(mock) || attempt < mock.length);
}

/** @throws KitError when there is no answer for this call */
export function answerOf(mocks: Mocks, call: TaskCall, attempt: number): MockAnswer {
  const key = keyOf(mocks, call);
  const mock = key === undefined ? undefined : mocks[key];
  if (mock === undefined) {
    const known = Object.keys(mocks).join(', ') || 'none';
    throw new KitError(`'${call.at}' has no mock (there are: ${known}): give mocks['${call.state}']`);
  }
  if (typeof mock === 'function') return mock(call);
  if (!isList(mock)) return mock;
  const answer = mock[attempt];
  if (answer !== undefined) return answer;
  throw new KitError(
    `'${call.at}' is asked ${attempt + 1} times and has ${mock.length} answers: give mocks['${key}'] one more, or one for all`,
  );
}

function isList(mock: MockAnswer | readonly MockAnswer[]): mock is readonly MockAnswer[] {
  return Array.isArray(mock);
}
