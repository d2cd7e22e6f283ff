/** The test cases of a MockConfigFile, as Step Functions Local has them, for executions that are started with one. */
import type { InvokeTask } from '../../engine/index.ts';
import { KitError, type MockAnswer, type Mocks, mocksFromConfigFile } from '../../engine/testkit/index.ts';
import { AwsError } from '../errors.ts';
import { TaskFailure } from '../services/sfn/run-task.ts';

type Group = Readonly<Record<string, unknown>>;

export class MockConfig {
  readonly #text: string;
  readonly #cases = new Map<string, Mocks>();

  /** Reads every test case. @throws KitError naming what the file lacks */
  constructor(text: string) {
    this.#text = text;
    const { StateMachines = {} } = parsed(text) as { StateMachines?: Group };
    for (const [machine, { TestCases = {} }] of Object.entries(StateMachines as Record<string, { TestCases?: Group }>))
      for (const testCase of Object.keys(TestCases)) this.#mocks(machine, testCase);
  }

  /** Throws AwsError ValidationException for a test case that the file does not have. */
  check(stateMachineArn: string, testCase: string): void {
    try {
      this.#mocks(machineNameOf(stateMachineArn), testCase);
    } catch (error) {
      if (!(error instanceof KitError)) throw error;
      throw new AwsError('ValidationException', `Test case '${testCase}': ${error.message}`);
    }
  }

  /** undefined for a state that the execution's test case leaves to the services. @throws TaskFailure */
  answerOf({ test, executionArn, stateName, resource, input }: Omit<InvokeTask, 'kind'>): MockAnswer | undefined {
    if (test === undefined) return undefined;
    const { invocation } = test;
    try {
      const mock = this.#mocks(machineNameOf(executionArn), test.testCase)[stateName];
      if (typeof mock !== 'function') return undefined;
      const at = { state: stateName, scope: '', at: stateName, attempt: invocation, invocation };
      return mock({ ...at, resource, input, atMs: 0 });
    } catch (error) {
      if (!(error instanceof KitError)) throw error;
      throw new TaskFailure('States.Runtime', error.message);
    }
  }

  #mocks(machine: string, testCase: string): Mocks {
    const key = `${machine}#${testCase}`;
    const known = this.#cases.get(key) ?? mocksFromConfigFile(this.#text, machine, testCase);
    this.#cases.set(key, known);
    return known;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (thrown) {
    throw new KitError(`The MockConfigFile is no JSON: ${(thrown as Error).message}`, { cause: thrown });
  }
}

/** Of the ARN of a machine, a version, an execution or a Map run's child. */
const machineNameOf = (arn: string): string => arn.split(':')[6]?.split('/')[0] ?? '';
