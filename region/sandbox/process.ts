/** The `process` of a sandbox: its own environment variables, arguments, exit and output; the host's facts otherwise. */
import type { Clock } from '../clock.ts';
import { createStream, type WriteLine } from './output.ts';

export interface SandboxProcess {
  readonly env: Record<string, string | undefined>;
  exitCode: number | undefined;
  exit(code?: number): never;
}

/** Thrown by `process.exit` to end the program where it stands. */
export class ProgramExit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`program exited with code ${code}`);
    this.name = 'ProgramExit';
    this.code = code;
  }
}

interface ProcessSettings {
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly argv?: readonly string[];
  readonly clock: Clock;
  readonly write: WriteLine;
  readonly onExit?: (code: number) => void;
}

const HOST_FACTS = ['version', 'versions', 'arch', 'platform', 'release', 'features', 'config'] as const;

export function createProcess(settings: ProcessSettings): SandboxProcess {
  const { clock } = settings;
  const startMs = clock.now();
  const none = (): void => undefined;
  const hrtime = (since?: readonly [number, number]): [number, number] => {
    const ms = clock.now() - startMs - (since === undefined ? 0 : since[0] * 1000 + since[1] / 1e6);
    return [Math.floor(ms / 1000), Math.round((ms % 1000) * 1e6)];
  };
  const own = {
    ...Object.fromEntries(HOST_FACTS.map((fact) => [fact, process[fact]])),
    env: { ...settings.environment },
    argv: ['node', settings.name, ...(settings.argv ?? [])],
    execArgv: [],
    execPath: 'node',
    title: 'node',
    pid: 1,
    exitCode: undefined as number | undefined,
    cwd: () => '/var/task',
    uptime: () => (clock.now() - startMs) / 1000,
    hrtime: Object.assign(hrtime, { bigint: () => BigInt(Math.round((clock.now() - startMs) * 1e6)) }),
    memoryUsage: () => ({ rss: 0, heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 }),
    cpuUsage: () => ({ user: 0, system: 0 }),
    nextTick: (callback: (...args: unknown[]) => void, ...args: unknown[]) => process.nextTick(callback, ...args),
    stdout: createStream(settings.write, 'stdout'),
    stderr: createStream(settings.write, 'stderr'),
    emitWarning: (warning: unknown) => settings.write(String(warning), 'stderr'),
    on: none,
    once: none,
    off: none,
    addListener: none,
    removeListener: none,
    removeAllListeners: none,
    listeners: () => [],
    listenerCount: () => 0,
    exit: (code?: number): never => {
      const exitCode = code ?? own.exitCode ?? 0;
      settings.onExit?.(exitCode);
      throw new ProgramExit(exitCode);
    },
  };
  return own;
}
