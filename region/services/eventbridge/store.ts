/**
 * Buses and rules. An event reaches each enabled rule of its bus whose pattern matches; each target then gets it on its
 * own, so that one failing target never holds up another. A scheduled rule keeps exactly one timer while enabled.
 */
import type { TimerHandle } from '../../clock.ts';
import { AwsError } from '../../errors.ts';
import type { RegionPorts } from '../../service.ts';
import { type EventEnvelope, isoSeconds } from './envelope.ts';
import type { EventMatcher } from './pattern.ts';
import type { Schedule } from './schedule.ts';
import { deliverToTarget, type Target } from './target.ts';

export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly busName: string;
  readonly matches: EventMatcher | undefined;
  readonly eventPattern: string | undefined;
  readonly schedule: Schedule | undefined;
  readonly scheduleExpression: string | undefined;
  readonly targets: readonly Target[];
  enabled: boolean;
  timer: TimerHandle | undefined;
}

export interface Bus {
  readonly name: string;
  readonly arn: string;
  readonly rules: Map<string, Rule>;
}

export class EventBridgeStore {
  readonly buses = new Map<string, Bus>();
  readonly #ports: RegionPorts;
  #started = false;

  constructor(ports: RegionPorts) {
    this.#ports = ports;
    this.createBus('default');
  }

  arn(resource: string): string {
    return `arn:${this.#ports.partition}:events:${this.#ports.region}:${this.#ports.accountId}:${resource}`;
  }

  createBus(name: string): Bus {
    if (this.buses.has(name)) {
      throw new AwsError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
    }
    const bus: Bus = { name, arn: this.arn(`event-bus/${name}`), rules: new Map() };
    this.buses.set(name, bus);
    return bus;
  }

  /** The bus of a name or ARN; the default bus when neither is given. */
  bus(nameOrArn = 'default'): Bus {
    const name = nameOrArn.startsWith('arn:') ? nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1) : nameOrArn;
    const bus = this.buses.get(name);
    if (bus === undefined) {
      throw new AwsError('ResourceNotFoundException', `Event bus ${name} does not exist.`);
    }
    return bus;
  }

  rule(name: string, busName?: string): Rule {
    const rule = this.bus(busName).rules.get(name);
    if (rule === undefined) {
      throw new AwsError(
        'ResourceNotFoundException',
        `Rule ${name} does not exist on EventBus ${busName ?? 'default'}.`,
      );
    }
    return rule;
  }

  addRule(rule: Rule): void {
    const { rules } = this.bus(rule.busName);
    if (rules.has(rule.name)) throw new AwsError('ResourceAlreadyExistsException', `Rule ${rule.name} already exists.`);
    rules.set(rule.name, rule);
    if (this.#started) this.#schedule(rule, this.#ports.clock.now());
  }

  setEnabled(rule: Rule, enabled: boolean): void {
    rule.enabled = enabled;
    rule.timer?.cancel();
    rule.timer = undefined;
    if (enabled && this.#started) this.#schedule(rule, this.#ports.clock.now());
  }

  /** Begins the scheduled rules: not before every target of every stack exists. */
  start(): void {
    this.#started = true;
    for (const bus of this.buses.values()) {
      for (const rule of bus.rules.values()) this.#schedule(rule, this.#ports.clock.now());
    }
  }

  /** Puts an event on a bus. Deliveries run outside the caller's call. */
  route(bus: Bus, event: EventEnvelope): void {
    for (const rule of bus.rules.values()) {
      if (rule.enabled && rule.matches?.(event) === true) this.#fire(rule, event);
    }
  }

  #fire(rule: Rule, event: EventEnvelope): void {
    for (const target of rule.targets) {
      this.#ports.spawn(() => deliverToTarget(this.#ports, rule, target, event));
    }
  }

  #schedule(rule: Rule, afterMs: number): void {
    if (!rule.enabled || rule.schedule === undefined) return;
    const dueMs = rule.schedule(afterMs);
    if (dueMs === undefined) return;
    rule.timer = this.#ports.clock.at(dueMs, () => {
      this.#schedule(rule, dueMs);
      this.#fire(rule, this.#scheduledEvent(rule, dueMs));
    });
  }

  #scheduledEvent(rule: Rule, dueMs: number): EventEnvelope {
    return {
      version: '0',
      id: this.#ports.uuid(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: this.#ports.accountId,
      time: isoSeconds(dueMs),
      region: this.#ports.region,
      resources: [rule.arn],
      detail: {},
    };
  }
}
