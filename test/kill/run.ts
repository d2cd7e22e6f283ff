/** `npm run kill-test -- --kills 200 --seed 1`: the kill test by hand, with its progress. Exit code 1 on a violation. */
import { parseArgs } from 'node:util';
import { killRun } from './kill-run.ts';

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } },
});
const kills = Number(values.kills);
const seed = Number(values.seed);
if (!Number.isInteger(kills) || kills < 1 || kills > 10_000 || !Number.isInteger(seed)) {
  console.error(`--kills ${values.kills} --seed ${values.seed}: give whole numbers, 1 to 10000 kills`);
  process.exit(2);
}

console.log(`seed ${seed}: ${kills} kills`);
const report = await killRun({
  kills,
  seed,
  onKill: (kill, { started, ended }) => {
    if (kill % 10 === 0 || kill === kills)
      console.log(`kill ${kill}/${kills}: ${started} executions started, ${ended} ended`);
  },
});
console.log(report);
console.log(report.violations.length === 0 ? 'Every execution ended as in an undisturbed run.' : 'VIOLATIONS');
process.exit(report.violations.length === 0 ? 0 : 1);
