/**
 * What a service of the region is: a table of operations (AWS API actions by their AWS names), a table of the
 * CloudFormation resource types it creates, and, where its resources can be targets of events, a `deliver`. Services
 * know each other only through `RegionPorts`; state and invariants live in each service's `store.ts`.
 */
import type { Clock } from './clock.ts';
import type { QueueSource, StreamSource } from './event-source.ts';

/** Who makes a call. `role` callers are checked against the policies that the templates gave to the role. */
export type Principal =
  | { readonly kind: 'account' }
  | { readonly kind: 'role'; readonly arn: string }
  | { readonly kind: 'service'; readonly service: string }
  | {
      readonly kind: 'cognito';
      readonly userPoolId: string;
      readonly username: string;
      readonly groups: readonly string[];
    }
  | { readonly kind: 'certificate'; readonly certificateId: string; readonly thingName: string };

export interface CallContext {
  readonly principal: Principal;
  readonly requestId: string;
}

/**
 * Input and output have the shape of the AWS SDK for JavaScript v3: `Date` for timestamps, `Uint8Array` for blobs.
 * Expected failures are thrown as `AwsError`. Synchronous answers are welcome: they are cheaper.
 */
export type Operation = (input: never, context: CallContext) => unknown | Promise<unknown>;

/** The IAM action and resource ARNs that a call needs; several where AWS checks several. */
export interface Permission {
  readonly action: string;
  readonly resource: string;
  readonly conditions?: Readonly<Record<string, string | readonly string[]>>;
}

export interface ResourceContext {
  readonly stackName: string;
  readonly logicalId: string;
  /** The physical name to use where the template names none: deterministic from stack and logical id. */
  readonly generatedName: (maxLength?: number) => string;
  /** Properties with every intrinsic function resolved. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** Folder of the cloud assembly, for assets. */
  readonly assemblyDirectory: string;
}

export interface CreatedResource {
  /** What `Ref` gives. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives, by attribute name, dotted ones included. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface ResourceHandler {
  /** Top-level property names that are understood; any other is an error that names resource and property. */
  readonly properties: readonly string[];
  /** Property names that are accepted and have no effect in the region (for example KMS keys, log retention). */
  readonly inert: readonly string[];
  create(context: ResourceContext): CreatedResource | Promise<CreatedResource>;
}

export interface Delivery {
  readonly targetArn: string;
  /** JSON value: what the target receives. */
  readonly payload: unknown;
  readonly principal: Principal;
  /** Service-specific extras of an EventBridge or Pipe target (SqsParameters, StepFunction, ...). */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** An HTTP request that a program sends without the SDK, e.g. to a GraphQL API. */
export interface HttpRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Service {
  /** SDK client name in lower case without `Client`: `dynamodb`, `sqs`, `sfn`, `eventbridge`, `georoutes`, ... */
  readonly name: string;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly resources: Readonly<Record<string, ResourceHandler>>;
  /** What IAM must allow for a call; an operation that is missing here is checked as `<prefix>:<Operation>` on `*`. */
  readonly permissions: Readonly<Record<string, (input: never) => readonly Permission[]>>;
  /** ARN service segments (third field) whose resources this service delivers events to, e.g. `sqs`. */
  readonly delivers?: readonly string[];
  deliver?(delivery: Delivery): Promise<void> | void;
  /** Called once after every resource of every stack exists: start polls, schedules, subscriptions. */
  start?(): void;
  /** Answers a POST to a URL of one of the service's resources. `principal` is set when the request was signed. */
  httpPost?(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    principal?: Principal,
  ): Promise<HttpAnswer>;
  /** Set by a service whose resources are queues that event source mappings and pipes poll. */
  readonly queueSource?: QueueSource;
  /** Set by a service whose resources have streams that event source mappings and pipes read. */
  readonly streamSource?: StreamSource;
}

/** What the region gives to every service. A service factory is `(ports: RegionPorts) => Service`. */
export interface RegionPorts {
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  readonly clock: Clock;
  /** Seeded chance in [0, 1), one stream per service. */
  random(): number;
  /** Seeded UUID v4. */
  uuid(): string;
  /** Calls another service as `principal`; IAM is checked. `service` is `Service.name`. */
  call(service: string, operation: string, input: object, principal: Principal): Promise<unknown>;
  /** Delivers an event to whatever owns the ARN (queue, function, bus, topic, state machine, stream). */
  deliver(delivery: Delivery): Promise<void>;
  /** The service that holds the queue of this ARN. Throws `UnknownToRegionError` when none has queues. */
  queueSource(queueArn: string): QueueSource;
  /** The service that holds the stream of this ARN (Kinesis stream or DynamoDB table stream). */
  streamSource(streamArn: string): StreamSource;
  /** Throws `AccessDeniedException` (AwsError) unless the principal may. */
  authorize(principal: Principal, permissions: readonly Permission[]): void;
  /** True while a call is answered that must leave everything as it is, also what would be tidied up by the way. */
  isObserved?(): boolean;
  /** Runs work outside the current call: it counts as runnable and its rejection is a crash of the region. */
  spawn(work: () => Promise<void> | void): void;
  /** Counts billable units, e.g. `('dynamodb', 'wru', 2)`. */
  meter(service: string, unit: string, amount: number): void;
  /** Structured diagnostics (file), never the terminal. */
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string, fields?: Readonly<Record<string, unknown>>): void;
}

export type ServiceFactory = (ports: RegionPorts) => Service;
