/** The scope of the expressions of one state in one frame: `$states`, the context object, the variables around it. */
import { lazily, type Scope } from '../expression/scope.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { ExecutionState, Frame } from '../state/execution.ts';

export interface ScopeExtras {
  readonly result?: () => JsonValue;
  readonly errorOutput?: JsonValue;
  /** The item whose selector is evaluated. */
  readonly mapItem?: { readonly index: number; readonly value: JsonValue };
  readonly taskToken?: string | undefined;
}

export class ExecutionScope implements Scope {
  root: JsonValue;
  readonly states: JsonObject = {};
  readonly context: JsonObject;
  private readonly execution: ExecutionState;
  private readonly frame: Frame;
  private readonly parsed = new Map<string, JsonValue>();

  constructor(execution: ExecutionState, frame: Frame, extras: ScopeExtras = {}) {
    this.execution = execution;
    this.frame = frame;
    this.context = contextOf(execution, frame, extras);
    this.root = null;
    const { result, errorOutput } = extras;
    lazily(this.states, 'input', () => this.input);
    lazily(this.states, 'context', () => this.context);
    if (result !== undefined) lazily(this.states, 'result', result);
    if (errorOutput !== undefined) this.states['errorOutput'] = errorOutput;
  }

  private known: JsonValue | undefined;
  /** The raw input of the state. */
  get input(): JsonValue {
    this.known ??= JSON.parse(this.frame.data) as JsonValue;
    return this.known;
  }

  variable(name: string): JsonValue | undefined {
    const known = this.parsed.get(name);
    if (known !== undefined) return known;
    for (let frame: Frame | undefined = this.frame; frame !== undefined; frame = parentOf(this.execution, frame)) {
      const text = frame.variables?.[name];
      if (text === undefined) continue;
      const value = JSON.parse(text) as JsonValue;
      this.parsed.set(name, value);
      return value;
    }
    return undefined;
  }
}

function parentOf(execution: ExecutionState, frame: Frame): Frame | undefined {
  return frame.parent === undefined ? undefined : execution.frames.get(frame.parent);
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

function contextOf(execution: ExecutionState, frame: Frame, extras: ScopeExtras): JsonObject {
  const context: JsonObject = {};
  lazily(context, 'Execution', () => {
    const object: JsonObject = {
      Id: execution.arn,
      Name: execution.name,
      RoleArn: execution.machine.roleArn,
      StartTime: iso(execution.startMs),
      RedriveCount: 0,
    };
    lazily(object, 'Input', () => JSON.parse(execution.input) as JsonValue);
    return object;
  });
  lazily(context, 'StateMachine', () => ({ Id: execution.machine.arn, Name: execution.machine.name }));
  lazily(context, 'State', () => ({
    Name: frame.stateName,
    EnteredTime: iso(frame.enteredMs),
    ...retryCount(frame),
  }));
  if (extras.taskToken !== undefined) context['Task'] = { Token: extras.taskToken };
  const item = extras.mapItem ?? mapItemOf(execution, frame);
  if (item !== undefined) context['Map'] = { Item: { Index: item.index, Value: item.value } };
  return context;
}
