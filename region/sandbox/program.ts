/**
 * Compiles a CommonJS file once and evaluates it as often as environments need it, in the region's own realm: what a
 * program must not share with its host (process, time, chance, network) is shadowed by name, and `Error`, `Uint8Array`
 * and the SDK's classes keep their identity.
 */
import { readFileSync } from 'node:fs';

/** The names that a program sees in place of the host's. */
export type Globals = Readonly<Record<(typeof SHADOWED)[number], unknown>>;

const SHADOWED = [
  'globalThis',
  'global',
  'process',
  'console',
  'Date',
  'Math',
  'crypto',
  'performance',
  'fetch',
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'setImmediate',
  'clearImmediate',
] as const;

export type ModuleFunction = (
  exports: unknown,
  require: (specifier: string) => unknown,
  module: { exports: unknown },
  filename: string,
  directory: string,
) => void;

type Program = (globals: Globals) => ModuleFunction;

const programs = new Map<string, Program>();

/** The file's program, ready to be evaluated under any globals. */
export function compileProgram(path: string): Program {
  const known = programs.get(path);
  if (known !== undefined) return known;
  const code = readFileSync(path, 'utf8').replace(/^#!.*/, '');
  // Two functions: the names of the inner one's body may repeat those of the outer scope.
  const source =
    `const { ${SHADOWED.join(', ')} } = region;\n` +
    `return function (exports, require, module, __filename, __dirname) {${code}\n};\n//# sourceURL=${path}`;
  let program: Program;
  try {
    program = new Function('region', source) as Program;
  } catch (error) {
    throw new SyntaxError(`${path}: ${String(error)}; bundle it as CommonJS`, { cause: error });
  }
  programs.set(path, program);
  return program;
}
