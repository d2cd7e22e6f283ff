import { describe, expect, test } from '@jest/globals';
import { VirtualClock } from '../virtual-clock.ts';

const startAt = '2026-03-02T08:00:00Z';
const START = Date.parse(startAt);
const autoSkip = (): VirtualClock => new VirtualClock({ mode: 'auto-skip', startAt });

describe('the clock', () => {
  test('runs work by due time and then in the order it was scheduled, and drains between due times', async () => {
    const clock = autoSkip();
    const seen: string[] = [];
    const note = (name: string) => () => void Promise.resolve().then(() => seen.push(`${name}@${clock.now() - START}`));
    clock.at(START + 20, note('c'));
    clock.at(START + 10, note('a'));
    clock.at(START + 10, note('b'));
    clock.at(START + 15, note('never')).cancel();
    expect(await clock.run({ idle: true })).toBe('idle');
    expect(seen).toEqual(['a@10', 'b@10', 'c@20']);
  });

  test('stands still while I/O is held', async () => {
    const clock = autoSkip();
    let answeredAt = 0;
    clock.at(START + 10, () => {
      const io = new Promise<void>((resolve) => setTimeout(resolve, 20));
      void clock.hold(io).then(() => {
        answeredAt = clock.now();
      });
    });
    clock.at(START + 11, () => undefined);
    await clock.run({ idle: true });
    expect(answeredAt).toBe(START + 10);
  });

  test('asks its quiet listeners before time moves', async () => {
    const clock = autoSkip();
    const asked: number[] = [];
    clock.onQuiet(() => {
      asked.push(clock.now() - START);
      return asked.length === 1;
    });
    clock.at(START + 5, () => undefined);
    await clock.run({ idle: true });
    expect(asked).toEqual([0, 0, 5]);
  });

  test('ends a run with the error of a crash', async () => {
    const clock = autoSkip();
    clock.at(START + 5, () => clock.crash(new Error('lost an order')));
    clock.at(START + 6, () => undefined);
    await expect(clock.run({ idle: true })).rejects.toThrow('lost an order');
    expect(clock.now()).toBe(START + 5);
  });

  test('is idle when only background work is left, and still runs it up to a time', async () => {
    const clock = autoSkip();
    let ticks = 0;
    const tick = (): void => {
      ticks += 1;
      clock.at(clock.now() + 1000, tick, 'background');
    };
    tick();
    expect(await clock.run({ idle: true })).toBe('idle');
    expect(ticks).toBe(1);
    await clock.run({ untilMs: START + 5000 });
    expect(ticks).toBe(6);
  });

  test('paces virtual time against the host when it is scaled, and wakes for work that comes earlier', async () => {
    const clock = new VirtualClock({ mode: 'scaled', startAt, speed: 1000 });
    const began = performance.now();
    setTimeout(() => clock.at(clock.now() + 1, () => seen.push('early')), 5);
    const seen: string[] = [];
    clock.at(START + 100_000, () => seen.push('late'));
    await clock.run({ untilMs: START + 100_000 });
    expect(seen).toEqual(['early', 'late']);
    expect(performance.now() - began).toBeGreaterThan(90);
  });

  test('lets in what comes from outside at quiet points, each drained before the next and before time moves', async () => {
    const clock = autoSkip();
    const seen: string[] = [];
    const note = (name: string): void => {
      seen.push(name);
      void Promise.resolve().then(() => seen.push(`${name}, drained`));
    };
    clock.at(START + 10, () => note('due'));
    clock.letIn(
      () => note('first'),
      () => {
        seen.push('after the first');
        clock.letIn(() => note('third'));
      },
    );
    clock.letIn(() => note('second'));
    await clock.run({ untilMs: START + 20 });
    const inOrder = ['first', 'first, drained', 'after the first', 'second', 'second, drained', 'due', 'due, drained'];
    expect(seen).toEqual([...inOrder, 'third', 'third, drained']);
    expect(clock.turns).toBe(1);
  });

  test('jumps between two due times, and neither back nor over one', () => {
    const clock = autoSkip();
    clock.at(START + 10, () => undefined);
    clock.jumpTo(START + 5);
    expect(clock.now()).toBe(START + 5);
    expect(() => clock.jumpTo(START + 4)).toThrow('cannot go from');
    expect(() => clock.jumpTo(START + 11)).toThrow('give a time from there to 2026-03-02T08:00:00.010Z');
  });

  test('runs without pace to where it is told, and with pace from there', async () => {
    const clock = new VirtualClock({ mode: 'scaled', startAt, speed: 1 });
    const hour = 3_600_000;
    for (let n = 1; n <= 3; n += 1) clock.at(START + n * hour, () => undefined);
    clock.isPaced = false;
    expect(await clock.run({ condition: () => clock.turns >= 2 })).toBe('reached');
    clock.isPaced = true;
    const ended = clock.run({});
    clock.letIn(() => clock.close());
    expect(await ended).toBe('closed');
    expect(clock.turns).toBe(2);
    expect(clock.now() - START - 2 * hour).toBeLessThan(60_000);
  });
});
