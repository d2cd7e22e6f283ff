/** A host for measuring: answers tasks at once, keeps tokens, counts. In memory, or over a journal. */
import { type Applied, type Command, type Effect, Engine, type InvokeTask } from '../engine/index.ts';
import { DurableEngine } from '../region/journal/durable-engine.ts';
import type { JournalStore } from '../region/journal/journal-store.ts';

const ROLE = 'arn:aws:iam::111111111111:role/bench';

export type TaskAnswer = (task: InvokeTask) => string | undefined;

export class BenchHost {
  /** Tokens nobody has answered, with the state that waits. */
  readonly tokens: { readonly token: string; readonly state: string }[] = [];
  #drawn = 0;
  #nowMs = Date.UTC(2026, 2, 2, 8);
  #queue: { readonly task: InvokeTask; readonly output: string }[] = [];
  readonly #answer: TaskAnswer;
  readonly #apply: (command: Command) => Promise<unknown>;
  readonly durable: DurableEngine | undefined;

  /** @param answer JSON text, or undefined for a task whose token is answered later */
  constructor(answer: TaskAnswer, store?: JournalStore) {
    this.#answer = answer;
    const uuid = (): string => {
      this.#drawn += 1;
      return `00000000-0000-4000-8000-${String(this.#drawn).padStart(12, '0')}`;
    };
    const options = { accountId: '111111111111', region: 'us-east-1', host: { random: () => 0.5, uuid } };
    if (store === undefined) {
      const engine = new Engine(options);
      this.durable = undefined;
      this.#apply = async (command) => {
        const { effects, response }: Applied = await engine.apply(this.#nowMs, command);
        for (const effect of effects) this.#perform(effect);
        return response;
      };
    } else {
      const durable = new DurableEngine(options, store, (effect) => this.#perform(effect));
      this.durable = durable;
      this.#apply = (command) => durable.apply(this.#nowMs, command);
    }
  }

  #perform(effect: Effect): void {
    if (effect.kind !== 'invokeTask') return;
    const output = this.#answer(effect);
    if (output !== undefined) this.#queue.push({ task: effect, output });
    else if (effect.taskToken !== undefined) this.tokens.push({ token: effect.taskToken, state: effect.stateName });
  }

  async create(definition: object | string): Promise<string> {
    const text = typeof definition === 'string' ? definition : JSON.stringify(definition);
    const input = { name: 'bench', roleArn: ROLE, definition: text };
    const answer = await this.#apply({ kind: 'api', action: 'CreateStateMachine', input });
    return (answer as { stateMachineArn: string }).stateMachineArn;
  }

  /** Starts `count` executions, `together` at a time, and answers their tasks until each waits or has ended. */
  async run(stateMachineArn: string, count: number, input: string, together = 64): Promise<void> {
    for (let started = 0; started < count; started += together) {
      this.#nowMs += 1;
      const starts: Promise<unknown>[] = [];
      for (let index = started; index < Math.min(count, started + together); index += 1) {
        starts.push(this.#apply({ kind: 'api', action: 'StartExecution', input: { stateMachineArn, input } }));
      }
      await Promise.all(starts);
      await this.#drain();
    }
  }

  /** Answers every token that is known now, and the tasks that follow. */
  async answerTokens(output: (state: string) => string): Promise<void> {
    const answers = this.tokens.splice(0).map(({ token, state }) => {
      const input = { taskToken: token, output: output(state) };
      return this.#apply({ kind: 'api', action: 'SendTaskSuccess', input });
    });
    await Promise.all(answers);
    await this.#drain();
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const queue = this.#queue;
      this.#queue = [];
      const ends = queue.map(({ task, output }) => this.#apply({ kind: 'taskSucceeded', taskId: task.taskId, output }));
      await Promise.all(ends);
    }
  }
}
