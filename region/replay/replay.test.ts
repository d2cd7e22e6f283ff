import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openRegion, type Region, type ServiceFactory } from '../index.ts';
import { JournalError } from '../journal/journal-store.ts';
import { createPrng } from '../prng.ts';
import { lambdaFunction, role, writeAssembly } from '../testing/assembly-fixture.ts';
import { type Entry, InputJournal } from './input-journal.ts';

const START = '2026-03-02T08:00:00.000Z';
const SPEED = 2000;
const SEED = 7;
const TABLE = 'parcels';

/** Waits for a time of chance, puts a parcel with a name of chance, and takes part in whatever else is under way. */
const PUTTER = `const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb');
const client = new DynamoDBClient({});
exports.handler = async ({ id }) => {
  await new Promise((resolve) => setTimeout(resolve, 1000 * Math.random()));
  const Item = { id: { S: id }, name: { S: require('crypto').randomUUID() }, at: { S: new Date().toISOString() } };
  await client.send(new PutItemCommand({ TableName: '${TABLE}', Item }));
};`;

const DEFINITION = {
  QueryLanguage: 'JSONata',
  StartAt: 'Rest',
  States: {
    Rest: { Type: 'Wait', Seconds: '{% $floor($random() * 60) %}', Next: 'Put' },
    Put: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: '${Putter}', Payload: { id: '{% $states.context.Execution.Name %}' } },
      End: true,
    },
  },
};

const PACK = { StartAt: 'Pack', States: { Pack: { Type: 'Task', Resource: '${Packing}', End: true } } };
const machine = (definition: object): object => ({
  Type: 'AWS::StepFunctions::StateMachine',
  Properties: {
    RoleArn: { 'Fn::GetAtt': ['MachineRole', 'Arn'] },
    DefinitionString: JSON.stringify(definition),
    DefinitionSubstitutions: { Putter: { Ref: 'Putter' }, Packing: { Ref: 'Packing' } },
  },
});

const resources = {
  MachineRole: role(['lambda:*']),
  FunctionRole: role(['dynamodb:PutItem']),
  Putter: lambdaFunction('putter', 'FunctionRole', { Timeout: 60 }),
  Packing: { Type: 'AWS::StepFunctions::Activity', Properties: { Name: 'packing' } },
  Machine: machine(DEFINITION),
  Packer: machine(PACK),
  Table: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      TableName: TABLE,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'until', Enabled: true },
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
    },
  },
};
const Outputs = Object.fromEntries(Object.keys(resources).map((name) => [name, { Value: { Ref: name } }]));
const assembly = writeAssembly({ bundles: { putter: PUTTER }, stacks: { App: { Resources: resources, Outputs } } });

const newFile = (): string => join(mkdtempSync(join(tmpdir(), 'replay-')), 'region.journal');
const hostMs = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Live {
  readonly region: Region;
  readonly journal: InputJournal;
  readonly resumedMs: number;
  call(service: string, operation: string, input: object): Promise<Record<string, unknown>>;
  start(name: string): Promise<unknown>;
  parcels(): Promise<unknown>;
  stop(): Promise<void>;
}

async function live(file: string, { seed = SEED, identity = { seed: 'seven' } } = {}): Promise<Live> {
  const journal = new InputJournal(file, identity, START);
  const clock = { mode: 'scaled', startAt: journal.startAt, speed: SPEED } as const;
  const region = await openRegion({ assembly, clock, seed, inputs: journal });
  try {
    const { nowMs } = await region.resume();
    const ended = region.run();
    const call: Live['call'] = async (service, operation, input) =>
      (await region.callFromOutside(service, operation, input)) as Record<string, unknown>;
    return {
      region,
      journal,
      resumedMs: nowMs,
      call,
      start: (name) => call('sfn', 'StartExecution', { stateMachineArn: region.outputs()['Machine'], name }),
      parcels: async () => (await call('dynamodb', 'Scan', { TableName: TABLE }))['Items'],
      stop: async () => {
        await region.close();
        await ended;
      },
    };
  } catch (error) {
    await region.close();
    throw error;
  }
}

function entriesOf(file: string): readonly Entry[] {
  const journal = new InputJournal(file, { seed: 'seven' }, START);
  const entries = [...journal.entries()];
  journal.close();
  return entries;
}

describe('a region with a journal of inputs', () => {
  test('comes back, again and again, to where it was, with what entered it at odd moments', async () => {
    const file = newFile();
    const chance = createPrng(3, 'moments');
    let resumedMs = 0;
    let before: unknown;
    for (let round = 0; round < 5; round += 1) {
      const host = await live(file);
      expect(host.resumedMs).toBeGreaterThanOrEqual(resumedMs);
      const found = await host.parcels();
      if (before !== undefined) expect(found).toEqual(expect.arrayContaining(before as unknown[]));
      resumedMs = host.resumedMs;
      for (let order = 0; order < 6; order += 1) {
        await host.start(`n-${round}-${order}`);
        await hostMs(chance.random() * 15);
      }
      before = await host.parcels();
      await host.stop();
    }
    const last = await live(file);
    while (((await last.parcels()) as unknown[]).length < 30) await hostMs(10);
    const [live30, usage] = [await last.parcels(), last.region.usage()];
    await last.stop();
    // One run that is never disturbed, over the same inputs at the same turns.
    const undisturbed = await live(file);
    expect(await undisturbed.parcels()).toEqual(live30);
    expect(undisturbed.region.usage()).toMatchObject({ 'dynamodb/wru': usage['dynamodb/wru'] });
    expect(undisturbed.resumedMs).toBeGreaterThan(Date.parse(START));
    await undisturbed.stop();
  });

  test('stops with an error when something else happens than before', async () => {
    const file = newFile();
    const host = await live(file);
    for (let order = 0; order < 3; order += 1) await host.start(`n-${order}`);
    while (((await host.parcels()) as unknown[]).length < 3) await hostMs(10);
    await host.stop();
    await expect(live(file, { seed: SEED + 1 })).rejects.toMatchObject({
      name: 'ReplayError',
      code: 'RUN_DIVERGED',
      message: expect.stringMatching(/does not come back to where it was: at turn \d+, 2026-03-02T/),
    });
    await (await live(file)).stop();
  });

  test('refuses the journal of another run, and says in what it differs', async () => {
    const file = newFile();
    await (await live(file)).stop();
    await expect(live(file, { identity: { seed: 'eight' } })).rejects.toMatchObject({
      code: 'RUN_DIFFERS',
      message: `'${file}' is of a run that differs in seed (seven, now eight)`,
    });
  });

  test('detects a journal that was changed, and one that another process has open', async () => {
    const file = newFile();
    const host = await live(file);
    await expect(live(file)).rejects.toMatchObject({ code: 'JOURNAL_IN_USE' });
    await host.start('first-of-all');
    await host.stop();
    const bytes = readFileSync(file);
    const at = bytes.indexOf('first-of-all');
    expect(at).toBeGreaterThan(0);
    bytes[at] = 'F'.charCodeAt(0);
    writeFileSync(file, bytes);
    await expect(live(file)).rejects.toBeInstanceOf(JournalError);
  });

  test('answers who only looks without a line in the journal, and without a trace in the run', async () => {
    const file = newFile();
    const host = await live(file);
    const until = String(Date.parse(START) / 1000 + 1);
    await host.call('dynamodb', 'PutItem', { TableName: TABLE, Item: { id: { S: 'stale' }, until: { N: until } } });
    await hostMs(20);
    const usage = host.region.usage();
    for (let look = 0; look < 20; look += 1) {
      // Its time is over, and only a use of the table by the run itself may tidy it away.
      expect(await host.parcels()).toHaveLength(1);
      await host.call('sfn', 'ListExecutions', { stateMachineArn: host.region.outputs()['Machine'] });
    }
    expect(host.region.usage()).toEqual(usage);
    await host.start('after');
    await hostMs(60);
    expect(await host.parcels()).toEqual([expect.objectContaining({ id: { S: 'after' } })]);
    await host.stop();
    expect(entriesOf(file).flatMap((entry) => (entry.kind === 'input' ? [entry.operation] : []))).toEqual([
      'PutItem',
      'StartExecution',
    ]);
    await (await live(file)).stop();
  });

  test('stores how far it is before it tells anybody: what was told is not undone by a kill', async () => {
    const file = newFile();
    const host = await live(file);
    await host.start('a');
    while (((await host.parcels()) as unknown[]).length < 1) await hostMs(2);
    const killed = newFile();
    // What a kill at this moment would leave.
    for (const suffix of ['', '-wal']) copyFileSync(`${file}${suffix}`, `${killed}${suffix}`);
    const told = await host.parcels();
    await host.stop();
    const again = await live(killed);
    expect(await again.parcels()).toEqual(told);
    await again.stop();
  });

  test('keeps one mark for an hour, however often it marks', async () => {
    const file = newFile();
    const host = await live(file);
    for (let look = 0; look < 200; look += 1) await host.parcels();
    const hours = (host.region.clock.now() - Date.parse(START)) / 3_600_000;
    await host.stop();
    const marks = entriesOf(file).filter(({ kind }) => kind === 'mark');
    expect(marks.length).toBeGreaterThan(0);
    expect(marks.length).toBeLessThanOrEqual(Math.ceil(hours) + 1);
  });

  test('ends the run when a call that passes for a mere look is none', async () => {
    const journal = new InputJournal(newFile(), {}, START);
    const restless: ServiceFactory = (ports) => ({
      name: 'sns',
      operations: { ListTopics: () => ports.uuid() },
      resources: {},
      permissions: {},
    });
    const clock = { mode: 'scaled', startAt: START, speed: SPEED } as const;
    const region = await openRegion({ assembly: [], clock, seed: SEED, inputs: journal, services: [restless] });
    await region.resume();
    const ended = region.run();
    await region.callFromOutside('sns', 'ListTopics', {});
    await expect(ended).rejects.toThrow('sns:ListTopics passes for a call that changes nothing');
    await region.close();
  });

  test('gives a task to a worker of now, not to one that had asked before the restart', async () => {
    const file = newFile();
    const host = await live(file);
    const activityArn = host.region.outputs()['Packing'];
    host.call('sfn', 'GetActivityTask', { activityArn, _pollId: 'of the first process' }).catch(() => undefined);
    while (entriesOfOpen(host.journal).length === 0) await hostMs(2);
    await host.stop();
    const again = await live(file);
    await again.call('sfn', 'StartExecution', { stateMachineArn: again.region.outputs()['Packer'], name: 'box' });
    expect(await again.call('sfn', 'GetActivityTask', { activityArn })).toHaveProperty('taskToken');
    await again.stop();
  });
});

const entriesOfOpen = (journal: InputJournal): readonly Entry[] => [...journal.entries()];
