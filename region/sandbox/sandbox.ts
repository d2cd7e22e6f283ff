/**
 * One environment for one program: its own process, environment variables, console, time, chance and modules. A Lambda
 * execution environment and a Fargate task are each one sandbox. S1: a program reaches AWS only through the SDK, and the
 * SDK only through the region. S2: same seed and same calls, same run.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { Prng } from '../prng.ts';
import { createCryptoModule, createWebCrypto } from './chance.ts';
import { createFetch, type SeamFetch } from './fetch.ts';
import { createConsole, createConsoleModule, type WriteLine } from './output.ts';
import { withOverrides } from './overrides.ts';
import { createProcess, type SandboxProcess } from './process.ts';
import { compileProgram, type Globals } from './program.ts';
import { connectModule, type SeamCall } from './sdk-seam.ts';
import { noteProgram } from './stray-rejections.ts';
import { createPerformance, createTimerPromises, createVirtualDate, SandboxTimers } from './virtual-time.ts';

export interface SandboxSettings {
  /** For messages, e.g. the function name. */
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly argv?: readonly string[];
  readonly clock: Clock;
  readonly prng: Prng;
  readonly call: SeamCall;
  /** Answers what the program sends without the SDK. */
  readonly http: SeamFetch;
  readonly write: WriteLine;
  /** Called by `process.exit`. */
  readonly onExit?: (code: number) => void;
}

const hostRequire = createRequire(import.meta.url);
const REFUSED = new Set(['child_process', 'cluster', 'worker_threads', 'dgram']);

export class Sandbox {
  readonly timers: SandboxTimers;
  readonly process: SandboxProcess;
  readonly #settings: SandboxSettings;
  readonly #globals: Globals;
  readonly #replaced: Readonly<Record<string, unknown>>;
  readonly #connected = new Map<string, unknown>();
  readonly #loaded = new Map<string, { exports: unknown }>();

  constructor(settings: SandboxSettings) {
    this.#settings = settings;
    this.timers = new SandboxTimers(settings.clock);
    this.process = createProcess(settings);
    const performance = createPerformance(settings.clock);
    const { timers } = this;
    const timerFunctions = {
      setTimeout: timers.setTimeout,
      clearTimeout: timers.clear,
      setInterval: timers.setInterval,
      clearInterval: timers.clear,
      setImmediate: timers.setImmediate,
      clearImmediate: timers.clear,
    };
    this.#globals = withGlobalThis({
      ...timerFunctions,
      process: this.process,
      console: createConsole(settings.write),
      Date: createVirtualDate(settings.clock),
      Math: withOverrides(Math, { random: settings.prng.random }),
      crypto: createWebCrypto(settings.prng),
      performance,
      fetch: createFetch(settings.http),
    });
    this.#replaced = {
      process: this.process,
      console: createConsoleModule(settings.write),
      crypto: createCryptoModule(settings.prng),
      timers: { ...timerFunctions, promises: createTimerPromises(timers) },
      'timers/promises': createTimerPromises(timers),
      // The X-Ray SDK follows every promise of the process by a hook, whether tracing is on or not; here it is off.
      async_hooks: withOverrides(hostRequire('node:async_hooks') as object, { createHook: createInertHook }),
      // A program has one thread here, and the plan of a planner that asks is the same on one.
      os: withOverrides(hostRequire('node:os') as object, { availableParallelism: () => 1 }),
      perf_hooks: withOverrides(hostRequire('node:perf_hooks') as object, { performance }),
    };
  }

  /** Evaluates a file of the program, once, and gives its exports. */
  load(path: string): unknown {
    const known = this.#loaded.get(path);
    if (known !== undefined) return known.exports;
    const module: { exports: unknown } = { exports: {} };
    this.#loaded.set(path, module);
    if (path.endsWith('.json')) {
      module.exports = JSON.parse(readFileSync(path, 'utf8'));
      return module.exports;
    }
    try {
      noteProgram(path, this.#settings.name);
      const run = compileProgram(path)(this.#globals);
      const directory = dirname(path);
      const require = (specifier: string): unknown => this.#require(specifier, directory);
      run.call(module.exports, module.exports, require, module, path, directory);
    } catch (error) {
      // As Node does: what failed to load is loaded again by the next who asks.
      this.#loaded.delete(path);
      throw error;
    }
    return module.exports;
  }

  #require(specifier: string, directory: string): unknown {
    const name = specifier.replace(/^node:/, '');
    if (isBuiltin(specifier)) {
      if (Object.hasOwn(this.#replaced, name)) return this.#replaced[name];
      return REFUSED.has(name) ? refusedModule(name, this.#settings.name) : hostRequire(specifier);
    }
    if (specifier.startsWith('@aws-sdk/')) return this.#requireSdk(specifier);
    // The Lambda runtime carries the SDK and what it is made of; anything else has to be in the bundle.
    if (specifier.startsWith('@smithy/')) return hostRequire(specifier);
    const path = resolveInBundle(specifier, directory);
    if (path !== undefined) return this.load(path);
    const error = new Error(`Cannot find module '${specifier}'\nRequire stack:\n- ${directory}`);
    throw Object.assign(error, { code: 'MODULE_NOT_FOUND', name: 'Runtime.ImportModuleError' });
  }

  #requireSdk(specifier: string): unknown {
    let module = this.#connected.get(specifier);
    if (module === undefined) {
      module = connectModule(hostRequire(specifier) as Record<string, unknown>, this.#settings.call);
      this.#connected.set(specifier, module);
    }
    return module;
  }
}

function createInertHook(): object {
  const hook = { enable: () => hook, disable: () => hook };
  return hook;
}

/** Libraries require more than they use (the X-Ray SDK does): a refused module is an error when it is used. */
function refusedModule(module: string, program: string): object {
  return new Proxy(
    {},
    {
      // A function with `new` too: what is refused may be a class.
      get: (_target, member) =>
        function refused(): never {
          throw new Error(`${program}: ${module}.${String(member)} is not part of the region; call AWS by its SDK`);
        },
    },
  );
}

/** What a program keeps on `globalThis` is its own; the host's other globals shine through. */
function withGlobalThis(globals: Omit<Globals, 'globalThis' | 'global'>): Globals {
  const own = Object.create(globalThis) as Record<string, unknown>;
  const complete = { ...globals, globalThis: own, global: own };
  for (const [name, value] of Object.entries(complete)) {
    Object.defineProperty(own, name, { value, writable: true, configurable: true, enumerable: false });
  }
  return complete;
}

function resolveInBundle(specifier: string, directory: string): string | undefined {
  const bases = specifier.startsWith('.') ? [join(directory, specifier)] : [join(directory, 'node_modules', specifier)];
  const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();
  return bases
    .flatMap((base) => [base, `${base}.js`, `${base}.cjs`, `${base}.json`, join(base, 'index.js')])
    .find(isFile);
}
