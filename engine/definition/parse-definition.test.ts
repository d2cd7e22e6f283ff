import { describe, expect, test } from '@jest/globals';
import { parseDefinition } from './parse-definition.ts';

const ambient = { nowMs: 0, host: { random: () => 0, uuid: () => '' } };
const faults = (definition: object): string[] =>
  parseDefinition(JSON.stringify({ QueryLanguage: 'JSONata', ...definition }), ambient).diagnostics.map(
    ({ code, location, message }) => `${code} ${location}: ${message}`,
  );

describe('A definition with faults', () => {
  test('reports all of them at once, each with its place', () => {
    expect(
      faults({
        StartAt: 'A',
        States: {
          A: { Type: 'Pass', Output: '{% 1 + %}', Next: 'Nowhere' },
          B: { Type: 'Task', Resource: 'arn:aws:states:::dynamodb:query', Retri: [], End: true },
        },
      }),
    ).toEqual([
      expect.stringContaining('SCHEMA_VALIDATION_FAILED /States/A/Output: Unexpected end of expression'),
      "SCHEMA_VALIDATION_FAILED /States/B/Retri: Field 'Retri' is not supported",
      expect.stringContaining(
        'SCHEMA_VALIDATION_FAILED /States/B/Resource: The resource provided arn:aws:states:::dynamodb:query',
      ),
      "MISSING_TRANSITION_TARGET /States/A/Next: Missing 'Next' target: Nowhere",
      'MISSING_TRANSITION_TARGET /States/B: State "B" is not reachable.',
    ]);
  });

  test('of the other query language says so', () => {
    expect(faults({ StartAt: 'A', States: { A: { Type: 'Pass', InputPath: '$', End: true } } })).toEqual([
      "SCHEMA_VALIDATION_FAILED /States/A/InputPath: Field 'InputPath' is not supported when the query language is JSONata",
    ]);
  });

  test('lets States.ALL stand only alone and last', () => {
    const retry = [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['X'] }];
    const state = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Retry: retry, End: true };
    expect(faults({ StartAt: 'A', States: { A: state } })).toHaveLength(1);
  });
});
