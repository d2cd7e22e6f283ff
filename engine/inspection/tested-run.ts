/**
 * An execution that lives for one state: it is entered, its work is mocked or reported by the host, and it is left. It
 * stands in no account and in no journal that is kept.
 */

import type { Definition, State } from '../definition/model.ts';
import { assertEngine, type StateError } from '../errors.ts';
import { computed, type Eventually } from '../expression/computed.ts';
import { lazily } from '../expression/scope.ts';
import { argumentsOf, effectiveInput, fromText } from '../interpreter/data-flow.ts';
import { ExecutionScope } from '../interpreter/execution-scope.ts';
import { matches, TaskError } from '../interpreter/failure.ts';
import { Run } from '../interpreter/run.ts';
import { HANDLERS } from '../interpreter/states/handlers.ts';
import { exitWithResult } from '../interpreter/states/leave.ts';
import { endWait } from '../interpreter/states/wait.ts';
import { taskFailed, taskSucceeded } from '../interpreter/tasks.ts';
import { Turn } from '../interpreter/turn.ts';
import { type JsonObject, type JsonValue, toText, utf8Bytes } from '../json.ts';
import { Account, type TestedOutcome } from '../state/account.ts';
import { type ExecutionState, type Frame, newExecution } from '../state/execution.ts';
import { checkMap, type MapLimits } from './tested-map.ts';
import type { Mock, StateConfiguration } from './tested-request.ts';

export interface TestedState {
  readonly state: State;
  readonly fields: JsonObject;
  readonly input: string;
  /** JSON text by name. */
  readonly variables: Readonly<Record<string, string>>;
  readonly roleArn: string | undefined;
  /** The caller's; undefined for one made up as for an execution. */
  readonly context: JsonObject | undefined;
  readonly configuration: StateConfiguration;
}

/** Stops where the loop would go on: nothing is ever looked at again. */
class OneStateRun extends Run {
  failure: StateError | undefined;

  override enqueue(): void {
    // The state that follows is not part of the test.
  }

  override located(frame: Frame, thrown: unknown): StateError {
    this.failure = super.located(frame, thrown);
    return this.failure;
  }
}

export class TestedRun {
  readonly test: TestedState;
  readonly turn: Turn;
  readonly execution: ExecutionState;
  readonly frame: Frame;
  readonly run: OneStateRun;
  /** The steps of the data flow, by their names in inspectionData; each as it was first. */
  readonly notes = new Map<string, string>();
  readonly limits: MapLimits = { maxConcurrency: 0 };

  constructor(host: Turn, test: TestedState) {
    this.test = test;
    const { state } = test;
    const graph = Object.freeze({ startAt: state.name, states: new Map([[state.name, state]]) });
    const definition: Definition = { graph, variableReferences: {} };
    this.turn = new Turn(host.nowMs, new Account(() => definition), { ...host.settings, observe: undefined });
    this.execution = scratchExecution(host, test, definition);
    this.turn.record(this.execution, 0, 0, {
      type: 'ExecutionStarted',
      details: { input: test.input, roleArn: test.roleArn ?? '' },
    });
    const frame = this.execution.frames.get(0);
    assertEngine(frame !== undefined, 'an execution begins with a frame');
    this.frame = frame;
    frame.variables = test.variables;
    frame.variablesBytes = Object.values(test.variables).reduce((sum, text) => sum + utf8Bytes(text), 0);
    this.run = new OneStateRun(this.turn, this.execution);
    this.execution.inspection = {
      context: test.context ?? this.madeUpContext(),
      note: (step, text) => {
        if (!this.notes.has(step)) this.notes.set(step, text);
      },
    };
  }

  get failure(): StateError | undefined {
    return this.run.failure;
  }

  /** Enters the state and does its work; a Task is left with its request scheduled. */
  async begin(): Promise<void> {
    const { run, frame } = this;
    const { state } = this.test;
    run.emit(frame, { type: `${state.Type}StateEntered`, details: { name: state.name, input: frame.data } });
    if (state.Type === 'Task' && state.target.pattern === 'activity') {
      const arn = state.target.resource;
      this.turn.account.fold({ type: 'ActivityCreated', at: this.turn.nowMs, arn, name: arn, tags: [] });
    }
    if (state.Type === 'Pass' && state.result?.kind === 'literal') this.notes.set('result', state.result.text);
    await run.attempt(frame, async () => {
      const handler = HANDLERS[state.Type] as (run: Run, frame: Frame, state: State) => Eventually<void>;
      await handler(run, frame, state);
      if (state.Type === 'Wait' && frame.phase === 'waiting') await endWait(run, frame, state);
    });
  }

  /** The task that `begin` scheduled is over. */
  async answer(mock: TestedOutcome): Promise<void> {
    const { run, frame } = this;
    const { state } = this.test;
    if (state.Type !== 'Task' || frame.phase !== 'tasking') return;
    const task = { run, frame, state };
    if (mock.kind === 'result') {
      this.notes.set('result', mock.text);
      await taskSucceeded(task, mock.text);
    } else {
      const failure = new TaskError(mock.error, mock.cause);
      this.countRetries(failure);
      await taskFailed(task, failure);
    }
  }

  /** A Parallel or Map whose branches are not run: the mock is what they gave. */
  async join(mock: Mock): Promise<void> {
    const { run, frame } = this;
    const { state, fields, configuration } = this.test;
    const { inspection } = this.execution;
    assertEngine(
      (state.Type === 'Parallel' || state.Type === 'Map') && inspection !== undefined,
      `${state.Type} joins nothing`,
    );
    run.emit(frame, { type: `${state.Type}StateEntered`, details: { name: state.name, input: frame.data } });
    await run.attempt(frame, async () => {
      try {
        if (state.Type === 'Map') {
          await checkMap(run, frame, state, fields, { mock, configuration, inspection }, this.limits);
        } else {
          await this.passInput();
          if (mock.kind === 'error') throw new TaskError(mock.error, mock.cause);
        }
      } catch (thrown) {
        this.countRetries(run.located(frame, thrown));
        throw thrown;
      }
      if (mock.kind === 'result') await exitWithResult(run, frame, state, fromText(mock.text));
    });
  }

  /** What a Parallel hands to its branches; told only where a field of the state makes it. */
  private async passInput(): Promise<void> {
    const { flow } = this.test.state;
    const scope = new ExecutionScope(this.execution, this.frame);
    const shaped = flow.language === 'JSONata' ? flow.arguments : flow.parameters;
    await computed(scope, () => {
      const input = effectiveInput(flow, this.frame.data, scope);
      if (shaped !== undefined) argumentsOf(flow, input, scope);
    });
  }

  /** Retries that the caller says were made: they count for the retrier that takes this failure. */
  private countRetries(failure: StateError): void {
    const { state, configuration } = this.test;
    const { retrierRetryCount } = configuration;
    if (retrierRetryCount === undefined || !('retry' in state)) return;
    const index = state.retry.findIndex((retrier) => matches(retrier.errorEquals, failure));
    if (index >= 0) this.frame.retries = state.retry.map((_, i) => (i === index ? retrierRetryCount : 0));
  }

  /** As TestState makes it up: an Express execution of a machine without a name of its own. */
  private madeUpContext(): JsonObject {
    const { execution, frame, test } = this;
    const { settings } = this.turn;
    const place = `arn:aws:states:${settings.region}:${settings.accountId}`;
    const time = new Date(this.turn.nowMs).toISOString();
    const { machine } = execution;
    const details: JsonObject = { Id: execution.arn };
    lazily(details, 'Input', () => JSON.parse(test.input) as JsonValue);
    details['Name'] = execution.name;
    if (test.roleArn !== undefined) details['RoleArn'] = test.roleArn;
    details['StartTime'] = time;
    return {
      Execution: details,
      StateMachine: { Id: `${place}:stateMachine:${machine.name}`, Name: machine.name },
      State: {
        Name: frame.stateName,
        EnteredTime: time,
        ...('retry' in test.state && { RetryCount: test.configuration.retrierRetryCount ?? 0 }),
      },
    };
  }
}

function scratchExecution(host: Turn, test: TestedState, definition: Definition): ExecutionState {
  const { uuid } = host.settings.ambient.host;
  const place = `arn:aws:states:${host.settings.region}:${host.settings.accountId}`;
  const machineName = uuid();
  const name = uuid();
  return newExecution({
    serial: 0,
    arn: `${place}:express:${machineName}:${name}`,
    name,
    machine: {
      arn: `${place}:stateMachine:${machineName}`,
      name: machineName,
      roleArn: test.roleArn ?? '',
      definitionText: toText(test.fields),
      definition,
      updatedMs: host.nowMs,
    },
    input: test.input,
    startMs: host.nowMs,
    traceHeader: undefined,
    version: undefined,
    alias: undefined,
  });
}
