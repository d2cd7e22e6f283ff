/**
 * The host of a run: the engine on a clock that jumps to whatever is due next, and mocks in place of services. What is
 * due at one time happens in the order in which it was arranged, so that a run repeats.
 */
import type { AppliedEvent, Command, Effect, InvokeTask } from '../contract.ts';
import { Engine } from '../engine.ts';
import type { TimerPurpose } from '../history/records.ts';
import type { HistoryEvent } from '../history/render.ts';
import { parseId } from '../interpreter/identifiers.ts';
import type { JsonValue } from '../json.ts';
import type { Observation } from '../observation.ts';
import type { EngineHost } from '../terms.ts';
import { Agenda } from './agenda.ts';
import { KitError } from './kit-error.ts';
import type { MockAnswer, TaskCall } from './mocks.ts';
import type { Outcome } from './outcome.ts';
import { joined, Scopes } from './scopes.ts';
import { type Task, TaskAnswers } from './task-answers.ts';

export const ACCOUNT = '111111111111';
export const REGION = 'us-east-1';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/machine`;
/** Heartbeats write no events: something has to bound a run that beats for ever. */
const MOST_STEPS = 200_000;
const TASK_END =
  /^(Task|LambdaFunction|Activity)(Succeeded|Failed|TimedOut|StateAborted|StartFailed|SubmitFailed|ScheduleFailed)$/;
const EXECUTION_END = /^Execution(Succeeded|Failed|TimedOut|Aborted)$/;

export interface HostedTimer {
  readonly purpose: TimerPurpose;
  readonly scope: string;
  readonly state: string;
  readonly dueMs: number;
}
export interface MachineHostOptions {
  readonly definition: JsonValue;
  readonly nowMs: number;
  readonly chance: EngineHost;
  /** undefined: nobody ever answers. `byHand`: whoever holds the host does, when it likes. */
  readonly answer: (call: TaskCall) => MockAnswer | 'byHand' | undefined;
  /** When a timer fires, if not when it is due; ms since the epoch, Infinity for never. */
  readonly fireAt?: (timer: HostedTimer) => number;
  /** Looked at after each apply, before its effects are run. */
  readonly afterApply?: (host: MachineHost, effects: readonly Effect[]) => void;
}
/** What the engine decided, at the pointer of the state in the definition. */
export interface Decision extends Pick<Observation, 'kind' | 'index' | 'nameIndex'> {
  readonly pointer: string;
}
/** How a task stands in the run: its place, and what the mock says to it. */
interface Asked {
  readonly call: TaskCall;
  readonly answer: MockAnswer | 'byHand' | undefined;
  /** Of a task that is answered by hand. */
  task?: Task;
}
/** A task that is answered by hand. */
export interface TaskInHand {
  readonly call: TaskCall;
  readonly task: Task;
}

export class MachineHost {
  nowMs: number;
  engine: Engine;
  readonly journal: AppliedEvent[] = [];
  readonly scopes: Scopes;
  readonly calls: TaskCall[] = [];
  readonly observations: Decision[] = [];
  readonly timers = new Map<string, number>();
  readonly agenda = new Agenda();
  private readonly answers = new TaskAnswers(this);
  private readonly options: MachineHostOptions;
  /** By serial and frame: what the task of the frame was answered. */
  private readonly asked = new Map<string, Asked>();
  private readonly counts = new Map<string, number>();
  private readonly ended = new Set<string>();
  private observed: Observation[] = [];
  private steps = 0;

  constructor(options: MachineHostOptions) {
    this.options = options;
    this.nowMs = options.nowMs;
    this.scopes = new Scopes(options.definition);
    this.engine = this.newEngine();
  }

  private newEngine(): Engine {
    const observe = (observation: Observation): void => void this.observed.push(observation);
    return new Engine({ accountId: ACCOUNT, region: REGION, host: this.options.chance, observe });
  }

  /** Throws the engine away and builds another from its journal. */
  crash(): void {
    this.engine = this.newEngine();
    this.engine.restore(structuredClone(this.journal));
  }

  /** Creates the machine and the activities it names, and starts it. Returns the ARN of the execution. */
  async start(input: string, name: string | undefined, machine: string): Promise<string> {
    const definition = JSON.stringify(this.options.definition);
    const activities = definition.match(/arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:activity:[^"]+/g) ?? [];
    for (const arn of new Set(activities)) await this.call('CreateActivity', { name: arn.split(':').at(-1) });
    const { stateMachineArn } = await this.call('CreateStateMachine', { name: machine, roleArn: ROLE, definition });
    const { executionArn } = await this.call('StartExecution', { stateMachineArn, input, ...(name && { name }) });
    return String(executionArn);
  }

  /** Lets time pass until the execution is over or nothing is due any more. */
  async run(executionArn: string): Promise<void> {
    while (!this.ended.has(executionArn)) {
      if (!(await this.step())) return;
    }
  }

  /** Does what is due next; false when nothing is due by then. */
  async step(untilMs?: number): Promise<boolean> {
    const next = this.agenda.next(untilMs);
    if (next === undefined) return false;
    this.steps += 1;
    if (this.steps > MOST_STEPS)
      throw new KitError(`The run has taken ${MOST_STEPS} steps: does a mock beat for ever?`);
    this.nowMs = Math.max(this.nowMs, next.dueMs);
    await next.act();
    return true;
  }

  /** Tasks that are answered by hand, oldest first. */
  inHand(): TaskInHand[] {
    return [...this.asked.values()].flatMap(({ call, task }) => (task === undefined ? [] : [{ call, task }]));
  }

  /** Answers a task in the name of its worker or service. @throws EngineError when it is over already */
  async end(task: Task, outcome: Outcome): Promise<void> {
    await this.answers.report(task, outcome, true);
  }

  async call(action: string, input: object): Promise<Record<string, unknown>> {
    return ((await this.apply({ kind: 'api', action, input })) ?? {}) as Record<string, unknown>;
  }

  async history(executionArn: string): Promise<HistoryEvent[]> {
    const events: HistoryEvent[] = [];
    for (let nextToken: unknown; ; ) {
      const input = { executionArn, maxResults: 1000, ...(nextToken !== undefined && { nextToken }) };
      const page = await this.call('GetExecutionHistory', input);
      events.push(...(page['events'] as HistoryEvent[]));
      nextToken = page['nextToken'];
      if (nextToken === undefined) return events;
    }
  }

  async apply(command: Command): Promise<unknown> {
    const { response, effects, events } = await this.engine.apply(this.nowMs, command);
    this.journal.push(...events);
    const purposes = new Map<string, HostedTimer>();
    for (const event of events) this.note(event, purposes);
    for (const { serial, frame, state, kind, index, nameIndex } of this.observed) {
      const place = this.scopes.place(serial, frame);
      this.observations.push({ pointer: this.scopes.pointer(place, state), kind, index, nameIndex });
    }
    this.observed = [];
    if (effects.length > 0 || events.length > 0) this.options.afterApply?.(this, effects);
    for (const effect of effects) this.perform(effect, purposes);
    return response;
  }

  private note(event: AppliedEvent, purposes: Map<string, HostedTimer>): void {
    this.scopes.fold(event);
    if (event.stream !== 'execution') return;
    const { serial, record } = event;
    const { scope, state } = this.scopes.place(serial, record.frame);
    if (record.type === 'TimerSet') {
      purposes.set(record.timerId, { purpose: record.purpose, scope, state, dueMs: record.dueMs });
    } else if (record.type === 'ActivityScheduled') {
      const { resource, input } = record.details;
      const asked = this.ask(`${serial}.${record.frame}`, resource, JSON.parse(input) as unknown);
      const { answer } = asked;
      const silent = answer === undefined || (answer !== 'byHand' && 'pickedUp' in answer && answer.pickedUp === false);
      if (!silent) this.agenda.add(this.nowMs, () => this.pickUp(resource));
    } else if (TASK_END.test(record.type)) {
      this.asked.delete(`${serial}.${record.frame}`);
    } else if (EXECUTION_END.test(record.type)) {
      for (const key of this.asked.keys()) if (key.startsWith(`${serial}.`)) this.asked.delete(key);
    }
  }

  private ask(key: string, resource: string, input: unknown): Asked {
    // What is asked anew stands behind what waits already.
    this.asked.delete(key);
    const [serial = 0, frame = 0] = key.split('.').map(Number);
    const { scope, state } = this.scopes.place(serial, frame);
    const call = this.newCall(scope, state, resource, input);
    const asked = { call, answer: this.options.answer(call) };
    this.asked.set(key, asked);
    return asked;
  }

  private newCall(scope: string, state: string, resource: string, input: unknown): TaskCall {
    const at = joined(scope, state);
    const attempt = this.count(`at ${at}`);
    const invocation = this.count(`state ${state}`);
    const call = { state, scope, at, attempt, invocation, resource, input, atMs: this.nowMs };
    this.calls.push(call);
    return call;
  }

  /** How often it was counted before. */
  private count(what: string): number {
    const before = this.counts.get(what) ?? 0;
    this.counts.set(what, before + 1);
    return before;
  }

  /** Calls that no outcome has ended. */
  unanswered(): TaskCall[] {
    return [...this.asked.values()].map(({ call }) => call);
  }

  /** A worker takes the oldest task of an activity; which one it was, its ActivityStarted says. */
  private async pickUp(activityArn: string): Promise<void> {
    const before = this.journal.length;
    const { taskToken } = await this.call('GetActivityTask', { activityArn, workerName: 'worker' });
    if (typeof taskToken !== 'string') return;
    const started = this.journal
      .slice(before)
      .find((event) => 'record' in event && event.record.type === 'ActivityStarted');
    if (started?.stream !== 'execution') throw new Error('An activity was taken and did not start');
    const asked = this.asked.get(`${started.serial}.${started.record.frame}`);
    if (asked !== undefined) this.handOver({ taskId: '', taskToken, pattern: 'activity' }, asked);
  }

  private handOver(task: Task, asked: Asked): void {
    if (asked.answer === 'byHand') {
      asked.task = task;
      this.answers.submit(task, {});
    } else if (asked.answer !== undefined) this.answers.arrange(task, asked.answer);
  }

  private perform(effect: Effect, purposes: ReadonlyMap<string, HostedTimer>): void {
    switch (effect.kind) {
      case 'setTimer': {
        const timer = purposes.get(effect.timerId);
        const dueMs = (timer && this.options.fireAt?.(timer)) ?? effect.dueMs;
        this.timers.set(effect.timerId, effect.dueMs);
        if (dueMs !== Number.POSITIVE_INFINITY) {
          const { timerId } = effect;
          this.agenda.add(
            dueMs,
            () => this.fire(timerId),
            () => this.timers.has(timerId),
          );
        }
        return;
      }
      case 'cancelTimer':
        this.timers.delete(effect.timerId);
        return;
      case 'executionStatusChanged':
        if (effect.detail.stopDate !== null) this.ended.add(effect.detail.executionArn);
        return;
      case 'invokeTask': {
        if (effect.purpose !== undefined) {
          this.readOrWrite(effect);
          return;
        }
        const address = parseId(effect.taskId);
        const asked = this.ask(`${address?.serial}.${address?.frame}`, effect.resource, effect.input);
        this.handOver(effect, asked);
      }
    }
  }

  /** A distributed Map's calls to S3 are mocked as `Each.ItemReader` and `Each.ResultWriter`. */
  private readOrWrite({ taskId, purpose, resource, input, stateName }: InvokeTask): void {
    const [serial = 0, frame = 0] = taskId.split('.').slice(1).map(Number);
    const { scope } = this.scopes.place(serial, frame);
    const state = `${stateName}.${purpose === 'itemReader' ? 'ItemReader' : 'ResultWriter'}`;
    const answer = this.options.answer(this.newCall(scope, state, resource, input));
    if (answer === 'byHand') {
      throw new KitError(`'${state}' is not answered by hand: give mocks['${state}'] the items, or what was written`);
    }
    if (answer !== undefined) this.answers.arrange({ taskId, pattern: 'requestResponse' }, answer);
  }

  private async fire(timerId: string): Promise<void> {
    if (this.timers.delete(timerId)) await this.apply({ kind: 'timerFired', timerId });
  }
}
