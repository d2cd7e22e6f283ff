import { describe, expect, test } from '@jest/globals';
import { pricedUsage } from './usage-prices.ts';

describe('what a run used', () => {
  test('is turned into the units of the price list', () => {
    expect(pricedUsage({ 'sfn/transition': 9, 'ecs/vcpuSecond': 1800, 'kinesis/record': 5 })).toEqual({
      sfnTransitions: 9,
      fargateVcpuHours: 0.5,
    });
  });

  test('adds up where several counters have one price', () => {
    expect(pricedUsage({ 'location/geofencePut': 2, 'location/geofenceDelete': 3 })).toEqual({
      locationGeofencePuts: 5,
    });
  });

  test('is refused when a counter has no price', () => {
    expect(() => pricedUsage({ 'lambda/wish': 1 })).toThrow(/lambda\/wish/);
  });
});
