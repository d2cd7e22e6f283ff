/** Runs a definition once, from start to end, on a clock that skips what nobody needs to wait for. */
import type { Effect } from '../contract.ts';
import type { HistoryEvent } from '../history/render.ts';
import type { JsonValue } from '../json.ts';
import type { ExecutionStatus } from '../terms.ts';
import { seededHost } from './chance.ts';
import { definitionFrom, type Substitutions } from './definition-text.ts';
import { answerOfFault, type Fault, faultFor } from './faults.ts';
import { transitionsOf } from './forecast.ts';
import { type Decision, MachineHost } from './machine-host.ts';
import { answerOf, hasMock, type Mocks, type TaskCall } from './mocks.ts';
import { isOwn, type Visit } from './scopes.ts';

export interface RunOptions {
  /** A definition, or its JSON text. */
  readonly definition: object | string;
  /** Values for `${Name}` in the definition, as CloudFormation puts them in. */
  readonly substitutions?: Substitutions;
  readonly input?: unknown;
  readonly mocks?: Mocks;
  readonly faults?: readonly Fault[];
  /** When the execution starts; 2026-01-01T00:00:00Z if absent. */
  readonly startAt?: string | number | Date;
  /** Of `$random`, `$uuid`, jitter and names; 1 if absent. */
  readonly seed?: number;
  /** From 0 to less than 1, for `$random` and jitter in place of the seed's: `() => 0.5` makes retries wait half of what they may. */
  readonly random?: () => number;
  readonly executionName?: string;
  readonly stateMachineName?: string;
}

export interface RunResult {
  /** RUNNING when nothing is due any more and `waiting` says for what it waits. */
  readonly status: ExecutionStatus;
  /** Parsed; undefined without output. */
  readonly output: JsonValue | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly executionArn: string;
  /** States in the order of entering, with their scopes. */
  readonly path: readonly Visit[];
  readonly events: readonly HistoryEvent[];
  /** As GetExecutionHistory answers it. */
  readonly history: { readonly events: readonly HistoryEvent[] };
  /** What Step Functions bills: states entered, and retries. */
  readonly stateTransitions: number;
  /** What tasks were asked for, in order. */
  readonly calls: readonly TaskCall[];
  /** Calls that are unanswered at the end. */
  readonly waiting: readonly TaskCall[];
  readonly durationMs: number;
  /** Rules, retriers and catchers that were used: for coverage. */
  readonly decisions: readonly Decision[];
}

export interface HostSettings {
  /** Tasks without a mock are answered by hand. */
  readonly byHand?: true;
  readonly afterApply?: (host: MachineHost, effects: readonly Effect[]) => void;
}

const START = '2026-01-01T00:00:00Z';

/** @throws KitError for a task without a mock; EngineError for a definition or an input that AWS would refuse */
export function runMachine(options: RunOptions): Promise<RunResult> {
  return runOn(options, {});
}

export async function runOn(options: RunOptions, settings: HostSettings): Promise<RunResult> {
  const { host, executionArn, startMs } = await beginOn(options, settings);
  await host.run(executionArn);
  return resultOf(host, executionArn, startMs);
}

export async function beginOn(
  options: RunOptions,
  { byHand, ...settings }: HostSettings,
): Promise<{ host: MachineHost; executionArn: string; startMs: number }> {
  const { mocks = {}, faults = [], input = {}, random } = options;
  const startMs = new Date(options.startAt ?? START).getTime();
  const faulty = new Map<string, number>();
  const host = new MachineHost({
    definition: definitionFrom(options.definition, options.substitutions),
    nowMs: startMs,
    chance: { ...seededHost(options.seed ?? 1), ...(random !== undefined && { random }) },
    answer: (call) => {
      const fault = faultFor(faults, call);
      const before = faulty.get(call.at) ?? 0;
      if (fault === undefined) {
        const attempt = call.attempt - before;
        return byHand === true && !hasMock(mocks, call, attempt) ? 'byHand' : answerOf(mocks, call, attempt);
      }
      faulty.set(call.at, before + 1);
      return answerOfFault(fault);
    },
    ...settings,
  });
  const name = options.executionName ?? 'run';
  const machine = options.stateMachineName ?? 'machine';
  const executionArn = await host.start(JSON.stringify(input) ?? 'null', name, machine);
  return { host, executionArn, startMs };
}

export async function resultOf(host: MachineHost, executionArn: string, startMs: number): Promise<RunResult> {
  const described = await host.call('DescribeExecution', { executionArn });
  const events = await host.history(executionArn);
  const text = (field: string): string | undefined => {
    const value = described[field];
    return typeof value === 'string' ? value : undefined;
  };
  const output = text('output');
  const status = text('status') as ExecutionStatus;
  return {
    status,
    output: output === undefined ? undefined : (JSON.parse(output) as JsonValue),
    error: text('error'),
    cause: text('cause'),
    executionArn,
    path: host.scopes.visits.filter(({ scope }) => isOwn(scope)),
    events,
    history: { events },
    stateTransitions: transitionsOf(events).total,
    calls: host.calls.filter(({ scope }) => isOwn(scope)),
    waiting: status === 'RUNNING' ? host.unanswered().filter(({ scope }) => isOwn(scope)) : [],
    durationMs: host.nowMs - startMs,
    decisions: host.observations,
  };
}
