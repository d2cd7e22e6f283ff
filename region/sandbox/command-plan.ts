/**
 * What the seam has to know of a command, read once for its class: the operation, and for the commands of
 * `@aws-sdk/lib-dynamodb` where in input and output documents stand. And command classes without the middleware stack
 * that the SDK builds for every instance, which costs more than most calls of the region.
 */
import { compileKeyNodes, type KeyNodes, type NodeWalk } from './document-values.ts';

export interface Command {
  readonly input: object;
}

export interface CommandPlan {
  /** `GetItem`, ... */
  readonly operation: string;
  /** Set for commands on documents. */
  readonly documents: { readonly input: NodeWalk; readonly output: NodeWalk } | undefined;
}

interface DocumentCommand extends Command {
  readonly clientCommand: object;
  readonly inputKeyNodes: KeyNodes;
  readonly outputKeyNodes: KeyNodes;
}

type CommandClass = new (input?: object) => Command;

const FULL = Symbol('full command');
const plans = new WeakMap<object, CommandPlan>();
const leanClasses = new WeakMap<object, CommandClass>();

const operationOf = (command: object): string => command.constructor.name.replace(/Command$/, '');

export function planOf(command: Command): CommandPlan {
  const known = plans.get(command.constructor);
  if (known !== undefined) return known;
  const plan = 'clientCommand' in command ? documentPlan(command as DocumentCommand) : plainPlan(command);
  plans.set(command.constructor, plan);
  return plan;
}

function plainPlan(command: Command): CommandPlan {
  return { operation: operationOf(command), documents: undefined };
}

function documentPlan(command: DocumentCommand): CommandPlan {
  return {
    operation: operationOf(command.clientCommand),
    documents: { input: compileKeyNodes(command.inputKeyNodes), output: compileKeyNodes(command.outputKeyNodes) },
  };
}

export const isCommandClass = (name: string, value: unknown): value is CommandClass =>
  name.endsWith('Command') &&
  typeof value === 'function' &&
  typeof (value.prototype as { resolveMiddleware?: unknown } | undefined)?.resolveMiddleware === 'function';

/** Whether the program has looked into the command: it may have added to the command's own stack. */
export function isOpened(command: object): boolean {
  return FULL in command;
}

/**
 * A class whose instances carry the input alone, of the same prototype as those of `base`. The SDK's own instance is
 * made when something else of it is asked for.
 */
export function leanCommandClass(name: string, base: CommandClass): CommandClass {
  const known = leanClasses.get(base);
  if (known !== undefined) return known;
  function LeanCommand(this: { input: object }, input?: object): void {
    this.input = input ?? {};
  }
  const lean = LeanCommand as unknown as CommandClass;
  const own: PropertyDescriptorMap = { constructor: { value: lean, writable: true, configurable: true } };
  for (const key of Object.keys(new base({}))) {
    if (key !== 'input') own[key] = memberOfFull(key, base);
  }
  own['resolveMiddleware'] = {
    value(this: Command, ...args: unknown[]): unknown {
      const full = fullOf(this, base) as unknown as { resolveMiddleware(...args: unknown[]): unknown };
      return full.resolveMiddleware(...args);
    },
    writable: true,
    configurable: true,
  };
  Object.defineProperty(lean, 'prototype', { value: Object.create(base.prototype as object, own) });
  Object.defineProperty(lean, 'name', { value: name });
  Object.setPrototypeOf(lean, base);
  leanClasses.set(base, lean);
  return lean;
}

function fullOf(command: Command, base: CommandClass): Record<string, unknown> {
  const holder = command as { [FULL]?: Record<string, unknown> };
  holder[FULL] ??= new base(command.input) as unknown as Record<string, unknown>;
  return holder[FULL];
}

function memberOfFull(key: string, base: CommandClass): PropertyDescriptor {
  return {
    get(this: Command): unknown {
      return fullOf(this, base)[key];
    },
    set(this: Command, value: unknown) {
      fullOf(this, base)[key] = value;
    },
    configurable: true,
    enumerable: true,
  };
}
