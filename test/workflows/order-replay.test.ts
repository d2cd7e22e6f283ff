/** The machine of resumed orders as it is deployed: entered in every state, it goes on as order-lifecycle does. */
import { describe, expect, test } from '@jest/globals';
import { assertCoverage } from '../../engine/testkit/index.ts';
import type { OrderFrame } from '../../workflows/order-lifecycle/contracts.ts';
import { ENTRY_STATES, type EntryState, type ReplayInput } from '../../workflows/order-lifecycle/replay.ts';
import { endOf, payloadOf, returned, Workflow } from './workflow.ts';

const START = Date.UTC(2026, 2, 2, 8);
const workflow = new Workflow('order-replay');
const iso = (minutes: number) => new Date(START + minutes * 60_000).toISOString();

const FRAME: OrderFrame = {
  orderId: 'o-1',
  depotId: 'D1',
  tier: 'standard',
  cycle: 2,
  promiseTo: iso(360),
  waitUntil: iso(360 + 1_440),
  reached: { kind: 'Delivered', at: iso(0) },
};
const turned = { frame: FRAME, awaits: 'Delivered', error: { Error: 'AttemptFailed', Cause: '{}' } };
const answered = { ...turned, planAgain: false, resumeAt: 'ArrivedAtStop' };

/** Input that each state had when it stopped, and the state that stands open when it is entered with it. */
const inputOf = (state: EntryState): object => {
  if (state.startsWith('Await')) return FRAME;
  if (state === 'IsAttemptLeft' || state === 'WhereToResume') return answered;
  if (state === 'CloseOrder') return FRAME;
  return state === 'ArchiveOrder' ? { frame: FRAME } : turned;
};
const OPEN: Partial<Record<EntryState, EntryState>> = { IsAttemptLeft: 'ReturnOrder', WhereToResume: 'AwaitArrival' };
const enter = (state: EntryState, input: unknown = inputOf(state)) =>
  workflow.start({ enter: state, state: input } satisfies ReplayInput, START);

describe('an order that is resumed', () => {
  test.each(ENTRY_STATES)('goes on in %s with the input that was recorded', async (state) => {
    const run = await enter(state);
    const open = OPEN[state] ?? state;
    expect(run.pending.map((task) => task.at)).toEqual([open]);
    const payload = payloadOf(run, open);
    expect(payload['frame']).toMatchObject({ orderId: 'o-1', cycle: 2 });
    const [first, second] = (await endOf(run)).entered;
    expect([first, second]).toEqual(['WhereToEnter', state]);
  });

  test('is brought to its end', async () => {
    const run = await enter('AwaitArrival');
    await run.succeed('AwaitArrival', { kind: 'ArrivedAtStop', at: iso(5) });
    await run.succeed('AwaitDelivery', { kind: 'Delivered', at: iso(9) });
    await run.succeed('CloseOrder', returned({ perfect: true }));
    await run.succeed('ArchiveOrder', returned({ orderId: 'o-1', status: 'ARCHIVED' }));
    const end = await endOf(run);
    expect(end).toMatchObject({ status: 'SUCCEEDED', output: { orderId: 'o-1', status: 'ARCHIVED' } });
    expect(end.entered).toEqual([
      'WhereToEnter',
      'AwaitArrival',
      'AwaitDelivery',
      'CloseOrder',
      'ArchiveOrder',
      'OrderArchived',
    ]);
  });

  test('opens its wait under its own execution, which the ledger takes for the later one', async () => {
    const run = await enter('AwaitDelivery');
    expect(payloadOf(run, 'AwaitDelivery')).toMatchObject({
      awaits: 'Delivered',
      executionArn: run.executionArn,
      redriveCount: 0,
      enteredAt: iso(0),
    });
  });

  test('is told when there is no such state any more', async () => {
    const run = await workflow.start({ enter: 'AwaitMoon', state: FRAME }, START);
    expect(await endOf(run)).toMatchObject({
      status: 'FAILED',
      error: 'EntryUnknown',
      cause: expect.stringContaining('AwaitMoon'),
    });
  });
});

describe('the definition', () => {
  const statesOf = ({ text }: Workflow) => (JSON.parse(text) as { States: Record<string, unknown> }).States;

  test('adds its entry to order-lifecycle, whose states it has word for word', () => {
    const { WhereToEnter, EntryUnknown, ...shared } = statesOf(workflow);
    expect([WhereToEnter, EntryUnknown]).toMatchObject([{ Type: 'Choice' }, { Type: 'Fail' }]);
    expect(shared).toEqual(statesOf(new Workflow('order-lifecycle')));
  });

  test('has no state that these scenarios do not pass, nor an entry', async () => {
    const coverage = await workflow.coverage();
    // Edges, retriers and catchers of the shared states are passed in the tests of order-lifecycle.
    assertCoverage(coverage, { edges: 0, retriers: 0, catchers: 0 });
    const entries = coverage.parts.filter(({ kind, label }) => kind === 'edge' && label.startsWith('WhereToEnter'));
    expect(entries.length).toBe(ENTRY_STATES.length + 1);
    expect(entries.filter(({ hits }) => hits === 0)).toEqual([]);
  });
});
