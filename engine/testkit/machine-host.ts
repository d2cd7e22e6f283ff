/**
 * The host of a run: the engine on a clock that jumps to whatever is due next, and mocks in place of services. What is
 * due at one time happens in the order in which it was arranged, so that a run repeats.
 */
import type { AppliedEvent, Command, Effect, InvokeTask } from '../contract.ts';
import { Engine } from '../engine.ts';
import { EngineError } from '../errors.ts';
import type { TimerPurpose } from '../history/records.ts';
import type { HistoryEvent } from '../history/render.ts';
import { parseId } from '../interpreter/identifiers.ts';
import type { JsonValue } from '../json.ts';
import type { Observation } from '../observation.ts';
import type { EngineHost } from '../terms.ts';
import { Agenda } from './agenda.ts';
import { KitError } from './kit-error.ts';
import type { MockAnswer, TaskCall } from './mocks.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { joined, Scopes } from './scopes.ts';

export const ACCOUNT = '111111111111';
export const REGION = 'us-east-1';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/machine`;
/** Heartbeats write no events: something has to bound a run that beats for ever. */
const MOST_STEPS = 200_000;
const TASK_END = /^(Task|LambdaFunction|Activity)(Succeeded|Failed|TimedOut|StateAborted)$/;
/** The answer of a mock that comes when its task is over. */
const TOO_LATE: ReadonlySet<string> = new Set(['TaskTimedOut', 'TaskDoesNotExist']);

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
  /** undefined: nobody ever answers. */
  readonly answer: (call: TaskCall) => MockAnswer | undefined;
  /** When a timer fires, if not when it is due; ms since the epoch, Infinity for never. */
  readonly fireAt?: (timer: HostedTimer) => number;
  /** Looked at after each apply, before its effects are run. */
  readonly afterApply?: (host: MachineHost, effects: readonly Effect[]) => void;
}
/** How a task stands in the run: its place, and what the mock says to it. */
interface Asked {
  readonly call: TaskCall;
  readonly answer: MockAnswer | undefined;
}
type Task = Pick<InvokeTask, 'taskId' | 'taskToken' | 'pattern'>;

export class MachineHost {
  nowMs: number;
  engine: Engine;
  readonly journal: AppliedEvent[] = [];
  readonly scopes: Scopes;
  readonly calls: TaskCall[] = [];
  /** What the engine decided, at the pointer of the state in the definition. */
  readonly observations: { readonly pointer: string; readonly kind: Observation['kind']; readonly index: number }[] =
    [];
  readonly timers = new Map<string, number>();
  private readonly agenda = new Agenda();
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
      const next = this.agenda.next();
      if (next === undefined) return;
      this.steps += 1;
      if (this.steps > MOST_STEPS)
        throw new KitError(`The run has taken ${MOST_STEPS} steps: does a mock beat for ever?`);
      this.nowMs = Math.max(this.nowMs, next.dueMs);
      await next.act();
    }
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

  private async apply(command: Command): Promise<unknown> {
    const { response, effects, events } = await this.engine.apply(this.nowMs, command);
    this.journal.push(...events);
    const purposes = new Map<string, HostedTimer>();
    for (const event of events) this.note(event, purposes);
    for (const { serial, frame, state, kind, index } of this.observed) {
      const place = this.scopes.place(serial, frame);
      this.observations.push({ pointer: this.scopes.pointer(place, state), kind, index });
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
      const silent = asked.answer === undefined || ('pickedUp' in asked.answer && asked.answer.pickedUp === false);
      if (!silent) this.agenda.add(this.nowMs, () => this.pickUp(resource));
    } else if (TASK_END.test(record.type)) {
      this.asked.delete(`${serial}.${record.frame}`);
    }
  }

  private ask(key: string, resource: string, input: unknown): Asked {
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
    if (asked?.answer !== undefined) this.arrange({ taskId: '', taskToken, pattern: 'activity' }, asked.answer);
  }

  private perform(effect: Effect, purposes: ReadonlyMap<string, HostedTimer>): void {
    switch (effect.kind) {
      case 'setTimer': {
        const timer = purposes.get(effect.timerId);
        const dueMs = (timer && this.options.fireAt?.(timer)) ?? effect.dueMs;
        this.timers.set(effect.timerId, effect.dueMs);
        if (dueMs !== Number.POSITIVE_INFINITY) this.agenda.add(dueMs, () => this.fire(effect.timerId));
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
        if (asked.answer !== undefined) this.arrange(effect, asked.answer);
      }
    }
  }

  /** A distributed Map's calls to S3 are mocked as `Each.ItemReader` and `Each.ResultWriter`. */
  private readOrWrite({ taskId, purpose, resource, input, stateName }: InvokeTask): void {
    const [serial = 0, frame = 0] = taskId.split('.').slice(1).map(Number);
    const { scope } = this.scopes.place(serial, frame);
    const state = `${stateName}.${purpose === 'itemReader' ? 'ItemReader' : 'ResultWriter'}`;
    const answer = this.options.answer(this.newCall(scope, state, resource, input));
    if (answer !== undefined) this.arrange({ taskId, pattern: 'requestResponse' }, answer);
  }

  private async fire(timerId: string): Promise<void> {
    if (this.timers.delete(timerId)) await this.apply({ kind: 'timerFired', timerId });
  }

  /** Puts what the mock says on the agenda. */
  private arrange(task: Task, answer: MockAnswer): void {
    const { taskId, pattern } = task;
    const due = (seconds = 0): number => this.nowMs + Math.round(seconds * 1_000);
    if ('requestError' in answer) {
      const { requestError: error, cause } = answer;
      this.agenda.add(due(answer.afterSeconds), () =>
        this.report(task, { error, ...(cause !== undefined && { cause }) }),
      );
      return;
    }
    if (pattern === 'sync' || pattern === 'sync2' || pattern === 'waitForTaskToken') {
      const output = JSON.stringify(answer.submitted ?? {});
      this.agenda.add(this.nowMs, async () => void (await this.apply({ kind: 'taskSubmitted', taskId, output })));
    }
    const endMs = 'timesOut' in answer ? Number.POSITIVE_INFINITY : due(answer.afterSeconds);
    if (answer.heartbeats !== undefined && task.taskToken !== undefined) {
      const { everySeconds, untilSeconds = Number.POSITIVE_INFINITY } = answer.heartbeats;
      const lastMs = Math.min(endMs - 1, this.nowMs + untilSeconds * 1_000);
      this.beat(task.taskToken, everySeconds * 1_000, lastMs);
    }
    if ('timesOut' in answer) return;
    this.agenda.add(endMs, () => this.report(task, outcomeOf(answer)));
  }

  private beat(taskToken: string, everyMs: number, lastMs: number): void {
    if (!(everyMs > 0)) throw new KitError(`heartbeats.everySeconds is ${everyMs / 1_000}: give a positive number`);
    const atMs = this.nowMs + everyMs;
    if (atMs > lastMs) return;
    this.agenda.add(atMs, async () => {
      if (await this.byToken('SendTaskHeartbeat', { taskToken })) this.beat(taskToken, everyMs, lastMs);
    });
  }

  private async report(task: Task, outcome: Outcome): Promise<void> {
    const { taskId, taskToken, pattern } = task;
    const byToken = taskToken !== undefined && (pattern === 'waitForTaskToken' || pattern === 'activity');
    if ('output' in outcome) {
      const { output } = outcome;
      if (byToken) await this.byToken('SendTaskSuccess', { taskToken, output });
      else await this.apply({ kind: 'taskSucceeded', taskId, output });
    } else if (byToken && outcome.byToken === true) {
      const { byToken: _, ...failure } = outcome;
      await this.byToken('SendTaskFailure', { taskToken, ...failure });
    } else {
      const { byToken: _, ...failure } = outcome;
      await this.apply({ kind: 'taskFailed', taskId, ...failure });
    }
  }

  /** False when the task is over already. */
  private async byToken(action: string, input: object): Promise<boolean> {
    try {
      await this.call(action, input);
      return true;
    } catch (thrown) {
      if (thrown instanceof EngineError && TOO_LATE.has(thrown.name)) return false;
      throw thrown;
    }
  }
}
