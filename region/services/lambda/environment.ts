/**
 * One execution environment: a sandbox with the function's bundle in it, which handles one event at a time. It answers
 * as Lambda does: a payload, or an error payload `{ errorType, errorMessage, trace }`.
 */
import { existsSync } from 'node:fs';
import type { CorePorts } from '../../core-ports.ts';
import type { Prng } from '../../prng.ts';
import { ProgramExit } from '../../sandbox/process.ts';
import { Sandbox } from '../../sandbox/sandbox.ts';
import type { Principal } from '../../service.ts';
import { type FunctionDefinition, handlerPaths, runtimeVariables } from './function.ts';
import { type Callback, invocationContext } from './invocation-context.ts';

export interface Outcome {
  /** JSON text: what the handler returned, or the error. */
  readonly payload: string;
  /** Set when the function failed. */
  readonly functionError?: 'Unhandled';
  /** The process ended with it: the environment handles nothing more. */
  readonly endsEnvironment?: true;
}

type Handler = (event: unknown, context: object, callback: Callback) => unknown;

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === 'function';

export class Environment {
  readonly #ports: CorePorts;
  readonly #definition: FunctionDefinition;
  readonly #sandbox: Sandbox;
  #handler: Handler | undefined;
  #isDead = false;

  constructor(ports: CorePorts, definition: FunctionDefinition, prng: Prng) {
    this.#ports = ports;
    this.#definition = definition;
    const principal: Principal = { kind: 'role', arn: definition.roleArn };
    this.#sandbox = new Sandbox({
      name: definition.name,
      environment: runtimeVariables(definition, ports.region),
      clock: ports.clock,
      prng,
      // A program in a discarded environment stands still at its next call, as after Lambda has killed it.
      call: (service, operation, input) =>
        this.#isDead ? new Promise(() => undefined) : ports.callNow(service, operation, input, principal),
      http: (url, request) => (this.#isDead ? new Promise(() => undefined) : ports.http(url, request, principal)),
      write: (line, stream) => ports.writeLine(definition.name, line, stream),
    });
  }

  /** @param deadlineMs virtual time at which the invocation times out */
  async handle(event: unknown, requestId: string, deadlineMs: number): Promise<Outcome> {
    this.#sandbox.timers.thaw();
    try {
      this.#handler ??= this.#loadHandler();
      const result = await this.#call(this.#handler, event, requestId, deadlineMs);
      return { payload: JSON.stringify(result ?? null) };
    } catch (error) {
      return { payload: JSON.stringify(this.#describe(error, requestId)), functionError: 'Unhandled' };
    } finally {
      this.#sandbox.timers.freeze();
    }
  }

  /** Stops the program for good: its timers are gone and its calls never return. */
  discard(): void {
    this.#isDead = true;
    this.#sandbox.timers.discard();
  }

  #loadHandler(): Handler {
    const { handlerFile, handlerExport } = this.#definition;
    const path = handlerPaths(this.#definition).find(existsSync);
    if (path === undefined) {
      throw runtimeError('Runtime.ImportModuleError', `Error: Cannot find module '${handlerFile}'`);
    }
    const exported = this.#sandbox.load(path) as Record<string, unknown>;
    const handler = exported[handlerExport];
    if (typeof handler === 'function') return handler as Handler;
    throw runtimeError('Runtime.HandlerNotFound', `${handlerFile}.${handlerExport} is undefined or not exported`);
  }

  #call(handler: Handler, event: unknown, requestId: string, deadlineMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const callback: Callback = (error, result) =>
        error === null || error === undefined ? resolve(result) : reject(error);
      const result = handler(
        event,
        invocationContext(this.#definition, this.#ports.clock, requestId, deadlineMs, callback),
        callback,
      );
      if (isThenable(result)) result.then(resolve, reject);
      // With a callback parameter the answer comes by callback; without one there will be none.
      else if (result !== undefined || handler.length < 3) resolve(result);
    });
  }

  #describe(error: unknown, requestId: string): object {
    if (error instanceof ProgramExit) {
      const errorMessage = `RequestId: ${requestId} Error: Runtime exited with error: exit status ${error.code}`;
      return { errorType: 'Runtime.ExitError', errorMessage };
    }
    if (!isErrorLike(error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
    return { errorType: error.name, errorMessage: error.message, trace: this.#trace(error) };
  }

  /** The frames of the bundle, with paths as Lambda shows them: where the assembly lies is not part of an answer. */
  #trace(error: Error): string[] {
    const lines = (error.stack ?? '')
      .split('\n')
      .map((line) => line.replaceAll(this.#definition.codeDirectory, '/var/task'));
    const firstFrame = lines.findIndex((line) => /^\s+at /.test(line));
    const message = firstFrame < 0 ? lines : lines.slice(0, firstFrame);
    return [...message, ...lines.filter((line) => /^\s+at .*\/var\/task/.test(line))];
  }
}

const isErrorLike = (value: unknown): value is Error =>
  typeof value === 'object' && value !== null && 'message' in value && 'name' in value;

function runtimeError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
