import { describe, expect, test } from '@jest/globals';
import { ailmentOf, MAX_SILENCE_SECONDS } from './heartbeat.ts';
import { boundedEffort, MAX_SEARCH_SECONDS, MIN_SEARCH_SECONDS, searchUntilMs } from './plan-deadline.ts';
import { LOADING_MS } from './plan-wave.ts';

const NOW = Date.parse('2026-03-02T08:00:00Z');

describe('the search of a wave', () => {
  test('ends when the first vehicle is to be loaded', () => {
    const shifts = [NOW + LOADING_MS + 300_000, NOW + LOADING_MS + 900_000];
    expect(searchUntilMs(NOW, shifts)).toBe(NOW + 300_000);
  });

  test('has a minute when vehicles stand ready, and ten however early it begins', () => {
    expect(searchUntilMs(NOW, [NOW])).toBe(NOW + MIN_SEARCH_SECONDS * 1000);
    expect(searchUntilMs(NOW, [NOW + 86_400_000])).toBe(NOW + MAX_SEARCH_SECONDS * 1000);
    expect(searchUntilMs(NOW, [])).toBe(NOW + MAX_SEARCH_SECONDS * 1000);
  });

  test('spends its time as the clock goes, all of it once it is stopped, and none where the clock stands', () => {
    let nowMs = NOW;
    let isStopped = false;
    const { spent } = boundedEffort(
      NOW + 1_000,
      () => nowMs,
      () => isStopped,
    );
    expect(spent()).toBe(0);
    nowMs += 250;
    expect(spent()).toBe(0.25);
    nowMs += 750;
    expect(spent()).toBe(1);
    nowMs = NOW;
    isStopped = true;
    expect(spent()).toBe(1);
  });

  test('is over at once when the roads took all of its time', () => {
    let nowMs = NOW + 5_000;
    const { spent } = boundedEffort(
      NOW,
      () => nowMs,
      () => false,
    );
    nowMs += 1;
    expect(spent()).toBeGreaterThanOrEqual(1);
  });
});

describe('the heartbeat of the planner', () => {
  const seconds = NOW / 1000;

  test('is healthy while a beat is not too old', () => {
    expect(ailmentOf(`plan-routes ${seconds - MAX_SILENCE_SECONDS}\0\0`, NOW)).toBeUndefined();
    expect(ailmentOf(`plan-routes ${seconds - MAX_SILENCE_SECONDS - 1}`, NOW)).toBe(
      'the planner has been silent for 301 s',
    );
  });

  test('is unhealthy before the first beat', () => {
    expect(ailmentOf('/usr/local/bin/node\0index.js', NOW)).toBe('the planner has not begun');
  });
});
