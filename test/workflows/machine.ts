/**
 * Runs a rendered definition on the engine, one execution at a time: the test answers what is pending, the clock jumps
 * from timer to timer. What the histories show of the definition (states, edges, retriers, catchers) is kept, so that a
 * test can say what no scenario reached.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, type Effect, Engine, type HistoryEvent, type InvokeTask } from '../../engine/index.ts';

const ACCOUNT = '111111111111';

interface Matcher {
  readonly ErrorEquals: readonly string[];
  readonly Next?: string;
  readonly MaxAttempts?: number;
}
interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Retry?: readonly Matcher[];
  readonly Catch?: readonly Matcher[];
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, State>> };
}

export class Machine {
  readonly name: string;
  readonly text: string;
  /** Every state by name, those inside of a Map too. */
  readonly states: ReadonlyMap<string, State>;
  readonly #reached = new Set<string>();

  /** @param name of the file in `asl/`, without its ending */
  constructor(name: string) {
    const file = join(import.meta.dirname, '..', '..', 'asl', `${name}.asl.json`);
    this.name = name;
    this.text = readFileSync(file, 'utf8').replace(/\$\{(\w+)\}/g, (_, resource: string) => arnOf(resource));
    this.states = new Map(allStates((JSON.parse(this.text) as { States: Record<string, State> }).States));
  }

  async start(input: object, startMs: number): Promise<Execution> {
    const execution = new Execution(this, startMs);
    await execution.begin(input);
    return execution;
  }

  /** Notes what a history shows of the definition. */
  observe(events: readonly HistoryEvent[]): void {
    const byId = new Map(events.map((event) => [event.id, event]));
    const before = (event: HistoryEvent, is: (candidate: HistoryEvent) => boolean): HistoryEvent | undefined => {
      let at = byId.get(event.previousEventId);
      while (at !== undefined && !is(at)) at = byId.get(at.previousEventId);
      return at;
    };
    const isBoundary = ({ type }: HistoryEvent) => /StateEntered$|MapIterationStarted$/.test(type);
    /** The history calls a missing heartbeat a timeout; that it came before the timeout tells it apart. */
    const errorOf = (event: HistoryEvent): string | undefined => {
      if (!/^Task(Failed|TimedOut|SubmitFailed)$/.test(event.type)) return undefined;
      const scheduled = before(event, ({ type }) => type === 'TaskScheduled');
      if (event.type !== 'TaskTimedOut' || scheduled === undefined) return String(detailsOf(event)['error']);
      const limitMs = Number(detailsOf(scheduled)['timeoutInSeconds']) * 1_000;
      const lastedMs = event.timestamp.getTime() - scheduled.timestamp.getTime();
      return lastedMs < limitMs ? 'States.HeartbeatTimeout' : 'States.Timeout';
    };
    const isEndOfTry = (event: HistoryEvent) => event.type === 'TaskSucceeded' || errorOf(event) !== undefined;
    for (const event of events) {
      if (/StateEntered$/.test(event.type)) {
        this.#reached.add(`state ${nameOf(event)}`);
        const previous = byId.get(event.previousEventId);
        if (previous === undefined || !/StateExited$/.test(previous.type)) continue;
        const failed = before(previous, (each) => isEndOfTry(each) || isBoundary(each));
        const error = failed === undefined ? undefined : errorOf(failed);
        const caught = error === undefined ? undefined : this.#matching(nameOf(previous), 'Catch', error);
        this.#reached.add(caught ?? `edge ${nameOf(previous)} > ${nameOf(event)}`);
        continue;
      }
      const error = errorOf(event);
      const entered = error === undefined ? undefined : before(event, isBoundary);
      const retrier = entered && error && this.#matching(nameOf(entered), 'Retry', error);
      if (retrier) this.#reached.add(retrier);
    }
  }

  /** Parts of the definition that no observed execution has passed. */
  unreached(): string[] {
    return this.parts().filter((part) => !this.#reached.has(part));
  }

  parts(): string[] {
    return [...this.states].flatMap(([name, { Next, Default, Choices = [], Retry = [], Catch = [] }]) => {
      const nexts = [Next, Default, ...Choices.map((rule) => rule.Next)].filter((next) => next !== undefined);
      return [
        `state ${name}`,
        ...nexts.map((next) => `edge ${name} > ${next}`),
        ...Retry.flatMap(({ ErrorEquals }) => ErrorEquals.map((error) => `Retry ${name} on ${error}`)),
        ...Catch.flatMap(({ ErrorEquals }) => ErrorEquals.map((error) => `Catch ${name} on ${error}`)),
      ];
    });
  }

  /** The first entry of the list that matches, as Step Functions reads it. */
  #matching(state: string, list: 'Retry' | 'Catch', error: string): string | undefined {
    for (const { ErrorEquals } of this.states.get(state)?.[list] ?? []) {
      const match = ErrorEquals.find((name) => matches(name, error));
      if (match !== undefined) return `${list} ${state} on ${match}`;
    }
    return undefined;
  }
}

/** `States.TaskFailed` stands for every failure but a timeout, and a missing heartbeat is a timeout too. */
function matches(name: string, error: string): boolean {
  if (name === error || name === 'States.ALL') return true;
  const isTimeout = /^States\.(Heartbeat)?Timeout$/.test(error);
  return isTimeout ? name === 'States.Timeout' && error === 'States.HeartbeatTimeout' : name === 'States.TaskFailed';
}

const arnOf = (resource: string): string =>
  resource.endsWith('Queue')
    ? `https://sqs.us-east-1.amazonaws.com/${ACCOUNT}/${resource}`
    : `arn:aws:${/Function/.test(resource) ? 'lambda' : 'states'}:us-east-1:${ACCOUNT}:${resource}`;

function allStates(states: Readonly<Record<string, State>>): [string, State][] {
  return Object.entries(states).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...allStates(state.ItemProcessor?.States ?? {}),
  ]);
}

type Details = Readonly<Record<string, string | number | undefined>>;
const detailsOf = (event: HistoryEvent): Details => {
  const field = Object.keys(event).find((key) => key.endsWith('EventDetails'));
  return field === undefined ? {} : (event[field as `${string}EventDetails`] as Details);
};
const nameOf = (event: HistoryEvent): string => String(detailsOf(event)['name'] ?? '');

/** One execution and the world around it. */
export class Execution {
  nowMs: number;
  arn = '';
  /** Tasks that nobody has answered, oldest first. */
  readonly pending: InvokeTask[] = [];
  readonly #machine: Machine;
  readonly #timers = new Map<string, number>();
  readonly #engine: Engine;
  #drawn = 0;

  constructor(machine: Machine, startMs: number) {
    this.#machine = machine;
    this.nowMs = startMs;
    const uuid = (): string => {
      this.#drawn += 1;
      return `00000000-0000-4000-8000-${String(this.#drawn).padStart(12, '0')}`;
    };
    this.#engine = new Engine({ accountId: ACCOUNT, region: 'us-east-1', host: { random: () => 0.5, uuid } });
  }

  async begin(input: object): Promise<void> {
    const { name, text } = this.#machine;
    const roleArn = `arn:aws:iam::${ACCOUNT}:role/machine`;
    const { stateMachineArn } = await this.#call('CreateStateMachine', { name, roleArn, definition: text });
    const started = await this.#call('StartExecution', { stateMachineArn, input: JSON.stringify(input) });
    this.arn = String(started['executionArn']);
  }

  /** The one task that is pending now. @throws Error when the execution waits elsewhere */
  task(state: string): InvokeTask {
    const found = this.pending.find(({ stateName }) => stateName === state);
    if (found !== undefined) return found;
    throw new Error(
      `nothing of ${state} is pending, but ${this.pending.map(({ stateName }) => stateName).join() || 'nothing'}`,
    );
  }

  /** What the pending task was invoked with: payload of a function, body of a message. */
  payload(state: string): Record<string, unknown> {
    const input = this.task(state).input as Record<string, unknown>;
    return (input['Payload'] ?? input['MessageBody'] ?? input) as Record<string, unknown>;
  }

  /** Answers the pending task: a wait with `output`, a function with `output` as its payload. */
  async succeed(state: string, output: unknown): Promise<void> {
    const { taskId, taskToken, service } = this.#take(state);
    if (taskToken !== undefined) {
      await this.#call('SendTaskSuccess', { taskToken, output: JSON.stringify(output) });
      return;
    }
    const answer = service === 'lambda' ? { StatusCode: 200, Payload: output } : output;
    await this.#apply({ kind: 'taskSucceeded', taskId, output: JSON.stringify(answer) });
  }

  /** Fails the pending wait by its token, or the pending task as its service would. */
  async fail(state: string, error: string, cause = ''): Promise<void> {
    const { taskId, taskToken } = this.#take(state);
    if (taskToken !== undefined) await this.#call('SendTaskFailure', { taskToken, error, cause });
    else await this.#apply({ kind: 'taskFailed', taskId, error, cause });
  }

  /** Keeps the pending wait alive. */
  async heartbeat(state: string): Promise<void> {
    await this.#call('SendTaskHeartbeat', { taskToken: this.task(state).taskToken });
  }

  /** Lets the next timer fire at its time: a retry that is due, a task that nobody answered. @returns ms that passed */
  async jump(): Promise<number> {
    const next = this.#nextTimer();
    if (next === undefined) throw new Error('no timer is set: the execution waits for an answer, or is over');
    const [timerId, dueMs] = next;
    const passedMs = dueMs - this.nowMs;
    await this.#fire(timerId, dueMs);
    return passedMs;
  }

  /** Lets this much time pass, and the timers that are due in it fire. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    for (let due = this.#nextTimer(); due !== undefined && due[1] <= untilMs; due = this.#nextTimer()) {
      await this.#fire(...due);
    }
    this.nowMs = untilMs;
  }

  /** Nobody answers the pending task, and its time runs out. */
  async timeOut(state: string): Promise<number> {
    this.#take(state);
    return this.jump();
  }

  /** Status and what came out, and what the history shows goes to the machine's account of what was reached. */
  async end(): Promise<{ status: string; error: string | undefined; output: unknown; entered: string[] }> {
    const events = await this.#history();
    this.#machine.observe(events);
    const { status, error, output } = await this.#call('DescribeExecution', { executionArn: this.arn });
    return {
      status: String(status),
      error: error as string | undefined,
      output: output === undefined ? undefined : JSON.parse(String(output)),
      entered: events.filter(({ type }) => /StateEntered$/.test(type)).map(nameOf),
    };
  }

  async #history(): Promise<HistoryEvent[]> {
    const { events } = await this.#call('GetExecutionHistory', { executionArn: this.arn, maxResults: 1000 });
    return events as HistoryEvent[];
  }

  #nextTimer(): [string, number] | undefined {
    return [...this.#timers].sort((left, right) => left[1] - right[1])[0];
  }

  async #fire(timerId: string, dueMs: number): Promise<void> {
    this.#timers.delete(timerId);
    this.nowMs = dueMs;
    await this.#apply({ kind: 'timerFired', timerId });
  }

  #take(state: string): InvokeTask {
    const task = this.task(state);
    this.pending.splice(this.pending.indexOf(task), 1);
    return task;
  }

  async #call(action: string, input: object): Promise<Record<string, unknown>> {
    return (await this.#apply({ kind: 'api', action, input })) as Record<string, unknown>;
  }

  async #apply(command: Command): Promise<unknown> {
    const { response, effects } = await this.#engine.apply(this.nowMs, command);
    for (const effect of effects) await this.#perform(effect);
    return response;
  }

  async #perform(effect: Effect): Promise<void> {
    if (effect.kind === 'setTimer') this.#timers.set(effect.timerId, effect.dueMs);
    if (effect.kind === 'cancelTimer') this.#timers.delete(effect.timerId);
    if (effect.kind !== 'invokeTask') return;
    this.pending.push(effect);
    if (effect.pattern !== 'requestResponse') {
      await this.#apply({ kind: 'taskSubmitted', taskId: effect.taskId, output: '{}' });
    }
  }
}
