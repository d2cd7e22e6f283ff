/**
 * Takes each call to its service: finds the operation, has IAM check the caller, and runs it. Also carries deliveries
 * of events to the service that owns the target. A synchronous operation answers synchronously: most calls of a
 * simulation do, and a promise for each would cost more than the work.
 */
import { AwsError, UnknownToRegionError } from './errors.ts';
import type { QueueSource, StreamSource } from './event-source.ts';
import type { FaultDesk } from './faults/fault-desk.ts';
import type { PolicyStore } from './iam/policy-store.ts';
import type { CallContext, Delivery, HttpAnswer, HttpRequest, Permission, Principal, Service } from './service.ts';

/** IAM's action prefix where it is not the service's name. */
const IAM_PREFIXES: Readonly<Record<string, string>> = {
  sfn: 'states',
  eventbridge: 'events',
  location: 'geo',
  georoutes: 'geo-routes',
  neptunedata: 'neptune-db',
  iotdataplane: 'iot',
  cognitoidentityprovider: 'cognito-idp',
  cloudwatchlogs: 'logs',
};

/** Which service answers at a host name. */
const HTTP_OWNERS = [{ host: /\.appsync-api\./, service: 'appsync' }];

export class CallRouter {
  readonly #policies: PolicyStore;
  readonly #faults: FaultDesk | undefined;
  readonly #services = new Map<string, Service>();
  readonly #byArnService = new Map<string, Service>();
  readonly #queueSources = new Map<string, QueueSource>();
  readonly #streamSources = new Map<string, StreamSource>();
  #requests = 0;

  /** @param faults what goes wrong, where a plan makes it */
  constructor(policies: PolicyStore, faults?: FaultDesk) {
    this.#policies = policies;
    this.#faults = faults;
  }

  add(service: Service): void {
    this.#services.set(service.name, service);
    for (const segment of service.delivers ?? []) this.#byArnService.set(segment, service);
    if (service.queueSource !== undefined) this.#queueSources.set(service.name, service.queueSource);
    if (service.streamSource !== undefined) this.#streamSources.set(service.name, service.streamSource);
  }

  get services(): readonly Service[] {
    return [...this.#services.values()];
  }

  service(name: string): Service {
    const service = this.#services.get(name);
    if (service !== undefined) return service;
    const known = [...this.#services.keys()].join(', ');
    throw new UnknownToRegionError(`service ${name}`, 'call', `the region has ${known}`);
  }

  /** Calls so far. */
  get requests(): number {
    return this.#requests;
  }

  /** The operation's answer or a promise of it. Throws `AwsError` for what AWS would refuse. */
  call(serviceName: string, operation: string, input: object, principal: Principal): unknown {
    const service = this.service(serviceName);
    const run = service.operations[operation];
    if (run === undefined) {
      throw new AwsError('UnknownOperationException', `The region's ${serviceName} has no operation ${operation}`);
    }
    if (principal.kind === 'role') this.#policies.authorize(principal, permissionsFor(service, operation, input));
    this.#requests += 1;
    const context = new RoutedCall(principal, this.#requests);
    if (this.#faults === undefined) return run(input as never, context);
    return this.#faults.call(serviceName, operation, input, principal, (given) => run(given as never, context));
  }

  /** As `call`, for one who is not part of the run: it is not counted. */
  look(serviceName: string, operation: string, input: object, principal: Principal): unknown {
    const requests = this.#requests;
    try {
      return this.call(serviceName, operation, input, principal);
    } finally {
      this.#requests = requests;
    }
  }

  async deliver(delivery: Delivery): Promise<void> {
    if (this.#faults === undefined) return this.#deliver(delivery);
    return this.#faults.deliver(delivery, (given) => this.#deliver(given));
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const segment = delivery.targetArn.split(':')[2] ?? '';
    const service = this.#byArnService.get(segment);
    if (service?.deliver === undefined) {
      throw new UnknownToRegionError(
        `target ${delivery.targetArn}`,
        'delivery',
        'no service of the region takes events of it',
      );
    }
    await service.deliver(delivery);
  }

  /** To whichever service owns the host name; only a request with an AWS signature is the signer's. */
  async http(url: URL, request: HttpRequest, signer: Principal): Promise<HttpAnswer> {
    const owner = HTTP_OWNERS.find(({ host }) => host.test(url.hostname));
    const service = owner === undefined ? undefined : this.#services.get(owner.service);
    if (service?.httpPost === undefined || request.method !== 'POST') {
      throw new UnknownToRegionError(
        `${request.method} ${url.href}`,
        'fetch',
        'no service of the region answers there',
      );
    }
    const authorization = Object.entries(request.headers).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
    const isSigned = authorization?.startsWith('AWS4-HMAC-SHA256') === true;
    return service.httpPost(url.href, request.headers, request.body, ...(isSigned ? [signer] : []));
  }

  queueSource(arn: string): QueueSource {
    return sourceOf(this.#queueSources, arn);
  }

  streamSource(arn: string): StreamSource {
    return sourceOf(this.#streamSources, arn);
  }
}

/** Few services look at the id: it is made when one does. */
class RoutedCall implements CallContext {
  readonly principal: Principal;
  readonly #number: number;

  constructor(principal: Principal, number: number) {
    this.principal = principal;
    this.#number = number;
  }

  get requestId(): string {
    return `00000000-0000-4000-8000-${this.#number.toString(16).padStart(12, '0')}`;
  }
}

function permissionsFor(service: Service, operation: string, input: object): readonly Permission[] {
  const listed = service.permissions[operation];
  if (listed !== undefined) return listed(input as never);
  return [{ action: `${IAM_PREFIXES[service.name] ?? service.name}:${operation}`, resource: '*' }];
}

function sourceOf<T>(sources: ReadonlyMap<string, T>, arn: string): T {
  const source = sources.get(arn.split(':')[2] ?? '');
  if (source !== undefined) return source;
  throw new UnknownToRegionError(`event source ${arn}`, 'mapping or pipe', 'no service of the region has it');
}
