import { describe, expect, test } from '@jest/globals';
import { seenTime } from './operator-time.ts';

describe('the time of a region behind a port', () => {
  test('is the host’s as long as nothing was seen there', () => {
    const before = new Date().toISOString();
    const now = seenTime().now();
    expect(now >= before && now <= new Date().toISOString()).toBe(true);
  });

  test('is the latest that was seen, though it be long ago, and never goes back', () => {
    const time = seenTime();
    time.saw('2018-07-20T10:00:00.000Z');
    expect(time.now()).toBe('2018-07-20T10:00:00.000Z');
    time.saw('2018-07-19T10:00:00.000Z');
    expect(time.now()).toBe('2018-07-20T10:00:00.000Z');
    time.saw('2018-07-20T10:01:00.000Z');
    expect(time.now()).toBe('2018-07-20T10:01:00.000Z');
  });

  test('pauses by the host’s timer, and not at all for one who was stopped', async () => {
    const stopped = AbortSignal.abort();
    const from = performance.now();
    await seenTime().pause(60_000, stopped);
    await seenTime().pause(5);
    expect(performance.now() - from).toBeLessThan(5_000);
  });
});
