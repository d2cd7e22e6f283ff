/**
 * The peer, `aws-local-stepfunctions`, on the chain that the engine runs: installed for the measurement into a folder of
 * its own, with the Node 22 that it needs, both from the npm registry. Without a registry it is left out, and the table
 * says so.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Spent } from './measure.ts';

const run = promisify(execFile);
const PEER = 'aws-local-stepfunctions@3.0.0';
const NODE = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}@22.23.3`;
const INSTALL_WITHIN_MS = 180_000;
const MEASURE_WITHIN_MS = 120_000;

/** One machine object, handlers in process, validation off: the quickest way that the peer offers. */
const PROGRAM = `
import { StateMachine } from 'aws-local-stepfunctions';
const { definition, count, rounds } = JSON.parse(process.argv[2]);
const machine = new StateMachine(definition, { validationOptions: { noValidate: true } });
const add = ({ count }) => ({ count: count + 1 });
const taskResourceLocalHandlers = Object.fromEntries(
  Object.entries(definition.States).filter(([, { Type }]) => Type === 'Task').map(([name]) => [name, add]));
const together = 64;
const spent = [];
for (let round = 0; round < rounds; round += 1) {
  const start = performance.now();
  const cpu = process.cpuUsage();
  for (let done = 0; done < count; done += together)
    await Promise.all(Array.from({ length: Math.min(together, count - done) },
      () => machine.run({ count: 1 }, { overrides: { taskResourceLocalHandlers } }).result));
  const { user, system } = process.cpuUsage(cpu);
  spent.push({ wallMs: performance.now() - start, cpuMs: (user + system) / 1000 });
}
console.log(JSON.stringify(spent));
`;

export interface PeerOutcome {
  /** What each round took; undefined when it could not be measured. */
  readonly rounds?: readonly Spent[];
  readonly reason?: string;
}

export async function measurePeer(definition: object, count: number, rounds: number): Promise<PeerOutcome> {
  const folder = join(import.meta.dirname, '..', 'build', 'bench-peer');
  const binary = join(folder, 'node_modules', NODE.slice(0, NODE.lastIndexOf('@')), 'bin', 'node');
  const program = join(folder, 'peer.mjs');
  try {
    if (!existsSync(binary)) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
      const args = ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', PEER, NODE];
      await run('npm', args, { cwd: folder, timeout: INSTALL_WITHIN_MS });
    }
  } catch (error) {
    return { reason: `${PEER} and ${NODE} cannot be installed: ${(error as Error).message.split('\n')[0]}` };
  }
  writeFileSync(program, PROGRAM);
  const task = JSON.stringify({ definition, count, rounds });
  const flags = process.execArgv.filter((flag) => flag.startsWith('--max-semi-space-size'));
  const { stdout } = await run(binary, [...flags, program, task], { cwd: folder, timeout: MEASURE_WITHIN_MS });
  return { rounds: JSON.parse(stdout) as Spent[] };
}
