/**
 * `tsx docs/render-fidelity.ts REPORT`: writes docs/FIDELITY.md from the report of a conformance run
 * (`npm run conformance -- DIR --json REPORT`): how much of what was recorded on AWS the engine reproduces, and what it
 * does not, with the reasons of the manifest.
 */
import fs from 'node:fs';
import path from 'node:path';
import { percentage, type Row } from '../test/conformance/table.ts';

interface Report {
  readonly passed: number;
  readonly total: number;
  readonly rows: readonly Row[];
  readonly known: Readonly<Record<string, readonly string[]>>;
  readonly newlyBroken: readonly string[];
}

const [file] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write(
    'usage: tsx docs/render-fidelity.ts REPORT   (REPORT: npm run conformance -- DIR --json REPORT)\n',
  );
  process.exit(2);
}
const report = JSON.parse(fs.readFileSync(file, 'utf8')) as Report;
if (report.newlyBroken.length > 0) {
  process.stderr.write(`${report.newlyBroken.length} failures are in no manifest; give each its reason first\n`);
  process.exit(1);
}

const tableRow = (row: Row): string =>
  `| ${row.area === '' ? `**${row.kind}**` : row.area} | ${row.passed} | ${row.total} | ${percentage(row)} |`;
const gaps = Object.entries(report.known).sort((a, b) => b[1].length - a[1].length);

const text = `# Fidelity of the engine

What the engine answers, held against what AWS Step Functions answered: ${report.total} recorded cases, of which
${report.passed} are reproduced. Written by \`docs/render-fidelity.ts\` from a run of \`npm run conformance\`; not edited by
hand. A case of kind \`history\` counts only when every event agrees, with its details, its order within its branch and what
it follows; one of kind \`api\` only when every step does.

| | passed | of | |
| --- | ---: | ---: | ---: |
${report.rows.map(tableRow).join('\n')}

## Known gaps

As \`test/conformance/manifest.json\` lists them. A gap that closes fails the run until it is taken out of the list.

| cases | reason |
| ---: | --- |
${gaps.map(([reason, ids]) => `| ${ids.length} | ${reason.replaceAll('|', '\\|')} |`).join('\n')}
`;
fs.writeFileSync(path.join(import.meta.dirname, 'FIDELITY.md'), text);
process.stdout.write(`docs/FIDELITY.md: ${report.passed} of ${report.total}, ${gaps.length} reasons\n`);
