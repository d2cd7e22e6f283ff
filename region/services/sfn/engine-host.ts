/**
 * Hosts the Step Functions engine: hands it commands with the time, and runs the effects that it decides on: tasks by
 * the integrations, timers by the clock, status changes as events. Commands reach the engine in the order they come, and
 * nothing is done or answered before the journal has what was decided.
 *
 * H1. After a restart every timer is set again, every task that its service had not taken is asked for again, every job
 *     that it had taken is watched for its end, and every status change that is not known to be published is published.
 *     Express executions go on like the others; nobody waits for the answer of a synchronous one any more.
 * H2. A failure that is not a caller's ends the region: its memory and its journal may differ.
 */
import {
  type Command,
  EngineError,
  type ExecutionStatusDetail,
  type InvokeTask,
  type WatchTask,
} from '../../../engine/index.ts';
import type { TimerHandle } from '../../clock.ts';
import type { CorePorts } from '../../core-ports.ts';
import { AwsError, UnknownToRegionError } from '../../errors.ts';
import { DurableEngine, type Performable } from '../../journal/durable-engine.ts';
import type { JournalStore } from '../../journal/journal-store.ts';
import { VolatileJournal } from '../../journal/volatile-journal.ts';
import { logged } from './execution-log.ts';
import { metered } from './metered-journal.ts';
import { whyDenied } from './permissions.ts';
import { TaskFailure, UnrunnableTask } from './run-task.ts';
import { REGION_TASKS, type TaskRunner } from './task-runner.ts';
import type { CheckTestCase } from './test-case-arn.ts';

export interface StepFunctionsSettings {
  /** Where executions are kept; without it they end with the process. The host closes it. */
  readonly journal?: JournalStore;
  readonly tasks?: TaskRunner;
  /** How long a Wait state takes, as a part of what it says; 0 skips waits. */
  readonly waitTimeScale?: number;
  /** Where there are test cases to start executions with. */
  readonly checkTestCase?: CheckTestCase;
  /**
   * Machines with a LoggingConfiguration log the events of their executions to the region's log, each line from their
   * log group. Off by default: every event of every execution is a line.
   */
  readonly executionLogs?: boolean;
}

export class EngineHost {
  readonly #ports: CorePorts;
  readonly #engine: DurableEngine;
  readonly #tasks: TaskRunner;
  readonly #waitTimeScale: number;
  readonly #timers = new Map<string, TimerHandle>();
  #closed: Promise<void> | undefined;
  /** Told that an activity has a task for a worker. */
  onActivityTask: (activityArn: string) => void = () => undefined;

  /** @throws JournalError for a journal that cannot be read */
  constructor(ports: CorePorts, settings: StepFunctionsSettings = {}) {
    const { journal = new VolatileJournal(), tasks = REGION_TASKS, waitTimeScale = 1, executionLogs } = settings;
    this.#ports = journal.generation === 1 ? ports : seededAnew(ports, journal.generation);
    this.#tasks = tasks;
    this.#waitTimeScale = waitTimeScale;
    const { accountId, region, random, uuid } = this.#ports;
    const meter = (transitions: number): void => ports.meter('sfn', 'transition', transitions);
    const metering = metered(journal, meter, (activityArn) => this.onActivityTask(activityArn));
    const writeLog = (logGroup: string, event: string): void => ports.writeLine(logGroup, event, 'stdout');
    const observed = executionLogs === true ? logged(metering, writeLog) : metering;
    // Roles are those of the region's templates; a host that brings its own tasks has none.
    const host = tasks === REGION_TASKS ? { random, uuid, whyDenied: whyDenied(ports) } : { random, uuid };
    this.#engine = new DurableEngine({ accountId, region, host }, observed, (effect) => this.#perform(effect));
  }

  /** H1. To be called once, when the services that tasks call are there. */
  resume(): void {
    this.#engine.resume();
  }

  /** Lets what is under way come to its end, and closes the journal. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    for (const timer of this.#timers.values()) timer.cancel();
    await this.#engine.settled();
    this.#engine.close();
  }

  /** One API action. Throws `AwsError` for what the caller did wrong. */
  async call(action: string, input: object): Promise<unknown> {
    if (this.#closed !== undefined) throw new AwsError('ServiceUnavailable', 'Step Functions is being closed.', 503);
    try {
      return await this.#engine.apply(this.#nowMs(), { kind: 'api', action, input });
    } catch (error) {
      if (error instanceof EngineError) throw new AwsError(error.name, error.message, error.httpStatus);
      this.#ports.spawn(() => Promise.reject(error));
      throw error;
    }
  }

  /** ARN of what a token was given out for: an activity or a state machine; undefined for a token of neither. */
  ownerOfToken(taskToken: string): string | undefined {
    return this.#engine.engine.ownerOfToken(taskToken);
  }

  /** What the world answered. While the host is closing it is dropped, and asked for again at the next start. */
  async #tell(command: Command): Promise<void> {
    if (this.#closed === undefined) await this.#engine.apply(this.#nowMs(), command);
  }

  /** Whole, as all times of Step Functions: a clock that follows the host's may stand between two milliseconds. */
  #nowMs(): number {
    return Math.floor(this.#ports.clock.now());
  }

  #perform(effect: Performable): void | Promise<void> {
    switch (effect.kind) {
      case 'invokeTask':
      case 'watchTask':
        this.#ports.spawn(() => this.#carryOut(effect));
        return;
      case 'setTimer':
        this.#setTimer(effect.timerId, this.#dueMs(effect));
        return;
      case 'cancelTimer':
        this.#timers.get(effect.timerId)?.cancel();
        this.#timers.delete(effect.timerId);
        return;
      case 'executionStatusChanged':
        return this.#publish(effect.detail);
    }
  }

  #dueMs({ purpose, dueMs }: Extract<Performable, { kind: 'setTimer' }>): number {
    if (purpose !== 'wait') return dueMs;
    const nowMs = this.#nowMs();
    return nowMs + Math.max(0, dueMs - nowMs) * this.#waitTimeScale;
  }

  #setTimer(timerId: string, dueMs: number): void {
    const { clock, spawn } = this.#ports;
    const fire = (): void => {
      this.#timers.delete(timerId);
      spawn(() => this.#tell({ kind: 'timerFired', timerId }));
    };
    this.#timers.set(timerId, clock.at(Math.ceil(dueMs), fire));
  }

  async #carryOut(task: InvokeTask | WatchTask): Promise<void> {
    // Workers of an activity ask for their tasks; nothing is called.
    if (task.pattern === 'activity') return;
    const { taskId } = task;
    let isSubmitted = task.kind === 'watchTask';
    const submitted = (output: unknown): Promise<void> => {
      isSubmitted = true;
      return this.#tell({ kind: 'taskSubmitted', taskId, output: JSON.stringify(output) });
    };
    try {
      const result = await this.#resultOf(task, submitted);
      if (result === undefined) return;
      const output = JSON.stringify(result.output);
      if (task.pattern === 'waitForTaskToken') await this.#answerToken('SendTaskSuccess', task, { output });
      else await this.#tell({ kind: 'taskSucceeded', taskId, output });
    } catch (thrown) {
      if (!(thrown instanceof TaskFailure)) throw thrown;
      const { error, message: cause } = thrown;
      if (isSubmitted && task.pattern === 'waitForTaskToken') {
        await this.#answerToken('SendTaskFailure', task, { error, cause });
      } else {
        const unrunnable = thrown instanceof UnrunnableTask ? { isUnrunnable: true as const } : {};
        await this.#tell({ kind: 'taskFailed', taskId, error, cause, ...unrunnable });
      }
    }
  }

  /**
   * A task that needs what the region does not have, or whose service cannot cope with its input, ends its execution and
   * no other. After a failure of the journal (H2) nobody can be told of it, and the region ends.
   */
  async #resultOf(
    task: InvokeTask | WatchTask,
    submitted: (output: unknown) => Promise<void>,
  ): Promise<{ readonly output: unknown } | undefined> {
    try {
      if (task.kind === 'watchTask') return await this.#tasks.watch(this.#ports, task);
      return await this.#tasks.run(this.#ports, task, submitted);
    } catch (thrown) {
      if (thrown instanceof TaskFailure) throw thrown;
      const { message, stack } = thrown as Error;
      const { executionArn, resource, stateName } = task;
      this.#ports.log('error', `a task cannot be run: ${message}`, { executionArn, stateName, resource, stack });
      if (thrown instanceof UnknownToRegionError) throw new UnrunnableTask(message);
      throw new UnrunnableTask(`The region cannot make sense of the input of ${resource} (${message})`);
    }
  }

  /** For a runner that answers tokens itself; it may be too late, as any worker may. */
  async #answerToken(action: string, { taskToken }: InvokeTask | WatchTask, answer: object): Promise<void> {
    try {
      await this.#tell({ kind: 'api', action, input: { taskToken, ...answer } });
    } catch (error) {
      if (!(error instanceof EngineError && error.name === 'TaskTimedOut')) throw error;
    }
  }

  /** Resolves when the bus has taken the event. */
  #publish(detail: ExecutionStatusDetail): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#ports.spawn(async () => {
        try {
          resolve(await this.#putStatus(detail));
        } catch (error) {
          reject(error);
          throw error;
        }
      });
    });
  }

  async #putStatus(detail: ExecutionStatusDetail): Promise<void> {
    const Entry = {
      Source: 'aws.states',
      DetailType: 'Step Functions Execution Status Change',
      Resources: [detail.executionArn],
      Detail: JSON.stringify({
        ...detail,
        inputDetails: { included: true },
        outputDetails: detail.output === null ? null : { included: true },
        error: detail.error ?? null,
        cause: detail.cause ?? null,
      }),
    };
    await this.#ports.call(
      'eventbridge',
      'PutEvents',
      { Entries: [Entry] },
      { kind: 'service', service: 'states.amazonaws.com' },
    );
  }
}

/** Chance of its own for each opening of a journal: an id that was given out is never given out again. */
function seededAnew(ports: CorePorts, generation: number): CorePorts {
  const { random, uuid } = ports.prng(`generation ${generation}`);
  return { ...ports, random, uuid };
}
