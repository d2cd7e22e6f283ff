/**
 * Drives one `history` case through the engine: task outcomes are fed by state, scope and occurrence; time jumps to the
 * next timer when nothing else is due.
 */
import type { Command, Effect, InvokeTask } from '../../engine/index.ts';
import { Engine } from '../../engine/index.ts';

export interface RecordedTask {
  readonly state: string;
  readonly kind: string;
  readonly occurrence: number;
  readonly scope?: readonly unknown[];
  readonly submitted?: { readonly output: unknown };
  readonly result: 'succeeded' | 'failed' | 'timedOut' | 'none';
  readonly output?: unknown;
  readonly outputText?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly workerName?: string;
}

export interface HistoryCase {
  readonly id: string;
  readonly kind: string;
  readonly area: string;
  readonly type?: string;
  readonly stateMachineName?: string;
  readonly executionName?: string;
  readonly roleArn?: string;
  readonly definition: unknown;
  readonly input?: unknown;
  readonly inputText?: string;
  readonly inputOmitted?: boolean;
  readonly clock?: string;
  readonly tasks?: readonly RecordedTask[];
  readonly environment?: readonly { readonly call?: string; readonly params?: Record<string, string> }[];
  readonly expected: { readonly status?: string; readonly partial?: boolean };
}

const ROLE = 'arn:aws:iam::111111111111:role/conformance';
const START_MS = Date.UTC(2026, 0, 1);
const MAX_STEPS = 2_000;

function textOf(task: RecordedTask): string {
  if (task.outputText !== undefined) return task.outputText;
  return typeof task.output === 'string' && task.kind === 'lambda'
    ? JSON.stringify(task.output)
    : JSON.stringify(task.output ?? null);
}

/** The history, in the shape of GetExecutionHistory; rejects with EngineError when the definition is refused. */
export async function runHistoryCase(testCase: HistoryCase): Promise<object[]> {
  const driver = new CaseDriver(testCase);
  return driver.run();
}

class CaseDriver {
  private readonly testCase: HistoryCase;
  private readonly engine: Engine;
  private readonly outcomes: RecordedTask[];
  private readonly timers = new Map<string, number>();
  private commands: Command[] = [];
  private nowMs: number;
  private counter = 0;

  constructor(testCase: HistoryCase) {
    this.testCase = testCase;
    this.outcomes = [...(testCase.tasks ?? [])];
    this.nowMs = testCase.clock === undefined ? START_MS : Date.parse(testCase.clock);
    this.engine = new Engine({
      accountId: '111111111111',
      region: 'us-east-1',
      host: {
        random: () => 0.5,
        uuid: () => {
          this.counter += 1;
          return `00000000-0000-4000-8000-${String(this.counter).padStart(12, '0')}`;
        },
      },
    });
  }

  async run(): Promise<object[]> {
    const { testCase } = this;
    const name = testCase.stateMachineName ?? 'machine';
    const definition = JSON.stringify(testCase.definition);
    for (const resource of definition.match(/arn:aws:states:us-east-1:111111111111:activity:[A-Za-z0-9_-]+/g) ?? []) {
      await this.call('CreateActivity', { name: resource.split(':').at(-1) });
    }
    const roleArn = /^arn:aws:iam::\d{12}:role\//.test(testCase.roleArn ?? '') ? testCase.roleArn : ROLE;
    const { stateMachineArn } = await this.call('CreateStateMachine', { name, definition, roleArn });
    if (testCase.id.includes('on_deleted')) {
      for (const resource of definition.match(/arn:aws:states:us-east-1:111111111111:activity:[A-Za-z0-9_-]+/g) ?? []) {
        await this.call('DeleteActivity', { activityArn: resource });
      }
    }
    const input = testCase.inputText ?? JSON.stringify(testCase.input);
    const { executionArn } = await this.call('StartExecution', {
      stateMachineArn,
      ...(testCase.inputOmitted !== true && { input }),
      ...(testCase.executionName !== undefined && { name: testCase.executionName }),
    });
    await this.settle(String(executionArn));
    const { events } = await this.call('GetExecutionHistory', { executionArn, maxResults: 1000 });
    return events as object[];
  }

  private async settle(executionArn: string): Promise<void> {
    for (let steps = 0; steps < MAX_STEPS; steps += 1) {
      const { status } = await this.call('DescribeExecution', { executionArn });
      if (status !== 'RUNNING') return;
      const command = this.commands.shift();
      if (command !== undefined) await this.apply(command);
      else if (!(await this.pollActivities()) && !(await this.jump(executionArn))) return;
    }
  }

  private async jump(executionArn: string): Promise<boolean> {
    if (this.testCase.expected.status === 'ABORTED') {
      await this.call('StopExecution', { executionArn });
      return true;
    }
    if (this.testCase.expected.partial === true) return false;
    const next = [...this.timers].sort((a, b) => a[1] - b[1])[0];
    if (next === undefined) return false;
    this.timers.delete(next[0]);
    this.nowMs = Math.max(this.nowMs, next[1]);
    await this.apply({ kind: 'timerFired', timerId: next[0] });
    return true;
  }

  private async pollActivities(): Promise<boolean> {
    const outcome = this.outcomes[0];
    if (outcome?.kind !== 'activity') return false;
    const arn = (outcome as unknown as { resource: string }).resource;
    if (!(outcome as unknown as { eventTypes: string[] }).eventTypes.includes('ActivityStarted')) return false;
    const { taskToken } = await this.call('GetActivityTask', {
      activityArn: arn,
      ...(outcome.workerName !== undefined && { workerName: outcome.workerName }),
    });
    if (taskToken === undefined) return false;
    this.outcomes.shift();
    if (outcome.result === 'succeeded') await this.call('SendTaskSuccess', { taskToken, output: textOf(outcome) });
    if (outcome.result === 'failed')
      await this.call('SendTaskFailure', { taskToken, error: outcome.error, cause: outcome.cause });
    return true;
  }

  private async call(action: string, input: object): Promise<Record<string, unknown>> {
    return ((await this.apply({ kind: 'api', action, input })) ?? {}) as Record<string, unknown>;
  }

  private async apply(command: Command): Promise<unknown> {
    const { response, effects } = await this.engine.apply(this.nowMs, command);
    for (const effect of effects) this.perform(effect);
    return response;
  }

  private perform(effect: Effect): void {
    if (effect.kind === 'setTimer') this.timers.set(effect.timerId, effect.dueMs);
    if (effect.kind === 'cancelTimer') this.timers.delete(effect.timerId);
    if (effect.kind === 'invokeTask') this.answer(effect);
  }

  private answer(task: InvokeTask): void {
    const index = this.outcomes.findIndex(({ state }) => state === task.stateName);
    const [outcome] = index < 0 ? [] : this.outcomes.splice(index, 1);
    if (outcome === undefined) return;
    const { taskId, taskToken } = task;
    if (outcome.submitted !== undefined) {
      this.commands.push({ kind: 'taskSubmitted', taskId, output: JSON.stringify(outcome.submitted.output) });
    }
    const failure = {
      ...(outcome.error !== undefined && { error: outcome.error }),
      ...(outcome.cause !== undefined && { cause: outcome.cause }),
    };
    if (outcome.result === 'succeeded') {
      const output = textOf(outcome);
      if (taskToken !== undefined)
        this.commands.push({ kind: 'api', action: 'SendTaskSuccess', input: { taskToken, output } });
      else this.commands.push({ kind: 'taskSucceeded', taskId, output });
    } else if (outcome.result === 'failed') {
      if (taskToken !== undefined && outcome.submitted !== undefined) {
        this.commands.push({ kind: 'api', action: 'SendTaskFailure', input: { taskToken, ...failure } });
      } else this.commands.push({ kind: 'taskFailed', taskId, ...failure });
    }
  }
}
