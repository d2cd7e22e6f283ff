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
    const { events } = history;
    const [started] = events;
    const other = { StartAt: 'One', States: { One: { Type: 'Pass', Next: 'Two' }, Two: { Type: 'Succeed' } } };
    const files: Readonly<Record<string, object>> = {
      'other.json': other,
      'empty.json': { events: [] },
      'first-page.json': { events: events.slice(0, 3), nextToken: 'AAAA' },
      'last-page.json': { events: events.slice(2) },
      'no-data.json': { events: [{ ...started, executionStartedEventDetails: {} }, ...events.slice(1)] },
      'no-events.json': { events: [1, 2] },
      'no-time.json': { events: [{ ...started, timestamp: 'soon' }] },
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(file(name), JSON.stringify(content));
    writeFileSync(file('marked.json'), `\uFEFF${JSON.stringify(history)}`);
    writeFileSync(file('marked-definition.json'), `\uFEFF${JSON.stringify(definition('Second'))}`);
    writeFileSync(file('cut.json'), JSON.stringify(history).slice(0, -20));
    writeFileSync(file('nothing.json'), '');
    writeFileSync(
      file('pages.json'),
      JSON.stringify([{ events: events.slice(0, 3), nextToken: 'AAAA' }, { events: events.slice(3) }]),
    );
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
    ['a byte-order mark', 'marked.json', 'marked-definition.json'],
    ['a list of pages', 'pages.json', 'same.json'],
  ])('takes files with %s', async (_, history, changed) => {
    const { text, exitCode } = await rehearse('--history', file(history), '--definition', file(changed));
    expect([text, exitCode ?? 0]).toEqual([expect.stringMatching(/^same path/), 0]);
  });

  test.each([
    ['a history of another machine', 'history.json', 'other.json', /of another machine: of its states First, Second/],
    ['a history without events', 'empty.json', 'same.json', /has no events/],
    [
      'a history without its last pages',
      'first-page.json',
      'same.json',
      /goes on at nextToken AAAA: give all its pages/,
    ],
    ['a history without its first pages', 'last-page.json', 'same.json', /event 3 where 1 should be/],
    [
      'a history without data',
      'no-data.json',
      'same.json',
      /no data of the execution: take it with includeExecutionData/,
    ],
    ['what are no events', 'no-events.json', 'same.json', /No event of a history: not an object in 1/],
    ['an event without a time', 'no-time.json', 'same.json', /"timestamp" is no time/],
    ['a history that was cut', 'cut.json', 'same.json', /The history is no JSON/],
    ['an empty file', 'nothing.json', 'same.json', /The history is no JSON/],
    ['an empty definition', 'history.json', 'nothing.json', /The definition is no JSON/],
    ['no history', 'same.json', 'same.json', /no "events"/],
    ['no definition', 'history.json', 'broken.json', /Invalid State Machine Definition/],
  ])('refuses %s with a code that ends with 2', async (_, history, changed, message) => {
    const failure = await rehearse('--history', file(history), '--definition', file(changed)).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(CommandFailure);
    expect(failure).toMatchObject({ code: 'PO-105', exitCode: 2, message: expect.stringMatching(message) });
  });

  test.each([
    ['history', 'nowhere.json', 'same.json'],
    ['definition', 'history.json', 'nowhere.json'],
  ])('ends with 2 without a %s', async (_, history, changed) => {
    const failure = await rehearse('--history', file(history), '--definition', file(changed)).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 'PO-101', exitCode: 2, message: expect.stringContaining('nowhere.json') });
  });
});
