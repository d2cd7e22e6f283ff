import { describe, expect, test } from '@jest/globals';
import { type AppliedEvent, Engine } from '../../../engine/index.ts';
import type { JournalBatch, JournalStore } from '../../journal/journal-store.ts';
import { logged } from './execution-log.ts';

const LOGGED = {
  level: 'ALL',
  destinations: [
    { cloudWatchLogsLogGroup: { logGroupArn: 'arn:aws:logs:us-east-1:111111111111:log-group:/orders:*' } },
  ],
};
const NAP = { QueryLanguage: 'JSONata', StartAt: 'Nap', States: { Nap: { Type: 'Wait', Seconds: 5, End: true } } };

const batch = (events: readonly AppliedEvent[]): JournalBatch => ({ at: 0, events, outbox: [], done: [] });

function journalWith(stored: readonly JournalBatch[]): JournalStore {
  return {
    generation: 2,
    lastMs: 0,
    largestGroup: 1,
    append: () => undefined,
    load: () => stored,
    close: () => undefined,
  };
}

async function startedExecution(): Promise<{ readonly engine: Engine; readonly before: readonly AppliedEvent[] }> {
  let drawn = 0;
  const uuid = (): string => {
    drawn += 1;
    return `00000000-0000-4000-8000-${String(drawn).padStart(12, '0')}`;
  };
  const engine = new Engine({ accountId: '111111111111', region: 'us-east-1', host: { random: () => 0.5, uuid } });
  const roleArn = 'arn:aws:iam::111111111111:role/machine';
  const input = { name: 'm', definition: JSON.stringify(NAP), roleArn, loggingConfiguration: LOGGED, publish: true };
  const created = await engine.apply(0, { kind: 'api', action: 'CreateStateMachine', input });
  const { stateMachineVersionArn } = created.response as { stateMachineVersionArn: string };
  const unlogged = {
    stateMachineArn: stateMachineVersionArn.replace(/:1$/, ''),
    loggingConfiguration: { level: 'OFF' },
  };
  const updated = await engine.apply(0, { kind: 'api', action: 'UpdateStateMachine', input: unlogged });
  const start = { stateMachineArn: stateMachineVersionArn, input: '{}' };
  const started = await engine.apply(0, { kind: 'api', action: 'StartExecution', input: start });
  return { engine, before: [...created.events, ...updated.events, ...started.events] };
}

describe('The execution logs of a journal that was opened again', () => {
  test('go on with the version that an execution runs, and repeat nothing', async () => {
    const { engine, before } = await startedExecution();
    const lines: string[] = [];
    const journal = logged(journalWith([batch(before)]), (group, event) => {
      const { id, type } = JSON.parse(event) as { id: string; type: string };
      lines.push(`${group} ${id} ${type}`);
    });
    expect([...journal.load()]).toEqual([batch(before)]);
    expect(lines).toEqual([]);
    const [timer] = engine.pending();
    if (timer?.kind !== 'setTimer') throw new Error('the execution waits for no timer');
    const { events } = await engine.apply(5000, { kind: 'timerFired', timerId: timer.timerId });
    journal.append([batch(events)]);
    expect(lines).toEqual(['/orders 3 WaitStateExited', '/orders 4 ExecutionSucceeded']);
  });
});
