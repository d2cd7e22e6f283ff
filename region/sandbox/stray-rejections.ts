/**
 * Promises of programs that reject while nobody waits for them. In Lambda they end the function's environment; here
 * they end the run, with the name of the program, in place of ending the host without a word of whose they are.
 */

/** Names of the programs that were loaded from a file. */
const programsOf = new Map<string, Set<string>>();

export function noteProgram(path: string, name: string): void {
  let names = programsOf.get(path);
  if (names === undefined) {
    names = new Set();
    programsOf.set(path, names);
  }
  names.add(name);
}

function programIn(stack: string): string | undefined {
  for (const [path, names] of programsOf) if (stack.includes(path)) return [...names].join(' or ');
  return undefined;
}

function strayRejection(reason: unknown): Error {
  const stack = reason instanceof Error ? (reason.stack ?? '') : '';
  const who = programIn(stack) ?? 'a program of the region';
  return new Error(`${who}: a promise was rejected and nothing waits for it: ${String(reason)}; await or catch it`, {
    cause: reason,
  });
}

/** Watches until the function that it gives is called. */
export function watchStrayRejections(report: (error: Error) => void): () => void {
  const listener = (reason: unknown): void => report(strayRejection(reason));
  process.on('unhandledRejection', listener);
  return () => process.off('unhandledRejection', listener);
}
