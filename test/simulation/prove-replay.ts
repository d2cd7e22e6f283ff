/**
 * Proves that a replay did nothing twice; prints each check with its figures, and ends with 1 when one does not hold.
 *
 *   tsx test/simulation/prove-replay.ts --before OUT --after OUT/served   reports of `simulate --then-serve --out OUT`
 *   tsx test/simulation/prove-replay.ts --endpoint URL                    tables of a region that is served
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { connectAws } from '../../operations/index.ts';
import { type Reported, reportChecks, tableChecks } from './replay-proof.ts';

const lines = <T>(folder: string, file: string): T[] =>
  readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
const reported = (folder: string): Reported => ({
  orders: lines(folder, 'orders.jsonl'),
  notifications: lines(folder, 'notifications.jsonl'),
});

const { values } = parseArgs({
  options: { before: { type: 'string' }, after: { type: 'string' }, endpoint: { type: 'string' } },
});
const { before, after, endpoint } = values;
const checks = [
  ...(before !== undefined && after !== undefined ? reportChecks(reported(before), reported(after)) : []),
  ...(endpoint !== undefined ? await tableChecks(await connectAws({ endpoint })) : []),
];
if (checks.length === 0) throw new Error('Give --before and --after, or --endpoint.');
for (const { name, holds, figures } of checks) {
  process.stdout.write(`${holds ? 'ok  ' : 'NOT '} ${name}: ${figures}\n`);
}
if (checks.some(({ holds }) => !holds)) process.exitCode = 1;
