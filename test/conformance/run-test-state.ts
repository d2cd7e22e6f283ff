/** Drives one `test_state` case: the request as it was sent; a task without a mock is answered with what AWS recorded. */
import { type Command, Engine } from '../../engine/index.ts';

export interface TestStateCase {
  readonly request: object;
  readonly expected: { readonly response?: { readonly output?: unknown } };
}

/** The response of TestState; rejects with EngineError. */
export async function runTestStateCase(testCase: TestStateCase): Promise<unknown> {
  let drawn = 0;
  const uuid = (): string => {
    drawn += 1;
    return `00000000-0000-4000-8000-${String(drawn).padStart(12, '0')}`;
  };
  const engine = new Engine({ accountId: '111111111111', region: 'us-east-1', host: { random: () => 0.5, uuid } });
  const nowMs = Date.UTC(2026, 0, 1);
  const call: Command = { kind: 'api', action: 'TestState', input: testCase.request };
  const { response, effects } = await engine.apply(nowMs, call);
  const task = effects.find((effect) => effect.kind === 'invokeTask');
  if (response !== undefined || task === undefined) return response;
  const recorded = testCase.expected.response?.output;
  const output = typeof recorded === 'string' ? recorded : JSON.stringify(recorded ?? null);
  return (await engine.apply(nowMs, { kind: 'taskSucceeded', taskId: task.taskId, output })).response;
}
