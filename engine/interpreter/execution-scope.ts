/** The scope of the expressions of one state in one frame: `$states`, the context object, the variables around it. */
import { Answers } from '../expression/answers.ts';
import { lazily, type Scope } from '../expression/scope.ts';
import type { AssignedVariables } from '../history/records.ts';
import { type JsonObject, type JsonValue, utf8Bytes } from '../json.ts';
import type { ExecutionState, Frame, Inspection } from '../state/execution.ts';

export interface ScopeExtras {
  readonly result?: { value(): JsonValue };
  readonly errorOutput?: JsonValue;
  /** The item whose selector is evaluated. */
  readonly mapItem?: { readonly index: number; readonly value: JsonValue };
  readonly taskToken?: string | undefined;
}

const NO_EXTRAS: ScopeExtras = {};
const NO_ROOT = { value: (): JsonValue => null };

export class ExecutionScope implements Scope {
  readonly inspection: Inspection | undefined;
  private readonly execution: ExecutionState;
  private readonly frame: Frame;
  private readonly extras: ScopeExtras;
  private rootSource: { value(): JsonValue } = NO_ROOT;
  // Made when an expression asks: most steps look at their input and at nothing else.
  private knownInput: JsonValue | undefined = undefined;
  private knownStates: JsonObject | undefined = undefined;
  private knownContext: JsonObject | undefined = undefined;
  private parsed: Map<string, JsonValue> | undefined = undefined;
  private knownAnswers: Answers | undefined = undefined;

  constructor(execution: ExecutionState, frame: Frame, extras: ScopeExtras = NO_EXTRAS) {
    this.execution = execution;
    this.frame = frame;
    this.extras = extras;
    this.inspection = execution.inspection;
  }

  get root(): JsonValue {
    return this.rootSource.value();
  }
  set root(value: JsonValue) {
    this.rootSource = { value: () => value };
  }
  /** Sets `$` to a value that is only computed when a path asks for it. */
  rootFrom(source: { value(): JsonValue }): void {
    this.rootSource = source;
  }

  /** The raw input of the state. */
  get input(): JsonValue {
    this.knownInput ??= JSON.parse(this.frame.data) as JsonValue;
    return this.knownInput;
  }

  /** UTF-8 bytes of the variables that the execution holds once these are assigned in this frame. */
  variablesBytesWith(assigned: AssignedVariables): number {
    let bytes = 0;
    for (const frame of this.execution.frames.values()) bytes += frame.variablesBytes;
    for (const [name, text] of Object.entries(assigned)) {
      bytes += utf8Bytes(text) - utf8Bytes(this.frame.variables?.[name] ?? '');
    }
    return bytes;
  }

  get answers(): Answers {
    this.knownAnswers ??= new Answers();
    return this.knownAnswers;
  }

  get context(): JsonObject {
    this.knownContext ??= contextOf(this.execution, this.frame, this.extras);
    return this.knownContext;
  }

  get states(): JsonObject {
    if (this.knownStates !== undefined) return this.knownStates;
    const states: JsonObject = {};
    const { result, errorOutput } = this.extras;
    lazily(states, 'input', () => this.input);
    lazily(states, 'context', () => this.context);
    if (result !== undefined) lazily(states, 'result', () => result.value());
    if (errorOutput !== undefined) states['errorOutput'] = errorOutput;
    this.knownStates = states;
    return states;
  }

  stateField(name: string): JsonValue | undefined {
    switch (name) {
      case 'input':
        return this.input;
      case 'context':
        return this.context;
      case 'result':
        return this.extras.result?.value();
      case 'errorOutput':
        return this.extras.errorOutput;
      default:
        return undefined;
    }
  }

  variable(name: string): JsonValue | undefined {
    const known = this.parsed?.get(name);
    if (known !== undefined) return known;
    for (let frame: Frame | undefined = this.frame; frame !== undefined; frame = parentOf(this.execution, frame)) {
      const text = frame.variables?.[name];
      if (text === undefined) continue;
      const value = JSON.parse(text) as JsonValue;
      this.parsed ??= new Map();
      this.parsed.set(name, value);
      return value;
    }
    return undefined;
  }
}

/** Of a Map run that still writes its results, the frames are those that its execution ended with. */
function parentOf({ frames, unfinished }: ExecutionState, { parent }: Frame): Frame | undefined {
  if (parent === undefined) return undefined;
  return frames.get(parent) ?? unfinished?.find(({ id }) => id === parent);
}

/** The item of the innermost Map iteration that the frame runs in. */
function mapItemOf(execution: ExecutionState, frame: Frame): { index: number; value: JsonValue } | undefined {
  for (let child: Frame = frame; ; ) {
    const parent = parentOf(execution, child);
    if (parent === undefined) return undefined;
    const items = parent.join?.items;
    if (items !== undefined) return { index: child.index, value: items[child.index] ?? null };
    child = parent;
  }
}

/** Only states that can be retried have the count. */
function retryCount(frame: Frame): { RetryCount?: number } {
  const state = frame.graph.states.get(frame.stateName);
  if (state === undefined || !('retry' in state)) return {};
  return { RetryCount: (frame.retries ?? []).reduce((sum, uses) => sum + uses, 0) };
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** What the service knows of the execution, its machine and its present state. */
function stateContext(context: JsonObject, execution: ExecutionState, frame: Frame): void {
  lazily(context, 'Execution', () => {
    const object: JsonObject = {
      Id: execution.arn,
      Name: execution.name,
      RoleArn: execution.machine.roleArn,
      StartTime: iso(execution.startMs),
      RedriveCount: execution.redriveCount,
    };
    const redrive = execution.redrives.at(-1);
    if (redrive !== undefined) object['RedriveTime'] = iso(redrive.atMs);
    lazily(object, 'Input', () => JSON.parse(execution.input) as JsonValue);
    return object;
  });
  lazily(context, 'StateMachine', () => ({ Id: execution.machine.arn, Name: execution.machine.name }));
  lazily(context, 'State', () => ({
    Name: frame.stateName,
    EnteredTime: iso(frame.enteredMs),
    ...retryCount(frame),
  }));
}

function contextOf(execution: ExecutionState, frame: Frame, extras: ScopeExtras): JsonObject {
  const context: JsonObject = {};
  if (execution.inspection !== undefined) Object.assign(context, execution.inspection.context);
  else stateContext(context, execution, frame);
  if (extras.taskToken !== undefined && !Object.hasOwn(context, 'Task')) context['Task'] = { Token: extras.taskToken };
  const item = extras.mapItem ?? mapItemOf(execution, frame);
  if (item !== undefined) context['Map'] = { Item: { Index: item.index, Value: item.value } };
  return context;
}
