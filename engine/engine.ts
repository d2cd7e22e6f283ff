/**
 * The engine: commands in, decisions out. One apply at a time; what it decides is in its answer, and the host stores
 * the events before it runs the effects.
 */
import { ACTION_NAMES, actionNamed } from './api/actions.ts';
import type { Applied, AppliedEvent, Command, Effect } from './contract.ts';
import { parseDefinition } from './definition/parse-definition.ts';
import { EngineError } from './errors.ts';
import type { Ambient } from './expression/jsonata-functions.ts';
import { fold } from './history/fold.ts';
import { TaskError } from './interpreter/failure.ts';
import { taskIdOf } from './interpreter/identifiers.ts';
import { pendingEffects } from './interpreter/pending.ts';
import { childEnded, findTask, taskFailed, taskSubmitted, taskSucceeded } from './interpreter/tasks.ts';
import { timerFired } from './interpreter/timers.ts';
import { type EngineSettings, Turn } from './interpreter/turn.ts';
import { Account } from './state/account.ts';
import type { EngineHost } from './terms.ts';

export interface EngineOptions {
  readonly accountId: string;
  readonly region: string;
  readonly host: EngineHost;
}

export class Engine {
  private readonly settings: EngineSettings;
  private readonly account: Account;
  private last: Promise<unknown> = Promise.resolve();

  constructor(options: EngineOptions) {
    const ambient: Ambient = { nowMs: 0, host: options.host };
    this.settings = { accountId: options.accountId, region: options.region, ambient };
    this.account = new Account((text) => {
      const { definition, diagnostics } = parseDefinition(text, ambient);
      if (definition === undefined)
        throw new Error(`A stored definition cannot be read: ${JSON.stringify(diagnostics)}`);
      return definition;
    });
  }

  /**
   * Applies one command at `nowMs` (ms since the epoch). Calls that overlap run one after the other, in the order in
   * which they were made. Rejects with EngineError for what an API caller did wrong; nothing has changed then.
   */
  apply(nowMs: number, command: Command): Promise<Applied> {
    const applied = this.last.then(
      () => this.applyNext(nowMs, command),
      () => this.applyNext(nowMs, command),
    );
    this.last = applied;
    return applied;
  }

  private async applyNext(nowMs: number, command: Command): Promise<Applied> {
    this.settings.ambient.nowMs = nowMs;
    const turn = new Turn(nowMs, this.account, this.settings);
    const response = await perform(turn, command);
    for (let ended = turn.endedChildren.shift(); ended !== undefined; ended = turn.endedChildren.shift()) {
      await childEnded(turn, ended.taskId, ended.child);
    }
    return { response, effects: turn.effects, events: turn.events };
  }

  /**
   * Builds the state again from the events of earlier applies, in their order, in an engine that has applied nothing.
   * `pending()` then gives the timers to set and the tasks that were with the host.
   */
  restore(events: Iterable<AppliedEvent>): void {
    for (const event of events) {
      if (event.stream === 'account') {
        this.account.fold(event.event);
        continue;
      }
      const execution = this.account.bySerial.get(event.serial);
      if (execution === undefined) throw new Error(`The events of execution ${event.serial} come before its creation`);
      fold(execution, event.record);
    }
    for (const execution of this.account.executions.values()) {
      for (const frame of execution.frames.values()) {
        const child = frame.task?.awaits;
        const taskId = taskIdOf(execution, frame);
        if (child !== undefined) this.account.waiters.set(child, [...(this.account.waiters.get(child) ?? []), taskId]);
        const state = frame.graph.states.get(frame.stateName);
        if (state?.Type !== 'Task' || state.target.pattern !== 'activity' || frame.task?.started !== false) continue;
        this.account.activities.get(state.target.resource)?.waiting.push(taskId);
      }
    }
  }

  /** The effects that are outstanding: timers, and tasks that the host has not answered. */
  pending(): Effect[] {
    return [...this.account.executions.values()].flatMap((execution) => pendingEffects(execution));
  }
}

async function perform(turn: Turn, command: Command): Promise<unknown> {
  switch (command.kind) {
    case 'api':
      return callAction(turn, command.action, command.input);
    case 'timerFired':
      return timerFired(turn, command.timerId);
    case 'taskSubmitted': {
      const task = findTask(turn, command.taskId);
      if (task !== undefined && !task.frame.task?.submitted) await taskSubmitted(task, command.taskId, command.output);
      return undefined;
    }
    case 'taskSucceeded': {
      const task = findTask(turn, command.taskId);
      if (task === undefined) return undefined;
      if (task.state.target.pattern === 'waitForTaskToken') {
        throw new TypeError(
          `taskSucceeded for '${task.state.name}', which waits for its token: report the service's answer as taskSubmitted`,
        );
      }
      return taskSucceeded(task, command.output);
    }
    case 'taskFailed': {
      const task = findTask(turn, command.taskId);
      return task === undefined ? undefined : taskFailed(task, new TaskError(command.error, command.cause));
    }
  }
}

async function callAction(turn: Turn, name: string, input: object): Promise<unknown> {
  const action = actionNamed(name);
  if (action === undefined) {
    throw new EngineError(
      'UnknownOperationException',
      `The engine has no action '${name}'; it has ${ACTION_NAMES.join(', ')}`,
    );
  }
  return action(turn, input);
}
