/** The container's health check: ends with 0 while the planner, the container's first process, gives its beats. */
import { readFileSync } from 'node:fs';
import { ailmentOf } from './heartbeat.ts';

const ailment = ailmentOf(readFileSync('/proc/1/cmdline', 'utf8'), Date.now());
if (ailment !== undefined) {
  process.stderr.write(`${ailment}\n`);
  process.exitCode = 1;
}
