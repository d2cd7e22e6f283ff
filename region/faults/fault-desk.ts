/**
 * Where the region asks whether something goes wrong: at each call of a role or a service of AWS, each delivery of an event
 * and each invocation of a function. F1: without a plan nobody asks. F2: a rule's chance follows from the seed and its id, so
 * that a rule that is added does not change what another hits. F3: callers from outside the account's programs (its owner,
 * drivers, vehicles) are never hit.
 */
import type { Clock } from '../clock.ts';
import { AwsError } from '../errors.ts';
import type { Delivery, Principal } from '../service.ts';
import { type Chance, CompiledRule, matcherOf } from './compiled-rule.ts';
import { parseFaultPlan } from './parse-plan.ts';
import { type FaultPlan, FaultPlanError, type FunctionFaultKind } from './plan.ts';
import { throttled } from './throttle-errors.ts';

export interface FunctionFault {
  readonly kind: FunctionFaultKind;
  /** Of `fail`. */
  readonly name: string;
  readonly message: string;
}

/** What rules name must be there. */
export interface FaultWorld {
  readonly functionNames: readonly string[];
  /** Operations by service. */
  readonly operations: Readonly<Record<string, readonly string[]>>;
  /** ARNs of resources. */
  readonly arns: readonly string[];
}

interface DeskParts {
  readonly clock: Clock;
  readonly chance: Chance;
  spawn(work: () => Promise<void> | void): void;
  log(message: string, fields: Readonly<Record<string, unknown>>): void;
}

interface PlacedRule {
  readonly compiled: CompiledRule;
  readonly matchesName: (name: string) => boolean;
}
interface CallRule extends PlacedRule {
  readonly operation: string | undefined;
}

const LOST_ANSWER = {
  name: 'InternalFailure',
  message: 'The request was carried out, and its answer was lost.',
  status: 500,
};

export class FaultDesk {
  readonly #parts: DeskParts;
  readonly #rules: readonly CompiledRule[];
  readonly #ofFunctions: readonly PlacedRule[];
  readonly #ofTargets: readonly PlacedRule[];
  readonly #ofCalls = new Map<string, CallRule[]>();
  #isOver = false;

  /** Throws `FaultPlanError` for what is no plan. */
  constructor(plan: FaultPlan, parts: DeskParts) {
    this.#parts = parts;
    this.#rules = parseFaultPlan(plan).rules.map((rule) => new CompiledRule(rule, parts.clock.now(), parts.chance));
    const ofFunctions: PlacedRule[] = [];
    const ofTargets: PlacedRule[] = [];
    for (const compiled of this.#rules) {
      const { at } = compiled.rule;
      if ('function' in at) ofFunctions.push({ compiled, matchesName: matcherOf(at.function) });
      else if ('target' in at) ofTargets.push({ compiled, matchesName: matcherOf(at.target) });
      else {
        const rules = this.#ofCalls.get(at.service) ?? [];
        rules.push({ compiled, matchesName: matcherOf(at.by), operation: at.operation });
        this.#ofCalls.set(at.service, rules);
      }
    }
    this.#ofFunctions = ofFunctions;
    this.#ofTargets = ofTargets;
  }

  /** How often each rule has hit so far, by its id. */
  hits(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#rules.map(({ id, hits }) => [id, hits]));
  }

  /** From now on nothing goes wrong any more. */
  end(): void {
    this.#isOver = true;
  }

  /** Throws `FaultPlanError` for rules that could never hit. */
  check({ functionNames, operations, arns }: FaultWorld): void {
    const problems = this.#rules.flatMap(({ id, rule: { at } }) => {
      if ('function' in at && !functionNames.some(matcherOf(at.function)))
        return [
          `rule ${id}: no function is named ${at.function}: give a name or a pattern, of ${functionNames.join(', ')}`,
        ];
      if ('target' in at && !arns.some(matcherOf(at.target)))
        return [`rule ${id}: no resource has the ARN ${at.target}: give one, or a pattern such as *:function:*`];
      if (!('service' in at)) return [];
      const known = operations[at.service];
      if (known === undefined)
        return [`rule ${id}: no service ${at.service}: the region has ${Object.keys(operations).join(', ')}`];
      if (at.operation === undefined || known.includes(at.operation)) return [];
      return [`rule ${id}: ${at.service} has no operation ${at.operation}: it has ${known.join(', ')}`];
    });
    if (problems.length > 0) throw new FaultPlanError(problems);
  }

  /** @param event JSON text */
  invocation(functionName: string, event: string): FunctionFault | undefined {
    const struck = this.#struck(this.#ofFunctions, functionName, () => event);
    if (struck === undefined) return undefined;
    const { name = 'Error', message = '' } = struck.rule.error ?? {};
    return { kind: struck.kind as FunctionFaultKind, name, message };
  }

  /** @param perform makes the call, as often as it is asked to */
  call(
    service: string,
    operation: string,
    input: object,
    principal: Principal,
    perform: (input: object) => unknown,
  ): unknown {
    const rules = this.#ofCalls.get(service);
    const caller = callerOf(principal);
    if (rules === undefined || caller === undefined) return perform(input);
    const placed = rules.filter((rule) => rule.operation === undefined || rule.operation === operation);
    const struck =
      placed.length === 0 ? undefined : this.#struck(placed, caller, () => textOf(input), `${service}:${operation}`);
    return struck === undefined ? perform(input) : this.#misdo(struck, service, operation, input, perform);
  }

  async deliver(delivery: Delivery, perform: (delivery: Delivery) => Promise<void>): Promise<void> {
    const struck = this.#struck(this.#ofTargets, delivery.targetArn, () => JSON.stringify(delivery.payload ?? null));
    if (struck?.kind === 'lose') return;
    if (struck?.kind === 'delay') {
      const { clock } = this.#parts;
      const dueMs = clock.now() + struck.drawMs();
      await new Promise<void>((resolve) => clock.at(dueMs, resolve));
    }
    await perform(delivery);
    if (struck?.kind === 'duplicate') this.#later(struck, () => perform(delivery));
  }

  #struck(
    placed: readonly PlacedRule[],
    name: string,
    text: () => string,
    place: string = name,
  ): CompiledRule | undefined {
    if (this.#isOver) return undefined;
    const nowMs = this.#parts.clock.now();
    for (const { compiled, matchesName } of placed) {
      if (!compiled.holds(nowMs) || !matchesName(name) || !compiled.strikes(text)) continue;
      this.#parts.log('fault', { rule: compiled.id, kind: compiled.kind, at: place, name });
      return compiled;
    }
    return undefined;
  }

  #misdo(
    struck: CompiledRule,
    service: string,
    operation: string,
    input: object,
    perform: (input: object) => unknown,
  ): unknown {
    const { kind, rule } = struck;
    switch (kind) {
      case 'throttle':
        throw rule.error === undefined ? throttled(service) : errorOf(rule.error);
      case 'lose-answer':
        return afterwards(perform(input), () => {
          throw errorOf(rule.error ?? LOST_ANSWER);
        });
      case 'lose':
        return {};
      case 'delay':
        // SQS delays by itself, and answers with the message that it keeps.
        if (service === 'sqs') return perform(delayed(input, operation, () => struck.drawMs()));
        this.#later(struck, () => perform(input));
        return {};
      case 'duplicate':
        return afterwards(perform(input), (answer) => {
          this.#later(struck, () => perform(input));
          return answer;
        });
      default:
        throw errorOf(rule.error ?? LOST_ANSWER);
    }
  }

  /** What is refused the second time, or later, is nobody's loss any more. */
  #later(struck: CompiledRule, work: () => unknown): void {
    const { clock, spawn, log } = this.#parts;
    const attempt = async (): Promise<void> => {
      try {
        await work();
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        log('a late call was refused', { rule: struck.id, error: error.name, cause: error.message });
      }
    };
    clock.at(clock.now() + struck.drawMs(), () => spawn(attempt));
  }
}

/** F3. */
function callerOf(principal: Principal): string | undefined {
  if (principal.kind === 'service') return principal.service;
  return principal.kind === 'role' ? principal.arn.slice(principal.arn.lastIndexOf('/') + 1) : undefined;
}

const errorOf = ({ name, message, status = 400 }: { name: string; message: string; status?: number }): AwsError =>
  new AwsError(name, message, status);

/** Calls are answered at once where they can be: a promise only where there was one. */
function afterwards(answer: unknown, then: (answer: unknown) => unknown): unknown {
  return answer instanceof Promise ? answer.then(then) : then(answer);
}

const MAX_DELAY_SECONDS = 900;

function delayed(input: object, operation: string, drawMs: () => number): object {
  const later = (message: object): object => ({
    ...message,
    DelaySeconds: Math.min(MAX_DELAY_SECONDS, Math.ceil(drawMs() / 1000)),
  });
  if (operation === 'SendMessage') return later(input);
  const { Entries = [] } = input as { Entries?: readonly object[] };
  return { ...input, Entries: Entries.map(later) };
}

/** Payloads are bytes of text, which JSON would list one by one. */
function textOf(input: object): string {
  const readable = Object.entries(input).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value,
  ]);
  return JSON.stringify(Object.fromEntries(readable));
}
