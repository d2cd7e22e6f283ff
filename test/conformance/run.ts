/**
 * `tsx test/conformance/run.ts DIR [--only TEXT] [--kind KIND] [--diffs]`: runs the cases of a folder in the format of the
 * conformance dataset against the engine and prints passed/total by kind and area. The comparator stands in the folder.
 */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Engine, EngineError } from '../../engine/index.ts';
import { type ApiCase, runApiCase } from './run-api.ts';
import { type HistoryCase, runHistoryCase } from './run-history.ts';

interface Verdict {
  readonly pass: boolean;
  readonly diffs: readonly { where: string; message: string }[];
}
interface Comparator {
  compareCase(testCase: unknown, actual: unknown, options?: object): Verdict;
}
interface ValidationCase extends HistoryCase {
  readonly operation: string;
  readonly definitionText: string;
  readonly parameters: object;
}

const [folder, ...flags] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: tsx test/conformance/run.ts DIR [--only TEXT] [--kind KIND] [--diffs]');
  process.exit(2);
}
const flag = (name: string): string | undefined => (flags.includes(name) ? flags[flags.indexOf(name) + 1] : undefined);
const comparator = (await import(pathToFileURL(path.resolve(folder, 'compare.mjs')).href)) as Comparator;

async function validate(testCase: ValidationCase): Promise<unknown> {
  const engine = new Engine({
    accountId: '111111111111',
    region: 'us-east-1',
    host: { random: () => 0.5, uuid: () => '00000000-0000-4000-8000-000000000001' },
  });
  const input = { ...testCase.parameters, definition: testCase.definitionText };
  return (await engine.apply(0, { kind: 'api', action: testCase.operation, input })).response;
}

async function judge(testCase: HistoryCase): Promise<Verdict> {
  try {
    if (testCase.kind === 'api')
      return comparator.compareCase(testCase, await runApiCase(testCase as unknown as ApiCase), { allowExtra: true });
    const actual =
      testCase.kind === 'history'
        ? { events: await runHistoryCase(testCase) }
        : await validate(testCase as ValidationCase);
    return comparator.compareCase(testCase, actual);
  } catch (thrown) {
    if (!(thrown instanceof EngineError))
      return { pass: false, diffs: [{ where: 'engine', message: String((thrown as Error).stack) }] };
    const error = { code: thrown.name, message: thrown.message, httpStatus: thrown.httpStatus };
    if (testCase.kind === 'validation') return comparator.compareCase(testCase, { error });
    return { pass: false, diffs: [{ where: thrown.name, message: thrown.message }] };
  }
}

const totals = new Map<string, { passed: number; total: number }>();
const only = flag('--only');
const kinds = flag('--kind')?.split(',') ?? ['history', 'validation', 'api'];
for (const file of fs.readdirSync(path.join(folder, 'cases')).sort()) {
  const testCase = JSON.parse(fs.readFileSync(path.join(folder, 'cases', file), 'utf8')) as HistoryCase;
  if (!kinds.includes(testCase.kind) || (only !== undefined && !file.includes(only))) continue;
  const { pass, diffs } = await judge(testCase);
  for (const key of [testCase.kind, `${testCase.kind} ${testCase.area}`]) {
    const sum = totals.get(key) ?? { passed: 0, total: 0 };
    totals.set(key, { passed: sum.passed + (pass ? 1 : 0), total: sum.total + 1 });
  }
  if (!pass && flags.includes('--diffs')) {
    console.log(`FAIL ${file}`);
    for (const { where, message } of diffs.slice(0, 3)) console.log(`     ${where}: ${message.slice(0, 600)}`);
  }
}
for (const [key, { passed, total }] of [...totals].sort())
  console.log(`${String(passed).padStart(4)}/${total}  ${key}`);
