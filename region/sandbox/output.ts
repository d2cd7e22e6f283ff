/** The console of a sandbox: each line goes to the region's log under the program's name, none to the terminal. */
import { formatWithOptions } from 'node:util';

export type WriteLine = (line: string, stream: 'stdout' | 'stderr') => void;

type Print = (...args: unknown[]) => void;

const printer =
  (write: WriteLine, stream: 'stdout' | 'stderr'): Print =>
  (...args) =>
    write(
      args.length === 1 && typeof args[0] === 'string' ? args[0] : formatWithOptions({ depth: 6 }, ...args),
      stream,
    );

export function createConsole(write: WriteLine): Readonly<Record<string, unknown>> {
  const out = printer(write, 'stdout');
  const error = printer(write, 'stderr');
  const none: Print = () => undefined;
  return {
    log: out,
    info: out,
    debug: out,
    dir: out,
    table: out,
    warn: error,
    error,
    trace: error,
    assert: (isTrue: unknown, ...args: unknown[]) => (isTrue ? undefined : error('Assertion failed', ...args)),
    group: none,
    groupEnd: none,
    time: none,
    timeEnd: none,
    timeLog: none,
    count: none,
  };
}

/** `node:console`: a `Console` made by a program (Powertools makes one) prints where the global one does. */
export function createConsoleModule(write: WriteLine): Readonly<Record<string, unknown>> {
  const own = createConsole(write);
  function Console(): Readonly<Record<string, unknown>> {
    return createConsole(write);
  }
  return { ...own, Console };
}

/** `process.stdout` and `stderr`: whole writes are taken as lines. */
export function createStream(write: WriteLine, stream: 'stdout' | 'stderr'): Readonly<Record<string, unknown>> {
  const none = (): void => undefined;
  return {
    isTTY: false,
    writable: true,
    write: (chunk: unknown) => {
      write(String(chunk).replace(/\n$/, ''), stream);
      return true;
    },
    end: none,
    on: none,
    once: none,
    off: none,
    removeListener: none,
  };
}
