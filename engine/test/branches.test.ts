import { describe, expect, test } from '@jest/globals';
import { Driver, LAMBDA } from './driver.ts';

const branch = (name: string, state: object) => ({ StartAt: name, States: { [name]: { End: true, ...state } } });

describe('Parallel', () => {
  test('joins outputs in the order of its branches, whichever ends first', async () => {
    const driver = new Driver();
    const arn = await driver.start({
      StartAt: 'Both',
      States: {
        Both: {
          Type: 'Parallel',
          Branches: [
            branch('Slow', { Type: 'Wait', Seconds: 5, Output: 'slow' }),
            branch('Fast', { Type: 'Pass', Output: 'fast' }),
          ],
          End: true,
        },
      },
    });
    await driver.jump();
    expect((await driver.describe(arn))['output']).toBe('["slow","fast"]');
  });

  test('drops the other branches when one fails: their timers go, their states are aborted', async () => {
    const driver = new Driver({ Break: { error: 'Broken' } });
    const arn = await driver.start({
      StartAt: 'Both',
      States: {
        Both: {
          Type: 'Parallel',
          Branches: [
            branch('Long', { Type: 'Wait', Seconds: 500 }),
            branch('Break', { Type: 'Task', Resource: LAMBDA }),
          ],
          Catch: [{ ErrorEquals: ['Broken'], Next: 'Mend', Output: '{% $states.errorOutput.Error %}' }],
          End: true,
        },
        Mend: { Type: 'Pass', End: true },
      },
    });
    expect(driver.timers.size).toBe(0);
    expect((await driver.describe(arn))['output']).toBe('"Broken"');
    const path = await driver.path(arn);
    expect(path).toEqual(
      expect.arrayContaining(['WaitStateAborted', 'TaskStateAborted', 'ParallelStateFailed', 'ParallelStateExited']),
    );
  });

  test('gives each branch its own variables and lets it read those outside', async () => {
    const driver = new Driver();
    const reader = { Type: 'Pass', Assign: { inner: 1 }, Output: '{% $outer + 1 %}' };
    const arn = await driver.start({
      StartAt: 'Set',
      States: {
        Set: { Type: 'Pass', Assign: { outer: 41 }, Next: 'Both' },
        Both: { Type: 'Parallel', Branches: [branch('A', reader), branch('B', reader)], Next: 'After' },
        After: {
          Type: 'Pass',
          Output: { sum: '{% $sum($states.input) %}', leaked: '{% $exists($inner) %}' },
          End: true,
        },
      },
    });
    expect((await driver.describe(arn))['output']).toBe('{"sum":84,"leaked":false}');
  });
});

describe('Map', () => {
  const over = (fields: object) => ({
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        Items: '{% $states.input.items %}',
        ItemSelector: { value: '{% $states.context.Map.Item.Value %}', index: '{% $states.context.Map.Item.Index %}' },
        ItemProcessor: branch('One', { Type: 'Task', Resource: LAMBDA }),
        End: true,
        ...fields,
      },
    },
  });

  test('keeps results in order and never runs more than MaxConcurrency', async () => {
    const driver = new Driver();
    const arn = await driver.start(over({ MaxConcurrency: 2 }), { items: ['a', 'b', 'c'] });
    expect(driver.invoked.map(({ input }) => input)).toEqual([
      { value: 'a', index: 0 },
      { value: 'b', index: 1 },
    ]);
    await driver.apply({ kind: 'taskSucceeded', taskId: driver.invoked[1]?.taskId ?? '', output: '"B"' });
    expect(driver.invoked).toHaveLength(3);
    await driver.apply({ kind: 'taskSucceeded', taskId: driver.invoked[2]?.taskId ?? '', output: '"C"' });
    await driver.apply({ kind: 'taskSucceeded', taskId: driver.invoked[0]?.taskId ?? '', output: '"A"' });
    expect((await driver.describe(arn))['output']).toBe('["A","B","C"]');
  });

  test('over nothing gives an empty array', async () => {
    const driver = new Driver();
    const arn = await driver.start(over({}), { items: [] });
    expect((await driver.describe(arn))['output']).toBe('[]');
  });

  test('runs all items again when it is retried', async () => {
    const driver = new Driver({ One: [{ error: 'Flaky' }, 'silent', { output: 1 }, { output: 2 }] });
    const arn = await driver.start(over({ Retry: [{ ErrorEquals: ['Flaky'], IntervalSeconds: 1 }] }), {
      items: [1, 2],
    });
    await driver.jump();
    expect((await driver.describe(arn))['status']).toBe('SUCCEEDED');
    expect((await driver.path(arn)).filter((type) => type === 'MapStateStarted')).toHaveLength(2);
    expect(await driver.path(arn)).not.toContain('MapStateFailed');
  });

  test('drops the iterations that run when the input of the next one cannot be made', async () => {
    const driver = new Driver({ Work: ['silent', { output: 1 }] });
    const arn = await driver.start({
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          Items: [1, 2, 3],
          MaxConcurrency: 2,
          ItemSelector: { n: '{% $states.context.Map.Item.Value = 3 ? $error("no third") : 0 %}' },
          ItemProcessor: { StartAt: 'Work', States: { Work: { Type: 'Task', Resource: LAMBDA, End: true } } },
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Rest' }],
          End: true,
        },
        Rest: { Type: 'Wait', Seconds: 5, End: true },
      },
    });
    expect(await driver.path(arn)).toContain('MapIterationAborted');
    await driver.apply({ kind: 'taskSucceeded', taskId: driver.invoked[0]?.taskId ?? '', output: '1' });
    await driver.jump();
    expect((await driver.describe(arn))['status']).toBe('SUCCEEDED');
  });
});

test('Tasks of a Map whose time is up at the same moment have all timed out before the first fails the Map', async () => {
  const driver = new Driver();
  const task = { Type: 'Task', Resource: LAMBDA, TimeoutSeconds: 5 };
  const states = { Each: { Type: 'Map', ItemProcessor: branch('Call', task), End: true } };
  const arn = await driver.start({ StartAt: 'Each', States: states }, [1, 2, 3]);
  await driver.jump();
  const path = await driver.path(arn);
  expect(path.slice(path.indexOf('TaskTimedOut')).slice(0, 4)).toEqual([
    'TaskTimedOut',
    'TaskTimedOut',
    'TaskTimedOut',
    'MapIterationFailed',
  ]);
  expect(driver.timers.size).toBe(0);
});
