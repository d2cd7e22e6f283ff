import { describe, expect, test } from '@jest/globals';
import { Driver, ROLE } from './driver.ts';

const answering = (output: string) => ({ StartAt: 'Go', States: { Go: { Type: 'Pass', Output: output, End: true } } });
const textOf = (output: string) => JSON.stringify({ QueryLanguage: 'JSONata', ...answering(output) });

async function outputOf(driver: Driver, stateMachineArn: string): Promise<unknown> {
  const { executionArn } = await driver.call('StartExecution', { stateMachineArn });
  return (await driver.describe(String(executionArn)))['output'];
}

/** A machine with the versions 1 ("one") and 2 ("two"). */
async function twoVersions(): Promise<{ driver: Driver; arn: string }> {
  const driver = new Driver();
  const input = { name: 'm', roleArn: ROLE, definition: textOf('one'), publish: true, versionDescription: 'first' };
  const { stateMachineArn, stateMachineVersionArn } = await driver.call('CreateStateMachine', input);
  const arn = String(stateMachineArn);
  expect(stateMachineVersionArn).toBe(`${arn}:1`);
  const updated = await driver.call('UpdateStateMachine', {
    stateMachineArn,
    definition: textOf('two'),
    publish: true,
  });
  expect(updated['stateMachineVersionArn']).toBe(`${arn}:2`);
  return { driver, arn };
}

describe('Versions', () => {
  test('keep the definition they were published with, also after a restart', async () => {
    const { driver, arn } = await twoVersions();
    driver.crash();
    expect(await outputOf(driver, `${arn}:1`)).toBe('"one"');
    expect(await outputOf(driver, `${arn}:2`)).toBe('"two"');
    expect(await outputOf(driver, arn)).toBe('"two"');
    expect(await driver.call('DescribeStateMachine', { stateMachineArn: `${arn}:1` })).toMatchObject({
      stateMachineArn: `${arn}:1`,
      description: 'first',
      definition: textOf('one'),
    });
    const { executions } = await driver.call('ListExecutions', { stateMachineArn: `${arn}:1` });
    expect(executions).toMatchObject([{ stateMachineVersionArn: `${arn}:1` }]);
  });

  test('are published once for a revision; another revision is a conflict', async () => {
    const { driver, arn: stateMachineArn } = await twoVersions();
    const publish = (input: object) => driver.call('PublishStateMachineVersion', { stateMachineArn, ...input });
    expect(await publish({ description: 'ignored' })).toMatchObject({ stateMachineVersionArn: `${stateMachineArn}:2` });
    await expect(publish({ revisionId: 'INITIAL' })).rejects.toMatchObject({ name: 'ConflictException' });
  });

  test('are listed from the newest in pages, and their numbers are not used again', async () => {
    const { driver, arn: stateMachineArn } = await twoVersions();
    await driver.call('DeleteStateMachineVersion', { stateMachineVersionArn: `${stateMachineArn}:2` });
    await driver.call('PublishStateMachineVersion', { stateMachineArn });
    const page = await driver.call('ListStateMachineVersions', { stateMachineArn, maxResults: 1 });
    expect(page['stateMachineVersions']).toMatchObject([{ stateMachineVersionArn: `${stateMachineArn}:3` }]);
    const rest = await driver.call('ListStateMachineVersions', { stateMachineArn, nextToken: page['nextToken'] });
    expect(rest['stateMachineVersions']).toMatchObject([{ stateMachineVersionArn: `${stateMachineArn}:1` }]);
    await expect(driver.call('StartExecution', { stateMachineArn: `${stateMachineArn}:2` })).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
    });
  });

  test('belong to the idempotency of CreateStateMachine', async () => {
    const { driver } = await twoVersions();
    const input = { name: 'm', roleArn: ROLE, definition: textOf('two') };
    await expect(driver.call('CreateStateMachine', input)).rejects.toMatchObject({ name: 'StateMachineAlreadyExists' });
    await expect(
      driver.call('CreateStateMachine', { ...input, publish: true, versionDescription: 'first' }),
    ).resolves.toMatchObject({ stateMachineArn: expect.stringMatching(/:m$/) });
  });

  test('an update that changes nothing keeps the revision', async () => {
    const { driver, arn: stateMachineArn } = await twoVersions();
    const { revisionId } = await driver.call('DescribeStateMachine', { stateMachineArn });
    const update = (input: object) => driver.call('UpdateStateMachine', { stateMachineArn, ...input });
    expect((await update({ definition: textOf('two'), roleArn: ROLE }))['revisionId']).toBe(revisionId);
    expect((await update({ roleArn: `${ROLE}2` }))['revisionId']).not.toBe(revisionId);
  });
});

describe('Aliases', () => {
  const route = (arn: string, ...weights: number[]) =>
    weights.map((weight, index) => ({ stateMachineVersionArn: `${arn}:${index + 1}`, weight }));

  test('spread executions by weight, with the chance of the host', async () => {
    const { driver, arn } = await twoVersions();
    const alias = async (name: string, ...weights: number[]) =>
      driver.call('CreateStateMachineAlias', { name, routingConfiguration: route(arn, ...weights) });
    await alias('mostly-one', 26, 74);
    await alias('mostly-two', 25, 75);
    driver.crash();
    // The host of these tests always draws 0.25.
    expect(await outputOf(driver, `${arn}:mostly-one`)).toBe('"one"');
    expect(await outputOf(driver, `${arn}:mostly-two`)).toBe('"two"');
    const { executions } = await driver.call('ListExecutions', { stateMachineArn: `${arn}:mostly-two` });
    expect(executions).toMatchObject([
      { stateMachineAliasArn: `${arn}:mostly-two`, stateMachineVersionArn: `${arn}:2`, stateMachineArn: arn },
    ]);
  });

  test('are created idempotently, changed, described, listed and deleted', async () => {
    const { driver, arn } = await twoVersions();
    const stateMachineAliasArn = `${arn}:live`;
    const input = { name: 'live', description: 'd', routingConfiguration: route(arn, 100) };
    const first = await driver.call('CreateStateMachineAlias', input);
    driver.nowMs += 10;
    expect(await driver.call('CreateStateMachineAlias', input)).toEqual(first);
    await expect(
      driver.call('CreateStateMachineAlias', { ...input, routingConfiguration: route(arn, 50, 50) }),
    ).rejects.toMatchObject({ name: 'ConflictException' });
    await expect(driver.call('DeleteStateMachineVersion', { stateMachineVersionArn: `${arn}:1` })).rejects.toThrow(
      'Current list of aliases referencing this version: [live]',
    );
    await driver.call('UpdateStateMachineAlias', { stateMachineAliasArn, routingConfiguration: route(arn, 10, 90) });
    expect(await driver.call('DescribeStateMachineAlias', { stateMachineAliasArn })).toEqual({
      stateMachineAliasArn,
      name: 'live',
      description: 'd',
      routingConfiguration: route(arn, 10, 90),
      creationDate: first['creationDate'],
      updateDate: new Date(driver.nowMs),
    });
    const list = async (stateMachineArn: string) =>
      (await driver.call('ListStateMachineAliases', { stateMachineArn }))['stateMachineAliases'];
    expect(await list(`${arn}:2`)).toEqual([{ stateMachineAliasArn, creationDate: first['creationDate'] }]);
    await driver.call('DeleteStateMachineAlias', { stateMachineAliasArn });
    expect(await list(arn)).toEqual([]);
    await expect(driver.call('DescribeStateMachineAlias', { stateMachineAliasArn })).rejects.toMatchObject({
      name: 'ResourceNotFound',
    });
  });

  test('refuse routes that lead to no version, or do not weigh 100 together', async () => {
    const { driver, arn } = await twoVersions();
    const create = (routingConfiguration: object[]) =>
      driver.call('CreateStateMachineAlias', { name: 'live', routingConfiguration });
    await expect(create(route(arn, 70, 29))).rejects.toThrow('must equal 100. Received: [70, 29]');
    await expect(create([{ stateMachineVersionArn: `${arn}:9`, weight: 100 }])).rejects.toThrow(
      `must contain state machine version ARNs. Received: [${arn}:9]`,
    );
    await expect(create(route(arn, 101))).rejects.toThrow("'routingConfiguration.1.member.weight'");
    await expect(create([])).rejects.toMatchObject({ name: 'ParamValidationError' });
  });
});

describe('Tags', () => {
  test('are put on machines and activities, replaced by key, and taken off', async () => {
    const { driver, arn: resourceArn } = await twoVersions();
    const { activityArn } = await driver.call('CreateActivity', { name: 'a', tags: [{ key: 'x', value: '1' }] });
    await driver.call('TagResource', {
      resourceArn,
      tags: [
        { key: 'k', value: '1' },
        { key: 'l', value: '' },
      ],
    });
    await driver.call('TagResource', { resourceArn, tags: [{ key: 'k', value: '2' }] });
    driver.crash();
    const tags = async (arn: unknown) => (await driver.call('ListTagsForResource', { resourceArn: arn }))['tags'];
    expect(await tags(resourceArn)).toEqual([
      { key: 'k', value: '2' },
      { key: 'l', value: '' },
    ]);
    await driver.call('UntagResource', { resourceArn, tagKeys: ['l', 'absent'] });
    expect(await tags(resourceArn)).toEqual([{ key: 'k', value: '2' }]);
    expect(await tags(activityArn)).toEqual([{ key: 'x', value: '1' }]);
  });

  test('are refused on a version, above fifty, and without a key', async () => {
    const { driver, arn } = await twoVersions();
    const tag = (resourceArn: string, tags: object[]) => driver.call('TagResource', { resourceArn, tags });
    await expect(tag(`${arn}:1`, [])).rejects.toMatchObject({ name: 'ResourceNotFound' });
    const many = Array.from({ length: 51 }, (_, n) => ({ key: `k${n}`, value: '' }));
    await expect(tag(arn, many)).rejects.toMatchObject({ name: 'TooManyTags' });
    await expect(tag(arn, [{ key: '', value: '' }])).rejects.toThrow(
      'Parameter validation failed:\nInvalid length for parameter tags[0].key, value: 0, valid min length: 1',
    );
  });
});
