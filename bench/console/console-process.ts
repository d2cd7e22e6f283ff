/** The console as an operator starts it, in a process of its own: its address, its memory and its end. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';

export interface ConsoleProcess {
  /** With the token. */
  readonly url: string;
  /** From its start until it listened, in ms. */
  readonly startMs: number;
  /** Resident, in MiB. */
  readonly memoryMib: () => number;
  readonly end: () => Promise<void>;
}

const ADDRESS = /(http:\/\/127\.0\.0\.1:\d+)\/\?token=[\w-]+/;

export async function startConsole(endpoint: string): Promise<ConsoleProcess> {
  const fromMs = performance.now();
  const settings = ['console', '--endpoint', endpoint, '--port', '4900', '--no-open'];
  const child = spawn(process.execPath, ['cli/bin.mjs', ...settings], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await addressOf(child);
  const startMs = performance.now() - fromMs;
  return {
    url,
    startMs,
    memoryMib: () => Number(execFileSync('ps', ['-o', 'rss=', '-p', `${child.pid}`], { encoding: 'utf8' })) / 1024,
    end: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
      const [address] = ADDRESS.exec(said) ?? [];
      if (address !== undefined) resolve(address);
    });
    child.once('exit', (code) => reject(new Error(`the console ended with ${code}: ${said}`)));
  });
}
