/** Starts the console's benchmark from its sources: the region, the console and the browser are processes of their own. */
import { spawn } from 'node:child_process';

export async function benchConsole(): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'bench/console/main.ts'], { stdio: 'inherit' });
  const code = await new Promise((resolve, reject) => child.on('exit', resolve).on('error', reject));
  if (code !== 0) throw new Error(`the benchmark of the console ended with ${code}`);
}
