/**
 * The region's composition: builds the services around one clock, one policy store and one router, creates what the
 * assembly's templates describe, and is the handle that tests, the command line and the fleet hold.
 */
import type { Roads } from '../roads/index.ts';
import { forgetAssets } from './assembly/assets.ts';
import { type DeployedResource, type Deployment, deploy } from './assembly/deployment.ts';
import { type AssemblyStack, readAssembly } from './assembly/manifest.ts';
import { CallRouter } from './call-router.ts';
import type { Clock } from './clock.ts';
import { CompletionBoard } from './completions.ts';
import type { CorePorts } from './core-ports.ts';
import { type Endpoint, listen } from './endpoint/server.ts';
import { FaultDesk } from './faults/fault-desk.ts';
import type { FaultPlan } from './faults/plan.ts';
import { PolicyStore } from './iam/policy-store.ts';
import { createPrng } from './prng.ts';
import type { InputJournal } from './replay/input-journal.ts';
import { OutsideDoor, type Replayed } from './replay/outside-door.ts';
import { RunTrace } from './replay/run-trace.ts';
import { connectClient } from './sandbox/connect-client.ts';
import { watchStrayRejections } from './sandbox/stray-rejections.ts';
import type { Principal, Service } from './service.ts';
import { createServices } from './service-catalog.ts';
import type { LambdaService } from './services/lambda/index.ts';
import type { StepFunctionsSettings } from './services/sfn/engine-host.ts';
import { UsageCounter } from './usage.ts';
import { type ClockSettings, type RunEnd, type RunGoal, VirtualClock } from './virtual-clock.ts';

export interface LogRecord {
  /** Virtual time, ISO 8601. */
  readonly at: string;
  /** Service or function that says it. */
  readonly from: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** A message of a service, or a line that a program printed. */
  readonly message: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

export interface RegionSettings {
  /** Folder that `cdk synth` wrote, or stacks in memory. */
  readonly assembly: string | readonly AssemblyStack[];
  readonly clock: ClockSettings;
  readonly seed: number;
  readonly accountId?: string;
  readonly region?: string;
  /** Factories that are added to the region's own, or replace those of the same service name. */
  readonly services?: readonly ((ports: CorePorts) => Service)[];
  /**
   * Makes runs replayable: what enters from outside, by the endpoint or `outside`, is kept here. After it was built as
   * before, `resume` brings a region back to where its journal ends.
   */
  readonly inputs?: InputJournal;
  /** Step Functions with a journal of its own, or another way to carry out tasks. */
  readonly stepFunctions?: StepFunctionsSettings;
  /** What goes wrong in the region. With `inputs`, the run follows from it too: it belongs into the journal's identity. */
  readonly faults?: FaultPlan;
  /**
   * What Amazon Location answers routes from; without them, from a model that knows no streets. With `inputs`, the run
   * follows from them too: their digest belongs into the journal's identity.
   */
  readonly roads?: Roads;
  /** Receives diagnostics and what programs print. Without it they are dropped. */
  readonly log?: (record: LogRecord) => void;
}

type ClientClass<T> = new (configuration: never) => T;
const ACCOUNT: Principal = { kind: 'account' };
/** Of the host's time: what a kill can make the region do again. */
const MARK_EVERY_MS = 250;

export class Region {
  readonly accountId: string;
  readonly name: string;
  readonly #clock: VirtualClock;
  readonly #router: CallRouter;
  readonly #policies: PolicyStore;
  readonly #usage: UsageCounter;
  readonly #deployment: Deployment;
  readonly #faults: FaultDesk | undefined;
  readonly #endpoints: Endpoint[] = [];
  readonly #door: OutsideDoor | undefined;
  #stopMarks: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: {
    account: { accountId: string; region: string };
    clock: VirtualClock;
    router: CallRouter;
    policies: PolicyStore;
    usage: UsageCounter;
    deployment: Deployment;
    faults: FaultDesk | undefined;
    door: OutsideDoor | undefined;
  }) {
    this.accountId = parts.account.accountId;
    this.name = parts.account.region;
    this.#clock = parts.clock;
    this.#router = parts.router;
    this.#policies = parts.policies;
    this.#usage = parts.usage;
    this.#deployment = parts.deployment;
    this.#faults = parts.faults;
    this.#door = parts.door;
  }

  /** For parts of the world outside of AWS that live on the same time, e.g. simulated drivers. */
  get clock(): Clock {
    return this.#clock;
  }

  /** Runs work for such a part: its rejection ends the run. */
  spawn(work: () => Promise<void> | void): void {
    spawnOn(this.#clock, work);
  }

  /**
   * Lets time pass until a virtual time (ms since the epoch), until a condition holds, or until nothing is left to do.
   * Rejects with the first error that nobody in the region handled.
   */
  run(until?: number | (() => boolean)): Promise<RunEnd> {
    if (typeof until === 'number') return this.#runTo({ untilMs: until });
    return this.#runTo(until === undefined ? {} : { condition: until });
  }

  advance(ms: number): Promise<RunEnd> {
    return this.#runTo({ untilMs: this.#clock.now() + ms });
  }

  /** Runs until only background work is left: recurring schedules and sweeps. */
  runUntilIdle(): Promise<RunEnd> {
    return this.#runTo({ idle: true });
  }

  /**
   * One API call. Outside of a run, time passes in `auto-skip` mode until the call is answered.
   * Throws `AwsError` for what AWS would refuse.
   */
  async call(service: string, operation: string, input: object, principal: Principal = ACCOUNT): Promise<unknown> {
    const answer = this.#router.call(service, operation, input, principal);
    this.#clock.nudge();
    if (!(answer instanceof Promise) || this.#clock.running || this.#clock.mode !== 'auto-skip') return answer;
    let isSettled = false;
    const settle = (): void => {
      isSettled = true;
    };
    answer.then(settle, settle);
    const end = await this.#runTo({ condition: () => isSettled });
    if (isSettled) return answer;
    throw new Error(
      `${service}:${operation} was not answered and nothing is left to run (${end}): something it waits for never comes`,
    );
  }

  /**
   * One API call by somebody who is not part of the run: a console, a command line, another process. With `inputs` it
   * waits for a quiet point of the clock, is journaled unless it changes nothing, and is answered while the region runs.
   */
  callFromOutside(service: string, operation: string, input: object, principal: Principal = ACCOUNT): Promise<unknown> {
    if (this.#door !== undefined) return this.#door.call(service, operation, input, principal);
    this.#clock.catchUp();
    return this.call(service, operation, input, principal);
  }

  /** As `sdk`, for somebody who is not part of the run. */
  sdkFromOutside<T extends object>(Client: ClientClass<T>, configuration: object = {}): T {
    const call = (service: string, operation: string, input: object): Promise<unknown> =>
      this.callFromOutside(service, operation, input);
    return connectClient(Client, { region: this.name, ...configuration }, call);
  }

  /**
   * Brings a region with `inputs`, built as at its beginning, to where the journal ends, as fast as it can; from then on
   * how far it is will be marked several times a second. Nothing may have run before.
   * @param onProgress told virtual times, ms since 1970
   * @throws ReplayError when something else happens than the journal tells
   */
  async resume(onProgress: (nowMs: number) => void = () => undefined): Promise<Replayed> {
    const door = this.#door;
    if (door === undefined) throw new Error('this region has no journal of inputs: open it with `inputs`');
    const replayed = await door.replay((goal) => this.#runTo(goal), onProgress);
    this.#stopMarks = this.#clock.everyHostMs(MARK_EVERY_MS, () => door.mark());
    return replayed;
  }

  /** Does something that is no part of the run again and again, at quiet points, while the region runs. @returns what ends it */
  everyHostMs(periodMs: number, work: () => void): () => void {
    return this.#clock.everyHostMs(periodMs, work);
  }

  /** A client of the AWS SDK for JavaScript whose calls are answered by the region, as the account or as `principal`. */
  sdk<T extends object>(Client: ClientClass<T>, configuration: object = {}, principal: Principal = ACCOUNT): T {
    const call = (service: string, operation: string, input: object): Promise<unknown> =>
      this.call(service, operation, input, principal);
    return connectClient(Client, { region: this.name, ...configuration }, call);
  }

  /** The service object, for what its type offers beyond operations. Throws when the region has none of this name. */
  service<T extends Service = Service>(name: string): T {
    return this.#router.service(name) as T;
  }

  /** Billable units so far, by `service/unit`. */
  usage(): Readonly<Record<string, number>> {
    return this.#usage.snapshot();
  }

  /** How often each rule of the fault plan has hit so far, by its id. */
  faultHits(): Readonly<Record<string, number>> {
    return this.#faults?.hits() ?? {};
  }

  /** The fault plan's rules hit nothing any more. */
  endFaults(): void {
    this.#faults?.end();
  }

  /** Resolved outputs of one stack; of all stacks together when none is named. */
  outputs(stackName?: string): Readonly<Record<string, string>> {
    const { outputs } = this.#deployment;
    return stackName === undefined ? Object.assign({}, ...Object.values(outputs)) : (outputs[stackName] ?? {});
  }

  get resources(): readonly DeployedResource[] {
    return this.#deployment.resources;
  }

  /** By logical id, or by construct path (`Stack/Construct`, with or without the final `/Resource`). */
  resource(stackName: string, idOrPath: string): DeployedResource {
    const paths = [idOrPath, `${idOrPath}/Resource`, `${stackName}/${idOrPath}`, `${stackName}/${idOrPath}/Resource`];
    const found =
      this.#deployment.resource(stackName, idOrPath) ??
      this.#deployment.resources.find(({ path }) => path !== undefined && paths.includes(path));
    if (found === undefined)
      throw new Error(`no resource ${idOrPath} in stack ${stackName}: give a logical id or path`);
    return found;
  }

  /** Serves the region to other processes of this machine. Port 0 takes a free one. */
  async listen(port: number): Promise<Endpoint> {
    const served = {
      accountId: this.accountId,
      name: this.name,
      clock: this.#clock,
      call: (service: string, operation: string, input: object, principal?: Principal) =>
        this.callFromOutside(service, operation, input, principal),
      roleArnOf: (name: string) => this.#policies.roleArnOf(name),
      outputs: (stackName?: string) => this.outputs(stackName),
    };
    const endpoint = await listen(served, port);
    this.#endpoints.push(endpoint);
    return endpoint;
  }

  async #runTo(goal: RunGoal): Promise<RunEnd> {
    const unwatch = watchStrayRejections((error) => this.#clock.crash(error));
    try {
      return await this.#clock.run(goal);
    } finally {
      unwatch();
    }
  }

  /** Ends runs and endpoints. State is gone but for what follows from the journal of inputs. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    this.#clock.close();
    await this.#closeDoor();
    await Promise.all(this.#endpoints.map((endpoint) => endpoint.close()));
    const closing = this.#router.services.map((service) => (service as { close?: () => unknown }).close?.());
    await Promise.all(closing);
  }

  async #closeDoor(): Promise<void> {
    if (this.#door === undefined) return;
    this.#stopMarks?.();
    await this.#clock.ended();
    if (this.#stopMarks !== undefined && !this.#clock.hasCrashed) this.#door.mark();
    this.#door.close();
  }
}

function spawnOn(clock: VirtualClock, work: () => Promise<void> | void): void {
  Promise.resolve()
    .then(work)
    .catch((error: unknown) => clock.crash(error));
}

/** A journal is not gone on with before the time at which it ends. */
function notBefore(clock: ClockSettings, ms: number): ClockSettings {
  return ms > Date.parse(clock.startAt) ? { ...clock, startAt: new Date(ms).toISOString() } : clock;
}

/** Builds the region from a cloud assembly. Throws `UnknownToRegionError` that lists all it does not understand. */
export async function openRegion(settings: RegionSettings): Promise<Region> {
  const account = {
    accountId: settings.accountId ?? '123456789012',
    region: settings.region ?? 'us-east-1',
    partition: 'aws',
  };
  const clock = new VirtualClock(notBefore(settings.clock, settings.stepFunctions?.journal?.lastMs ?? 0));
  const policies = new PolicyStore(account.accountId);
  const usage = new UsageCounter();
  const completions = new CompletionBoard();
  const draws = { words: 0, sum: 0 };
  const observation = { isOn: false };
  const stamp = (): string => new Date(clock.now()).toISOString();

  const faults =
    settings.faults === undefined
      ? undefined
      : new FaultDesk(settings.faults, {
          clock,
          chance: { seed: settings.seed, draws },
          spawn: (work) => spawnOn(clock, work),
          log: (message, fields) => settings.log?.({ at: stamp(), from: 'faults', level: 'warn', message, fields }),
        });
  const router = new CallRouter(policies, faults);

  const portsFor = (name: string): CorePorts => {
    const prng = createPrng(settings.seed, name, draws);
    return {
      ...account,
      clock,
      random: prng.random,
      uuid: prng.uuid,
      prng: (stream) => createPrng(settings.seed, `${name}/${stream}`, draws),
      call: async (service, operation, input, principal) => router.call(service, operation, input, principal),
      callNow: (service, operation, input, principal) => router.call(service, operation, input, principal),
      deliver: (delivery) => router.deliver(delivery),
      queueSource: (arn) => router.queueSource(arn),
      streamSource: (arn) => router.streamSource(arn),
      authorize: (principal, permissions) => policies.authorize(principal, permissions),
      spawn: (work) => spawnOn(clock, work),
      meter: (service, unit, amount) => {
        if (!observation.isOn) usage.add(service, unit, amount);
      },
      isObserved: () => observation.isOn,
      completions,
      ...(faults !== undefined && { faultOf: (functionName, event) => faults.invocation(functionName, event) }),
      http: (url, request, principal) => router.http(url, request, principal),
      onQuiet: (listener) => clock.onQuiet(listener),
      letIn: (work) => clock.letIn(work),
      log: (level, message, fields) =>
        settings.log?.({ at: stamp(), from: name, level, message, ...(fields === undefined ? {} : { fields }) }),
      writeLine: (program, line, stream) =>
        settings.log?.({ at: stamp(), from: program, level: stream === 'stderr' ? 'warn' : 'info', message: line }),
    };
  };
  for (const service of createServices(portsFor, policies, settings.stepFunctions, settings.roads)) router.add(service);
  for (const [index, create] of (settings.services ?? []).entries()) router.add(create(portsFor(`added-${index}`)));

  if (typeof settings.assembly === 'string') forgetAssets(settings.assembly);
  const stacks = typeof settings.assembly === 'string' ? readAssembly(settings.assembly) : settings.assembly;
  const handlers = new Map(router.services.flatMap((service) => Object.entries(service.resources)));
  const deployment = await deploy(stacks, handlers, account);
  faults?.check({
    functionNames: (router.service('lambda') as LambdaService).store.names(),
    operations: Object.fromEntries(router.services.map(({ name, operations }) => [name, Object.keys(operations)])),
    arns: deployment.resources.flatMap(({ ref, attributes }) => [ref, ...Object.values(attributes)]),
  });
  for (const service of router.services) service.start?.();
  const trace = new RunTrace({ clock, router, usage, draws });
  const { inputs: journal } = settings;
  const door = journal === undefined ? undefined : new OutsideDoor({ clock, router, trace, observation, journal });
  return new Region({ account, clock, router, policies, usage, deployment, faults, door });
}
