/**
 * A run that a test holds in its hand: it answers tasks when it likes, keeps them alive, lets time pass, stops and
 * redrives, and looks at what is asked in between. Tasks with a mock are answered by it, as in `runMachine`.
 */
import { crashNow } from './crash-everywhere.ts';
import { KitError } from './kit-error.ts';
import type { MachineHost, TaskInHand } from './machine-host.ts';
import type { TaskCall } from './mocks.ts';
import { beginOn, type RunOptions, type RunResult, resultOf } from './run-machine.ts';

export interface LiveRunOptions extends RunOptions {
  /** Throws the engine away after every apply and builds it again from its journal; what is lost fails the test. */
  readonly crashEverywhere?: boolean;
}

/** A task that waits for the test. */
export interface PendingTask extends TaskCall {
  /** Of a task that waits for its token, or of an activity. */
  readonly taskToken: string | undefined;
}

/**
 * Starts a machine and answers nothing that has no mock.
 * @throws KitError when a crash loses something; EngineError for a definition or an input that AWS would refuse
 */
export async function startMachine(options: LiveRunOptions): Promise<LiveRun> {
  const { host, executionArn, startMs } = await beginOn(options, {
    byHand: true,
    ...(options.crashEverywhere === true && {
      afterApply: (crashed, effects) => {
        const [lost] = crashNow(crashed, effects);
        if (lost !== undefined) throw new KitError(`After a crash ${lost}`);
      },
    }),
  });
  const run = new LiveRun(host, executionArn, startMs);
  await run.pass(0);
  return run;
}

export class LiveRun {
  readonly executionArn: string;
  readonly #host: MachineHost;
  readonly #startMs: number;

  constructor(host: MachineHost, executionArn: string, startMs: number) {
    this.#host = host;
    this.executionArn = executionArn;
    this.#startMs = startMs;
  }

  /** ms since the epoch. */
  get nowMs(): number {
    return this.#host.nowMs;
  }

  /** Tasks that wait for the test, oldest first. */
  get pending(): readonly PendingTask[] {
    return this.#host.inHand().map(({ call, task }) => ({ ...call, taskToken: task.taskToken }));
  }

  /** The oldest task that waits at a state, or at a state in its scope. @throws KitError when none does */
  task(place: string): PendingTask {
    const { call, task } = this.#find(place);
    return { ...call, taskToken: task.taskToken };
  }

  /** Ends the task with this result: by SendTaskSuccess where it waits for its token. */
  async succeed(place: string, result: unknown): Promise<void> {
    await this.#host.end(this.#find(place).task, { output: JSON.stringify(result) ?? 'null' });
    await this.pass(0);
  }

  /** Ends the task with this error: by SendTaskFailure where it waits for its token. */
  async fail(place: string, error: string, cause = ''): Promise<void> {
    await this.#host.end(this.#find(place).task, { error, cause, byToken: true });
    await this.pass(0);
  }

  /** Keeps a task alive that waits for its token. */
  async heartbeat(place: string): Promise<void> {
    const { taskToken } = this.task(place);
    if (taskToken === undefined)
      throw new KitError(`'${place}' has no token: only a task that waits for one has heartbeats`);
    await this.call('SendTaskHeartbeat', { taskToken });
  }

  /** Lets so much time pass, and whatever is due in it happen. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    while (await this.#host.step(untilMs));
    this.#host.nowMs = untilMs;
  }

  /**
   * Skips to what is due next: the end of a wait, a retry, a timeout, the answer of a mock. Returns the ms that passed.
   * @throws KitError when nothing is due: the execution waits for the test, or is over
   */
  async jump(): Promise<number> {
    const fromMs = this.nowMs;
    if (!(await this.#host.step())) {
      const waiting = this.pending.map(({ at }) => at).join(', ') || 'nothing';
      throw new KitError(`Nothing is due: the run waits for the test to answer ${waiting}`);
    }
    await this.pass(0);
    return this.nowMs - fromMs;
  }

  /** Lets time pass until nobody's answer has ended the task. Returns the ms that passed. */
  async timeOut(place: string): Promise<number> {
    const fromMs = this.nowMs;
    const { call } = this.#find(place);
    while (this.#host.inHand().some((each) => each.call === call)) await this.jump();
    return this.nowMs - fromMs;
  }

  /** StopExecution. */
  async stop(error?: string, cause?: string): Promise<void> {
    const { executionArn } = this;
    await this.call('StopExecution', { executionArn, ...(error && { error }), ...(cause && { cause }) });
  }

  /** RedriveExecution. @throws EngineError when it cannot be redriven */
  async redrive(): Promise<void> {
    await this.call('RedriveExecution', { executionArn: this.executionArn });
  }

  /**
   * Any action of the API, on the account that has this machine and its executions alone. The tasks of another execution
   * that it starts wait for the test, too, in a scope of their own.
   */
  async call(action: string, input: object): Promise<Record<string, unknown>> {
    const answer = await this.#host.call(action, input);
    await this.pass(0);
    return answer;
  }

  /** How the run stands, or how it has ended, as `runMachine` tells it. */
  result(): Promise<RunResult> {
    return resultOf(this.#host, this.executionArn, this.#startMs);
  }

  #find(place: string): TaskInHand {
    const inHand = this.#host.inHand();
    const found = inHand.find(({ call }) => call.at === place) ?? inHand.find(({ call }) => call.state === place);
    if (found !== undefined) return found;
    const waiting = inHand.map(({ call }) => call.at).join(', ') || 'nothing';
    throw new KitError(`Nothing waits at '${place}' for the test; there is: ${waiting}`);
  }
}
