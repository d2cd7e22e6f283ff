/** Commands as their users run them: each a process of its own, in a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

export interface Ended {
  /** Null when it was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program of every command. */
export const ENTRY = join(import.meta.dirname, '..', '..', 'cli', 'bin.mjs');

export class RunningCommand {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #stdout = '';
  #stderr = '';
  #heard: (() => void) | undefined;

  constructor(folder: string, args: readonly string[], program: readonly string[] = [ENTRY]) {
    this.#child = spawn(process.execPath, [...program, ...args], {
      cwd: folder,
      env: { ...process.env, NODE_OPTIONS: '', NODE_NO_WARNINGS: '1', NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.on('data', (text) => {
      this.#stdout += text;
      this.#heard?.();
    });
    this.#child.stderr?.on('data', (text) => {
      this.#stderr += text;
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code) => resolve({ code, stdout: this.#stdout, stderr: this.#stderr }));
    });
  }

  /** @returns the first match in what it has written; rejects when it ends before */
  said(pattern: RegExp): Promise<RegExpExecArray> {
    const match = pattern.exec(this.#stdout);
    if (match !== null) return Promise.resolve(match);
    const early = this.ended.then(({ code, stderr }) => {
      throw new Error(`the command ended with ${code} before it said ${pattern}: ${stderr}`);
    });
    const heard = new Promise<void>((resolve) => {
      this.#heard = resolve;
    });
    return Promise.race([heard.then(() => this.said(pattern)), early]);
  }

  signal(name: NodeJS.Signals): Promise<Ended> {
    this.#child.kill(name);
    return this.ended;
  }
}

export function perfectOrder(folder: string, ...args: string[]): Promise<Ended> {
  return new RunningCommand(folder, args).ended;
}

/** @throws when it ended otherwise than with this code, or did not print JSON */
export async function jsonOf<T>(folder: string, exitCode: number, ...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await perfectOrder(folder, ...args, '--json');
  if (code !== exitCode) throw new Error(`${args.join(' ')} ended with ${code}, not ${exitCode}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

/** What a refused command comes to: its exit code, and the stable code and message of its failure. */
export async function refusalOf(
  folder: string,
  ...args: string[]
): Promise<readonly [code: number | null, text: string]> {
  const { code, stdout, stderr } = await perfectOrder(folder, ...args);
  return [code, `${stdout}${stderr}`];
}
