/** The machine of a planning wave as it is deployed, on the engine: every state, edge, retrier and catcher is passed here. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { assertCoverage, type LiveRun } from '../../engine/testkit/index.ts';
import { ALREADY_DISPATCHED } from '../../workflows/route-planning/errors.ts';
import { endOf, payloadOf, returned, Workflow } from './workflow.ts';

const START = Date.UTC(2026, 2, 2, 8);
const workflow = new Workflow('route-planning');
const INPUT = { depotId: 'D1', waveId: 'D1-20260302T0800' };
const CLAIMED = { ...INPUT, requestCount: 3, task: { cpu: '1024', memory: '2048' }, replan: 'never' };
const TRANSIENT = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'TransientError',
];
const dispatchOf = (routeId: string) => ({
  routeId,
  plannedDepartureAt: '2026-03-02T09:00:00.000Z',
  offerUntil: '2026-03-02T09:00:00.000Z',
  followUntil: '2026-03-02T18:00:00.000Z',
});
const ROUTES = ['r1', 'r2', 'r3'].map(dispatchOf);
const ASSIGNED = { ...INPUT, routes: ROUTES };
const SECOND = 'DispatchRoutes[1]/StartDispatch';
let wave: LiveRun;

beforeEach(async () => {
  wave = await workflow.start(INPUT, START, { crashEverywhere: true });
});
const planned = async (): Promise<void> => {
  await wave.succeed('ClaimRequests', returned(CLAIMED));
  await wave.succeed('PlanRoutes', { Containers: [{ ExitCode: 0 }] });
};
const assigned = async (): Promise<void> => {
  await planned();
  await wave.succeed('AssignOrders', returned(ASSIGNED));
};

/** The requests of the wave go back to planning, and the execution says why it failed. */
async function released(reason: string): Promise<void> {
  expect(payloadOf(wave, 'ReleaseWave')).toEqual({ ...INPUT, reason });
  await wave.succeed('ReleaseWave', returned({ released: 3 }));
  const { status, error, entered } = await endOf(wave);
  expect([status, error]).toEqual(['FAILED', 'WaveFailed']);
  expect(entered.slice(-2)).toEqual(['ReleaseWave', 'WaveFailed']);
}

describe('a planning wave', () => {
  test('is claimed, planned and assigned, and each of its routes is dispatched under its own name', async () => {
    expect(payloadOf(wave, 'ClaimRequests')).toEqual(INPUT);
    await wave.succeed('ClaimRequests', returned(CLAIMED));
    expect(wave.task('PlanRoutes').input).toMatchObject({
      Overrides: {
        Cpu: '1024',
        Memory: '2048',
        ContainerOverrides: [
          {
            Environment: [
              { Name: 'DEPOT_ID', Value: 'D1' },
              { Name: 'WAVE_ID', Value: 'D1-20260302T0800' },
              { Name: 'TASK_CPU', Value: '1024' },
            ],
          },
        ],
      },
    });
    await wave.succeed('PlanRoutes', { Containers: [{ ExitCode: 0 }] });
    expect(payloadOf(wave, 'AssignOrders')).toEqual(CLAIMED);
    await wave.succeed('AssignOrders', returned(ASSIGNED));
    expect(wave.pending.map(({ state }) => state)).toEqual(['StartDispatch', 'StartDispatch', 'StartDispatch']);
    const names = wave.pending.map(({ input }) => (input as { Name: string }).Name);
    expect(names).toEqual(['r1', 'r2', 'r3']);
    for (const [index, route] of ROUTES.entries()) {
      expect(payloadOf(wave, 'StartDispatch')['Input']).toEqual(route);
      await wave.succeed('StartDispatch', { ExecutionArn: `arn:r${index}` });
    }
    expect(await endOf(wave)).toMatchObject({ status: 'SUCCEEDED', output: ASSIGNED });
  });

  test('without requests ends at once', async () => {
    await wave.succeed('ClaimRequests', returned({ ...CLAIMED, requestCount: 0 }));
    const { status, entered } = await endOf(wave);
    expect(status).toBe('SUCCEEDED');
    expect(entered).toEqual(['ClaimRequests', 'IsWaveEmpty', 'WaveEmpty']);
    expect(wave.pending).toEqual([]);
  });

  test('that re-plans goes on without requests: routes may change', async () => {
    await wave.succeed('ClaimRequests', returned({ ...CLAIMED, requestCount: 0, replan: 'apply' }));
    await wave.succeed('PlanRoutes', { Containers: [{ ExitCode: 0 }] });
    await wave.succeed('AssignOrders', returned({ ...INPUT, routes: [] }));
    expect(await endOf(wave)).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('that only compares ends with its plan, and assigns nothing', async () => {
    await wave.succeed('ClaimRequests', returned({ ...CLAIMED, replan: 'compare' }));
    await wave.succeed('PlanRoutes', { Containers: [{ ExitCode: 0 }] });
    const { status, entered } = await endOf(wave);
    expect(status).toBe('SUCCEEDED');
    expect(entered.slice(-3)).toEqual(['PlanRoutes', 'IsPlanToSeeOnly', 'PlanCompared']);
  });

  test('whose plan has no route is planned all the same', async () => {
    await planned();
    await wave.succeed('AssignOrders', returned({ ...INPUT, routes: [] }));
    expect(await endOf(wave)).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('counts a route that was dispatched by an earlier try as dispatched', async () => {
    await assigned();
    await wave.succeed('StartDispatch', { ExecutionArn: 'arn:r1' });
    await wave.fail('StartDispatch', ALREADY_DISPATCHED, 'r2 exists');
    await wave.succeed('StartDispatch', { ExecutionArn: 'arn:r3' });
    const { status, entered } = await endOf(wave);
    expect(status).toBe('SUCCEEDED');
    expect(entered.filter((state) => state === 'KeepDispatch')).toHaveLength(1);
    expect(entered.filter((state) => state === 'StartDispatch')).toHaveLength(3);
  });

  test('dispatches ten routes at a time', async () => {
    await planned();
    const routes = Array.from({ length: 12 }, (_, index) => dispatchOf(`r${index}`));
    await wave.succeed('AssignOrders', returned({ ...INPUT, routes }));
    expect(wave.pending).toHaveLength(10);
    for (const _ of routes) await wave.succeed('StartDispatch', {});
    expect((await endOf(wave)).status).toBe('SUCCEEDED');
  });
});

describe('a wave that fails', () => {
  const cut = (state: string) => `Broken: ${state} `.padEnd(508, 'x');
  const causeFor = (state: string) => `${state} `.padEnd(600, 'x');

  test('in its claim gives the requests back', async () => {
    await wave.fail('ClaimRequests', 'Broken', causeFor('ClaimRequests'));
    await released(cut('ClaimRequests'));
  });

  test('in the planner gives them back once the planner was tried three times', async () => {
    await wave.succeed('ClaimRequests', returned(CLAIMED));
    for (const delay of [5_000, 10_000]) {
      await wave.fail('PlanRoutes', 'States.TaskFailed', 'exit code 1');
      expect(await wave.jump()).toBe(delay);
    }
    await wave.fail('PlanRoutes', 'States.TaskFailed', 'exit code 1');
    await released('States.TaskFailed: exit code 1');
  });

  test('in a planner that does not end gives them back after half an hour, and does not begin again', async () => {
    await wave.succeed('ClaimRequests', returned(CLAIMED));
    expect(await wave.timeOut('PlanRoutes')).toBe(1_800_000);
    expect(payloadOf(wave, 'ReleaseWave')['reason']).toMatch(/^States\.Timeout/);
  });

  test.each(['PlanMissing', 'Broken'])('in the assignment (%s) gives back what was not assigned', async (error) => {
    await planned();
    await wave.fail('AssignOrders', error, 'no plan');
    await released(`${error}: no plan`);
  });

  test('in a dispatch that no retry helps gives back what is not on its way', async () => {
    await assigned();
    for (const delay of [1_000, 2_000, 4_000, 8_000, 16_000]) {
      await wave.fail(SECOND, 'StepFunctions.ThrottlingException');
      expect(await wave.jump()).toBe(delay);
    }
    await wave.fail(SECOND, 'StepFunctions.ThrottlingException', 'slow down');
    expect(payloadOf(wave, 'ReleaseWave')).toMatchObject(INPUT);
    await wave.succeed('ReleaseWave', returned({}));
    expect((await endOf(wave)).error).toBe('WaveFailed');
  });
});

describe('a function of the wave that fails', () => {
  const stand: Readonly<Record<string, () => Promise<void>>> = {
    ClaimRequests: async () => {},
    AssignOrders: planned,
    ReleaseWave: () => wave.fail('ClaimRequests', 'Broken'),
  };

  test.each(Object.keys(stand))('%s is tried again five times where that may help', async (state) => {
    await stand[state]?.();
    for (const error of TRANSIENT) {
      await wave.fail(state, error);
      await wave.jump();
    }
    await wave.fail(state, 'TransientError', 'still');
    if (state === 'ReleaseWave') expect(await endOf(wave)).toMatchObject({ status: 'FAILED', error: 'TransientError' });
    else await released('TransientError: still');
  });
});

describe('the definition', () => {
  test('has no part that these scenarios do not pass', async () => {
    const coverage = await workflow.coverage();
    expect(coverage.parts.length).toBeGreaterThan(40);
    assertCoverage(coverage, { errors: 100 });
  });
});
