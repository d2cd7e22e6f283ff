import { describe, expect, test } from '@jest/globals';
import { haversineMeters, interpolate, type Position } from '../domain/index.ts';
import { Line } from './line.ts';
import type { Navigator } from './ports.ts';

const WEST: Position = [13.4, 52.5];
const CORNER: Position = [13.41, 52.5];
const NORTH: Position = [13.41, 52.51];
const eastward = haversineMeters(WEST, CORNER);
const northward = haversineMeters(CORNER, NORTH);
/** East at a walk, then north at twice the pace. */
const aroundTheCorner: Navigator = {
  way: () => [
    { position: WEST, seconds: 0, meters: 0 },
    { position: CORNER, seconds: 100, meters: eastward },
    { position: NORTH, seconds: 100 + (50 * northward) / eastward, meters: eastward + northward },
  ],
};

describe('the line of a leg', () => {
  test('is straight without navigation, or where it knows no way', () => {
    for (const line of [Line.between(WEST, NORTH), Line.between(WEST, NORTH, { way: () => undefined })]) {
      const { position, share, pace } = line.at(0.25);
      const expected = interpolate(WEST, NORTH, 0.25);
      expect(position[0]).toBeCloseTo(expected[0], 9);
      expect(position[1]).toBeCloseTo(expected[1], 9);
      expect(share).toBeCloseTo(0.25, 9);
      expect(pace).toBeCloseTo(1, 9);
    }
  });

  test('follows the streets at their own paces', () => {
    const line = Line.between(WEST, NORTH, aroundTheCorner);
    const walked = line.at(0.3);
    expect(walked.position[1]).toBe(WEST[1]);
    expect(walked.heading).toBeCloseTo(90, 1);
    const driven = line.at(0.9);
    expect(driven.position[0]).toBe(NORTH[0]);
    expect(driven.heading).toBeCloseTo(0, 5);
    expect(driven.pace / walked.pace).toBeCloseTo(2, 5);
    expect(line.at(1)).toMatchObject({ position: NORTH, share: 1 });
    expect(line.at(0).position).toEqual(WEST);
  });

  test('begins and ends at the doors, beside the street', () => {
    const door: Position = [13.4, 52.4995];
    const line = Line.between(door, NORTH, aroundTheCorner);
    expect(line.at(0).position).toEqual(door);
    expect(line.at(0.01).heading).toBeCloseTo(0, 5);
    expect(line.at(1).position).toEqual(NORTH);
  });

  test('stands where it begins when it leads nowhere', () => {
    for (const navigator of [undefined, { way: () => [{ position: WEST, seconds: 0, meters: 0 }] }]) {
      expect(Line.between(WEST, WEST, navigator).at(0.5)).toMatchObject({ position: WEST, share: 1, pace: 1 });
    }
  });
});
