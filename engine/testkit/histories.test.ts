import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  crashEverywhere,
  forecast,
  forecastText,
  type MockAnswer,
  mocksFromHistory,
  type RunOptions,
  rehearsalText,
  rehearse,
  runMachine,
} from './index.ts';

const TEXT = readFileSync(join(import.meta.dirname, '..', '..', 'asl', 'route-dispatch.asl.json'), 'utf8');
interface StateFields {
  Type: string;
  Next?: string;
  [field: string]: unknown;
}
interface Definition {
  StartAt: string;
  States: Record<string, StateFields>;
  [field: string]: unknown;
}
const ROUTE = {
  routeId: 'r-1',
  offerUntil: '2026-01-01T00:10:00Z',
  plannedDepartureAt: '2026-01-01T00:10:00Z',
  followUntil: '2026-01-01T02:00:00Z',
};
const ACCEPTED = { driverId: 'd-1', vehicleId: 'v-1', acceptedAt: '2026-01-01T00:02:40Z' };
const RUN: RunOptions = {
  definition: TEXT,
  input: ROUTE,
  mocks: {
    OfferRoute: [{ timesOut: true }, { result: ACCEPTED, afterSeconds: 40 }],
    FollowRoute: {
      result: { returnedAt: '2026-01-01T00:52:40Z' },
      afterSeconds: 3_000,
      heartbeats: { everySeconds: 60 },
    },
    CloseRoute: [{ error: 'Lambda.SdkClientException' }, { result: { Payload: {} }, afterSeconds: 1 }],
    WithdrawRoute: { result: { Payload: {} } },
  },
};
/** As the AWS CLI prints it. */
const recorded = async (options: RunOptions = RUN): Promise<string> =>
  JSON.stringify((await runMachine(options)).history);
const changed = (change: (definition: Definition) => void): Definition => {
  const definition = JSON.parse(TEXT) as Definition;
  change(definition);
  return definition;
};

describe('Mocks from a recorded history', () => {
  test('are plain data that bring about the same history, times included', async () => {
    const run = await runMachine(RUN);
    expect(run).toMatchObject({ status: 'SUCCEEDED' });
    const mocks = JSON.parse(JSON.stringify(mocksFromHistory(JSON.stringify(run.history)))) as RunOptions['mocks'];
    const again = await runMachine({ ...RUN, mocks: mocks ?? {} });
    expect(again.events).toEqual(run.events);
  });

  test('are refused of what is no whole history, with the remedy', async () => {
    const { events } = JSON.parse(await recorded()) as { events: { id: number }[] };
    expect(() => mocksFromHistory({ events: events.filter(({ id }) => id !== 4) })).toThrow(
      /event 5 where 4 should be.*all its pages/,
    );
    expect(() => mocksFromHistory({ events: [...events].reverse() })).not.toThrow();
    expect(() => mocksFromHistory([{ events: events.slice(0, 3) }, { events: events.slice(3) }])).not.toThrow();
    expect(() => mocksFromHistory('{}')).toThrow(/no "events"/);
    expect(() => mocksFromHistory('nothing')).toThrow(/no JSON/);
    expect(() => mocksFromHistory({ events: [{ id: 1, type: 'ExecutionStarted', timestamp: 'noon' }] })).toThrow(
      /no time/,
    );
  });
});

describe('A rehearsal', () => {
  test('of the definition itself finds no difference', async () => {
    const rehearsal = await rehearse({ history: await recorded(), definition: TEXT });
    expect(rehearsal).toMatchObject({ diverges: false, dataDifference: undefined });
    expect(rehearsal.redrive).toEqual({ possible: false, reason: 'the execution has succeeded' });
    expect(rehearsalText(rehearsal)).toMatch(/^same path/);
  });

  test('recognises a state that was renamed', async () => {
    const definition = changed(({ States }) => {
      const { CloseRoute, FollowRoute } = States;
      if (CloseRoute === undefined || FollowRoute === undefined) throw new Error('the machine has other states');
      delete States['CloseRoute'];
      States['EndRoute'] = CloseRoute;
      FollowRoute.Next = 'EndRoute';
    });
    const { divergence, resume } = await rehearse({ history: await recorded(), definition });
    expect(divergence).toMatchObject({
      kind: 'renamed',
      state: 'CloseRoute',
      event: { type: 'TaskStateEntered' },
      instead: 'TaskStateEntered EndRoute',
      recordedPath: ['FollowRoute', 'CloseRoute', 'RouteClosed'],
      path: ['FollowRoute', 'EndRoute'],
    });
    expect(resume.possible).toBe(false);
  });

  test('recognises a state that was added, even where no answer of it was recorded', async () => {
    const definition = changed(({ States }) => {
      States['CheckRoute'] = {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: {},
        Next: 'CloseRoute',
      };
      (States['FollowRoute'] as StateFields).Next = 'CheckRoute';
    });
    const { divergence } = await rehearse({ history: await recorded(), definition });
    expect(divergence).toMatchObject({
      kind: 'added',
      message: "'CheckRoute' is new, between 'FollowRoute' and 'CloseRoute'",
    });
  });

  test('recognises a Choice that decides otherwise, and what gets other data', async () => {
    const choice = (most: number) => ({
      QueryLanguage: 'JSONata',
      StartAt: 'IsHeavy',
      States: {
        IsHeavy: {
          Type: 'Choice',
          Choices: [{ Condition: `{% $states.input.kg > ${most} %}`, Next: 'Truck' }],
          Default: 'Bike',
        },
        Truck: { Type: 'Pass', End: true },
        Bike: { Type: 'Pass', Output: { kg: '{% $states.input.kg %}', most }, End: true },
      },
    });
    const history = await recorded({ definition: choice(20), input: { kg: 12 } });
    const { divergence, dataDifference } = await rehearse({ history, definition: choice(10) });
    expect(divergence).toMatchObject({
      kind: 'choice',
      state: 'Bike',
      recordedPath: ['IsHeavy', 'Bike'],
      path: ['IsHeavy', 'Truck'],
    });
    expect(divergence?.message).toBe("the Choice 'IsHeavy' goes to 'Truck' where it went to 'Bike'");
    expect(dataDifference).toBeUndefined();
    const same = await rehearse({ history, definition: choice(15) });
    expect(same).toMatchObject({
      diverges: false,
      dataDifference: { state: 'Bike', event: { type: 'PassStateExited' } },
    });
  });

  test('recognises a retrier that is gone, a service that changed and a time limit that is too short', async () => {
    const history = await recorded();
    const kind = async (change: (states: Record<string, StateFields>) => void) =>
      (await rehearse({ history, definition: changed(({ States }) => change(States)) })).divergence?.kind;
    expect(await kind(({ CloseRoute }) => delete CloseRoute?.['Retry'])).toBe('recovery');
    expect(
      await kind(({ CloseRoute }) => Object.assign(CloseRoute ?? {}, { Resource: 'arn:aws:states:::sqs:sendMessage' })),
    ).toBe('changed');
    expect(await kind(({ FollowRoute }) => Object.assign(FollowRoute ?? {}, { TimeoutSeconds: 900 }))).toBe('outcome');
  });

  test('says from where a failed or running execution can go on', async () => {
    const failing = { ...RUN, faults: [{ state: 'CloseRoute', error: 'Broken' }] };
    const failed = await rehearse({ history: await recorded(failing), definition: TEXT });
    expect(failed).toMatchObject({
      diverges: false,
      redrive: { possible: true },
      resume: { possible: true, from: [{ state: 'CloseRoute' }] },
    });
    const running = await recorded({
      ...RUN,
      mocks: { ...RUN.mocks, OfferRoute: { result: ACCEPTED }, FollowRoute: { timesOut: true } },
    });
    const { events } = JSON.parse(running) as { events: { type: string; id: number }[] };
    const standing = {
      events: events.slice(
        0,
        events.findIndex(({ type }) => type === 'TaskTimedOut'),
      ),
    };
    expect(await rehearse({ history: standing, definition: TEXT })).toMatchObject({
      diverges: false,
      redrive: { possible: false },
      resume: { possible: true, from: [{ state: 'FollowRoute' }] },
    });
    const gone = changed(({ States }) => Object.assign(States['FollowRoute'] ?? {}, { Type: 'Pass' }));
    for (const field of ['Resource', 'Arguments', 'TimeoutSeconds', 'HeartbeatSeconds', 'Retry', 'Catch'])
      delete gone.States['FollowRoute']?.[field];
    const other = await rehearse({ history: standing, definition: changed((all) => Object.assign(all, gone)) });
    expect(other.resume).toMatchObject({
      possible: false,
      reason: expect.stringMatching(/a Task, which is now a Pass/),
    });
  });
});

describe('Any run of nested branches with errors and silences', () => {
  const definition = {
    QueryLanguage: 'JSONata',
    StartAt: 'Both',
    States: {
      Both: {
        Type: 'Parallel',
        Branches: ['A', 'B'].map((name) => ({
          StartAt: `Each${name}`,
          States: {
            [`Each${name}`]: {
              Type: 'Map',
              Items: [1, 2],
              MaxConcurrency: name === 'A' ? 1 : 2,
              ItemProcessor: {
                StartAt: `Ask${name}`,
                States: {
                  [`Ask${name}`]: {
                    Type: 'Task',
                    Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
                    Arguments: {},
                    TimeoutSeconds: 100,
                    Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 3, MaxAttempts: 2 }],
                    Catch: [{ ErrorEquals: ['Odd'], Next: `Rest${name}` }],
                    End: true,
                  },
                  [`Rest${name}`]: { Type: 'Wait', Seconds: 5, End: true },
                },
              },
              End: true,
            },
          },
        })),
        Retry: [{ ErrorEquals: ['Fatal'], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Sorry' }],
        End: true,
      },
      Sorry: { Type: 'Pass', End: true },
    },
  };
  const answer = fc.oneof<fc.Arbitrary<MockAnswer>[]>(
    fc.record({ result: fc.integer(), afterSeconds: fc.nat(90) }),
    fc.record({ error: fc.constantFrom('Busy', 'Odd', 'Fatal', 'Other'), afterSeconds: fc.nat(90) }),
    fc.constant({ timesOut: true as const }),
    fc.record({ requestError: fc.constantFrom('Busy', 'Other') }),
  );
  const answers = fc.array(answer, { minLength: 12, maxLength: 12 });
  const statuses = new Set<string>();

  test('repeats from its history, rehearses without a difference, and survives a crash at every transition', async () => {
    await fc.assert(
      fc.asyncProperty(answers, answers, async (AskA, AskB) => {
        const options = { definition, mocks: { AskA, AskB } };
        const { undisturbed, differences } = await crashEverywhere(options);
        expect(differences).toEqual([]);
        const mocks = mocksFromHistory(undisturbed.history, definition as never);
        const again = await runMachine({ definition, mocks });
        const outline = ({ events }: typeof again) =>
          events.map(({ type, previousEventId }) => `${type} ${previousEventId}`);
        expect(outline(again)).toEqual(outline(undisturbed));
        const { divergence } = await rehearse({ history: undisturbed.history, definition });
        expect(divergence).toBeUndefined();
        statuses.add(`${undisturbed.status} ${undisturbed.path.at(-1)?.state}`);
      }),
      { seed: 20_260_301, numRuns: 60 },
    );
    expect(statuses.size).toBeGreaterThan(3);
  });
});

describe('A forecast', () => {
  test('counts events, bytes, transitions with retries, and dollars', async () => {
    const run = await runMachine(RUN);
    const seen = forecast(await recorded(), { executions: 1_000 });
    expect(seen.events).toMatchObject({ count: run.events.length, limit: 25_000 });
    expect(seen.transitions).toEqual({ total: 6, retries: 1 });
    expect(run.stateTransitions).toBe(6);
    expect(seen.dollars).toBeCloseTo(0.15);
    expect(seen.largestPayload.bytes).toBeGreaterThan(JSON.stringify(ROUTE).length);
    expect(seen.warnings).toEqual([]);
    expect(forecastText(seen)).toContain('of 25000');
  });

  test('warns of a payload near the limit, counted in bytes', async () => {
    const definition = { QueryLanguage: 'JSONata', StartAt: 'Keep', States: { Keep: { Type: 'Pass', End: true } } };
    const run = await runMachine({ definition, input: 'ü'.repeat(120_000) });
    const { largestPayload, warnings } = forecast(run.history);
    expect(largestPayload).toMatchObject({ bytes: 240_002, eventId: 1, field: 'input' });
    expect(warnings[0]).toMatch(/240002 bytes of 262144 in input of event 1/);
  });
});
