/** Drives one `api` case: its steps in order, with ARNs rewritten to those the engine answered. */
import { Engine, EngineError } from '../../engine/index.ts';

interface Step {
  readonly n: number;
  readonly op?: string;
  readonly service?: string;
  readonly params?: object;
  readonly await?: string;
  readonly executionArn?: string;
  readonly expect?: readonly unknown[];
  readonly bind?: Readonly<Record<string, string>>;
}
export interface ApiCase {
  readonly kind: string;
  readonly steps: readonly Step[];
}
function at(value: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
}

/** Replaces every bound text inside the parameters. */
function rewrite(value: unknown, bound: ReadonlyMap<string, string>): unknown {
  let text = JSON.stringify(value ?? {});
  for (const [from, to] of [...bound].sort((a, b) => b[0].length - a[0].length)) {
    text = text.replaceAll(JSON.stringify(from).slice(1, -1), JSON.stringify(to).slice(1, -1));
  }
  return JSON.parse(text);
}

/** The dataset ignores when an event was; the recorder left the word in its place. */
function maskEventTimes(response: { readonly events?: object[] }): object {
  if (!Array.isArray(response.events)) return response;
  return { ...response, events: response.events.map((event) => ({ ...event, timestamp: 'timestamp' })) };
}

/** What the engine answered, by step number. */
export async function runApiCase(testCase: ApiCase): Promise<{ responses: Record<number, unknown> }> {
  let drawn = 0;
  const uuid = (): string => {
    drawn += 1;
    return `00000000-0000-4000-8000-${String(drawn).padStart(12, '0')}`;
  };
  const engine = new Engine({ accountId: '111111111111', region: 'us-east-1', host: { random: () => 0.5, uuid } });
  const bound = new Map<string, string>();
  const responses: Record<number, unknown> = {};
  const timers = new Map<string, number>();
  let nowMs = Date.UTC(2026, 0, 1);
  const apply = async (command: Parameters<Engine['apply']>[1]): Promise<unknown> => {
    nowMs += 1;
    const { response, effects } = await engine.apply(nowMs, command);
    for (const effect of effects) {
      if (effect.kind === 'setTimer') timers.set(effect.timerId, effect.dueMs);
      if (effect.kind === 'cancelTimer') timers.delete(effect.timerId);
    }
    return response;
  };
  for (const step of testCase.steps) {
    if (step.await !== undefined) {
      for (const [timerId, dueMs] of [...timers].sort((a, b) => a[1] - b[1])) {
        if (!/terminated|succ|fail|timed/.test(step.await)) break;
        nowMs = Math.max(nowMs, dueMs);
        timers.delete(timerId);
        await apply({ kind: 'timerFired', timerId });
      }
      continue;
    }
    if (step.service !== 'stepfunctions' || step.op === undefined) continue;
    let actual: unknown;
    try {
      const input = rewrite(step.params, bound) as object;
      actual = await apply({ kind: 'api', action: step.op, input });
      for (const [pointer, from] of Object.entries(step.bind ?? {})) {
        const to = at(actual, pointer);
        if (typeof to === 'string') bound.set(from, to);
      }
    } catch (thrown) {
      if (!(thrown instanceof EngineError)) throw thrown;
      actual = { error: { code: thrown.name, message: thrown.message, httpStatus: thrown.httpStatus } };
    }
    responses[step.n] = maskEventTimes(JSON.parse(JSON.stringify(actual ?? {})) as { events?: object[] });
  }
  return { responses };
}
