/** Mocks from Step Functions Local's MockConfigFile, as it is. */
import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import { KitError } from './kit-error.ts';
import type { MockAnswer, Mocks, TaskCall } from './mocks.ts';

/**
 * The mocks of one test case. As in Step Functions Local, "0" answers the first request of a state in the execution,
 * "1-2" the second and third.
 * @param file the MockConfigFile, parsed or as text
 * @throws KitError naming what the file lacks
 */
export function mocksFromConfigFile(file: object | string, stateMachineName: string, testCase: string): Mocks {
  const config = read(file);
  const machine = member(config, 'StateMachines', stateMachineName);
  const states = member(machine, 'TestCases', testCase);
  return Object.fromEntries(
    Object.entries(states).map(([state, name]) => {
      if (typeof name !== 'string')
        throw new KitError(`'${state}' of test case '${testCase}' names no mocked response`);
      const answers = answersOf(name, member(config, 'MockedResponses', name));
      const mock = ({ invocation }: TaskCall): MockAnswer => {
        const answer = answers.find(({ first, last }) => invocation >= first && invocation <= last);
        if (answer !== undefined) return answer.answer;
        throw new KitError(
          `Mocked response '${name}' has nothing for request ${invocation} of '${state}': add "${invocation}"`,
        );
      };
      return [state, mock];
    }),
  );
}

function read(file: object | string): JsonObject {
  let value: unknown = file;
  try {
    if (typeof file === 'string') value = JSON.parse(file.replace(/^\uFEFF/, ''));
  } catch (thrown) {
    throw new KitError(`The MockConfigFile is no JSON: ${(thrown as Error).message}`, { cause: thrown });
  }
  if (isObject(value)) return value;
  throw new KitError('The MockConfigFile is no object: it has StateMachines and MockedResponses');
}

function member(object: JsonObject, field: string, name: string): JsonObject {
  const group = object[field];
  const value = isObject(group) && Object.hasOwn(group, name) ? group[name] : undefined;
  if (isObject(value)) return value;
  const known = isObject(group) ? Object.keys(group).join(', ') : 'nothing';
  throw new KitError(`The MockConfigFile has no ${field}.${name} (there is: ${known})`);
}

interface Numbered {
  readonly first: number;
  readonly last: number;
  readonly answer: MockAnswer;
}

function answersOf(name: string, responses: JsonObject): Numbered[] {
  return Object.entries(responses).map(([key, response]) => {
    const [, from, to] = /^(\d+)(?:-(\d+))?$/.exec(key) ?? [];
    if (from === undefined)
      throw new KitError(`'${key}' of mocked response '${name}' is no number or range such as "1-2"`);
    return { first: Number(from), last: Number(to ?? from), answer: answerOfResponse(`${name}.${key}`, response) };
  });
}

function answerOfResponse(place: string, response: JsonValue): MockAnswer {
  if (isObject(response)) {
    if ('Return' in response) return { result: response['Return'] };
    const thrown = response['Throw'];
    if (isObject(thrown) && typeof thrown['Error'] === 'string') {
      const { Error: error, Cause: cause } = thrown;
      return { error, ...(typeof cause === 'string' && { cause }) };
    }
  }
  throw new KitError(`Mocked response ${place} has neither Return nor Throw with an Error`);
}
