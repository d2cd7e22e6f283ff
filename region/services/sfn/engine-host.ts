/**
 * Hosts the Step Functions engine: hands it commands with the time, and runs the effects that it decides on: tasks by
 * the integrations, timers by the clock, status changes as events. Commands reach the engine in the order they come.
 */
import {
  type Command,
  type Effect,
  Engine,
  EngineError,
  type ExecutionStatusDetail,
  type InvokeTask,
} from '../../../engine/index.ts';
import type { TimerHandle } from '../../clock.ts';
import type { CorePorts } from '../../core-ports.ts';
import { AwsError } from '../../errors.ts';
import { runTask, TaskFailure } from './run-task.ts';

export class EngineHost {
  readonly #ports: CorePorts;
  readonly #engine: Engine;
  readonly #timers = new Map<string, TimerHandle>();
  readonly #machineOfToken = new Map<string, string>();
  /** Callers of StartSyncExecution, by the execution whose end they wait for. */
  readonly #waiting = new Map<string, (response: object) => void>();

  constructor(ports: CorePorts) {
    this.#ports = ports;
    this.#engine = new Engine({
      accountId: ports.accountId,
      region: ports.region,
      host: { random: () => ports.random(), uuid: () => ports.uuid() },
    });
  }

  /** One API action. Throws `AwsError` for what the caller did wrong. */
  async call(action: string, input: object): Promise<unknown> {
    try {
      return await this.#apply({ kind: 'api', action, input });
    } catch (error) {
      if (error instanceof EngineError) throw new AwsError(error.name, error.message, error.httpStatus);
      throw error;
    }
  }

  /** The state machine whose task a token belongs to; undefined for a token that was never given out. */
  machineOfToken(taskToken: string): string | undefined {
    return this.#machineOfToken.get(taskToken);
  }

  async #apply(command: Command): Promise<unknown> {
    const applied = await this.#engine.apply(this.#ports.clock.now(), command);
    let transitions = 0;
    for (const event of applied.events) {
      if (event.stream === 'execution' && event.record.type.endsWith('StateEntered')) transitions += 1;
    }
    if (transitions > 0) this.#ports.meter('sfn', 'transition', transitions);
    const { awaits } = applied;
    const ended =
      awaits === undefined ? undefined : new Promise<object>((resolve) => this.#waiting.set(awaits, resolve));
    for (const effect of applied.effects) this.#run(effect);
    return ended ?? applied.response;
  }

  #run(effect: Effect): void {
    const { clock } = this.#ports;
    switch (effect.kind) {
      case 'invokeTask':
        if (effect.taskToken !== undefined)
          this.#machineOfToken.set(effect.taskToken, machineOfExecution(effect.executionArn));
        this.#ports.spawn(() => this.#invoke(effect));
        return;
      case 'setTimer':
        this.#timers.set(
          effect.timerId,
          clock.at(effect.dueMs, () => {
            this.#timers.delete(effect.timerId);
            this.#ports.spawn(async () => void (await this.#apply({ kind: 'timerFired', timerId: effect.timerId })));
          }),
        );
        return;
      case 'cancelTimer':
        this.#timers.get(effect.timerId)?.cancel();
        this.#timers.delete(effect.timerId);
        return;
      case 'syncExecutionEnded':
        this.#waiting.get(effect.executionArn)?.(effect.response);
        this.#waiting.delete(effect.executionArn);
        return;
      case 'executionStatusChanged':
        this.#ports.spawn(() => this.#publish(effect.detail));
        return;
    }
  }

  async #invoke(task: InvokeTask): Promise<void> {
    // Workers of an activity ask for their tasks; nothing is called.
    if (task.pattern === 'activity') return;
    const { taskId } = task;
    try {
      const submitted = async (output: unknown): Promise<void> =>
        void (await this.#apply({ kind: 'taskSubmitted', taskId, output: JSON.stringify(output) }));
      const result = await runTask(this.#ports, task, submitted);
      if (result === undefined) return;
      await this.#apply({ kind: 'taskSucceeded', taskId, output: JSON.stringify(result.output) });
    } catch (error) {
      if (!(error instanceof TaskFailure)) throw error;
      await this.#apply({ kind: 'taskFailed', taskId, error: error.error, cause: error.message });
    }
  }

  async #publish(detail: ExecutionStatusDetail): Promise<void> {
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

/** `arn:...:execution:Machine:name`, also of a Map run's child, -> `arn:...:stateMachine:Machine`. */
export function machineOfExecution(executionArn: string): string {
  const parts = executionArn.split(':');
  return [...parts.slice(0, 5), 'stateMachine', parts[6]?.split('/')[0]].join(':');
}
