import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Position } from '../geo/position.ts';
import { predictEtas } from './predict.ts';
import { DEFAULT_PROMISE_POLICY, type PromiseTrack, promiseState } from './promise-state.ts';

const depot: Position = [0, 0];
const stop = (stopId: string, lon: number, plannedArrivalMs: number) => ({
  stopId,
  position: [lon, 0] as Position,
  serviceSeconds: 60,
  legSeconds: 600,
  plannedArrivalMs,
  promiseToMs: 3_000_000,
});
const stops = [stop('a', 0.1, 600_000), stop('b', 0.2, 1_260_000)];

describe('the predicted arrivals', () => {
  test('follow the plan for a vehicle that follows it', () => {
    const { etas, offPlanSeconds } = predictEtas({
      remainingStops: stops,
      position: [0.05, 0],
      nowMs: 300_000,
      progress: { legOrigin: depot },
    });
    expect(etas.map(({ stopId, etaMs }) => [stopId, etaMs])).toEqual([
      ['a', 600_000],
      ['b', 1_260_000],
    ]);
    expect(offPlanSeconds).toBeCloseTo(0);
    expect(etas[0]?.slipSeconds).toBeCloseTo(-2400);
  });

  test('move with the delay of the current leg', () => {
    const late = predictEtas({
      remainingStops: stops,
      position: depot,
      nowMs: 300_000,
      progress: { legOrigin: depot },
    });
    expect(late.etas.map(({ etaMs }) => etaMs)).toEqual([900_000, 1_560_000]);
    expect(late.offPlanSeconds).toBe(300);
  });

  test('count the service that still runs, and no less than now once it overruns', () => {
    const at = (nowMs: number) =>
      predictEtas({
        remainingStops: stops,
        position: [0.1, 0],
        nowMs,
        progress: { legOrigin: depot, servingSinceMs: 600_000 },
      });
    expect(at(620_000).etas.map(({ etaMs }) => etaMs)).toEqual([600_000, 1_260_000]);
    expect(at(700_000).etas.map(({ etaMs }) => etaMs)).toEqual([600_000, 1_300_000]);
  });

  test('wait for the departure and for a window to open', () => {
    const first = { ...stop('a', 0.1, 600_000), windowFromMs: 2_000_000 };
    const { etas } = predictEtas({
      remainingStops: [first, stop('b', 0.2, 0)],
      position: depot,
      nowMs: 0,
      progress: { legOrigin: depot, departsAtMs: 100_000 },
    });
    expect(etas.map(({ etaMs }) => etaMs)).toEqual([700_000, 2_660_000]);
  });

  test('stretch with the pace shown so far, within bounds', () => {
    const eta = (drivenSeconds: number, plannedDrivenSeconds: number) =>
      predictEtas({
        remainingStops: stops.slice(0, 1),
        position: depot,
        nowMs: 0,
        progress: { legOrigin: depot, drivenSeconds, plannedDrivenSeconds },
      }).etas[0]?.etaMs;
    expect(eta(5400, 1800)).toBe(1_200_000);
    expect(eta(1_000_000, 0)).toBe(1_500_000);
    expect(eta(0, 1_000_000)).toBe(420_000);
  });

  test('take two stops at one place as no way at all', () => {
    const { etas } = predictEtas({
      remainingStops: stops.slice(0, 1),
      position: [0.1, 0],
      nowMs: 9,
      progress: { legOrigin: [0.1, 0] },
    });
    expect(etas[0]?.etaMs).toBe(9);
  });

  test('are none for a finished route', () => {
    expect(predictEtas({ remainingStops: [], position: depot, nowMs: 0, progress: { legOrigin: depot } })).toEqual({
      etas: [],
      offPlanSeconds: 0,
    });
  });

  test('never lie in the past nor run backwards along the route', () => {
    fc.assert(
      fc.property(fc.float({ min: -1, max: 1, noNaN: true }), fc.nat(5_000_000), (lon, nowMs) => {
        const { etas } = predictEtas({
          remainingStops: stops,
          position: [lon, 0],
          nowMs,
          progress: { legOrigin: depot },
        });
        expect(etas[0]!.etaMs).toBeGreaterThanOrEqual(nowMs);
        expect(etas[1]!.etaMs).toBeGreaterThanOrEqual(etas[0]!.etaMs);
      }),
    );
  });
});

const feed = (slips: readonly number[], promiseVersion = 1, start?: PromiseTrack) => {
  let track = start;
  const notices: string[] = [];
  for (const slip of slips) {
    const result = promiseState(track, { orderId: 'o-1', promiseVersion, etaMs: slip * 1000, promiseToMs: 0 });
    track = result.track;
    if (result.notify) notices.push(`${result.notify.kind} ${result.notify.slipSeconds} ${result.notify.key}`);
  }
  return { track: track as PromiseTrack, notices };
};

describe('the state of a promise', () => {
  test('turns late only after several samples in a row past the grace', () => {
    expect(feed([121, 300, 120, 121, 121]).notices).toEqual([]);
    expect(feed([121, 121, 130]).notices).toEqual(['EtaSlipped 130 o-1/promise-1/LATE/1']);
  });

  test('notifies again only when the slip grows by a step', () => {
    const { notices } = feed([200, 200, 200, 1099, 1100, 1100, 1999, 2000]);
    expect(notices).toEqual([
      'EtaSlipped 200 o-1/promise-1/LATE/1',
      'EtaSlipped 1100 o-1/promise-1/LATE/2',
      'EtaSlipped 2000 o-1/promise-1/LATE/3',
    ]);
  });

  test('recovers at a lower threshold, and counts on when it slips once more', () => {
    const { notices, track } = feed([200, 200, 200, 100, 0, -59, -60, 200, 200, 200]);
    expect(notices).toEqual([
      'EtaSlipped 200 o-1/promise-1/LATE/1',
      'EtaRecovered -60 o-1/promise-1/ON_TIME/1',
      'EtaSlipped 200 o-1/promise-1/LATE/2',
    ]);
    expect(track.state).toBe('LATE');
  });

  test('starts afresh with a new version of the promise', () => {
    const late = feed([200, 200, 200]).track;
    expect(feed([-100], 2, late)).toMatchObject({
      notices: [],
      track: { state: 'ON_TIME', promiseVersion: 2, notices: 0 },
    });
  });

  test('never uses a key twice, and alternates slips and recoveries', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 4000 }), { maxLength: 200 }), (slips) => {
        const { notices } = feed(slips);
        const keys = notices.map((notice) => notice.split(' ')[2]);
        expect(new Set(keys).size).toBe(keys.length);
        for (const [index, notice] of notices.entries()) {
          if (notice.startsWith('EtaRecovered')) expect(notices[index - 1]).toMatch(/^EtaSlipped/);
        }
      }),
    );
  });

  test('refuses thresholds that would flutter', () => {
    const policy = { ...DEFAULT_PROMISE_POLICY, recoverySeconds: 120 };
    expect(() =>
      promiseState(undefined, { orderId: 'o', promiseVersion: 1, etaMs: 0, promiseToMs: 0 }, policy),
    ).toThrow('flutters');
  });
});
