import { describe, expect, test } from '@jest/globals';
import type { StateVisit } from '../api/shapes.ts';
import { layoutGraph } from './graph-layout.ts';
import { graphModel, withoutIdleCatchers } from './graph-model.ts';

const DEFINITION = JSON.stringify({
  StartAt: 'AwaitRoute',
  States: {
    AwaitRoute: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Next: 'IsUrgent',
      Catch: [
        { ErrorEquals: ['Cancelled'], Next: 'CancelOrder' },
        { ErrorEquals: ['Amended'], Next: 'AwaitRoute' },
        { ErrorEquals: ['States.Timeout'], Next: 'AwaitRoute' },
      ],
    },
    IsUrgent: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.input.urgent %}', Next: 'DriveAll' }],
      Default: 'CancelOrder',
    },
    DriveAll: {
      Type: 'Map',
      ItemProcessor: { StartAt: 'DriveOne', States: { DriveOne: { Type: 'Task', End: true } } },
      End: true,
    },
    CancelOrder: { Type: 'Succeed' },
  },
});

const visit = (state: string, over: Partial<StateVisit> = {}): StateVisit => ({
  state,
  type: 'Task',
  enteredEventId: 1,
  enteredAt: '2018-07-20T10:00:00.000Z',
  outcome: 'succeeded',
  attempts: [],
  path: [],
  ...over,
});
const attempt = (number: number) => ({
  number,
  scheduledAt: '2018-07-20T10:00:00.000Z',
  outcome: 'failed' as const,
  resource: 'lambda',
  usesToken: false,
});

const VISITS = [
  visit('AwaitRoute', { outcome: 'caught', next: 'AwaitRoute', attempts: [attempt(1), attempt(2), attempt(3)] }),
  visit('AwaitRoute', { next: 'IsUrgent' }),
  visit('IsUrgent', { next: 'DriveAll' }),
  visit('DriveAll', { outcome: 'open' }),
  visit('DriveOne', { path: ['DriveAll[0]'] }),
  visit('DriveOne', { path: ['DriveAll[1]'], outcome: 'open' }),
];

describe('the graph of an execution', () => {
  const graph = graphModel(DEFINITION, VISITS);
  const state = (name: string) => graph.states.find((each) => each.name === name);

  test('shows how each state stands and how often it was tried', () => {
    expect(graph.states.map(({ name, standing }) => [name, standing])).toEqual([
      ['AwaitRoute', 'passed'],
      ['IsUrgent', 'passed'],
      ['DriveAll', 'open'],
      ['CancelOrder', 'unvisited'],
    ]);
    expect(state('AwaitRoute')?.visits).toHaveLength(2);
    expect(state('AwaitRoute')?.retries).toBe(2);
  });

  test('counts the edges that were taken, catchers apart from the happy path', () => {
    const taken = (from: string, to: string) => graph.edges.find((edge) => edge.from === from && edge.to === to);
    expect(taken('AwaitRoute', 'IsUrgent')).toMatchObject({ kind: 'next', taken: 1 });
    expect(taken('AwaitRoute', 'AwaitRoute')).toMatchObject({
      kind: 'catch',
      taken: 1,
      label: 'Amended, States.Timeout',
    });
    expect(taken('AwaitRoute', 'CancelOrder')?.taken).toBe(0);
    expect(taken('IsUrgent', 'DriveAll')).toMatchObject({ kind: 'choice', label: '$states.input.urgent', taken: 1 });
  });

  test('holds the machine of a Map inside its state, open while any iteration is', () => {
    expect(state('DriveAll')?.inner[0]?.states[0]).toMatchObject({ name: 'DriveOne', standing: 'open' });
  });

  test('without idle catchers keeps what a choice can reach', () => {
    const lean = withoutIdleCatchers(graph);
    expect(lean.states).toHaveLength(4);
    expect(lean.edges.some(({ to, kind }) => to === 'CancelOrder' && kind === 'catch')).toBe(false);
    const unreached = withoutIdleCatchers(
      graphModel(
        JSON.stringify({
          StartAt: 'A',
          States: {
            A: { Type: 'Task', End: true, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }] },
            B: { Type: 'Fail' },
          },
        }),
        [],
      ),
    );
    expect(unreached.states.map(({ name }) => name)).toEqual(['A']);
  });

  test('refuses what is no state machine', () => {
    expect(() => graphModel('{}', [])).toThrow('no StartAt');
  });

  test('is laid out from the start downwards, also where a way leads back', () => {
    const again = graphModel(
      JSON.stringify({
        StartAt: 'A',
        States: { A: { Type: 'Task', Next: 'B' }, B: { Type: 'Task', Next: 'C' }, C: { Type: 'Task', Next: 'A' } },
      }),
      [],
    );
    const tops = layoutGraph(again).nodes.map(({ id, y }) => [y, id] as const);
    expect(tops.sort(([a], [b]) => a - b).map(([, id]) => id)).toEqual(['A', 'B', 'C']);
  });

  test('is laid out without states on top of each other, groups around what they hold', () => {
    const laid = layoutGraph(graph);
    const top = laid.nodes.filter(({ parent }) => parent === undefined);
    expect(top).toHaveLength(4);
    for (const a of top) {
      for (const b of top) {
        if (a.id >= b.id) continue;
        const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        expect(apart).toBe(true);
      }
    }
    const group = laid.nodes.find(({ id }) => id === 'DriveAll');
    const inner = laid.nodes.find(({ id }) => id === 'DriveOne');
    expect(inner?.parent).toBe('DriveAll');
    expect((inner?.x ?? 0) + (inner?.width ?? 0)).toBeLessThanOrEqual(group?.width ?? 0);
    expect((inner?.y ?? 0) + (inner?.height ?? 0)).toBeLessThanOrEqual(group?.height ?? 0);
  });
});
