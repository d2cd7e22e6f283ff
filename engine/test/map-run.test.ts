/** Distributed Maps: runs, child executions, readers, batches, writers, tolerated failures, limits, redrive. */
import { describe, expect, test } from '@jest/globals';
import type { Answers } from './driver.ts';
import { Driver, LAMBDA } from './driver.ts';

const CALL = { StartAt: 'Call', States: { Call: { Type: 'Task', Resource: LAMBDA, End: true } } };
const PASS = { StartAt: 'Keep', States: { Keep: { Type: 'Pass', End: true } } };

function machine(fields: object, processor: object = PASS, ExecutionType = 'STANDARD'): object {
  const ItemProcessor = { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType }, ...processor };
  return { StartAt: 'Each', States: { Each: { Type: 'Map', Label: 'each', ItemProcessor, ...fields, End: true } } };
}
const READER = {
  Resource: 'arn:aws:states:::s3:getObject',
  ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
  Arguments: { Bucket: 'orders', Key: 'day.csv' },
};
const S3_WRITER = { Resource: 'arn:aws:states:::s3:putObject', Arguments: { Bucket: 'results', Prefix: 'runs' } };

async function run(definition: object, input: unknown, answers: Answers = {}) {
  const driver = new Driver(answers);
  const arn = await driver.start(definition, input);
  const [mapRun] =
    ((await driver.call('ListMapRuns', { executionArn: arn }))['mapRuns'] as { mapRunArn: string }[]) ?? [];
  return { driver, arn, mapRunArn: String(mapRun?.mapRunArn) };
}
async function output(driver: Driver, arn: string): Promise<unknown> {
  return JSON.parse(String((await driver.describe(arn))['output']));
}

describe('A distributed Map', () => {
  test('leaves only the events of its run in the parent, and a history of its own for each child', async () => {
    const { driver, arn, mapRunArn } = await run(machine({}), [1, 2]);
    expect(await driver.path(arn)).toEqual([
      'ExecutionStarted',
      'MapStateEntered',
      'MapStateStarted',
      'MapRunStarted',
      'MapRunSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
      'ExecutionSucceeded',
    ]);
    expect(await output(driver, arn)).toEqual([1, 2]);
    expect(mapRunArn).toMatch(/:mapRun:machine\/each:/);
    const children = (await driver.call('ListExecutions', { mapRunArn }))['executions'] as { executionArn: string }[];
    expect(children).toHaveLength(2);
    const child = String(children[0]?.executionArn);
    expect(child).toContain(':execution:machine/each:');
    expect((await driver.path(child)).at(-1)).toBe('ExecutionSucceeded');
  });

  test('reads the rows of a CSV object up to MaxItems', async () => {
    const reader = { ...READER, ReaderConfig: { ...READER.ReaderConfig, MaxItems: 2 } };
    const answers = { Each: { output: { Body: 'id,note\n1,"a, ""b"""\n\n2\n3,c\n' } } };
    const { driver, arn } = await run(machine({ ItemReader: reader }), {}, answers);
    expect(driver.invoked[0]).toMatchObject({ purpose: 'itemReader', action: 'getObject', input: { Key: 'day.csv' } });
    expect(await output(driver, arn)).toEqual([
      { id: '1', note: 'a, "b"' },
      { id: '2', note: '' },
    ]);
  });

  test('reads a listing page by page', async () => {
    const reader = { Resource: 'arn:aws:states:::s3:listObjectsV2', Arguments: { Bucket: 'orders' } };
    const pages = [
      { output: { Contents: [{ Key: 'a', ETag: 'x' }], NextContinuationToken: 'more' } },
      { output: { Contents: [{ Key: 'b', LastModified: '1970-01-01T00:00:05Z' }] } },
    ];
    const { driver, arn } = await run(machine({ ItemReader: reader }), {}, { Each: pages });
    expect(driver.invoked[1]?.input).toEqual({ Bucket: 'orders', ContinuationToken: 'more' });
    expect(await output(driver, arn)).toEqual([
      { Etag: 'x', Key: 'a' },
      { Key: 'b', LastModified: 5 },
    ]);
  });

  test('fails with States.ItemReaderFailed when the object cannot be read', async () => {
    const { driver, arn } = await run(machine({ ItemReader: READER }), {}, { Each: { error: 'S3.X', cause: 'gone' } });
    expect((await driver.path(arn)).slice(3)).toEqual([
      'MapRunStarted',
      'MapRunFailed',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
    expect(await driver.describe(arn)).toMatchObject({ error: 'States.ItemReaderFailed', cause: 'gone' });
  });

  test('gives batches to its children, each with the input they share', async () => {
    const ItemBatcher = { MaxItemsPerBatch: 2, BatchInput: { day: '{% $states.input.day %}' } };
    const definition = machine({ ItemBatcher, Items: '{% $states.input.orders %}' });
    const { driver, arn } = await run(definition, { day: 'mon', orders: [1, 2, 3] });
    expect(await output(driver, arn)).toEqual([
      { BatchInput: { day: 'mon' }, Items: [1, 2] },
      { BatchInput: { day: 'mon' }, Items: [3] },
    ]);
  });

  test('writes results and a manifest to S3 and leaves their place', async () => {
    const { driver, arn } = await run(machine({ ResultWriter: S3_WRITER }), [7], {
      Each: [{ output: {} }, { output: {} }],
    });
    const puts = driver.invoked.map(({ input }) => input as { Key: string; Body: string });
    expect(puts.map(({ Key }) => Key.replace(/[0-9a-f-]{36}/, 'RUN'))).toEqual([
      'runs/RUN/SUCCEEDED_0.json',
      'runs/RUN/manifest.json',
    ]);
    expect(JSON.parse(puts[0]?.Body ?? '')).toMatchObject([{ Input: '7', Output: '7', Status: 'SUCCEEDED' }]);
    expect(await output(driver, arn)).toMatchObject({ ResultWriterDetails: { Bucket: 'results', Key: puts[1]?.Key } });
  });

  test('tolerates as many failures as it is told, and stops its children at one more', async () => {
    const bad = { error: 'Bad' };
    const tolerant = await run(machine({ ToleratedFailureCount: 1 }, CALL), [1, 2], { Call: [bad, { output: 'ok' }] });
    expect(await output(tolerant.driver, tolerant.arn)).toEqual(['ok']);

    const { driver, arn, mapRunArn } = await run(machine({}, CALL), [1, 2], { Call: ['silent', bad] });
    expect(await driver.describe(arn)).toMatchObject({ error: 'States.ExceedToleratedFailureThreshold' });
    const described = await driver.call('DescribeMapRun', { mapRunArn });
    expect(described).toMatchObject({ status: 'FAILED', itemCounts: { failed: 1, aborted: 1, running: 0, total: 2 } });
  });

  test('runs no more children at a time than MaxConcurrency, which UpdateMapRun changes', async () => {
    const { driver, arn, mapRunArn } = await run(machine({ MaxConcurrency: 1 }, CALL), [1, 2, 3]);
    expect(driver.invoked).toHaveLength(1);
    await driver.call('UpdateMapRun', { mapRunArn, maxConcurrency: 3 });
    expect(driver.invoked).toHaveLength(3);
    await driver.call('StopExecution', { executionArn: arn });
    const { status, itemCounts } = await driver.call('DescribeMapRun', { mapRunArn });
    expect({ status, itemCounts }).toMatchObject({ status: 'ABORTED', itemCounts: { aborted: 3 } });
  });

  test('is redriven through its parent: only children that failed run again', async () => {
    const answers = { Call: [{ output: 'a' }, { error: 'Bad' }, { output: 'b' }] };
    const { driver, arn, mapRunArn } = await run(machine({ MaxConcurrency: 1 }, CALL), [1, 2], answers);
    await driver.call('RedriveExecution', { executionArn: arn });
    expect(await output(driver, arn)).toEqual(['a', 'b']);
    expect(await driver.path(arn)).toContain('MapRunRedriven');
    expect(await driver.call('DescribeMapRun', { mapRunArn })).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
  });

  test('keeps nothing of Express children but what they gave', async () => {
    const { driver, arn, mapRunArn } = await run(machine({}, PASS, 'EXPRESS'), [1]);
    expect(await output(driver, arn)).toEqual([1]);
    await expect(driver.call('ListExecutions', { mapRunArn })).rejects.toMatchObject({
      name: 'StateMachineTypeNotSupported',
    });
  });

  test('goes on after a restart where it was', async () => {
    const driver = new Driver();
    const arn = await driver.start(machine({ MaxConcurrency: 1, ItemReader: READER }, CALL), {});
    driver.crash();
    const again = (): string => String(driver.engine.pending().map((effect) => 'taskId' in effect && effect.taskId)[0]);
    await driver.apply({ kind: 'taskSucceeded', taskId: again(), output: JSON.stringify({ Body: 'id\n1\n2\n' }) });
    for (const result of ['"a"', '"b"']) {
      driver.crash();
      await driver.apply({ kind: 'taskSucceeded', taskId: again(), output: result });
    }
    expect(await output(driver, arn)).toEqual(['a', 'b']);
  });

  test('that fails writes what it has before it says so, whatever restarts come between', async () => {
    const definition = machine({ ResultWriter: S3_WRITER, MaxConcurrency: 2 }, CALL);
    const driver = new Driver();
    const arn = await driver.start(definition, [1, 2, 3]);
    const pending = () => driver.engine.pending().flatMap((effect) => (effect.kind === 'invokeTask' ? [effect] : []));
    const answer = async (ended: { kind: 'taskSucceeded'; output: string } | { kind: 'taskFailed'; error: string }) => {
      driver.crash();
      await driver.apply({ ...ended, taskId: String(pending()[0]?.taskId) });
    };
    await answer({ kind: 'taskFailed', error: 'Bad' });
    const written: string[] = [];
    while ((await driver.describe(arn))['status'] === 'RUNNING') {
      const { Key, Body } = (pending()[0]?.input ?? {}) as { Key: string; Body: string };
      const content = JSON.parse(Body) as unknown;
      written.push(`${Key.split('/').at(-1)} ${Array.isArray(content) ? content.length : 'of them'}`);
      await answer({ kind: 'taskSucceeded', output: '{}' });
    }
    expect(written).toEqual(['FAILED_0.json 2', 'PENDING_0.json 1', 'manifest.json of them']);
    expect(await driver.describe(arn)).toMatchObject({ error: 'States.ExceedToleratedFailureThreshold' });
    expect((await driver.path(arn)).slice(3)).toEqual([
      'MapRunStarted',
      'MapRunFailed',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
  });

  test('that is stopped writes what it has afterwards, whatever restarts come between', async () => {
    const shared = { Bucket: '{% $bucket %}', Prefix: 'runs' };
    const { States } = machine({ ResultWriter: { ...S3_WRITER, Arguments: shared }, MaxConcurrency: 2 }, CALL) as {
      States: { Each: object };
    };
    const Both = {
      Type: 'Parallel',
      Branches: [{ StartAt: 'Each', States }],
      Arguments: '{% $states.input %}',
      End: true,
    };
    const Name = { Type: 'Pass', Assign: { bucket: 'results' }, Next: 'Both' };
    const driver = new Driver();
    const arn = await driver.start({ StartAt: 'Name', States: { Name, Both } }, [1, 2, 3, 4]);
    const pending = () => driver.engine.pending().flatMap((effect) => (effect.kind === 'invokeTask' ? [effect] : []));
    const answer = async () => {
      driver.crash();
      await driver.apply({ kind: 'taskSucceeded', taskId: String(pending()[0]?.taskId), output: '{}' });
    };
    await answer();
    await driver.call('StopExecution', { executionArn: arn });
    const history = await driver.history(arn);
    const written: string[] = [];
    while (pending().length > 0) {
      expect(pending()).toHaveLength(1);
      const { Bucket, Key, Body } = (pending()[0]?.input ?? {}) as { Bucket: string; Key: string; Body: string };
      const content = JSON.parse(Body) as unknown;
      written.push(`${Bucket} ${Key.split('/').at(-1)} ${Array.isArray(content) ? content.length : 'of them'}`);
      await answer();
    }
    expect(written).toEqual([
      'results SUCCEEDED_0.json 1',
      'results FAILED_0.json 2',
      'results PENDING_0.json 1',
      'results manifest.json of them',
    ]);
    expect(await driver.history(arn)).toEqual(history);
  });

  test.each([
    ['runs out of time', { TimeoutSeconds: 5 }, 'TIMED_OUT'],
    ['fails in another branch', {}, 'FAILED'],
  ])('writes what it has when its execution %s', async (_, fields, status) => {
    const { States } = machine({ ResultWriter: S3_WRITER }, CALL) as { States: { Each: object } };
    const Nap = { Type: 'Wait', Seconds: 9, Next: 'Stop' };
    const branches = [
      { StartAt: 'Each', States },
      { StartAt: 'Nap', States: { Nap, Stop: { Type: 'Fail', Error: 'Late' } } },
    ];
    const driver = new Driver({ Each: Array.from({ length: 2 }, () => ({ output: {} })), Call: 'silent' });
    const Both = { Type: 'Parallel', Branches: branches, End: true };
    const arn = await driver.start({ ...fields, StartAt: 'Both', States: { Both } }, [1, 2]);
    while (await driver.jump());
    expect(await driver.describe(arn)).toMatchObject({ status });
    const puts = driver.invoked.flatMap(({ purpose, input }) =>
      purpose === 'resultWriter' ? [String((input as { Key: string }).Key.split('/').at(-1))] : [],
    );
    expect(puts).toEqual(['FAILED_0.json', 'manifest.json']);
  });

  test('that begins anew after it was stopped while it read takes no late answer for its own', async () => {
    const driver = new Driver({ Each: 'silent' });
    const arn = await driver.start(machine({ ItemReader: READER, ResultWriter: S3_WRITER }), {});
    await driver.call('StopExecution', { executionArn: arn });
    await driver.call('RedriveExecution', { executionArn: arn });
    const [first, manifest, again] = driver.invoked;
    expect([first, manifest, again].map((task) => task?.action)).toEqual(['getObject', 'putObject', 'getObject']);
    for (const late of [first, manifest]) {
      await driver.apply({ kind: 'taskSucceeded', taskId: String(late?.taskId), output: '{"Body":"id\\n0\\n"}' });
    }
    await driver.apply({ kind: 'taskSucceeded', taskId: String(again?.taskId), output: '{"Body":"id\\n1\\n"}' });
    const { Body = '' } = (driver.invoked.at(-1)?.input ?? {}) as { Body?: string };
    expect(JSON.parse(Body)).toMatchObject([{ Input: '{"id":"1"}' }]);
  });

  test('that is stopped and cannot write harms nobody', async () => {
    const driver = new Driver({ Each: [{ error: 'S3.AccessDenied' }], Call: 'silent' });
    const arn = await driver.start(machine({ ResultWriter: S3_WRITER }, CALL), [1, 2]);
    await driver.call('StopExecution', { executionArn: arn });
    expect(driver.engine.pending()).toEqual([]);
    await driver.call('RedriveExecution', { executionArn: arn });
    expect(await driver.describe(arn)).toMatchObject({ status: 'RUNNING', redriveCount: 1 });
  });

  test('takes 20,000 items in time that grows with their number only', async () => {
    const ItemBatcher = { MaxItemsPerBatch: 10 };
    const definition = machine({ ItemBatcher, ItemReader: READER, ResultWriter: S3_WRITER, MaxConcurrency: 100 });
    const Body = `id\n${Array.from({ length: 20_000 }, (_, index) => index).join('\n')}\n`;
    const done = { output: {} };
    const { driver, mapRunArn } = await run(definition, {}, { Each: [{ output: { Body } }, done, done] });
    expect(await driver.call('DescribeMapRun', { mapRunArn })).toMatchObject({
      status: 'SUCCEEDED',
      itemCounts: { succeeded: 20_000 },
      executionCounts: { succeeded: 2_000, resultsWritten: 2_000 },
    });
  });
});

describe('A definition with a distributed Map', () => {
  test.each(['', 'a b', 'x'.repeat(41), 'a:b'])('is refused with the label %j', async (Label) => {
    await expect(new Driver().create(machine({ Label }))).rejects.toMatchObject({
      name: 'InvalidDefinition',
      message: expect.stringContaining('/States/Each/Label') as unknown,
    });
  });

  test('is refused when its Express children wait for tokens', async () => {
    const token = { ...CALL.States.Call, Resource: `${LAMBDA}.waitForTaskToken` };
    const processor = { StartAt: 'Call', States: { Call: token } };
    await expect(new Driver().create(machine({}, processor, 'EXPRESS'))).rejects.toMatchObject({
      message: expect.stringContaining("does not support '.waitForTaskToken'") as unknown,
    });
  });
});
