import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { runMachine } from '../../engine/testkit/index.ts';
import { CommandFailure } from '../failures.ts';
import { rehearseCommand } from './rehearse.ts';

const definition = (second: string) => ({
  StartAt: 'First',
  States: { First: { Type: 'Pass', Next: second }, [second]: { Type: 'Succeed' } },
});
const folder = mkdtempSync(join(tmpdir(), 'rehearse-'));
const file = (name: string) => join(folder, name);

/** What the command prints and the exit code it sets. */
async function rehearse(...args: string[]): Promise<{ text: string; exitCode: unknown }> {
  let text = '';
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  try {
    await rehearseCommand().parseAsync(args, { from: 'user' });
    return { text, exitCode: process.exitCode };
  } finally {
    write.mockRestore();
  }
}

describe('perfect-order rehearse', () => {
  beforeAll(async () => {
    const { history } = await runMachine({ definition: definition('Second') });
    writeFileSync(file('history.json'), JSON.stringify(history));
    writeFileSync(file('same.json'), JSON.stringify(definition('Second')));
    writeFileSync(file('renamed.json'), JSON.stringify(definition('Last')));
    writeFileSync(file('broken.json'), JSON.stringify({ StartAt: 'Nowhere', States: {} }));
  });
  afterEach(() => {
    process.exitCode = 0;
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('ends well when the path is the same', async () => {
    const { text, exitCode } = await rehearse('--history', file('history.json'), '--definition', file('same.json'));
    expect(text).toMatch(/^same path/);
    expect(exitCode ?? 0).toBe(0);
  });

  test('prints the divergence, as text or JSON, and ends with 1', async () => {
    const args = ['--history', file('history.json'), '--definition', file('renamed.json')];
    const { text, exitCode } = await rehearse(...args);
    expect(text).toMatch(/renamed: 'Second' is gone, and 'Last'/);
    expect(exitCode).toBe(1);
    const { text: json } = await rehearse(...args, '--json');
    expect(JSON.parse(json)).toMatchObject({ diverges: true, divergence: { kind: 'renamed', event: { id: 4 } } });
  });

  test.each([
    ['no history', 'same.json', 'same.json', /no "events"/],
    ['no definition', 'history.json', 'broken.json', /Invalid State Machine Definition/],
  ])('refuses %s with a code that ends with 2', async (_, history, changed, message) => {
    const failure = await rehearse('--history', file(history), '--definition', file(changed)).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(CommandFailure);
    expect(failure).toMatchObject({ code: 'PO-105', exitCode: 2, message: expect.stringMatching(message) });
  });
});
