/**
 * Where the AWS SDK for JavaScript meets the region: a module of the SDK is handed out with every client class
 * subclassed, so that `send` answers from the region instead of the network. Commands, document translation, exception
 * classes and waiters stay the SDK's own. A plain `send` goes straight to the region (the SDK's middleware stack costs
 * 35 microseconds a call); a client whose stack was added to before the serializer, or a send with options, runs through
 * the stack, with the seam in place of the serializer and all that follows it.
 */
import type { marshallOptions, unmarshallOptions } from '@aws-sdk/util-dynamodb';
import { AwsError } from '../errors.ts';
import { type Command, type CommandPlan, isCommandClass, isOpened, leanCommandClass, planOf } from './command-plan.ts';
import { toAttribute, toNative } from './document-values.ts';
import { blobWithTransforms, streamWithTransforms } from './sdk-streams.ts';

/** Answers one call: operation and input as the SDK has them. May answer at once. */
export type SeamCall = (service: string, operation: string, input: object) => unknown;

type Constructor = abstract new (...args: never[]) => object;
type Middleware = (next: unknown, context: { commandName?: string }) => (args: { input: object }) => Promise<unknown>;

interface Stack {
  addRelativeTo(middleware: Middleware, options: object): void;
  /** Names of the middleware in the order in which they run. */
  identify(): readonly string[];
}

interface ClientInstance {
  config: Record<string, unknown>;
  middlewareStack: Stack & Record<string, unknown>;
  send(command: Command, ...options: unknown[]): unknown;
}

interface Seam {
  readonly service: string;
  readonly module: Readonly<Record<string, unknown>>;
  readonly call: SeamCall;
  /** Whether the stack has middleware of the application that the seam does not replace: sends then run through it. */
  usesStack: () => boolean;
}

interface Configuration {
  readonly [SEAM]?: Seam;
  readonly translateConfig?: {
    readonly marshallOptions?: marshallOptions;
    readonly unmarshallOptions?: unmarshallOptions;
  };
}

const SEAM = Symbol('region seam');
const STACK_CHANGES = ['add', 'addRelativeTo', 'use', 'remove', 'removeByTag'];
const METADATA = Object.freeze({ httpStatusCode: 200, attempts: 1, totalRetryDelay: 0 });

const isClientClass = (value: unknown): value is Constructor =>
  typeof value === 'function' && typeof (value.prototype as { send?: unknown } | undefined)?.send === 'function';

/** `DynamoDBClient`, `DynamoDB` -> `dynamodb`. Document clients are clients of DynamoDB. */
export function serviceOf(className: string): string {
  return className.startsWith('DynamoDBDocument') ? 'dynamodb' : className.replace(/Client$/, '').toLowerCase();
}

/** The module with its client classes connected to the region and its commands lean; all else is the module's own. */
export function connectModule(module: Readonly<Record<string, unknown>>, call: SeamCall): Record<string, unknown> {
  const connected: Record<string, unknown> = {};
  for (const name of Object.keys(module)) {
    const value = module[name];
    if (isClientClass(value)) connected[name] = connectClass(name, value, module, call);
    else connected[name] = isCommandClass(name, value) ? leanCommandClass(name, value) : value;
  }
  return connected;
}

/** A subclass of one client class that answers from the region. */
export function connectClass<T extends Constructor>(
  name: string,
  base: T,
  module: Readonly<Record<string, unknown>>,
  call: SeamCall,
): T {
  if (name.startsWith('DynamoDBDocument')) return connectDocumentClass(name, base);
  const Base = base as unknown as new (...args: unknown[]) => ClientInstance;
  const service = serviceOf(name);
  const connected = class extends Base {
    constructor(...args: unknown[]) {
      super(...args);
      const seam: Seam = { service, module, call, usesStack: () => false };
      Object.defineProperty(this.config, SEAM, { value: seam, enumerable: true, configurable: true });
      installInStack(this.middlewareStack, seam);
    }

    override send(command: Command, ...options: unknown[]): unknown {
      return sendThroughSeam(this, command, options, () => super.send(command, ...options));
    }
  };
  Object.defineProperty(connected, 'name', { value: name });
  return connected as unknown as T;
}

/** Document clients share config and stack with the DynamoDB client that they are made from, and so its seam. */
function connectDocumentClass<T extends Constructor>(name: string, base: T): T {
  const Base = base as unknown as new (...args: unknown[]) => ClientInstance;
  const connected = class extends Base {
    static from(client: object, translation?: object): object {
      return new connected(client, translation);
    }

    override send(command: Command, ...options: unknown[]): unknown {
      return sendThroughSeam(this, command, options, () => super.send(command, ...options));
    }
  };
  Object.defineProperty(connected, 'name', { value: name });
  return connected as unknown as T;
}

/**
 * Lets document clients of the host's own `@aws-sdk/lib-dynamodb` answer from the region when they are made from a
 * connected client; all others send as before. Patched once: the library makes its instances from its own class.
 */
export function adoptDocumentClients(library: Readonly<Record<string, unknown>>): void {
  const { prototype } = library['DynamoDBDocumentClient'] as { prototype: ClientInstance & { [SEAM]?: true } };
  if (prototype[SEAM]) return;
  const { send } = prototype;
  prototype[SEAM] = true;
  prototype.send = function sendFromRegion(this: ClientInstance, command: Command, ...options: unknown[]): unknown {
    return sendThroughSeam(this, command, options, () => send.call(this, command, ...options));
  };
}

function sendThroughSeam(
  client: ClientInstance,
  command: Command,
  options: readonly unknown[],
  viaStack: () => unknown,
): unknown {
  const configuration = client.config as Configuration;
  const seam = configuration[SEAM];
  if (seam === undefined) return viaStack();
  const plan = planOf(command);
  // Always direct: the library's translation stands on both sides of the serializer, where a seam in the stack cannot.
  if (plan.documents !== undefined)
    return answerDocuments(seam, plan.operation, plan.documents, command, configuration);
  const isPlain = options.length === 0 || (options.length === 1 && options[0] === undefined);
  if (!isPlain || isOpened(command) || seam.usesStack()) return viaStack();
  return answer(seam, plan.operation, command.input, completed);
}

function installInStack(stack: ClientInstance['middlewareStack'], seam: Seam): void {
  const middleware: Middleware = (_next, context) => async (args) => ({
    output: await answer(seam, String(context.commandName).replace(/Command$/, ''), args.input, completed),
    response: {},
  });
  // Next to the serializer and after the document translation, which stands before the serializer too.
  stack.addRelativeTo(middleware, {
    name: 'regionSeam',
    relation: 'before',
    toMiddleware: 'serializerMiddleware',
    override: true,
  });
  const initially = aheadOfSeam(stack);
  let usesStack: boolean | undefined = false;
  seam.usesStack = () => {
    usesStack ??= aheadOfSeam(stack) !== initially;
    return usesStack;
  };
  for (const change of STACK_CHANGES) {
    const original = stack[change] as ((...args: unknown[]) => unknown) | undefined;
    if (original === undefined) continue;
    stack[change] = (...args: unknown[]): unknown => {
      usesStack = undefined;
      return original(...args);
    };
  }
}

/** What runs before the seam; what comes after it, such as a user agent header, never runs. */
function aheadOfSeam(stack: Stack): string {
  const names = stack.identify();
  return names.slice(0, names.findIndex((name) => name.startsWith('regionSeam')) + 1).join();
}

/** Answers a command on documents: its input and output are translated as the client's options say. */
function answerDocuments(
  seam: Seam,
  operation: string,
  documents: NonNullable<CommandPlan['documents']>,
  command: Command,
  { translateConfig }: Configuration,
): Promise<object> {
  const marshallOptions = translateConfig?.marshallOptions ?? NO_OPTIONS;
  const unmarshallOptions = translateConfig?.unmarshallOptions ?? NO_OPTIONS;
  let input: unknown;
  try {
    input = documents.input(command.input, (value) => toAttribute(value, marshallOptions));
  } catch (error) {
    return Promise.reject(error);
  }
  return answer(seam, operation, input as object, (given) => {
    const output = documents.output(given ?? {}, (attribute) => toNative(attribute, unmarshallOptions)) as Output;
    output['$metadata'] = METADATA;
    return output;
  });
}

const NO_OPTIONS = Object.freeze({});

type Output = Record<string, unknown>;

const completed = (output: Output | undefined): object => withTransforms({ ...output, $metadata: METADATA });

/** Most calls are answered at once; each promise in between would cost as much as a small call. */
function answer(
  seam: Seam,
  operation: string,
  input: object,
  complete: (output: Output | undefined) => object,
): Promise<object> {
  try {
    const output = seam.call(seam.service, operation, input) as Output | undefined | Promise<Output | undefined>;
    if (output instanceof Promise) {
      return output.then(complete, (error: unknown) => {
        throw toException(seam, error);
      });
    }
    return Promise.resolve(complete(output));
  } catch (error) {
    return Promise.reject(toException(seam, error));
  }
}

/** Blobs that SDK clients give with `transformToString` and the like: bodies of objects, payloads of functions. */
function withTransforms(output: Record<string, unknown>): object {
  if (output['Body'] instanceof Uint8Array) output['Body'] = streamWithTransforms(output['Body']);
  if (output['Payload'] instanceof Uint8Array) output['Payload'] = blobWithTransforms(output['Payload']);
  return output;
}

const toException = (seam: Seam, error: unknown): unknown =>
  error instanceof AwsError ? exceptionOf(seam, error) : error;

/** The exception class that the SDK module has for the error, or its base class under the error's name. */
function exceptionOf(seam: Seam, error: AwsError): Error {
  const $metadata = { httpStatusCode: error.httpStatus, attempts: 1, totalRetryDelay: 0 };
  const options = { ...error.fields, message: error.message, $metadata };
  const own = seam.module[error.name] as (new (options: object) => Error) | undefined;
  if (typeof own === 'function') return new own(options);
  const baseName = Object.keys(seam.module).find((name) => name.endsWith('ServiceException') && !name.startsWith('__'));
  const base = seam.module[baseName ?? ''] as (new (options: object) => Error) | undefined;
  if (base === undefined) return error;
  return Object.assign(new base({ ...options, name: error.name, $fault: error.fault }), error.fields);
}
