import { describe, expect, test } from '@jest/globals';
import { withoutColors } from './terminal.ts';
import { execution, orderView, trace, visit } from './testing/made-trace.ts';
import { traceText } from './trace-text.ts';

const textOf = (given: Parameters<typeof trace>[0], width = 100): string =>
  withoutColors(traceText(trace(given), width));

describe('The trace of an order in the terminal', () => {
  test('says where the order stands, why it stopped, and of which promise', () => {
    const failure = {
      executionArn: 'arn',
      redriveCount: 0,
      executionStatus: 'FAILED',
      state: 'AwaitRoute',
      error: 'Sqs.AccessDenied',
      cause: 'not\nallowed',
      pattern: 'not allowed',
      failedAt: '2018-07-23T09:00:00.000Z',
      failedIn: 'PLACED',
    };
    const text = textOf({ order: orderView({ failure, replays: 1 }) });
    expect(text).toContain('o-1  FAILED for 1 h, since 2018-07-23 09:00:00 (ExecutionFailed)');
    expect(text).toContain('cycle 1, 0 attempts, 1 replay');
    expect(text).toContain('promise 07-23 10:00 to 07-23 14:00, version 1: late');
    expect(text).toContain('stopped in AwaitRoute: Sqs.AccessDenied: not allowed');
  });

  test('shows states below their execution, iterations below their Map, and attempts only where one failed', () => {
    const visits = [
      visit('PlanRoutes', { enteredEventId: 2, attempts: [attempt(1, 'failed', 'Ecs.Busy'), attempt(2)] }),
      visit('DispatchRoutes', { enteredEventId: 9, type: 'Map' }),
      visit('StartDispatch', { enteredEventId: 12, path: ['DispatchRoutes[1]'], attempts: [child] }),
    ];
    const tree = textOf({ executions: [execution({ visits })] }).split('\n');
    const from = tree.findIndex((line) => line.startsWith('order-lifecycle o-1: SUCCEEDED'));
    expect(tree.slice(from + 1, from + 7)).toEqual([
      '├─ PlanRoutes  Task, 1 s, 2 attempts',
      '│  ├─ attempt 1: failed after 1 s, Ecs.Busy: no room',
      '│  └─ attempt 2: succeeded after 1 s',
      '└─ DispatchRoutes  Map, 1 s',
      '   └─ [1] StartDispatch  Task, 1 s',
      '      └─ started route-dispatch r-1',
    ]);
  });

  test('tells an open wait by how long it is open, and by what it waits for', () => {
    const waiting = visit('AwaitRoute', {
      outcome: 'open',
      attempts: [{ ...attempt(1), outcome: 'open', usesToken: true }],
    });
    const { exitedAt: _, ...open } = waiting;
    const wait = {
      awaits: 'RoutePlanned',
      cycle: 1,
      openedAt: '2018-07-23T08:00:00.000Z',
      executionArn: 'a',
      matched: false,
    };
    const { stoppedAt: __, ...running } = execution({ status: 'RUNNING', visits: [open] });
    const text = textOf({ executions: [running], wait });
    expect(text).toContain('└─ AwaitRoute  Task by token, open for 4 h');
    expect(text).toContain('waits for RoutePlanned since 2018-07-23 08:00:00');
  });

  test('tells the story in order, with a line for each long silence', () => {
    const text = textOf({
      timeline: [
        { lane: 'sla', from: '2018-07-23T11:00:00.000Z', label: 'deliver breached', tone: 'bad' },
        { lane: 'signal', from: '2018-07-23T08:00:05.000Z', label: 'RoutePlanned', tone: 'good', detail: 'delivered' },
        {
          lane: 'state',
          from: '2018-07-23T08:00:00.000Z',
          to: '2018-07-23T08:00:04.000Z',
          label: 'AwaitRoute',
          tone: 'neutral',
        },
      ],
    });
    const story = text.slice(text.indexOf('What happened')).trimEnd().split('\n').slice(1);
    expect(story).toEqual([
      '2018-07-23 08:00:00  ■ AwaitRoute, 4 s',
      '2018-07-23 08:00:05  → RoutePlanned  delivered',
      '                     ┆ 2 h 59 min',
      '2018-07-23 11:00:00  ! deliver breached',
    ]);
  });

  test('fits the terminal', () => {
    const label = 'a label that is by far longer than any terminal of this width would ever have room for';
    const text = textOf(
      {
        timeline: [
          { lane: 'state', from: '2018-07-23T08:00:00.000Z', to: '2018-07-23T09:00:00.000Z', label, tone: 'bad' },
        ],
        executions: [execution({ error: 'States.TaskFailed', cause: label, status: 'FAILED' })],
      },
      72,
    );
    const drawn = text.slice(text.indexOf('Executions'), text.indexOf('What happened'));
    for (const line of drawn.split('\n')) expect(line.length).toBeLessThanOrEqual(72);
  });
});

const attempt = (number: number, outcome: 'succeeded' | 'failed' = 'succeeded', error?: string) => ({
  number,
  scheduledAt: '2018-07-23T08:00:00.000Z',
  endedAt: '2018-07-23T08:00:01.000Z',
  outcome,
  ...(error === undefined ? {} : { error, cause: 'no room' }),
  resource: 'ecs:runTask.sync',
  usesToken: false,
});
const child = {
  ...attempt(1),
  childExecutionArn: 'arn:aws:states:us-east-1:123456789012:execution:route-dispatch:r-1',
};
