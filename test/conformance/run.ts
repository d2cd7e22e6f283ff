/**
 * `npm run conformance -- DIR [--json FILE] [--kind KIND,KIND] [--only TEXT] [--diffs]`: runs the cases of a folder in
 * the format of the conformance dataset (`cases/*.json`, its comparator `compare.mjs` beside them) against the engine,
 * prints passed/total by kind and area, and holds the failures against the manifest of known gaps. Exits 1 when a case
 * fails that should not, or passes that is listed as a gap; 2 on bad input.
 */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { type Comparator, judge, KINDS, type RecordedCase, type Verdict } from './judge.ts';
import { type Agreement, compareWithManifest, type Result, readManifest } from './manifest.ts';
import { rowsOf, terminalTable } from './table.ts';

const USAGE = `usage: npm run conformance -- DIR [--json FILE] [--kind ${KINDS.join('|')}] [--only TEXT] [--diffs]`;
const MANIFEST = path.join(import.meta.dirname, 'manifest.json');
const MOST_SHOWN_DIFFS = 3;
const MOST_SHOWN_CHARACTERS = 600;

interface Options {
  readonly folder: string;
  readonly json: string | undefined;
  /** undefined for all, those that nothing here can run included: they fail, with that reason. */
  readonly kinds: readonly string[] | undefined;
  readonly only: string | undefined;
  readonly diffs: boolean;
}

function badInput(message: string): never {
  console.error(`${message}\n${USAGE}`);
  process.exit(2);
}

function readOptions(): Options {
  const options = {
    json: { type: 'string' },
    kind: { type: 'string' },
    only: { type: 'string' },
    diffs: { type: 'boolean' },
  } as const;
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const [folder, ...more] = positionals;
    if (folder === undefined || more.length > 0) return badInput('One folder is wanted');
    const kinds = values.kind?.split(',');
    const unknown = kinds?.find((kind) => !KINDS.includes(kind));
    if (unknown !== undefined) return badInput(`There is no kind '${unknown}'`);
    return { folder, json: values.json, kinds, only: values.only, diffs: values.diffs === true };
  } catch (thrown) {
    return badInput((thrown as Error).message);
  }
}

async function comparatorOf(folder: string): Promise<Comparator> {
  const file = path.resolve(folder, 'compare.mjs');
  if (!fs.existsSync(folder)) return badInput(`There is no folder ${folder}`);
  if (!fs.existsSync(file)) return badInput(`${folder} has no compare.mjs: it is no folder of conformance cases`);
  const comparator = (await import(pathToFileURL(file).href)) as Partial<Comparator>;
  if (typeof comparator.compareCase !== 'function') return badInput(`${file} exports no function compareCase`);
  return comparator as Comparator;
}

function readCase(file: string): RecordedCase {
  let testCase: Partial<RecordedCase> | null;
  try {
    testCase = JSON.parse(fs.readFileSync(file, 'utf8').replace(/^\ufeff/, '')) as Partial<RecordedCase> | null;
  } catch (thrown) {
    return badInput(`${file} is not JSON: ${(thrown as Error).message}`);
  }
  for (const field of ['id', 'kind', 'area'] as const) {
    if (typeof testCase?.[field] !== 'string') badInput(`${file} is no case: it has no text '${field}'`);
  }
  return testCase as RecordedCase;
}

function* casesOf({ folder, kinds, only }: Options): Iterable<RecordedCase> {
  const cases = path.join(folder, 'cases');
  if (!fs.existsSync(cases) || !fs.statSync(cases).isDirectory()) badInput(`${folder} has no folder 'cases'`);
  for (const file of fs.readdirSync(cases).sort()) {
    if (!file.endsWith('.json')) continue;
    const testCase = readCase(path.join(cases, file));
    if (kinds !== undefined && !kinds.includes(testCase.kind)) continue;
    if (only === undefined || file.includes(only) || testCase.id.includes(only)) yield testCase;
  }
}

function printDiffs(id: string, { diffs }: Verdict): void {
  console.log(`FAIL ${id}`);
  for (const { where, message } of diffs.slice(0, MOST_SHOWN_DIFFS)) {
    console.log(`     ${where}: ${message.slice(0, MOST_SHOWN_CHARACTERS)}`);
  }
}

function printAgreement({ newlyBroken, newlyPassing, known }: Agreement): void {
  if (known.size > 0) console.log('\nknown gaps:');
  for (const [reason, ids] of known) console.log(`${String(ids.length).padStart(5)}  ${reason}`);
  if (newlyBroken.length > 0) console.log(`\nnewly broken, not in the manifest:\n${list(newlyBroken)}`);
  if (newlyPassing.length > 0) console.log(`\nnewly passing, to be taken out of the manifest:\n${list(newlyPassing)}`);
}

const list = (ids: readonly string[]): string => ids.map((id) => `  ${id}`).join('\n');

const options = readOptions();
const comparator = await comparatorOf(options.folder);
const results: (Result & Pick<Verdict, 'diffs'>)[] = [];
for (const testCase of casesOf(options)) {
  const verdict = await judge(testCase, comparator);
  const { id, kind, area } = testCase;
  results.push({ id, kind, area, pass: verdict.pass, diffs: verdict.pass ? [] : verdict.diffs });
  if (!verdict.pass && options.diffs) printDiffs(id, verdict);
}
if (results.length === 0) badInput('No case is of that kind and name');
const agreement = compareWithManifest(results, readManifest(MANIFEST));
console.log(terminalTable(results));
printAgreement(agreement);
const passed = results.filter(({ pass }) => pass).length;
const known = Object.fromEntries(agreement.known);
if (options.json !== undefined) {
  const { newlyBroken, newlyPassing } = agreement;
  const report = { passed, total: results.length, rows: rowsOf(results), known, newlyBroken, newlyPassing, results };
  try {
    fs.writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  } catch (thrown) {
    badInput(`The report cannot be written: ${(thrown as Error).message}`);
  }
}
console.log(`\n${passed} of ${results.length} pass`);
if (agreement.newlyBroken.length + agreement.newlyPassing.length > 0) process.exitCode = 1;
