/**
 * The engine: commands in, decisions out. One apply at a time; what it decides is in its answer, and the host stores
 * the events before it runs the effects.
 */

import { ACTION_NAMES, actionNamed } from './api/actions.ts';
import { checkRequest } from './api/constraints.ts';
import { REQUEST_SHAPES } from './api/request-shapes.ts';
import type { Applied, AppliedEvent, Command, Effect } from './contract.ts';
import { parseDefinition } from './definition/parse-definition.ts';
import { EngineError, StateError } from './errors.ts';
import { after, type Eventually, recovering } from './expression/computed.ts';
import type { Ambient } from './expression/jsonata-functions.ts';
import { TaskError } from './interpreter/failure.ts';
import { parseTaskToken, taskIdOf } from './interpreter/identifiers.ts';
import { settleMapRuns } from './interpreter/map-run/advance.ts';
import { mapCallAnswered } from './interpreter/map-run/answers.ts';
import { parseMapCallId } from './interpreter/map-run/calls.ts';
import { endOverdue } from './interpreter/open-time.ts';
import { pendingEffects } from './interpreter/pending.ts';
import { childEnded, findTask, taskFailed, taskSubmitted, taskSucceeded } from './interpreter/tasks.ts';
import { timerFired } from './interpreter/timers.ts';
import { type EngineSettings, Turn } from './interpreter/turn.ts';
import type { Observer } from './observation.ts';
import { Account } from './state/account.ts';
import type { EngineHost } from './terms.ts';

export interface EngineOptions {
  readonly accountId: string;
  readonly region: string;
  readonly host: EngineHost;
  /** Told of decisions that the history does not show; must not call the engine. */
  readonly observe?: Observer;
  /**
   * Follow AWS as it was at this time (ms since the epoch) where it has changed what histories say since; the default
   * is AWS as it is. For the replay of old histories.
   */
  readonly asOfMs?: number;
}

const NOTHING: Pick<Applied, 'effects' | 'events'> = { effects: [], events: [] };

export class Engine {
  private readonly settings: EngineSettings;
  private readonly account: Account;
  /** The end of the last apply that has to wait for something; while there is none, an apply is done at once. */
  private last: Promise<unknown> | undefined;
  private unreported: Pick<Applied, 'effects' | 'events'> = NOTHING;

  constructor(options: EngineOptions) {
    const ambient: Ambient = { nowMs: 0, host: options.host };
    this.settings = {
      accountId: options.accountId,
      region: options.region,
      ambient,
      observe: options.observe,
      asOfMs: options.asOfMs ?? Infinity,
    };
    this.account = new Account((text, type) => {
      const { definition, diagnostics } = parseDefinition(text, ambient, type);
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
    const next = (): Eventually<Applied> => this.applyNext(nowMs, command);
    if (this.last !== undefined) return this.waitFor(this.last.then(next, next));
    try {
      const applied = next();
      return applied instanceof Promise ? this.waitFor(applied) : Promise.resolve(applied);
    } catch (thrown) {
      return Promise.reject(thrown);
    }
  }

  private waitFor(applied: Promise<Applied>): Promise<Applied> {
    this.last = applied;
    const over = (): void => {
      if (this.last === applied) this.last = undefined;
    };
    applied.then(over, over);
    return applied;
  }

  private applyNext(nowMs: number, command: Command): Eventually<Applied> {
    this.settings.ambient.nowMs = nowMs;
    const turn = new Turn(nowMs, this.account, this.settings);
    turn.events.push(...this.unreported.events);
    turn.effects.push(...this.unreported.effects);
    endOverdue(turn);
    return after(settleParents(turn), () => this.perform(turn, command));
  }

  private perform(turn: Turn, command: Command): Eventually<Applied> {
    const { length: events } = turn.events;
    const { length: effects } = turn.effects;
    return recovering(
      () =>
        after(perform(turn, command), (response) =>
          after(settleParents(turn), (): Applied => {
            this.unreported = NOTHING;
            if (turn.awaits === undefined) return { response, effects: turn.effects, events: turn.events };
            return { response, awaits: turn.awaits, effects: turn.effects, events: turn.events };
          }),
        ),
      (thrown) => {
        // What became overdue did so whatever the caller did wrong; the next answer tells it.
        this.unreported = { events: turn.events.slice(0, events), effects: turn.effects.slice(0, effects) };
        throw thrown;
      },
    );
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
      this.account.foldRecord(execution, event.record);
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

  /**
   * ARN of what a token was given out for: the activity while its task is open, else the state machine. undefined for
   * a token of no execution that is known.
   */
  ownerOfToken(taskToken: string): string | undefined {
    const address = parseTaskToken(taskToken);
    const execution = address === undefined ? undefined : this.account.bySerial.get(address.serial);
    if (address === undefined || execution === undefined) return undefined;
    const frame = execution.frames.get(address.frame);
    const state = frame?.task?.token === taskToken ? frame.graph.states.get(frame.stateName) : undefined;
    if (state?.Type === 'Task' && state.target.pattern === 'activity') return state.target.resource;
    // A child of a Map run belongs to `machine/label`.
    return execution.machine.arn.split('/')[0];
  }

  /** The effects that are outstanding: timers, tasks that the host has not answered, jobs whose end it has to report. */
  pending(): Effect[] {
    return [...this.account.executions.values()].flatMap((execution) => pendingEffects(execution));
  }
}

/** Tells the tasks that waited for executions which have ended; their own ends may be waited for in turn. */
function settleParents(turn: Turn): Eventually<void> {
  const { endedChildren, dueMapRuns, orphans } = turn;
  if (endedChildren.length > 0 || dueMapRuns.length > 0 || orphans.length > 0) return settle(turn);
}

async function settle(turn: Turn): Promise<void> {
  await settleMapRuns(turn);
  for (let ended = turn.endedChildren.shift(); ended !== undefined; ended = turn.endedChildren.shift()) {
    await childEnded(turn, ended.taskId, ended.child);
    await settleMapRuns(turn);
  }
}

/** The answer to a call of TestState whose task, or time, is over; undefined when the command is about none. */
function answerTest(turn: Turn, command: Command): Promise<unknown> | undefined {
  if (command.kind === 'api') return undefined;
  const id = command.kind === 'timerFired' ? command.timerId : command.taskId;
  const { open } = turn.account.tests;
  const answer = open.get(id);
  if (answer === undefined || command.kind === 'taskSubmitted') return undefined;
  open.delete(id);
  if (command.kind === 'timerFired') return answer({ kind: 'error', error: 'States.Timeout', cause: undefined });
  turn.effects.push({ kind: 'cancelTimer', timerId: id });
  if (command.kind === 'taskSucceeded') return answer({ kind: 'result', text: command.output });
  return answer({ kind: 'error', error: command.error, cause: command.cause });
}

function perform(turn: Turn, command: Command): Eventually<unknown> {
  const test = answerTest(turn, command);
  if (test !== undefined) return test;
  if (command.kind === 'taskSucceeded' || command.kind === 'taskFailed') {
    const call = parseMapCallId(command.taskId);
    const answer = command.kind === 'taskSucceeded' ? command : { cause: command.cause };
    if (call !== undefined) return mapCallAnswered(turn, call, answer);
  }
  switch (command.kind) {
    case 'api':
      return callAction(turn, command.action, command.input);
    case 'timerFired':
      return timerFired(turn, command.timerId);
    case 'taskSubmitted': {
      const task = findTask(turn, command.taskId);
      if (task === undefined || task.frame.task?.submitted) return undefined;
      return taskSubmitted(task, command.taskId, command.output);
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
      if (task === undefined) return undefined;
      const Failure = command.isUnrunnable ? StateError : TaskError;
      return taskFailed(task, new Failure(command.error, command.cause));
    }
  }
}

function callAction(turn: Turn, name: string, input: object): Eventually<unknown> {
  const action = actionNamed(name);
  if (action === undefined) {
    throw new EngineError(
      'UnknownOperationException',
      `The engine has no action '${name}'; it has ${ACTION_NAMES.join(', ')}`,
    );
  }
  const shape = REQUEST_SHAPES[name];
  if (shape !== undefined) checkRequest(shape, input);
  return action(turn, input);
}
