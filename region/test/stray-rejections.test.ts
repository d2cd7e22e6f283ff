import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const HERE = import.meta.dirname;

// In a process of its own: the test runner's `process` hears of no rejections.
const PROGRAM = `
const { openRegion } = await import(${JSON.stringify(join(HERE, '../index.ts'))});
const { lambdaFunction, role, writeAssembly } = await import(${JSON.stringify(join(HERE, '../testing/assembly-fixture.ts'))});
const bundle = 'exports.handler = async () => { Promise.reject(new Error("lost")); };';
const Resources = { Stray: lambdaFunction('stray', 'Role', { FunctionName: 'stray-function' }), Role: role([], '*') };
const assembly = writeAssembly({ bundles: { stray: bundle }, stacks: { App: { Resources } } });
const region = await openRegion({ assembly, clock: { mode: 'auto-skip', startAt: '2026-03-02T08:00:00Z' }, seed: 1 });
region.spawn(async () => void (await region.call('lambda', 'Invoke', { FunctionName: 'stray-function' })));
region.clock.at(region.clock.now() + 1000, () => console.log('went on'));
await region.run().then(() => console.log('no crash'), (error) => console.log(error.message));
`;

test('a promise that a program leaves to reject ends the run with the name of the program', () => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', PROGRAM],
    { cwd: join(HERE, '../..'), encoding: 'utf8' },
  );
  expect(`${stdout}${stdout === '' ? stderr : ''}`.trim()).toBe(
    'stray-function: a promise was rejected and nothing waits for it: Error: lost; await or catch it',
  );
});
