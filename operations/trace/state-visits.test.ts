import { describe, expect, test } from '@jest/globals';
import type { HistoryEventView } from '../model/trace.ts';
import { stateVisits } from './state-visits.ts';

type Line = readonly [id: number, previous: number, type: string, details?: Readonly<Record<string, unknown>>];

const history = (lines: readonly Line[]): HistoryEventView[] =>
  lines.map(([id, previousEventId, type, details = {}]) => ({
    id,
    previousEventId,
    type,
    details,
    at: new Date(Date.UTC(2026, 0, 31, 8, 0, id)).toISOString(),
  }));
const second = (id: number): string => new Date(Date.UTC(2026, 0, 31, 8, 0, id)).toISOString();
const TOKEN = { resourceType: 'lambda', resource: 'invoke.waitForTaskToken' };
const INVOKE = { resourceType: 'lambda', resource: 'invoke' };

describe('the visits of a history', () => {
  test('of a wait have its input, the life of its token, and the state that followed', () => {
    const [wait, close] = stateVisits(
      history([
        [1, 0, 'ExecutionStarted'],
        [2, 0, 'TaskStateEntered', { name: 'AwaitRoute', input: '{"a":1}' }],
        [3, 2, 'TaskScheduled', TOKEN],
        [4, 3, 'TaskStarted'],
        [5, 4, 'TaskSubmitted'],
        [6, 5, 'TaskSucceeded'],
        [7, 6, 'TaskStateExited', { name: 'AwaitRoute', output: '{"b":2}' }],
        [8, 7, 'TaskStateEntered', { name: 'CloseOrder' }],
        [9, 8, 'TaskScheduled', INVOKE],
      ]),
    );
    expect(wait).toEqual({
      state: 'AwaitRoute',
      type: 'Task',
      enteredEventId: 2,
      enteredAt: second(2),
      exitedAt: second(7),
      input: '{"a":1}',
      output: '{"b":2}',
      outcome: 'succeeded',
      next: 'CloseOrder',
      path: [],
      attempts: [
        {
          number: 1,
          scheduledAt: second(3),
          startedAt: second(4),
          submittedAt: second(5),
          endedAt: second(6),
          outcome: 'succeeded',
          resource: 'lambda:invoke.waitForTaskToken',
          usesToken: true,
        },
      ],
    });
    expect(close).toMatchObject({ outcome: 'open', attempts: [{ outcome: 'open', usesToken: false }] });
    expect(close?.exitedAt).toBeUndefined();
  });

  test('count the attempts of a retrier, and call a failure that was caught so', () => {
    const [visit, next] = stateVisits(
      history([
        [1, 0, 'ExecutionStarted'],
        [2, 0, 'TaskStateEntered', { name: 'CloseOrder' }],
        [3, 2, 'TaskScheduled', INVOKE],
        [4, 3, 'TaskFailed', { error: 'Busy', cause: 'no' }],
        [5, 4, 'TaskScheduled', INVOKE],
        [6, 5, 'TaskTimedOut', { error: 'States.Timeout' }],
        [7, 6, 'TaskStateExited', { name: 'CloseOrder' }],
        [8, 7, 'SucceedStateEntered', { name: 'Gone' }],
      ]),
    );
    expect(visit).toMatchObject({ outcome: 'caught', next: 'Gone' });
    expect(visit?.attempts).toMatchObject([
      { number: 1, outcome: 'failed', error: 'Busy', cause: 'no' },
      { number: 2, outcome: 'timed-out', error: 'States.Timeout' },
    ]);
    expect(next).toMatchObject({ type: 'Succeed', state: 'Gone' });
  });

  test('of a state that failed go on after a redrive', () => {
    const failed: readonly Line[] = [
      [1, 0, 'ExecutionStarted'],
      [2, 0, 'TaskStateEntered', { name: 'ArchiveOrder' }],
      [3, 2, 'TaskScheduled', INVOKE],
      [4, 3, 'TaskFailed', { error: 'Boom' }],
      [5, 4, 'ExecutionFailed', { error: 'Boom' }],
    ];
    expect(stateVisits(history(failed))).toMatchObject([{ outcome: 'failed' }]);
    const visits = stateVisits(
      history([
        ...failed,
        [6, 5, 'ExecutionRedriven', { redriveCount: 1 }],
        [7, 6, 'TaskScheduled', INVOKE],
        [8, 7, 'TaskSucceeded'],
        [9, 8, 'TaskStateExited', { name: 'ArchiveOrder' }],
      ]),
    );
    expect(visits).toMatchObject([
      { outcome: 'succeeded', attempts: [{ outcome: 'failed' }, { outcome: 'succeeded' }] },
    ]);
  });

  test('of branches and iterations that run side by side stand under their own paths', () => {
    const visits = stateVisits(
      history([
        [1, 0, 'ExecutionStarted'],
        [2, 0, 'ParallelStateEntered', { name: 'Both' }],
        [3, 2, 'ParallelStateStarted'],
        [4, 3, 'PassStateEntered', { name: 'Left' }],
        [5, 3, 'MapStateEntered', { name: 'Each' }],
        [6, 5, 'MapStateStarted', { length: 2 }],
        [7, 6, 'MapIterationStarted', { name: 'Each', index: 0 }],
        [8, 6, 'MapIterationStarted', { name: 'Each', index: 1 }],
        [9, 8, 'TaskStateEntered', { name: 'Work' }],
        [10, 7, 'TaskStateEntered', { name: 'Work' }],
        [11, 10, 'TaskScheduled', { resourceType: 'states', resource: 'startExecution' }],
        [12, 11, 'TaskSucceeded', { resourceType: 'states', output: '{"ExecutionArn":"arn:child"}' }],
        [13, 12, 'TaskStateExited', { name: 'Work' }],
        [14, 4, 'PassStateExited', { name: 'Left' }],
      ]),
    );
    expect(visits.map(({ state, path, outcome }) => [state, path, outcome])).toEqual([
      ['Both', [], 'open'],
      ['Left', ['Both[0]'], 'succeeded'],
      ['Each', ['Both[1]'], 'open'],
      ['Work', ['Both[1]', 'Each[1]'], 'open'],
      ['Work', ['Both[1]', 'Each[0]'], 'succeeded'],
    ]);
    expect(visits[4]?.attempts[0]?.childExecutionArn).toBe('arn:child');
  });

  test('of an execution that was stopped are aborted, and so is the attempt that was open', () => {
    const visits = stateVisits(
      history([
        [1, 0, 'ExecutionStarted'],
        [2, 0, 'TaskStateEntered', { name: 'AwaitDelivery' }],
        [3, 2, 'TaskScheduled', TOKEN],
        [4, 0, 'ExecutionAborted', { error: 'Stopped' }],
      ]),
    );
    expect(visits).toMatchObject([{ outcome: 'aborted', attempts: [{ outcome: 'aborted', endedAt: second(4) }] }]);
  });

  test('of 25,000 events are read in a fraction of a second', () => {
    const lines: Line[] = [[1, 0, 'ExecutionStarted']];
    while (lines.length < 24_995) {
      const id = lines.length + 1;
      lines.push(
        [id, id - 1, 'TaskStateEntered', { name: `State${id}` }],
        [id + 1, id, 'TaskScheduled', INVOKE],
        [id + 2, id + 1, 'TaskStarted'],
        [id + 3, id + 2, 'TaskSucceeded'],
        [id + 4, id + 3, 'TaskStateExited', { name: `State${id}` }],
      );
    }
    const events = history(lines);
    const before = performance.now();
    expect(stateVisits(events)).toHaveLength(4_999);
    // The goal is 200 ms; a busy machine gets room.
    expect(performance.now() - before).toBeLessThan(1_000);
  });
});
