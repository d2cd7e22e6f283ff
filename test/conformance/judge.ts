/** Runs one recorded case of any kind against the engine and lets the comparator of the case's folder judge it. */
import { Engine, EngineError } from '../../engine/index.ts';
import { type ApiCase, runApiCase } from './run-api.ts';
import { type ExpressCase, runExpressCase } from './run-express.ts';
import { type HistoryCase, runHistoryCase } from './run-history.ts';
import { runTestStateCase, type TestStateCase } from './run-test-state.ts';

export interface Verdict {
  readonly pass: boolean;
  readonly diffs: readonly { readonly where: string; readonly message: string }[];
}
export interface Comparator {
  compareCase(testCase: unknown, actual: unknown, options?: object): Verdict;
}
export interface RecordedCase {
  readonly id: string;
  readonly kind: string;
  readonly area: string;
}
interface ValidationCase {
  readonly operation: string;
  readonly definitionText: string;
  readonly parameters: object;
}

/** A case is driven with the region's names that it was recorded with. */
async function validate(testCase: ValidationCase): Promise<unknown> {
  const uuid = (): string => '00000000-0000-4000-8000-000000000001';
  const engine = new Engine({ accountId: '111111111111', region: 'us-east-1', host: { random: () => 0.5, uuid } });
  const input = { ...testCase.parameters, definition: testCase.definitionText };
  return (await engine.apply(0, { kind: 'api', action: testCase.operation, input })).response;
}

const RUNNERS: Readonly<Record<string, (testCase: RecordedCase) => Promise<unknown>>> = {
  api: (testCase) => runApiCase(testCase as unknown as ApiCase),
  history: async (testCase) => ({ events: await runHistoryCase(testCase as unknown as HistoryCase) }),
  test_state: (testCase) => runTestStateCase(testCase as unknown as TestStateCase),
  validation: (testCase) => validate(testCase as unknown as ValidationCase),
};
export const KINDS: readonly string[] = Object.keys(RUNNERS);

/** Kinds whose expected answer may be an error. */
const ANSWERS_ERRORS: readonly string[] = ['validation', 'test_state'];

/** Fields that AWS added after a case was recorded are no difference in the answers of an api case. */
const OPTIONS: Readonly<Record<string, object>> = { api: { allowExtra: true } };

/** Of an asynchronous execution nothing but a log, or of a synchronous one nothing but the answer, was recorded. */
function isExpress(testCase: RecordedCase): testCase is RecordedCase & ExpressCase {
  const { type, expected } = testCase as RecordedCase & ExpressCase;
  const answered = expected?.startSyncExecution !== undefined || expected?.endEvent !== undefined;
  return testCase.kind === 'history' && type === 'EXPRESS' && answered;
}

export async function judge(testCase: RecordedCase, comparator: Comparator): Promise<Verdict> {
  const run = RUNNERS[testCase.kind];
  if (run === undefined) {
    const message = `There is no runner for the kind '${testCase.kind}'; there are ${KINDS.join(', ')}`;
    return { pass: false, diffs: [{ where: 'kind', message }] };
  }
  try {
    if (isExpress(testCase)) {
      const { asked, actual } = await runExpressCase(testCase);
      return comparator.compareCase(asked, actual, OPTIONS['api']);
    }
    const actual = await run(testCase);
    return comparator.compareCase(testCase, actual, OPTIONS[testCase.kind]);
  } catch (thrown) {
    if (!(thrown instanceof EngineError)) {
      return { pass: false, diffs: [{ where: 'engine', message: String((thrown as Error).stack) }] };
    }
    const error = { code: thrown.name, message: thrown.message, httpStatus: thrown.httpStatus };
    if (ANSWERS_ERRORS.includes(testCase.kind)) return comparator.compareCase(testCase, { error });
    return { pass: false, diffs: [{ where: thrown.name, message: thrown.message }] };
  }
}
