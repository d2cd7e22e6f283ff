/** Brings what a mock, or a test, says to a task to the engine: submission, heartbeats, and the end, each at its time. */
import type { Command, InvokeTask } from '../contract.ts';
import { EngineError } from '../errors.ts';
import type { Agenda } from './agenda.ts';
import { KitError } from './kit-error.ts';
import type { MockAnswer } from './mocks.ts';
import { type Outcome, outcomeOf } from './outcome.ts';

/** The answer of a mock that comes when its task is over. */
const TOO_LATE: ReadonlySet<string> = new Set(['TaskTimedOut', 'TaskDoesNotExist']);

export type Task = Pick<InvokeTask, 'taskId' | 'taskToken' | 'pattern'>;

/** What the answers need of the run. */
export interface Desk {
  readonly agenda: Agenda;
  readonly nowMs: number;
  apply(command: Command): Promise<unknown>;
  call(action: string, input: object): Promise<Record<string, unknown>>;
}

export class TaskAnswers {
  private readonly desk: Desk;

  constructor(desk: Desk) {
    this.desk = desk;
  }

  /** Puts what the mock says on the agenda. */
  arrange(task: Task, answer: MockAnswer): void {
    const due = (seconds = 0): number => this.desk.nowMs + Math.round(seconds * 1_000);
    if ('requestError' in answer) {
      const { requestError: error, cause } = answer;
      this.desk.agenda.add(due(answer.afterSeconds), () =>
        this.report(task, { error, ...(cause !== undefined && { cause }) }),
      );
      return;
    }
    this.submit(task, answer.submitted ?? {});
    const endMs = 'timesOut' in answer ? Number.POSITIVE_INFINITY : due(answer.afterSeconds);
    if (answer.heartbeats !== undefined && task.taskToken !== undefined) {
      const { everySeconds, untilSeconds = Number.POSITIVE_INFINITY } = answer.heartbeats;
      const lastMs = Math.min(endMs - 1, this.desk.nowMs + untilSeconds * 1_000);
      this.beat(task.taskToken, everySeconds * 1_000, lastMs);
    }
    if ('timesOut' in answer) return;
    this.desk.agenda.add(endMs, () => this.report(task, outcomeOf(answer)));
  }

  /** The service says that it has taken the job, or sent the token on. */
  submit({ taskId, pattern }: Task, answer: unknown): void {
    if (pattern !== 'sync' && pattern !== 'sync2' && pattern !== 'waitForTaskToken') return;
    const output = JSON.stringify(answer);
    this.desk.agenda.add(
      this.desk.nowMs,
      async () => void (await this.desk.apply({ kind: 'taskSubmitted', taskId, output })),
    );
  }

  private beat(taskToken: string, everyMs: number, lastMs: number): void {
    if (!(everyMs > 0)) throw new KitError(`heartbeats.everySeconds is ${everyMs / 1_000}: give a positive number`);
    const atMs = this.desk.nowMs + everyMs;
    if (atMs > lastMs) return;
    this.desk.agenda.add(atMs, async () => {
      if (await this.byToken('SendTaskHeartbeat', { taskToken })) this.beat(taskToken, everyMs, lastMs);
    });
  }

  /** @param strictly an answer that comes too late is an error */
  async report(task: Task, outcome: Outcome, strictly = false): Promise<void> {
    const send = (action: string, input: object) =>
      strictly ? this.desk.call(action, input) : this.byToken(action, input);
    const { taskId, taskToken, pattern } = task;
    const byToken = taskToken !== undefined && (pattern === 'waitForTaskToken' || pattern === 'activity');
    if ('output' in outcome) {
      const { output } = outcome;
      if (byToken) await send('SendTaskSuccess', { taskToken, output });
      else await this.desk.apply({ kind: 'taskSucceeded', taskId, output });
    } else if (byToken && outcome.byToken === true) {
      const { byToken: _, ...failure } = outcome;
      await send('SendTaskFailure', { taskToken, ...failure });
    } else {
      const { byToken: _, ...failure } = outcome;
      await this.desk.apply({ kind: 'taskFailed', taskId, ...failure });
    }
  }

  /** False when the task is over already. */
  private async byToken(action: string, input: object): Promise<boolean> {
    try {
      await this.desk.call(action, input);
      return true;
    } catch (thrown) {
      if (thrown instanceof EngineError && TOO_LATE.has(thrown.name)) return false;
      throw thrown;
    }
  }
}
