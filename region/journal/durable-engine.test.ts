import { describe, expect, test } from '@jest/globals';
import type { Effect, InvokeTask } from '../../engine/index.ts';
import { DurableEngine, type Perform } from './durable-engine.ts';
import type { JournalBatch, JournalStore } from './journal-store.ts';
import { MemoryJournal } from './memory-journal.ts';

const ARN = 'arn:aws:states:us-east-1:111111111111:stateMachine:machine';
const ROLE = 'arn:aws:iam::111111111111:role/test';
const ASK = { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken', End: true };

interface Opened {
  readonly engine: DurableEngine;
  readonly effects: Effect[];
  call(action: string, input: object): Promise<unknown>;
}

/** Each opening draws other UUIDs, as a host seeds them by the journal's generation. */
function open(store: JournalStore, perform?: Perform): Opened {
  const effects: Effect[] = [];
  let drawn = 0;
  const uuid = (): string => {
    drawn += 1;
    return `00000000-0000-4000-8000-${String(store.generation * 1_000 + drawn).padStart(12, '0')}`;
  };
  const options = { accountId: '111111111111', region: 'us-east-1', host: { random: () => 0.5, uuid } };
  const engine = new DurableEngine(options, store, (effect) => {
    effects.push(effect);
    return perform?.(effect);
  });
  return { engine, effects, call: (action, input) => engine.apply(1_000, { kind: 'api', action, input }) };
}

const create = (opened: Opened, definition: object): Promise<unknown> =>
  opened.call('CreateStateMachine', { name: 'machine', roleArn: ROLE, definition: JSON.stringify(definition) });
const start = (opened: Opened, name: string): Promise<unknown> =>
  opened.call('StartExecution', { stateMachineArn: ARN, name });
const statusesOf = (effects: readonly Effect[]): string[] =>
  effects.flatMap((effect) => (effect.kind === 'executionStatusChanged' ? [effect.detail.status] : []));
const tasksOf = (effects: readonly Effect[]): InvokeTask[] =>
  effects.filter((effect): effect is InvokeTask => effect.kind === 'invokeTask');

class Recording extends MemoryJournal {
  readonly log: string[] = [];
  refuses = false;

  override append(batches: readonly JournalBatch[]): void {
    if (this.refuses) throw new Error('disk full');
    this.log.push(`append ${batches.length}`);
    super.append(batches);
  }
}

describe('An engine over a journal', () => {
  test('stores what it decided before it acts on it or answers', async () => {
    const store = new Recording();
    const opened = open(store, ({ kind }) => void store.log.push(kind));
    await create(opened, { StartAt: 'Ask', States: { Ask: ASK } });
    await start(opened, 'a').then(() => store.log.push('answered'));
    expect(store.log).toEqual(['append 1', 'append 1', 'executionStatusChanged', 'invokeTask', 'answered']);
  });

  test('stores applies that overlap in one transaction, a burst in several', async () => {
    const store = new Recording();
    const opened = open(store);
    await create(opened, { StartAt: 'Ask', States: { Ask: ASK } });
    await Promise.all(Array.from({ length: 600 }, (_, index) => start(opened, `n-${index}`)));
    expect(store.log).toEqual(['append 1', 'append 256', 'append 256', 'append 88']);
  });

  test('goes on after a restart with timers at their due times, and with tokens that stay good', async () => {
    const store = new MemoryJournal();
    const first = open(store);
    await create(first, { StartAt: 'Ask', States: { Ask: { ...ASK, TimeoutSeconds: 60 } } });
    await start(first, 'a');
    const second = open(store.reopened());
    expect(second.effects).toEqual([]);
    second.engine.resume();
    const outstanding = first.effects.filter(({ kind }) => kind === 'setTimer' || kind === 'invokeTask');
    expect(outstanding).toHaveLength(2);
    expect(second.effects).toEqual(expect.arrayContaining(outstanding));
    const [task] = tasksOf(first.effects);
    await second.call('SendTaskSuccess', { taskToken: task?.taskToken, output: '{}' });
    expect(statusesOf(second.effects).at(-1)).toBe('SUCCEEDED');
    expect(second.engine.lastMs).toBe(1_000);
  });

  test('hands an activity task that no worker had taken to a worker after the restart', async () => {
    const store = new MemoryJournal();
    const first = open(store);
    const { activityArn } = (await first.call('CreateActivity', { name: 'pack' })) as { activityArn: string };
    await create(first, { StartAt: 'Pack', States: { Pack: { Type: 'Task', Resource: activityArn, End: true } } });
    await start(first, 'a');
    await start(first, 'b');
    const taken = (await first.call('GetActivityTask', { activityArn })) as { taskToken: string };
    const second = open(store.reopened());
    second.engine.resume();
    const next = (await second.call('GetActivityTask', { activityArn })) as { taskToken: string };
    expect(next.taskToken).not.toBe(taken.taskToken);
    await second.call('SendTaskSuccess', { taskToken: taken.taskToken, output: '1' });
    await second.call('SendTaskSuccess', { taskToken: next.taskToken, output: '2' });
    expect(statusesOf(second.effects)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  });

  test('publishes a status again unless it is known to have been published', async () => {
    const store = new MemoryJournal();
    const first = open(store, (effect) =>
      effect.kind === 'executionStatusChanged' ? new Promise(() => undefined) : undefined,
    );
    await create(first, { StartAt: 'Ask', States: { Ask: ASK } });
    await start(first, 'a');
    const second = open(store.reopened());
    second.engine.resume();
    expect(statusesOf(second.effects)).toEqual(['RUNNING']);
    await start(second, 'b');
    const third = open(store.reopened());
    third.engine.resume();
    // Of b nothing was stored after its publication.
    expect(statusesOf(third.effects)).toEqual(['RUNNING']);
  });

  test('refuses every command after an append has failed, until it is opened again', async () => {
    const store = new Recording();
    const opened = open(store);
    await create(opened, { StartAt: 'Ask', States: { Ask: ASK } });
    store.refuses = true;
    await expect(start(opened, 'a')).rejects.toThrow('disk full');
    store.refuses = false;
    await expect(start(opened, 'b')).rejects.toThrow('disk full');
    expect(opened.effects).toEqual([]);
    const again = open(store.reopened());
    await start(again, 'a');
    expect(tasksOf(again.effects)).toHaveLength(1);
  });

  test("passes an API caller's fault on, and harms nothing", async () => {
    const opened = open(new MemoryJournal());
    await expect(start(opened, 'a')).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
    await create(opened, { StartAt: 'Ask', States: { Ask: ASK } });
    await start(opened, 'a');
    expect(tasksOf(opened.effects)).toHaveLength(1);
  });
});
