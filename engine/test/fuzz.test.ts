import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { REQUEST_SHAPES } from '../api/request-shapes.ts';
import { parseDefinition } from '../definition/parse-definition.ts';
import { EngineError } from '../index.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { Driver, LAMBDA, ROLE, TOKEN_QUEUE } from './driver.ts';

jest.setTimeout(60_000);

/** Every type of state, in both languages, with the fields that hold expressions, paths, graphs and lists. */
const DEFINITIONS: readonly JsonObject[] = [
  {
    QueryLanguage: 'JSONata',
    StartAt: 'Ask',
    TimeoutSeconds: 60,
    States: {
      Ask: {
        Type: 'Task',
        Resource: TOKEN_QUEUE,
        Arguments: { a: '{% $states.input.a[0] & "x" %}', b: [1, null, true] },
        TimeoutSeconds: 5,
        HeartbeatSeconds: 2,
        Assign: { v: '{% $states.result %}' },
        Output: '{% {"k": $v} %}',
        Retry: [
          { ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 1.5, JitterStrategy: 'FULL' },
        ],
        Catch: [{ ErrorEquals: ['A', 'B'], Next: 'Stop', Output: '{% $states.errorOutput %}' }],
        Next: 'Which',
      },
      Which: { Type: 'Choice', Choices: [{ Condition: '{% $v > 1 %}', Next: 'Each' }], Default: 'Rest' },
      Rest: { Type: 'Wait', Seconds: 3, Next: 'Each' },
      Each: {
        Type: 'Map',
        Items: [1, 2],
        MaxConcurrency: 2,
        ItemSelector: { i: '{% $states.context.Map.Item.Value %}' },
        ItemProcessor: { StartAt: 'One', States: { One: { Type: 'Pass', End: true } } },
        End: true,
      },
      Stop: { Type: 'Fail', Error: 'E', Cause: '{% "c" %}' },
    },
  },
  {
    StartAt: 'Make',
    States: {
      Make: {
        Type: 'Pass',
        Parameters: { 'a.$': "States.Format('{}', $.a)", 'b.$': '$.b[?(@.c > 1)]' },
        ResultPath: '$.r',
        Next: 'Both',
      },
      Both: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'L', States: { L: { Type: 'Succeed', InputPath: '$.x' } } },
          {
            StartAt: 'R',
            States: { R: { Type: 'Task', Resource: LAMBDA, Parameters: { FunctionName: 'f' }, End: true } },
          },
        ],
        ResultSelector: { 's.$': '$[0]' },
        Next: 'Which',
      },
      Which: {
        Type: 'Choice',
        Choices: [
          {
            And: [{ Variable: '$.a', IsPresent: true }, { Not: { Variable: '$.a', StringMatches: 'x*' } }],
            Next: 'Rest',
          },
          { Variable: '$.n', NumericGreaterThanPath: '$.m', Next: 'Spread' },
        ],
        Default: 'Rest',
      },
      Rest: { Type: 'Wait', TimestampPath: '$.t', Next: 'Spread' },
      Spread: {
        Type: 'Map',
        Label: 'L',
        ItemReader: {
          Resource: 'arn:aws:states:::s3:getObject',
          ReaderConfig: { InputType: 'JSON' },
          Parameters: { Bucket: 'b', Key: 'k' },
        },
        ItemBatcher: { MaxItemsPerBatch: 2 },
        ToleratedFailurePercentage: 5,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'Work',
          States: { Work: { Type: 'Task', Resource: LAMBDA, End: true } },
        },
        ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'b', Prefix: 'p' } },
        End: true,
      },
    },
  },
];

const word = fc.constantFrom(
  ...[
    '',
    '$',
    '$.a',
    '$..*',
    '$[?(',
    '{% 1 %}',
    '{% ( %}',
    '{%%}',
    'States.Format(',
    'States.ALL',
    '__proto__',
    'constructor',
  ],
  ...[
    'Task',
    'Choice',
    'Parallel',
    'Map',
    'Fail',
    'JSONata',
    'JSONPath',
    'Ask',
    'One',
    '\u0000',
    '\ud800',
    '$$.Task.Token',
    '$v',
  ],
  ...[
    'arn:aws:states:::',
    'arn:aws:states:::lambda:invoke.sync',
    'arn:aws:states:::aws-sdk:s3:getObject',
    'x'.repeat(200),
  ],
);
const junk: fc.Arbitrary<JsonValue> = fc.oneof(
  word,
  fc.constantFrom<JsonValue>(null, true, 0, -1, 1e308, 0.5, [], {}, [[]], [null], { a: null }, [{}]),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<JsonValue>,
);

interface Change {
  readonly at: number;
  readonly how: 'replace' | 'remove' | 'add' | 'wrap';
  readonly key: string;
  readonly value: JsonValue;
}
const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(200),
  how: fc.constantFrom('replace', 'remove', 'add', 'wrap'),
  key: fc.oneof(
    word,
    fc.constantFrom('Next', 'End', 'Type', 'Catch', 'Retry', 'Branches', 'Items', 'Assign', 'Output'),
  ),
  value: junk,
});

/** Every place in a value where something stands, as its container and key. */
function placesOf(value: JsonValue, places: { container: JsonObject; key: string }[] = []) {
  if (typeof value !== 'object' || value === null) return places;
  for (const key of Object.keys(value)) {
    const container = value as JsonObject;
    places.push({ container, key });
    placesOf(container[key] ?? null, places);
  }
  return places;
}

function changed(original: JsonObject, changes: readonly Change[]): JsonObject {
  const result = structuredClone(original);
  for (const { at, how, key, value } of changes) {
    const places = placesOf(result);
    const place = places[at % Math.max(1, places.length)];
    if (place === undefined) continue;
    const inner = place.container[place.key];
    if (how === 'remove') delete place.container[place.key];
    else if (how === 'wrap') place.container[place.key] = [inner ?? null];
    else if (how === 'add' && typeof inner === 'object' && inner !== null)
      (inner as JsonObject)[key] = structuredClone(value);
    else place.container[place.key] = structuredClone(value);
  }
  return result;
}

function holds(property: fc.IProperty<unknown[]> | fc.IAsyncProperty<unknown[]>, numRuns: number): Promise<string> {
  const checked = fc.check(property as fc.IAsyncProperty<unknown[]>, { numRuns });
  // The message of a failure has the seed, the path and the counterexample.
  return Promise.resolve(checked).then((run) =>
    run.failed ? `${fc.defaultReportMessage(run)}\n${(run.errorInstance as Error | undefined)?.stack}` : 'holds',
  );
}

describe('A definition at random', () => {
  const ambient = { nowMs: 0, host: { random: () => 0.5, uuid: () => 'u' } };

  test.each([0, 1])('is read or gets diagnostics with a place, and nothing is thrown (%i)', async (index) => {
    let [read, refused] = [0, 0];
    const property = fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const text = JSON.stringify(changed(DEFINITIONS[index] ?? {}, changes));
      const { definition, diagnostics } = parseDefinition(text, ambient);
      const errors = diagnostics.filter(({ severity }) => severity === 'ERROR');
      if (definition === undefined) refused += 1;
      else read += 1;
      expect(errors.length > 0).toBe(definition === undefined);
      for (const { location, message, code } of errors) {
        expect(location.startsWith('/')).toBe(true);
        expect(message.length * code.length).toBeGreaterThan(0);
      }
    });
    expect(await holds(property, 3_000)).toBe('holds');
    expect(Math.min(read, refused)).toBeGreaterThan(20);
  });

  test('as any text is read or gets diagnostics', async () => {
    const property = fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
      expect(parseDefinition(text, ambient).definition).toBeUndefined();
    });
    expect(await holds(property, 1_000)).toBe('holds');
  });

  test('that is taken runs without an error of the engine itself', async () => {
    let taken = 0;
    const property = fc.asyncProperty(
      fc.nat(1),
      fc.array(change, { minLength: 1, maxLength: 2 }),
      junk,
      async (index, changes, input) => {
        const driver = new Driver();
        const definition = JSON.stringify(changed(DEFINITIONS[index] ?? {}, changes));
        if (parseDefinition(definition, ambient).definition === undefined) return;
        taken += 1;
        const { stateMachineArn } = await driver.call('CreateStateMachine', { name: 'm', roleArn: ROLE, definition });
        const { executionArn } = await driver.call('StartExecution', {
          stateMachineArn,
          input: JSON.stringify(input).replace('\\u0000', ''),
        });
        let answered = 0;
        for (let steps = 0; steps < 40; steps += 1) {
          const task = driver.invoked[answered];
          if (task === undefined) {
            if (!(await driver.jump())) break;
            continue;
          }
          answered += 1;
          const { taskId, taskToken } = task;
          if (answered % 2 === 0) await driver.apply({ kind: 'taskFailed', taskId, error: 'A' });
          else if (taskToken === undefined)
            await driver.apply({ kind: 'taskSucceeded', taskId, output: '{"Body":"[1,2]"}' });
          else await driver.apply({ kind: 'taskSubmitted', taskId, output: '{}' });
        }
        expect((await driver.describe(String(executionArn)))['status']).toMatch(/RUNNING|SUCCEEDED|FAILED|TIMED_OUT/);
      },
    );
    expect(await holds(property, 500)).toBe('holds');
    expect(taken).toBeGreaterThan(20);
  });
});

describe('A request at random', () => {
  /** What the actions answer with on AWS. */
  const KNOWN = new RegExp(
    `^(${[
      'ParamValidationError|ValidationException|ResourceNotFound|ConflictException|ServiceQuotaExceededException',
      'Invalid(Arn|Name|Definition|ExecutionInput|Output|Token|LoggingConfiguration|TracingConfiguration|EncryptionConfiguration)',
      '(StateMachine|Execution|Activity)(DoesNotExist|AlreadyExists|LimitExceeded)|StateMachineDeleting',
      'StateMachineTypeNotSupported|Task(DoesNotExist|TimedOut)|TooManyTags|ExecutionNotRedrivable',
      'MissingRequiredParameter|UnknownOperationException|ActivityWorkerLimitExceeded|AccessDeniedException',
    ].join('|')})$`,
  );

  test('is answered, or refused with an error that AWS has; the state stays whole', async () => {
    const driver = new Driver();
    const executionArn = await driver.start({
      StartAt: 'Ask',
      States: { Ask: { Type: 'Task', Resource: TOKEN_QUEUE, End: true } },
    });
    const { stateMachineArn } = await driver.describe(executionArn);
    const { activityArn } = await driver.call('CreateActivity', { name: 'pack' });
    const likely: Record<string, JsonValue[]> = {
      executionArn: [executionArn],
      stateMachineArn: [String(stateMachineArn), `${stateMachineArn}:1`, `${stateMachineArn}:live`],
      activityArn: [String(activityArn)],
      resourceArn: [String(stateMachineArn), String(activityArn), executionArn],
      roleArn: [ROLE],
      definition: DEFINITIONS.map((definition) => JSON.stringify(definition)),
      name: ['order-1', 'live', 'x'],
      input: ['{}', '1'],
      maxResults: [0, 1, 1_000],
      tags: [[{ key: 'k', value: 'v' }], []],
      tagKeys: [['k']],
    };
    const anyOf = (member: string): fc.Arbitrary<JsonValue> => {
      const usual = likely[member] ?? ['a'];
      return fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...usual) }, word, junk);
    };
    const request = fc.constantFrom(...Object.entries(REQUEST_SHAPES)).chain(([action, shape]) => {
      const members = Object.fromEntries(Object.keys(shape.members).map((member) => [member, anyOf(member)]));
      const whole = fc.record(members, { requiredKeys: [...shape.required] });
      return fc.record({
        action: fc.constant(action),
        input: fc.oneof(whole, fc.record(members, { requiredKeys: [] })),
      });
    });
    const refusals = new Set<string>();
    let answered = 0;
    const property = fc.asyncProperty(request, async ({ action, input }) => {
      if (action === 'DeleteStateMachine' || action === 'StopExecution') return;
      try {
        await driver.call(action, input);
        answered += 1;
      } catch (thrown) {
        if (!(thrown instanceof EngineError)) throw thrown;
        refusals.add(thrown.name);
        expect(thrown.name).toMatch(KNOWN);
      }
    });
    expect(await holds(property, 4_000)).toBe('holds');
    expect(answered).toBeGreaterThan(50);
    expect(refusals.size).toBeGreaterThan(6);
    driver.crash();
    expect(await driver.describe(executionArn)).toMatchObject({ status: 'RUNNING' });
  });
});
