/** A host for tests: a clock that jumps, timers, and answers to tasks by state name. */

import type { AppliedEvent } from '../contract.ts';
import { type Command, type Effect, Engine, type InvokeTask } from '../index.ts';

export const ROLE = 'arn:aws:iam::111111111111:role/test';

export type Answer = { readonly output: unknown } | { readonly error: string; readonly cause?: string } | 'silent';
export type Answers = Readonly<Record<string, Answer | readonly Answer[]>>;
interface Event {
  readonly id: number;
  readonly type: string;
  readonly previousEventId: number;
  readonly timestamp: Date;
  readonly [key: string]: unknown;
}

export class Driver {
  nowMs = Date.UTC(2026, 0, 1);
  readonly timers = new Map<string, number>();
  readonly invoked: InvokeTask[] = [];
  readonly statuses: string[] = [];
  readonly events: AppliedEvent[] = [];
  readonly answers: Answers;
  engine: Engine;
  private readonly attempts = new Map<string, number>();
  private drawn = 0;

  constructor(answers: Answers = {}) {
    this.answers = answers;
    this.engine = this.newEngine();
  }

  newEngine(): Engine {
    const uuid = (): string => {
      this.drawn += 1;
      return `00000000-0000-4000-8000-${String(this.drawn).padStart(12, '0')}`;
    };
    return new Engine({ accountId: '111111111111', region: 'us-east-1', host: { random: () => 0.25, uuid } });
  }

  /** Throws the engine away and builds another from what it said so far. */
  crash(): void {
    this.engine = this.newEngine();
    this.engine.restore(structuredClone(this.events));
  }

  async apply(command: Command): Promise<unknown> {
    const { response, effects, events } = await this.engine.apply(this.nowMs, command);
    this.events.push(...events);
    for (const effect of effects) await this.perform(effect);
    return response;
  }

  async call(action: string, input: object): Promise<Record<string, unknown>> {
    return (await this.apply({ kind: 'api', action, input })) as Record<string, unknown>;
  }

  async create(definition: object, name = 'machine'): Promise<string> {
    const full = { QueryLanguage: 'JSONata', ...definition };
    const response = await this.call('CreateStateMachine', { name, roleArn: ROLE, definition: JSON.stringify(full) });
    return String(response['stateMachineArn']);
  }

  async start(definition: object, input: unknown = {}, name?: string): Promise<string> {
    const stateMachineArn = await this.create(definition);
    const response = await this.call('StartExecution', {
      stateMachineArn,
      input: JSON.stringify(input),
      ...(name && { name }),
    });
    return String(response['executionArn']);
  }

  private async perform(effect: Effect): Promise<void> {
    if (effect.kind === 'setTimer') this.timers.set(effect.timerId, effect.dueMs);
    if (effect.kind === 'cancelTimer' && !this.timers.delete(effect.timerId))
      throw new Error(`no timer ${effect.timerId}`);
    if (effect.kind === 'executionStatusChanged') this.statuses.push(effect.detail.status);
    if (effect.kind === 'invokeTask') await this.answer(effect);
  }

  private async answer(task: InvokeTask): Promise<void> {
    this.invoked.push(task);
    const attempt = this.attempts.get(task.stateName) ?? 0;
    this.attempts.set(task.stateName, attempt + 1);
    const given = this.answers[task.stateName];
    const answer = Array.isArray(given) ? (given as readonly Answer[])[attempt] : (given as Answer | undefined);
    if (answer === undefined || answer === 'silent') return;
    const { taskId } = task;
    if ('output' in answer) await this.apply({ kind: 'taskSucceeded', taskId, output: JSON.stringify(answer.output) });
    else await this.apply({ kind: 'taskFailed', taskId, ...answer });
  }

  /** Fires the next timer at its time; false when there is none. */
  async jump(): Promise<boolean> {
    const [next] = [...this.timers].sort((a, b) => a[1] - b[1]);
    if (next === undefined) return false;
    this.timers.delete(next[0]);
    this.nowMs = Math.max(this.nowMs, next[1]);
    await this.apply({ kind: 'timerFired', timerId: next[0] });
    return true;
  }

  async history(executionArn: string): Promise<Event[]> {
    return (await this.call('GetExecutionHistory', { executionArn, maxResults: 1000 }))['events'] as Event[];
  }

  async path(executionArn: string): Promise<string[]> {
    return (await this.history(executionArn)).map(({ type }) => type);
  }

  describe(executionArn: string): Promise<Record<string, unknown>> {
    return this.call('DescribeExecution', { executionArn });
  }
}

export const LAMBDA = 'arn:aws:states:::lambda:invoke';
export const TOKEN_QUEUE = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';
