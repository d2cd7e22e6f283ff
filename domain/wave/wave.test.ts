import { describe, expect, test } from '@jest/globals';
import { DEFAULT_WAVE_POLICY, isHopeless, isWaveDue } from './wave.ts';
import { isWaveOf, waveIdOf } from './wave-id.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const van = { vehicleId: 'v-1', shiftFromMs: 8 * HOUR, shiftToMs: 16 * HOUR, busy: false };
const request = { placedAtMs: 0, promiseFromMs: 9 * HOUR, promiseToMs: 12 * HOUR };
const due = (changes: Partial<Parameters<typeof isWaveDue>[0]>) =>
  isWaveDue({ pending: [request], vehicles: [van], nowMs: 8 * HOUR, ...changes });

describe('a planning wave', () => {
  test('is due from the lead before a free shift until its end', () => {
    const first = 8 * HOUR - DEFAULT_WAVE_POLICY.leadMs;
    expect(due({ nowMs: first - 1 }).due).toBe(false);
    expect(due({ nowMs: first })).toEqual({ due: true, vehicles: ['v-1'] });
    expect(due({ nowMs: 16 * HOUR - 1 }).due).toBe(true);
    expect(due({ nowMs: 16 * HOUR }).due).toBe(false);
  });

  test('needs a pending order, a free vehicle and a promise within the shift', () => {
    expect(due({ pending: [] }).due).toBe(false);
    expect(due({ vehicles: [{ ...van, busy: true }] }).due).toBe(false);
    expect(due({ pending: [{ ...request, promiseFromMs: 20 * HOUR, promiseToMs: 22 * HOUR }] }).due).toBe(false);
  });

  test('plans for a promise that has passed', () => {
    expect(due({ pending: [{ ...request, promiseFromMs: 1, promiseToMs: 2 }] }).due).toBe(true);
  });

  test('keeps the gap to the last wave', () => {
    expect(due({ lastWaveAtMs: 8 * HOUR - DEFAULT_WAVE_POLICY.minGapMs + 1 }).due).toBe(false);
    expect(due({ lastWaveAtMs: 8 * HOUR - DEFAULT_WAVE_POLICY.minGapMs }).due).toBe(true);
  });

  test('takes along the vehicles that begin soon after, not those of the afternoon', () => {
    const soon = { ...van, vehicleId: 'v-2', shiftFromMs: 9 * HOUR };
    const afternoon = { ...van, vehicleId: 'v-3', shiftFromMs: 13 * HOUR };
    expect(due({ vehicles: [van, soon, afternoon], nowMs: 7 * HOUR + 50 * MINUTE }).vehicles).toEqual(['v-1', 'v-2']);
  });
});

describe('an order without hope', () => {
  const vehicle = { vehicleId: 'v-1', capacity: [4, 500], shiftFromMs: 8 * HOUR, shiftToMs: 16 * HOUR };

  test('has no vehicle at its depot', () => {
    expect(isHopeless({ load: [1, 1] }, [], 0)).toMatchObject({ code: 'NO_VEHICLE_AT_DEPOT' });
  });

  test('has no shift left', () => {
    expect(isHopeless({ load: [1, 1] }, [vehicle], 16 * HOUR)).toMatchObject({ code: 'NO_SHIFT_LEFT' });
    expect(isHopeless({ load: [1, 1] }, [vehicle], 16 * HOUR - 1)).toBeUndefined();
  });

  test('fits no vehicle, with the dimension named', () => {
    expect(isHopeless({ load: [4.5, 1] }, [vehicle], 0)).toMatchObject({
      code: 'EXCEEDS_EVERY_VEHICLE',
      dimension: 'volumeM3',
      detail: 'needs 4.5 volumeM3, the largest vehicle holds 4; split the order',
    });
  });

  test('fits each dimension of some vehicle but no vehicle as a whole', () => {
    const strong = { ...vehicle, vehicleId: 'v-2', capacity: [1, 2000] };
    const reason = isHopeless({ load: [3, 1000] }, [vehicle, strong], 0);
    expect(reason).toMatchObject({ code: 'EXCEEDS_EVERY_VEHICLE' });
    expect(reason).not.toHaveProperty('dimension');
  });
});

describe('the name of a wave', () => {
  const nowMs = Date.parse('2026-01-31T08:10:30Z');

  test('tells whose it is, also behind a number, and not for a depot that begins alike', () => {
    const name = waveIdOf('PORTOLAN', nowMs);
    expect(name).toBe('PORTOLAN-20260131T0810');
    expect([name, `${name}.2`].map((each) => isWaveOf('PORTOLAN', each))).toEqual([true, true]);
    const others = ['PORTOLAN-EAST-20260131T0810', `${name}-r1`, 'PORTOLAN', 'PORTOLAN-20260131'];
    expect(others.map((each) => isWaveOf('PORTOLAN', each))).toEqual(others.map(() => false));
    expect(isWaveOf('a depot with/odd signs', waveIdOf('a depot with/odd signs', nowMs))).toBe(true);
  });
});
