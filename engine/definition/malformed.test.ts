import { expect, test } from '@jest/globals';
import type { JsonValue } from '../json.ts';
import { parseDefinition } from './parse-definition.ts';

const ambient = { nowMs: 0, host: { random: () => 0.5, uuid: () => 'u' } };
const LAMBDA = 'arn:aws:states:::lambda:invoke';
const PASS = { Type: 'Pass', End: true };

/** The errors of a machine of one state, each as its place and its message. */
function faultsOf(state: JsonValue, top: object = {}): string[] {
  const text = JSON.stringify({ StartAt: 'A', States: { A: state }, ...top });
  return parseDefinition(text, ambient).diagnostics.map(({ location, message }) => `${location}: ${message}`);
}
const choice = (...rules: JsonValue[]) => ({ Type: 'Choice', Choices: rules });

test.each<[string, JsonValue, object, string[]]>([
  ['without a type', {}, {}, ['/States/A: These fields are required: [Type]']],
  ['that is no object', 7, {}, ['/States/A: Expected value of type Object']],
  ['of an unknown type', { Type: 'Loop', End: true }, {}, ["/States/A/Type: The field 'Type' should have one of"]],
  ['without a way out', { Type: 'Pass' }, {}, ["/States/A: Missing 'Next' or 'End'"]],
  ['with two ways out', { ...PASS, Next: 'A' }, {}, ["/States/A: Only one of 'Next' and 'End' may be given"]],
  ['with an empty Next', { Type: 'Pass', Next: '' }, {}, ['/States/A/Next: Expected a String that is not empty']],
  ['with a Next that is a number', { Type: 'Pass', Next: 1 }, {}, ['/States/A/Next: Expected value of type String']],
  ['that leads nowhere', { Type: 'Pass', Next: 'Z' }, {}, ["/States/A/Next: Missing 'Next' target: Z"]],
  ['with a misspelt field', { ...PASS, OutPut: 1 }, {}, ["/States/A/OutPut: Field 'OutPut' is not supported"]],
  ['with a field of the other language', { ...PASS, Output: 1 }, {}, ['/States/A/Output: Field']],
  ['without a resource', { Type: 'Task', End: true }, {}, ['/States/A: These fields are required: [Resource]']],
  [
    'of an unknown service',
    { Type: 'Task', Resource: 'arn:aws:states:::no:no', End: true },
    {},
    ['/States/A/Resource: The resource'],
  ],
  [
    'with an interval below a second',
    { Type: 'Task', Resource: LAMBDA, End: true, Retry: [{ ErrorEquals: ['X'], IntervalSeconds: 0 }] },
    {},
    ['/States/A/Retry[0]/IntervalSeconds: Expected a number from 1'],
  ],
  [
    'with a backoff below 1',
    { Type: 'Task', Resource: LAMBDA, End: true, Retry: [{ ErrorEquals: ['X'], BackoffRate: 0.5 }] },
    {},
    ['/States/A/Retry[0]/BackoffRate: Expected a number from 1'],
  ],
  [
    'with States.ALL among others',
    { Type: 'Task', Resource: LAMBDA, End: true, Retry: [{ ErrorEquals: ['States.ALL', 'X'] }] },
    {},
    ['/States/A/Retry[0]/ErrorEquals: States.ALL must appear alone'],
  ],
  [
    'with a catcher for nothing',
    { Type: 'Task', Resource: LAMBDA, End: true, Catch: [{ ErrorEquals: [], Next: 'A' }] },
    {},
    ['/States/A/Catch[0]/ErrorEquals: Expected a non-empty array'],
  ],
  [
    'with a timeout that is text',
    { Type: 'Task', Resource: LAMBDA, End: true, TimeoutSeconds: '5' },
    {},
    ['/States/A/TimeoutSeconds: Expected a number from 1'],
  ],
  [
    'that waits for text',
    { Type: 'Wait', Seconds: 'x', End: true },
    {},
    ['/States/A/Seconds: Expected a number from 0'],
  ],
  ['that waits for nothing', { Type: 'Wait', End: true }, {}, ['/States/A: Exactly one of these fields is required']],
  [
    'that waits until text',
    { Type: 'Wait', Timestamp: 'noon', End: true },
    {},
    ['/States/A/Timestamp: String does not match RFC3339'],
  ],
  [
    'that waits until a number',
    { Type: 'Wait', Timestamp: 12, End: true },
    {},
    ['/States/A/Timestamp: Expected value of type String'],
  ],
  ['that chooses from nothing', choice(), {}, ['/States/A/Choices: Expected a non-empty array of choice rules']],
  [
    'that compares nothing',
    choice({ Variable: '$.a', Next: 'A' }),
    {},
    ['/States/A/Choices[0]: Expected exactly one comparison operator'],
  ],
  [
    'that compares with another type',
    choice({ Variable: '$.a', StringEquals: 1, Next: 'A' }),
    {},
    ['/States/A/Choices[0]/StringEquals: Value 1 does not fit'],
  ],
  [
    'without branches',
    { Type: 'Parallel', Branches: [], End: true },
    {},
    ['/States/A/Branches: Expected a non-empty array of branches'],
  ],
  ['without a processor', { Type: 'Map', End: true }, {}, ['/States/A: These fields are required: [ItemProcessor]']],
  [
    'with a path that is none',
    { ...PASS, InputPath: 'a' },
    {},
    ["/States/A/InputPath: The path 'a' does not start with $"],
  ],
  [
    'with a result in many places',
    { ...PASS, ResultPath: '$.a[*]' },
    {},
    ["/States/A/ResultPath: '$.a[*]' is not a reference path"],
  ],
  [
    'with a path that is a number',
    { ...PASS, Parameters: { 'a.$': 1 } },
    {},
    ["/States/A/Parameters: The field 'a.$' has to be"],
  ],
  [
    'with an expression cut off',
    { ...PASS, Output: '{% 1 + %}' },
    { QueryLanguage: 'JSONata' },
    ['/States/A/Output: Unexpected end of expression'],
  ],
  [
    'in an unknown language',
    PASS,
    { QueryLanguage: 'SQL' },
    ['/QueryLanguage: Value is not valid. Expected one of [JSONPath, JSONata]'],
  ],
  ['of another version', PASS, { Version: '2.0' }, ['/Version: Value is not valid. Expected one of [1.0]']],
  ['in a machine without time', PASS, { TimeoutSeconds: 0 }, ['/TimeoutSeconds: Expected a number from 1']],
  ['in a machine with a misspelt field', PASS, { Startat: 'A' }, ["/Startat: Field 'Startat' is not supported"]],
  ['in a machine that starts nowhere', PASS, { StartAt: null }, ['/StartAt: Expected the name of a state']],
  ['in a machine with two faults', { ...PASS, X: 1 }, { Y: 2 }, ['/Y: Field', '/States/A/X: Field']],
])('A state %s is refused with its place and what was expected', (_what, state, top, expected) => {
  const faults = faultsOf(state, top);
  for (const part of expected) expect(faults).toContainEqual(expect.stringContaining(part));
});
