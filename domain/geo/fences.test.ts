import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createPrng } from '../random.ts';
import { isoOf } from '../time.ts';
import { evaluateFix, exitRadiusMeters, type Fence, type FenceTransition, type VehicleFenceState } from './fences.ts';
import { haversineMeters, METERS_PER_DEGREE, type Position } from './position.ts';

/** Metres east and north of a point in a town at 33 degrees north. */
const place = (east: number, north: number): Position => [
  -117 + east / (METERS_PER_DEGREE * Math.cos((33 * Math.PI) / 180)),
  33 + north / METERS_PER_DEGREE,
];
const stop: Fence = { fenceId: 'stop', center: place(0, 0), radiusMeters: 100 };
const fixAt = (seconds: number, east: number, north = 0, accuracyMeters = 5) => ({
  position: place(east, north),
  sampledAt: isoOf(seconds * 1000),
  accuracyMeters,
});

function drive(fixes: ReturnType<typeof fixAt>[], fences: Fence[] = [stop]) {
  let state: VehicleFenceState = { inside: [] };
  const transitions: FenceTransition[] = [];
  const verdicts: string[] = [];
  for (const fix of fixes) {
    const result = evaluateFix(state, fix, fences);
    state = result.state;
    transitions.push(...result.transitions);
    verdicts.push(result.verdict);
  }
  return {
    state,
    verdicts,
    transitions: transitions.map(({ fenceId, kind, at }) => `${fenceId} ${kind} ${at.slice(14, 23)}`),
  };
}

describe('a fence', () => {
  test('is entered at its radius and left at the wider one', () => {
    const { transitions } = drive([fixAt(0, -300), fixAt(10, -101), fixAt(20, -99), fixAt(30, -119), fixAt(40, -121)]);
    expect(transitions).toEqual(['stop ENTER 00:20.000', 'stop EXIT 00:40.000']);
  });

  test('leaves at least twenty metres of room for noise', () => {
    expect(exitRadiusMeters(30)).toBe(50);
    expect(exitRadiusMeters(1000)).toBe(1100);
  });

  test('is entered by the first fix within it', () => {
    expect(drive([fixAt(0, 50)])).toMatchObject({ transitions: ['stop ENTER 00:00.000'], state: { inside: ['stop'] } });
  });

  test('that is crossed between two fixes is entered and left, at the times between', () => {
    const { transitions, state } = drive([fixAt(0, -500), fixAt(10, 500)]);
    expect(transitions).toEqual(['stop ENTER 00:04.000', 'stop EXIT 00:06.200']);
    expect(state.inside).toEqual([]);
  });

  test('that is crossed and not quite left keeps the vehicle in', () => {
    const { transitions, state } = drive([fixAt(0, -500), fixAt(10, 110)]);
    expect(transitions).toHaveLength(1);
    expect(transitions[0]).toMatch(/^stop ENTER 00:06\.5/);
    expect(state.inside).toEqual(['stop']);
  });

  test('that is passed at a distance is not crossed', () => {
    expect(drive([fixAt(0, -500, 101), fixAt(10, 500, 101)]).transitions).toEqual([]);
    expect(drive([fixAt(0, -500, 99), fixAt(10, 500, 99)]).transitions).toHaveLength(2);
  });

  test('is crossed in the order of the way', () => {
    const next = { fenceId: 'next', center: place(400, 0), radiusMeters: 50 };
    const { transitions } = drive([fixAt(0, -500), fixAt(10, 900)], [next, stop]);
    expect(transitions.map((line) => line.slice(0, -10))).toEqual([
      'stop ENTER',
      'stop EXIT',
      'next ENTER',
      'next EXIT',
    ]);
  });

  test('that is no longer watched is forgotten without a word', () => {
    const { state } = drive([fixAt(0, 0)]);
    expect(evaluateFix(state, fixAt(10, 900), [])).toMatchObject({ state: { inside: [] }, transitions: [] });
  });

  test('works across the date line', () => {
    const fence = { fenceId: 'far', center: [179.9999, 0] as Position, radiusMeters: 100 };
    const fix = { position: [-179.9999, 0] as Position, sampledAt: isoOf(0) };
    expect(evaluateFix({ inside: [] }, fix, [fence]).transitions).toHaveLength(1);
  });
});

describe('a fix', () => {
  test('that is older than the newest moves no state, nor does the same fix twice', () => {
    const { verdicts, transitions } = drive([fixAt(20, -300), fixAt(10, 0), fixAt(20, 0)]);
    expect(verdicts).toEqual(['evaluated', 'stale', 'stale']);
    expect(transitions).toEqual([]);
  });

  test('that is too inaccurate moves no state', () => {
    const { verdicts, state } = drive([fixAt(0, -300), fixAt(10, 0, 0, 101)]);
    expect(verdicts).toEqual(['evaluated', 'inaccurate']);
    expect(state).toMatchObject({ newest: { sampledAt: isoOf(0) }, inside: [] });
  });

  test('with a time that is none is refused', () => {
    expect(() => evaluateFix({ inside: [] }, { position: [0, 0], sampledAt: 'now' }, [])).toThrow(
      "'now' is not a time",
    );
  });
});

describe('a whole drive', () => {
  const leg = fc.record({ east: fc.integer({ min: -1500, max: 1500 }), north: fc.integer({ min: -1500, max: 1500 }) });
  const circle = fc.record({
    east: fc.integer({ min: -900, max: 900 }),
    north: fc.integer({ min: -900, max: 900 }),
    radius: fc.integer({ min: 20, max: 400 }),
  });

  test('alternates entries and exits of each fence in the order of time, and ends where it stands', () => {
    fc.assert(
      fc.property(fc.array(leg, { maxLength: 30 }), fc.array(circle, { maxLength: 8 }), (legs, circles) => {
        const fences = circles.map(({ east, north, radius }, index) => ({
          fenceId: `f${index}`,
          center: place(east, north),
          radiusMeters: radius,
        }));
        const { transitions, state } = drive(
          legs.map(({ east, north }, index) => fixAt(10 * index, east, north)),
          fences,
        );
        const times = transitions.map((line) => line.slice(-9));
        expect([...times].sort()).toEqual(times);
        const last = legs.at(-1);
        for (const fence of fences) {
          const kinds = transitions
            .filter((line) => line.startsWith(`${fence.fenceId} `))
            .map((line) => line.split(' ')[1]);
          for (const [index, kind] of kinds.entries()) expect(kind).toBe(index % 2 === 0 ? 'ENTER' : 'EXIT');
          expect(state.inside.includes(fence.fenceId)).toBe(kinds.length % 2 === 1);
          if (last === undefined) continue;
          const meters = haversineMeters(place(last.east, last.north), fence.center);
          if (meters < fence.radiusMeters - 1) expect(state.inside).toContain(fence.fenceId);
          if (meters > exitRadiusMeters(fence.radiusMeters) + 1) expect(state.inside).not.toContain(fence.fenceId);
        }
      }),
    );
  });

  test('evaluates thirty thousand fixes against two hundred fences, with every fence visited', () => {
    const prng = createPrng(11);
    const fences = Array.from({ length: 200 }, (_, index) => ({
      fenceId: `f${index}`,
      center: place(prng.int(20_000), prng.int(20_000)),
      radiusMeters: 60,
    }));
    let state: VehicleFenceState = { inside: [] };
    const entered = new Set<string>();
    for (let index = 0; index < 30_000; index += 1) {
      const fence = fences[Math.floor(index / 150)] as Fence;
      const fix = {
        position: [fence.center[0] + prng.next() * 0.01, fence.center[1]] as Position,
        sampledAt: isoOf(index * 1000),
      };
      const result = evaluateFix(state, index % 150 === 75 ? { ...fix, position: fence.center } : fix, fences);
      state = result.state;
      for (const { fenceId, kind } of result.transitions) if (kind === 'ENTER') entered.add(fenceId);
    }
    expect(entered.size).toBe(200);
  });
});
