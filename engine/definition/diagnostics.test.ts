import { describe, expect, test } from '@jest/globals';
import { Engine } from '../index.ts';

interface Answer {
  readonly result: string;
  readonly truncated: boolean;
  readonly diagnostics: readonly { severity: string; code: string; message: string; location: string }[];
}

async function validate(definition: object | string, rest: object = {}): Promise<Answer> {
  const engine = new Engine({
    accountId: '111111111111',
    region: 'eu-central-1',
    host: { random: () => 0, uuid: () => 'u' },
  });
  const text = typeof definition === 'string' ? definition : JSON.stringify(definition);
  const input = { definition: text, ...rest };
  return (await engine.apply(0, { kind: 'api', action: 'ValidateStateMachineDefinition', input })).response as Answer;
}
const codesAt = ({ diagnostics }: Answer): string[] => diagnostics.map(({ code, location }) => `${code} ${location}`);

const FAULTY = {
  StartAt: 'Take',
  States: {
    Take: { Type: 'Pass', Next: 'Nowhere', Colour: 'red' },
    Pick: { Type: 'Task', Resource: 'nonsense', End: true },
    Wait: { Type: 'Wait', Seconds: -1, End: true },
  },
};

describe('ValidateStateMachineDefinition', () => {
  test('names every fault with its place', async () => {
    const answer = await validate(FAULTY);
    expect(answer.result).toBe('FAIL');
    expect(codesAt(answer)).toEqual([
      'SCHEMA_VALIDATION_FAILED /States/Take/Colour',
      'SCHEMA_VALIDATION_FAILED /States/Pick/Resource',
      'SCHEMA_VALIDATION_FAILED /States/Wait/Seconds',
      'MISSING_TRANSITION_TARGET /States/Take/Next',
      'MISSING_TRANSITION_TARGET /States/Pick',
      'MISSING_TRANSITION_TARGET /States/Wait',
    ]);
  });

  test('cuts the list at maxResults and says so', async () => {
    const answer = await validate(FAULTY, { maxResults: 2 });
    expect(answer.diagnostics).toHaveLength(2);
    expect(answer.truncated).toBe(true);
    expect((await validate(FAULTY, { maxResults: 0 })).truncated).toBe(false);
    await expect(validate(FAULTY, { maxResults: 101 })).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('refuses a name that is used twice, however deep', async () => {
    const branch = { StartAt: 'Take', States: { Take: { Type: 'Pass', End: true } } };
    const answer = await validate({
      StartAt: 'Take',
      States: { Take: { Type: 'Parallel', Branches: [branch], End: true } },
    });
    expect(codesAt(answer)).toEqual(['DUPLICATE_STATE_NAME /States/Take/Branches[0]/States/Take']);
  });

  test('refuses a machine that cannot end', async () => {
    const states = { Tick: { Type: 'Pass', Next: 'Tock' }, Tock: { Type: 'Pass', Next: 'Tick' } };
    expect(codesAt(await validate({ StartAt: 'Tick', States: states }))).toEqual(['MISSING_END_STATE /States']);
  });

  test('warns of paths that stay text, when it is asked for warnings', async () => {
    const states = {
      Take: { Type: 'Pass', Parameters: { id: '$.id', 'name.$': '$.name', n: ['States.UUID()'] }, Next: 'Choose' },
      Choose: {
        Type: 'Choice',
        Choices: [{ Variable: '$.id', StringEquals: '$.other', Next: 'Give' }],
        Default: 'Give',
      },
      Give: { Type: 'Pass', Result: { 'id.$': '$.id' }, End: true },
    };
    const answer = await validate({ StartAt: 'Take', States: states }, { severity: 'WARNING' });
    expect(answer.result).toBe('OK');
    expect(codesAt(answer)).toEqual([
      'NO_DOLLAR /States/Take/Parameters/id',
      'NO_DOLLAR /States/Take/Parameters/n[0]',
      'NO_PATH /States/Choose/Choices[0]/StringEquals',
      'PASS_RESULT_IS_STATIC /States/Give/Result/id.$',
    ]);
    expect((await validate({ StartAt: 'Take', States: states })).diagnostics).toEqual([]);
  });

  test('answers about a text that is no definition', async () => {
    for (const text of ['{', '[]', '\ufeff{}', `${'['.repeat(200_000)}${']'.repeat(200_000)}`]) {
      expect((await validate(text)).result).toBe('FAIL');
    }
    await expect(validate('')).rejects.toMatchObject({ name: 'ParamValidationError' });
  });
});
