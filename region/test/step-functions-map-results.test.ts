/** What distributed Maps leave in S3, how they are redriven, and what their role must be allowed. */
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, test } from '@jest/globals';
import { role } from '../testing/assembly-fixture.ts';
import { execute, openMachines, outputOf } from '../testing/machine-fixture.ts';
import { CALL, describeRun, mapping, mapRunOf, put, reading, textAt, WRITER } from '../testing/map-fixture.ts';

describe('A distributed Map with a ResultWriter', () => {
  test('leaves its results, its failures and a manifest in S3', async () => {
    const fields = { Items: [{ n: 1 }, { n: -1 }], ToleratedFailurePercentage: 50, ...WRITER };
    const region = await openMachines({ Map: mapping(fields, CALL) });
    const { executionArn, output } = await execute(region, 'Map', {});
    const mapRunArn = await mapRunOf(region, executionArn);
    const folder = `runs/${mapRunArn.split(':').at(-1)}`;
    expect(JSON.parse(String(output))).toEqual({
      MapRunArn: mapRunArn,
      ResultWriterDetails: { Bucket: 'parcels', Key: `${folder}/manifest.json` },
    });
    const { Contents = [] } = await region.sdk(S3Client).send(new ListObjectsV2Command({ Bucket: 'parcels' }));
    const size = (name: string) => Contents.find(({ Key }) => Key === `${folder}/${name}`)?.Size;
    expect(JSON.parse(await textAt(region, `${folder}/manifest.json`))).toEqual({
      DestinationBucket: 'parcels',
      MapRunArn: mapRunArn,
      ResultFiles: {
        FAILED: [{ Key: `${folder}/FAILED_0.json`, Size: size('FAILED_0.json') }],
        PENDING: [],
        SUCCEEDED: [{ Key: `${folder}/SUCCEEDED_0.json`, Size: size('SUCCEEDED_0.json') }],
      },
    });
    expect(JSON.parse(await textAt(region, `${folder}/SUCCEEDED_0.json`))).toEqual([
      expect.objectContaining({
        ExecutionArn: expect.stringContaining(':execution:') as unknown,
        Input: '{"n":1}',
        InputDetails: { Included: true },
        Output: '{"n":2}',
        OutputDetails: { Included: true },
        RedriveCount: 0,
        RedriveStatus: 'NOT_REDRIVABLE',
        RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
        StartDate: expect.stringMatching(/^2026-03-02T08:00:/) as unknown,
        StateMachineArn: expect.stringMatching(/:stateMachine:.+\/each$/) as unknown,
        Status: 'SUCCEEDED',
      }),
    ]);
    expect(JSON.parse(await textAt(region, `${folder}/FAILED_0.json`))).toEqual([
      expect.objectContaining({
        Error: 'BelowZero',
        Input: '{"n":-1}',
        RedriveStatus: 'REDRIVABLE_BY_MAP_RUN',
        Status: 'FAILED',
      }),
    ]);
  });

  test('writes bare outputs as JSON Lines when it is told to', async () => {
    const WriterConfig = { Transformation: 'FLATTEN', OutputType: 'JSONL' };
    const ResultWriter = { ...WRITER.ResultWriter, WriterConfig };
    const region = await openMachines({ Map: mapping({ Items: [[1, 2], [3]], ResultWriter }) });
    const details = outputOf(await execute(region, 'Map', {})) as { ResultWriterDetails: { Key: string } };
    const key = details.ResultWriterDetails.Key.replace('manifest.json', 'SUCCEEDED_0.jsonl');
    expect(await textAt(region, key)).toBe('1\n2\n3\n');
  });

  test('leaves what it has when too much has failed, and a redrive replaces what it said of failures', async () => {
    const items = [{ n: 1 }, { n: -1 }, { n: 2, afterMs: 60_000 }, { n: 3 }, { n: 4 }];
    const fields = { Items: items, MaxConcurrency: 2, ToleratedFailureCount: 0, ...WRITER };
    const region = await openMachines({ Map: mapping(fields, CALL) });
    const { executionArn, error } = await execute(region, 'Map', {});
    expect(error).toBe('States.ExceedToleratedFailureThreshold');
    const mapRunArn = await mapRunOf(region, executionArn);
    expect(await describeRun(region, mapRunArn)).toMatchObject({
      status: 'FAILED',
      itemCounts: { succeeded: 1, failed: 1, aborted: 1, pending: 2, total: 5 },
    });
    const folder = `runs/${mapRunArn.split(':').at(-1)}`;
    const file = async (name: string): Promise<unknown> => JSON.parse(await textAt(region, `${folder}/${name}.json`));
    const statuses = async (name: string): Promise<string[]> =>
      ((await file(name)) as { Status: string }[]).map(({ Status }) => Status).sort();
    const listed = async (): Promise<unknown> => {
      const { ResultFiles } = (await file('manifest')) as { ResultFiles: Readonly<Record<string, { Key: string }[]>> };
      return Object.fromEntries(
        Object.entries(ResultFiles).map(([group, files]) => [group, files.map(({ Key }) => Key.split('/').at(-1))]),
      );
    };
    expect(await statuses('SUCCEEDED_0')).toEqual(['SUCCEEDED']);
    expect(await statuses('FAILED_0')).toEqual(['ABORTED', 'FAILED']);
    expect(await file('PENDING_0')).toEqual([
      { Input: '{"n":3}', InputDetails: { Included: true }, Status: 'PENDING' },
      { Input: '{"n":4}', InputDetails: { Included: true }, Status: 'PENDING' },
    ]);
    expect(await listed()).toEqual({
      FAILED: ['FAILED_0.json'],
      PENDING: ['PENDING_0.json'],
      SUCCEEDED: ['SUCCEEDED_0.json'],
    });
    await region.sdk(SFNClient).send(new RedriveExecutionCommand({ executionArn }));
    await region.runUntilIdle();
    // The same item fails again: the redrive has its own files of failures, and keeps what succeeded before.
    expect(await describeRun(region, mapRunArn)).toMatchObject({ status: 'FAILED', redriveCount: 1 });
    expect(await listed()).toMatchObject({ FAILED: ['FAILED_0.json'] });
    expect(await statuses('FAILED_0')).toContain('FAILED');
  });

  test('leaves what it has when its execution is stopped, and goes on from there when it is redriven', async () => {
    const items = [{ n: 1 }, { n: 2, afterMs: 50_000 }, { n: 3 }, { n: 4, afterMs: 50_000 }];
    const region = await openMachines({ Map: mapping({ Items: items, MaxConcurrency: 1, ...WRITER }, CALL) });
    const sfn = region.sdk(SFNClient);
    const { executionArn } = await sfn.send(
      new StartExecutionCommand({ stateMachineArn: region.outputs()['Map'], input: '{}' }),
    );
    await region.advance(10_000);
    await sfn.send(new StopExecutionCommand({ executionArn }));
    const mapRunArn = await mapRunOf(region, executionArn);
    await region.runUntilIdle();
    expect(await describeRun(region, mapRunArn)).toMatchObject({
      status: 'ABORTED',
      itemCounts: { succeeded: 1, aborted: 1, pending: 2, resultsWritten: 2 },
    });
    const folder = `runs/${mapRunArn.split(':').at(-1)}`;
    const file = async (name: string): Promise<unknown> => JSON.parse(await textAt(region, `${folder}/${name}.json`));
    expect(await file('SUCCEEDED_0')).toMatchObject([{ Input: '{"n":1}', Output: '{"n":2}', Status: 'SUCCEEDED' }]);
    expect(await file('FAILED_0')).toMatchObject([{ Status: 'ABORTED', RedriveStatus: 'REDRIVABLE_BY_MAP_RUN' }]);
    expect(await file('PENDING_0')).toMatchObject([
      { Input: '{"n":3}', Status: 'PENDING' },
      { Input: '{"n":4,"afterMs":50000}', Status: 'PENDING' },
    ]);
    const key = (name: string) => [expect.objectContaining({ Key: `${folder}/${name}_0.json` })];
    expect(await file('manifest')).toMatchObject({
      ResultFiles: { FAILED: key('FAILED'), PENDING: key('PENDING'), SUCCEEDED: key('SUCCEEDED') },
    });
    await sfn.send(new RedriveExecutionCommand({ executionArn }));
    await region.runUntilIdle();
    expect(await describeRun(region, mapRunArn)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
    expect(await file('manifest')).toMatchObject({ ResultFiles: { FAILED: [], PENDING: [] } });
    expect(await file('SUCCEEDED_1')).toHaveLength(3);
  });

  test('fails when its role may not write', async () => {
    const grants = role(['lambda:*', 's3:GetObject', 'states:*']);
    const region = await openMachines({ Map: mapping({ Items: [1], ...WRITER }) }, grants);
    expect(await execute(region, 'Map', {})).toMatchObject({
      error: 'States.ResultWriterFailed',
      cause: expect.stringContaining('s3:PutObject') as unknown,
    });
  });
});

test('A Map run that failed is redriven through its execution: what succeeded is not run again', async () => {
  const Keep = {
    Type: 'Task',
    Resource: 'arn:aws:states:::aws-sdk:s3:getObject',
    Arguments: { Bucket: '${Bucket}', Key: '{% $states.input %}' },
    Output: '{% $states.result.Body %}',
    End: true,
  };
  const region = await openMachines({
    Map: mapping({ Items: ['a', 'b'], MaxConcurrency: 1 }, { StartAt: 'Keep', States: { Keep } }),
  });
  await put(region, { a: 'A' });
  const { executionArn, ...first } = await execute(region, 'Map', {});
  expect(first).toMatchObject({
    status: 'FAILED',
    error: 'States.ExceedToleratedFailureThreshold',
    redriveStatus: 'REDRIVABLE',
  });
  await put(region, { b: 'B' });
  const sfn = region.sdk(SFNClient);
  await sfn.send(new RedriveExecutionCommand({ executionArn }));
  await region.runUntilIdle();
  const mapRunArn = await mapRunOf(region, executionArn);
  expect(await describeRun(region, mapRunArn)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
  const { executions = [] } = await sfn.send(new ListExecutionsCommand({ mapRunArn }));
  expect(executions.map(({ redriveCount }) => redriveCount).sort()).toEqual([0, 1]);
  const redriven = await sfn.send(new ListExecutionsCommand({ mapRunArn, redriveFilter: 'REDRIVEN' }));
  expect(redriven.executions).toHaveLength(1);
  // `a` was read once, `b` twice.
  expect(region.usage()['s3/get']).toBe(3);
});

test('A distributed Map takes 5,000 items of an object through a function and leaves the results in S3', async () => {
  const region = await openMachines({
    Map: mapping({ ...reading({ InputType: 'JSONL' }, 'a.jsonl'), ...WRITER, MaxConcurrency: 50 }, CALL),
  });
  await put(region, { 'a.jsonl': Array.from({ length: 5000 }, (_, n) => `{"n":${n}}\n`).join('') });
  const execution = await execute(region, 'Map', {});
  const { ResultWriterDetails } = outputOf(execution) as { ResultWriterDetails: { Key: string } };
  const results = await textAt(region, ResultWriterDetails.Key.replace('manifest', 'SUCCEEDED_0'));
  const doubled = (JSON.parse(results) as { Output: string }[]).map(
    ({ Output }) => JSON.parse(Output) as { n: number },
  );
  expect(doubled.map(({ n }) => n).sort((a, b) => a - b)).toEqual(Array.from({ length: 5000 }, (_, n) => 2 * n));
  expect(region.usage()).toMatchObject({ 'lambda/request': 5000, 's3/get': 2 });
});

describe('The role of a machine with a distributed Map', () => {
  const items = { Items: [{ n: -1 }] };

  test('must be allowed to start the machine', async () => {
    const region = await openMachines({ Map: mapping(items) }, role(['s3:*']));
    expect(await execute(region, 'Map', {})).toMatchObject({
      status: 'FAILED',
      error: 'States.Permissions',
      cause: expect.stringMatching(/states:StartExecution on resource: .+:stateMachine:/) as unknown,
    });
  });

  test('must be allowed to redrive its children, when its execution is redriven', async () => {
    const region = await openMachines({ Map: mapping(items, CALL) }, role(['states:StartExecution', 'lambda:*']));
    const { executionArn, error } = await execute(region, 'Map', {});
    expect(error).toBe('States.ExceedToleratedFailureThreshold');
    const sfn = region.sdk(SFNClient);
    await sfn.send(new RedriveExecutionCommand({ executionArn }));
    await region.runUntilIdle();
    expect(await sfn.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
      status: 'FAILED',
      error: 'States.Permissions',
      cause: expect.stringMatching(/states:RedriveExecution on resource: .+:execution:.+\/each:\*/) as unknown,
    });
  });
});
