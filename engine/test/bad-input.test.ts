import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { EngineError } from '../index.ts';
import { Driver, LAMBDA, ROLE, TOKEN_QUEUE } from './driver.ts';

/** What is not bounded runs for minutes; a loaded machine takes seconds for what is. */
jest.setTimeout(60_000);

const TOKEN_TASK = { Type: 'Task', Resource: TOKEN_QUEUE, End: true };
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

let driver: Driver;
let bystander: string;
let machines = 0;

beforeEach(async () => {
  driver = new Driver({ Deep: { output: null } });
  bystander = await driver.start({ StartAt: 'Stand', States: { Stand: TOKEN_TASK } });
});

// Whatever was given to the engine: an execution that waited all the while goes on, also after a restart.
afterEach(async () => {
  driver.crash();
  const token = driver.invoked.find(({ stateName }) => stateName === 'Stand')?.taskToken;
  await driver.call('SendTaskSuccess', { taskToken: token, output: '"unharmed"' });
  expect(await driver.describe(bystander)).toMatchObject({ status: 'SUCCEEDED', output: '"unharmed"' });
});

async function create(definition: string, name: string): Promise<string> {
  const { stateMachineArn } = await driver.call('CreateStateMachine', { name, roleArn: ROLE, definition });
  return String(stateMachineArn);
}

async function echo(): Promise<string> {
  return create('{"StartAt":"Echo","States":{"Echo":{"Type":"Succeed"}}}', 'echo');
}

/** How an execution of a single state ends. */
async function endOf(language: string, state: object, input = '{}'): Promise<Record<string, unknown>> {
  const definition = { QueryLanguage: language, StartAt: 'Only', States: { Only: { ...state, End: true } } };
  machines += 1;
  const stateMachineArn = await create(JSON.stringify(definition), `single-${machines}`);
  const { executionArn } = await driver.call('StartExecution', { stateMachineArn, input });
  return driver.describe(String(executionArn));
}
const jsonata = (expression: string, input?: string) =>
  endOf('JSONata', { Type: 'Pass', Output: `{% ${expression} %}` }, input);
const jsonpath = (path: string, input?: string) =>
  endOf('JSONPath', { Type: 'Pass', Parameters: { 'x.$': path } }, input);

describe('An input of an execution', () => {
  test.each([
    ['of more bytes than 256 KiB', JSON.stringify('x'.repeat(262_143)), 'more than 262144 bytes'],
    ['of fewer characters, but more bytes', JSON.stringify('€'.repeat(90_000)), 'more than 262144 bytes'],
    ['of 10 MB', JSON.stringify('x'.repeat(10_000_000)), 'more than 262144 bytes'],
    ['nested 1,001 deep', nested(1_001), 'nesting depth (1001) exceeds the maximum allowed (1000)'],
    ['nested 10,000 deep', nested(10_000), 'nesting depth'],
    ['nested a million deep', nested(1_000_000), 'more than 262144 bytes'],
    ['of objects nested 10,000 deep', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, 'nesting depth'],
    ['with a byte-order mark', '\ufeff{}', 'byte-order mark'],
    ['with half of a surrogate pair', '"\ud83d"', 'surrogate pair'],
    ['that is no JSON', '{"a":', 'JSON'],
    ['of nothing', '', 'Invalid execution input.'],
  ])('%s is refused as InvalidExecutionInput', async (_what, input, reason) => {
    const stateMachineArn = await echo();
    await expect(driver.call('StartExecution', { stateMachineArn, input })).rejects.toMatchObject({
      name: 'InvalidExecutionInput',
      httpStatus: 400,
      message: expect.stringContaining(reason),
    });
    expect((await driver.call('ListExecutions', { stateMachineArn }))['executions']).toEqual([]);
  });

  test.each([
    ['at the bounds of size', JSON.stringify('x'.repeat(262_142))],
    ['at the bounds of size in bytes', JSON.stringify('€'.repeat(87_380))],
    ['at the bound of depth', nested(1_000)],
    ['with a key twice', '{"a":1,"a":2}'],
    ['with numbers no double holds', '{"a":1e400,"b":12345678901234567890}'],
    ['with an escaped half of a surrogate pair', '"\\ud83d"'],
    ['with a prototype', '{"__proto__":{"polluted":true},"constructor":1}'],
  ])('%s passes through a state that does not look at it, to the letter', async (_what, input) => {
    const { executionArn } = await driver.call('StartExecution', { stateMachineArn: await echo(), input });
    expect(await driver.describe(String(executionArn))).toMatchObject({ status: 'SUCCEEDED', output: input });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('whose number is beyond a double is not turned into another value where it is computed with', async () => {
    expect(await jsonata('$states.input', '{"a":1e400}')).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: expect.stringContaining('beyond the range of a double'),
    });
  });

  test('with a key twice means the last one', async () => {
    expect(await jsonata('$states.input.a', '{"a":1,"a":2}')).toMatchObject({ output: '2' });
  });
});

describe('The answer to a task token', () => {
  async function ask(): Promise<string> {
    const stateMachineArn = await create(JSON.stringify({ StartAt: 'Ask', States: { Ask: TOKEN_TASK } }), 'ask');
    await driver.call('StartExecution', { stateMachineArn });
    return String(driver.invoked.at(-1)?.taskToken);
  }

  test.each([
    ['of 10 MB', JSON.stringify('x'.repeat(10_000_000))],
    ['of more bytes than 256 KiB', JSON.stringify('€'.repeat(90_000))],
    ['nested 10,000 deep', nested(10_000)],
    ['with a byte-order mark', '\ufeff{}'],
    ['that is no JSON', 'done'],
  ])('%s is refused as InvalidOutput, and the token can still be answered', async (_what, output) => {
    const taskToken = await ask();
    await expect(driver.call('SendTaskSuccess', { taskToken, output })).rejects.toMatchObject({
      name: 'InvalidOutput',
    });
    await driver.call('SendTaskSuccess', { taskToken, output: '1' });
    expect(driver.statuses.at(-1)).toBe('SUCCEEDED');
  });

  test.each([
    ['cut off', (token: string) => token.slice(0, 10)],
    ['with something behind it', (token: string) => `${token}AAAA`],
    ['of another place', (token: string) => token.replace(/^./, 'B')],
    ['of no alphabet', () => '\u0000\ud800%'],
    ['of one character', () => 'x'],
    ['of numbers beyond all executions', () => Buffer.from(`${'9'.repeat(300)}.1.1/x`).toString('base64url')],
  ])('to a token %s is refused as InvalidToken', async (_what, forged) => {
    const taskToken = forged(await ask());
    for (const action of ['SendTaskSuccess', 'SendTaskFailure', 'SendTaskHeartbeat']) {
      await expect(driver.call(action, { taskToken, output: '1' })).rejects.toMatchObject({ name: 'InvalidToken' });
    }
  });

  test('to a token of 3,000 characters is refused for its length', async () => {
    await expect(driver.call('SendTaskSuccess', { taskToken: 'A'.repeat(3_000), output: '1' })).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  test('to a token of another engine is refused as InvalidToken, although the place exists', async () => {
    const taskToken = await ask();
    const other = new Driver();
    await other.call('CreateActivity', { name: 'any' });
    await other.start({ StartAt: 'Before', States: { Before: { Type: 'Succeed' } } }, {}, 'before');
    other.newEngine();
    const { stateMachineArn } = await other.describe('arn:aws:states:us-east-1:111111111111:execution:machine:before');
    await other.call('UpdateStateMachine', {
      stateMachineArn,
      definition: JSON.stringify({ StartAt: 'Ask', States: { Ask: TOKEN_TASK } }),
    });
    await other.call('StartExecution', { stateMachineArn, name: 'the-first-draw-is-the-nonce' });
    const foreign = String(other.invoked.at(-1)?.taskToken);
    const place = (token: string) => Buffer.from(token, 'base64url').toString().split('/')[0];
    expect(place(foreign)).toBe(place(taskToken));
    expect(foreign).not.toBe(taskToken);
    await expect(driver.call('SendTaskSuccess', { taskToken: foreign, output: '1' })).rejects.toMatchObject({
      name: 'InvalidToken',
    });
  });

  test('to the token of an earlier attempt is too late, and does not answer the present one', async () => {
    const retried = { ...TOKEN_TASK, TimeoutSeconds: 5, Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }] };
    const stateMachineArn = await create(JSON.stringify({ StartAt: 'Ask', States: { Ask: retried } }), 'ask');
    const { executionArn } = await driver.call('StartExecution', { stateMachineArn });
    const first = driver.invoked.at(-1)?.taskToken;
    await driver.jump();
    await driver.jump();
    const second = driver.invoked.at(-1)?.taskToken;
    expect(second).not.toBe(first);
    await expect(driver.call('SendTaskSuccess', { taskToken: first, output: '"stale"' })).rejects.toMatchObject({
      name: 'TaskTimedOut',
    });
    await driver.call('SendTaskSuccess', { taskToken: second, output: '"fresh"' });
    expect(await driver.describe(String(executionArn))).toMatchObject({ output: '"fresh"' });
  });
});

describe('A name', () => {
  const forbidden = [...' \t\n\r?*<>{}[]"#%\\^|~`$&,;:/\u0000\u001f\u007f\u0085\u009f\u00a0\u2028\u3000'];

  test.each(forbidden.map((character) => [JSON.stringify(character), character]))(
    'with the character %s is refused as InvalidName',
    async (_shown, character) => {
      const stateMachineArn = await echo();
      const name = `order${character}1`;
      await expect(driver.call('StartExecution', { stateMachineArn, name })).rejects.toMatchObject({
        name: 'InvalidName',
      });
      await expect(driver.call('CreateActivity', { name })).rejects.toMatchObject({ name: 'InvalidName' });
      const definition = '{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}';
      await expect(driver.call('CreateStateMachine', { name, roleArn: ROLE, definition })).rejects.toMatchObject({
        name: 'InvalidName',
      });
    },
  );

  test.each([
    ['of 81 characters', 'x'.repeat(81)],
    ['with the first half of a surrogate pair', 'order\ud83d'],
    ['with the second half of a surrogate pair', '\ude00order'],
  ])('%s is refused as InvalidName', async (_what, name) => {
    await expect(driver.call('CreateActivity', { name })).rejects.toMatchObject({ name: 'InvalidName' });
  });

  test.each(['x'.repeat(80), 'Überfällig-é_1.2', '注文-1', "a(b)+c=d!@'"])('%s is taken', async (name) => {
    const { executionArn } = await driver.call('StartExecution', { stateMachineArn: await echo(), name });
    expect((await driver.describe(String(executionArn)))['name']).toBe(name);
  });
});

describe('A definition', () => {
  const parallel = (depth: number): string => {
    const leaf = '{"StartAt":"L","States":{"L":{"Type":"Succeed"}}}';
    const open = (n: number) => `{"StartAt":"P${n}","States":{"P${n}":{"Type":"Parallel","End":true,"Branches":[`;
    return Array.from({ length: depth }, (_unused, n) => open(n)).join('') + leaf + ']}}}'.repeat(depth);
  };

  test.each([
    ['nested 100,000 deep', `{"StartAt":"A","States":{"A":${nested(100_000)}}}`, 'nested at most 1000 deep'],
    ['with a byte-order mark', '\ufeff{"StartAt":"A","States":{}}', 'INVALID_JSON_DESCRIPTION'],
    ['of nested Parallel states', parallel(400), 'nested at most 1000 deep'],
    ['that is a list', '[]', 'Expected value of type Object'],
    ['that is a number', '1e999', 'Expected value of type Object'],
  ])('%s is refused as InvalidDefinition', async (_what, definition, reason) => {
    await expect(create(definition, 'bad')).rejects.toMatchObject({
      name: 'InvalidDefinition',
      message: expect.stringContaining(reason),
    });
  });

  test('of more than 1 MB is refused, also when only its bytes are more', async () => {
    const comment = '€'.repeat(400_000);
    const definition = `{"Comment":"${comment}","StartAt":"A","States":{"A":{"Type":"Succeed"}}}`;
    await expect(create(definition, 'bad')).rejects.toMatchObject({
      message: expect.stringContaining('1048576 bytes'),
    });
  });

  test('of Parallel states as deep as the bound allows runs', async () => {
    const stateMachineArn = await create(parallel(240), 'deep');
    const { executionArn } = await driver.call('StartExecution', { stateMachineArn });
    expect(await driver.describe(String(executionArn))).toMatchObject({ status: 'SUCCEEDED' });
  });

  const output = (expression: string) =>
    JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'A',
      States: { A: { Type: 'Pass', Output: `{% ${expression} %}`, End: true } },
    });
  const path = (expression: string) =>
    JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', InputPath: expression, End: true } } });

  test.each([
    ['JSONata in 50,000 parentheses', output(`${'('.repeat(50_000)}1${')'.repeat(50_000)}`)],
    ['a sum of 100,000 terms', output(Array.from({ length: 100_000 }, () => '1').join('+'))],
    ['a text without its end', output('"'.padEnd(500_000, 'x'))],
    ['an intrinsic in 20,000 others', path(`${'States.Array('.repeat(20_000)}1${')'.repeat(20_000)}`)],
    ['a filter in 100,000 parentheses', path(`$[?(${'('.repeat(100_000)}@.a${')'.repeat(100_000)})]`)],
    ['a filter with 100,000 negations', path(`$[?(${'!'.repeat(100_000)}@.a)]`)],
    ['a regular expression that looks back', output('$match("ab", /(?<=a)b/)')],
  ])('with %s is refused with its place', async (_what, definition) => {
    await expect(create(definition, 'bad')).rejects.toMatchObject({
      name: 'InvalidDefinition',
      message: expect.stringContaining('/States/A/'),
    });
  });
});

describe('An expression in JSONata', () => {
  const failing: [string, string, string][] = [
    ['calls itself for ever', '($f := function($n){1 + $f($n)}; $f(1))', 'Stack overflow'],
    ['calls itself in the last place for ever', '($f := function(){$f()}; $f())', 'more than 1000000 steps'],
    [
      'calls another that calls it for ever',
      '($f := function($n){$g($n)}; $g := function($n){$f($n)}; $f(1))',
      'more than 1000000 steps',
    ],
    ['asks for a range of ten million', '[1..10000000]', 'D2015'],
    ['asks for a range from afar', '$range(0, 1e18, 1)', 'at most 873782'],
    ['makes a range for each item of a range', '$sum([1..800000].($count([1..800000])))', 'steps'],
    ['loops inside of loops', '$sum([1..5000].($sum([1..5000].($sum([1..5000])))))', 'steps'],
    ['pads to 400 million characters', '$length($pad("x", 400000000))', 'A text has more than'],
    [
      'doubles a text',
      '($f := function($s, $n){$n = 0 ? $s : $f($s & $s, $n - 1)}; $f("x", 40))',
      'A text has more than',
    ],
    ['doubles an array', '($f := function($s, $n){$n = 0 ? $s : $f([$s, $s], $n - 1)}; $f([1], 40))', 'D2015'],
    [
      'returns an array that holds itself many times over',
      '($f := function($s, $n){$n = 0 ? $s : $f([[$s], [$s]], $n - 1)}; $f("x", 40))',
      'characters of JSON',
    ],
    [
      'writes such an array as text',
      '($f := function($s, $n){$n = 0 ? $s : $f([[$s], [$s]], $n - 1)}; $length($string($f("x", 40))))',
      'characters of JSON',
    ],
    [
      'compares such arrays',
      '($f := function($s, $n){$n = 0 ? $s : $f([[$s], [$s]], $n - 1)}; $f("x", 40) = $f("x", 40))',
      'characters of JSON',
    ],
    ['nests without end', '($f := function($s, $n){$n = 0 ? $s : $f([[$s]], $n - 1)}; $f("x", 9000))', 'deep'],
    ['joins 10 million characters', `$join([1..100000].("${'x'.repeat(100)}"))`, 'A text has more than'],
    ['appends to an array item by item', '$reduce([1..100000], $append)', 'steps'],
    ['compares many objects with one another', '$distinct([1..30000].({"a": $}))', 'steps'],
  ];
  test.each(failing)('that %s ends with States.QueryEvaluationError', async (_what, expression, reason) => {
    expect(await jsonata(expression)).toMatchObject({
      status: 'FAILED',
      error: 'States.QueryEvaluationError',
      cause: expect.stringContaining(reason),
    });
  });

  test('fails at the same step each time, so that a history repeats', async () => {
    const source = '$reduce([1..100000], $append)';
    const [first, second] = [await jsonata(source), await jsonata(source)];
    expect(second['cause']).toBe(first['cause']);
  });

  test.each([
    ['$count($match($states.input, /(a+)+$/)) = 0', 'true'],
    ['$count($match($states.input, /^(a|aa)+$/)) = 0', 'true'],
    ['$contains($states.input, /(a*)*c/)', 'false'],
    ['$length($replace($states.input, /(a+)+b/, "x"))', '1'],
  ])('with a regular expression that backtracks for ever elsewhere answers: %s', async (expression, output) => {
    expect(await jsonata(expression, JSON.stringify(`${'a'.repeat(20_000)}b`))).toMatchObject({
      status: 'SUCCEEDED',
      output,
    });
  });

  test('takes ranges and texts of a usual size', async () => {
    expect(await jsonata('$sum([1..100000])')).toMatchObject({ output: '5000050000' });
    expect(await jsonata('$count($distinct([1..100000]))')).toMatchObject({ output: '100000' });
    expect(await jsonata('$sum($map([1..100000], function($n) { $n * 2 }))')).toMatchObject({ output: '10000100000' });
  });

  test('parses no text that is nested too deep to be written', async () => {
    expect(await jsonata('$parse($states.input)', JSON.stringify(nested(50_000)))).toMatchObject({
      error: 'States.QueryEvaluationError',
    });
    expect(await jsonata('$parse($states.input)', '"{bad"')).toMatchObject({ error: 'States.QueryEvaluationError' });
  });

  test('fails its own execution when it names its input too often', async () => {
    const many = Array.from({ length: 500 }, () => '$states.input').join(',');
    expect(await jsonata(`[${many}]`, JSON.stringify('x'.repeat(200_000)))).toMatchObject({
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
    });
  });
});

describe('A JSONPath', () => {
  test('that visits everything many times over ends with States.Runtime', async () => {
    expect(await jsonpath('$..*..*..*..*', nested(900))).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: expect.stringContaining('visits more than'),
    });
  });

  test('with a filter that backtracks for ever elsewhere answers', async () => {
    const input = JSON.stringify([{ a: `${'a'.repeat(5_000)}b` }, { a: 'aaa' }]);
    expect(await jsonpath('$[?(@.a =~ /(a+)+/)]', input)).toMatchObject({ output: '{"x":[{"a":"aaa"}]}' });
  });

  test.each([
    ['a range of more than 1,000', 'States.ArrayRange(0, 1000, 1)'],
    ['a range of a thousand million', 'States.ArrayRange(0, 1000000000, 1)'],
    ['a range without a step', 'States.ArrayRange(0, 9, 0)'],
    ['parts of no size', 'States.ArrayPartition($, 0)'],
    ['a text of 50 MB', `States.Format('${'{}'.repeat(500)}'${', $[0]'.repeat(500)})`],
    [
      'a text of an array many times over',
      `States.JsonToString(States.Array(${Array.from({ length: 500 }, () => '$').join(',')}))`,
    ],
    ['text that is nested too deep', 'States.MathAdd(States.StringToJson($[0]), 1)'],
    ['a hash of more than it takes', 'States.Base64Encode($[0])'],
  ])('with an intrinsic function for %s ends with States.IntrinsicFailure', async (_what, path) => {
    expect(await jsonpath(path, JSON.stringify(['x'.repeat(100_000)]))).toMatchObject({
      status: 'FAILED',
      error: 'States.IntrinsicFailure',
    });
  });

  test('merges objects with a prototype as data', async () => {
    expect(
      await jsonpath('States.JsonMerge($.a, $.b, false)', '{"a":{"__proto__":{"p":1}},"b":{"constructor":2}}'),
    ).toMatchObject({ output: '{"x":{"__proto__":{"p":1},"constructor":2}}' });
  });

  test('matches a pattern of many wildcards', async () => {
    const stateMachineArn = await create(
      JSON.stringify({
        StartAt: 'Which',
        States: {
          Which: {
            Type: 'Choice',
            Choices: [{ Variable: '$', StringMatches: `${'*a'.repeat(30)}*b`, Next: 'Yes' }],
            Default: 'No',
          },
          Yes: { Type: 'Succeed' },
          No: { Type: 'Fail' },
        },
      }),
      'which',
    );
    const ending = async (input: string) => {
      const { executionArn } = await driver.call('StartExecution', { stateMachineArn, input });
      return (await driver.describe(String(executionArn)))['status'];
    };
    expect(await ending(JSON.stringify('a'.repeat(50_000)))).toBe('FAILED');
    expect(await ending(JSON.stringify(`${'a'.repeat(50_000)}b`))).toBe('SUCCEEDED');
  });
});

describe('A state', () => {
  const map = {
    Type: 'Map',
    Items: '{% [1..100000] %}',
    ItemProcessor: { StartAt: 'Each', States: { Each: { Type: 'Pass', End: true } } },
  };

  test('that maps 100,000 items ends its execution with its event 25,000', async () => {
    expect(await endOf('JSONata', map)).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: 'The execution reached the maximum number of history events (25000).',
    });
  });

  test('that waits for 10^15 seconds fails at once', async () => {
    expect(await endOf('JSONata', { Type: 'Wait', Seconds: '{% 1e15 %}' })).toMatchObject({
      status: 'FAILED',
      cause: expect.stringContaining('too long'),
    });
  });

  test.each([
    { Type: 'Task', Resource: LAMBDA, TimeoutSeconds: 100_000_000 },
    { Type: 'Task', Resource: LAMBDA, TimeoutSeconds: 0 },
    { Type: 'Task', Resource: LAMBDA, HeartbeatSeconds: -1, TimeoutSeconds: 10 },
    { Type: 'Wait', Seconds: -5 },
    { Type: 'Wait', Seconds: 1e15 },
  ])('is refused with a time beyond its bounds: %j', async (state) => {
    await expect(endOf('JSONPath', state)).rejects.toMatchObject({ name: 'InvalidDefinition' });
  });

  test('whose task gives back what is nested too deep fails, or passes it on as it is', async () => {
    const report = async (state: object) => {
      await endOf('JSONata', { Type: 'Task', Resource: LAMBDA, ...state });
      const { taskId = '', executionArn } = driver.invoked.at(-1) ?? {};
      await driver.apply({ kind: 'taskSucceeded', taskId, output: nested(100_000) });
      return driver.describe(String(executionArn));
    };
    expect(await report({})).toMatchObject({ status: 'SUCCEEDED', output: nested(100_000) });
    driver = new Driver({ Only: 'silent' });
    bystander = await driver.start({ StartAt: 'Stand', States: { Stand: TOKEN_TASK } });
    expect(await report({ Output: '{% [$states.result] %}' })).toMatchObject({ status: 'FAILED' });
  });
});

test('A request that is no request is refused as AWS refuses it', async () => {
  for (const input of [{}, { stateMachineArn: 7 }, { stateMachineArn: '' }, { stateMachineArn: 'x'.repeat(10_000) }]) {
    await expect(driver.call('StartExecution', input)).rejects.toBeInstanceOf(EngineError);
  }
  await expect(driver.call('__proto__', {})).rejects.toMatchObject({ name: 'UnknownOperationException' });
  await expect(driver.call('constructor', {})).rejects.toMatchObject({ name: 'UnknownOperationException' });
});
