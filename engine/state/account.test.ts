import { expect, test } from '@jest/globals';
import type { JournalRecord } from '../history/records.ts';
import { Account } from './account.ts';

const ARN = 'arn:aws:states:us-east-1:111111111111:stateMachine:m';
const settings = { type: 'STANDARD' } as Parameters<Account['fold']>[0] extends infer E
  ? Extract<E, { settings: unknown }>['settings']
  : never;

/** Starts and ends an execution; gives its journal and the record of its start. */
function executed(account: Account, serial: number) {
  account.fold({
    type: 'ExecutionCreated',
    at: 1,
    serial,
    arn: `e-${serial}`,
    name: 'e',
    machineArn: ARN,
    input: '{}',
  });
  const execution = account.bySerial.get(serial);
  if (execution === undefined) throw new Error(`No execution ${serial}`);
  const head = { previousEventId: 0, at: 1, frame: 0 };
  const start = { id: 1, ...head, type: 'ExecutionStarted', details: { input: '{}', roleArn: 'r' } } as const;
  const end = { id: 2, ...head, type: 'ExecutionFailed', details: { error: 'E' } } as const;
  for (const record of [start, end]) account.foldRecord(execution, record);
  return { execution, start, end };
}

test('Records of the executions that closed first are packed, and tell the same', () => {
  const graph = { startAt: 'A', states: new Map() };
  const account = new Account(() => ({ graph, variableReferences: {} }), 4);
  const common = { at: 0, roleArn: 'r', definitionText: '{}', settings, tags: [] };
  account.fold({ type: 'StateMachineSaved', arn: ARN, name: 'm', ...common });
  const isPacked = ({ execution, start }: ReturnType<typeof executed>) => execution.journal.all()[0] !== start;
  const closed = [1, 2, 3].map((serial) => executed(account, serial));
  expect(closed.map(isPacked)).toEqual([true, false, false]);
  expect(closed[0]?.execution.journal.all()).toEqual([closed[0]?.start, closed[0]?.end]);

  // One that runs again is no longer counted among the closed.
  const again: JournalRecord = {
    ...{ id: 3, previousEventId: 2, at: 2, frame: 0 },
    type: 'ExecutionRedriven',
    details: { redriveCount: 1 },
  };
  if (closed[1] !== undefined) account.foldRecord(closed[1].execution, again);
  closed.push(executed(account, 4));
  expect(closed.map(isPacked)).toEqual([true, false, false, false]);
  closed.push(executed(account, 5));
  expect(closed.map(isPacked)).toEqual([true, false, true, false, false]);
});
