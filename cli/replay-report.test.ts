import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { OperationError, type ReplayItem, type ReplayJob } from '../operations/index.ts';
import { CommandFailure } from './failures.ts';
import { commandFailureOf } from './operation-failure.ts';
import { openReport, readReportHead } from './replay-report.ts';
import { checkSize, type SelectionOptions, selectionOf } from './replay-selection.ts';

const folder = mkdtempSync(join(tmpdir(), 'replay-report-'));
const file = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

const counts = { PENDING: 0, STARTED: 0, RUNNING: 0, SUCCEEDED: 1, FAILED_AGAIN: 1, SKIPPED: 0, REFUSED: 0 };
const job = (jobId = 'j-1'): ReplayJob => ({
  jobId,
  createdAt: '2018-07-23T09:00:00.000Z',
  by: 'arn:aws:iam::123456789012:root',
  why: 'repaired',
  mode: 'redrive',
  ratePerSecond: 10,
  selectedFrom: {},
  state: 'DONE',
  counts,
  total: 2,
});
const item = (orderId: string, state: ReplayItem['state']): ReplayItem => ({ orderId, executionArn: 'arn', state });
const failureOf = (work: () => unknown): CommandFailure => {
  try {
    work();
  } catch (error) {
    if (error instanceof CommandFailure) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe('The report of a replay', () => {
  test('has the job first, each order once when its end is known, and the counts last', () => {
    const report = openReport(file('whole.jsonl'), job());
    report.add([item('o-1', 'RUNNING'), item('o-2', 'FAILED_AGAIN')]);
    report.add([item('o-1', 'SUCCEEDED'), item('o-2', 'FAILED_AGAIN')]);
    report.end(job());
    const lines = readFileSync(file('whole.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { jobId: 'j-1', why: 'repaired', total: 2 },
      { orderId: 'o-2', state: 'FAILED_AGAIN' },
      { orderId: 'o-1', state: 'SUCCEEDED' },
      { state: 'DONE', counts },
    ]);
    expect(readReportHead(file('whole.jsonl'))).toEqual({ jobId: 'j-1', isFinished: true });
  });

  test('that is half-finished, even in the middle of a line, says which replay to go on with', () => {
    openReport(file('half.jsonl'), job()).add([item('o-1', 'SUCCEEDED')]);
    const text = readFileSync(file('half.jsonl'), 'utf8');
    writeFileSync(file('half.jsonl'), text.slice(0, -12));
    expect(readReportHead(file('half.jsonl'))).toEqual({ jobId: 'j-1', isFinished: false });
    const failure = failureOf(() => openReport(file('half.jsonl'), job('j-2')));
    expect(failure).toMatchObject({
      code: 'PO-111',
      message: expect.stringContaining('half-finished report of replay j-1'),
    });
    expect(failure.remedy).toContain('replay --job j-1 --report');
    expect(readFileSync(file('half.jsonl'), 'utf8')).toBe(text.slice(0, -12));
  });

  test('is written anew when its own replay goes on', () => {
    openReport(file('again.jsonl'), job()).add([item('o-1', 'SUCCEEDED')]);
    openReport(file('again.jsonl'), job()).add([item('o-1', 'SUCCEEDED')]);
    expect(readFileSync(file('again.jsonl'), 'utf8').match(/o-1/g)).toHaveLength(1);
  });

  test('does not overwrite a file that is something else', () => {
    writeFileSync(file('notes.txt'), 'my notes\n');
    expect(failureOf(() => openReport(file('notes.txt'), job()))).toMatchObject({ code: 'PO-111', exitCode: 2 });
    expect(readFileSync(file('notes.txt'), 'utf8')).toBe('my notes\n');
  });
});

const options = (given: Partial<SelectionOptions>): SelectionOptions => ({
  group: [],
  order: [],
  depot: [],
  most: 1_000,
  rate: 10,
  ...given,
});

describe('The selection of a replay', () => {
  test('is one of groups, orders, a file, or all that failed', () => {
    writeFileSync(file('ids'), 'o-1\n\n{"orderId":"o-2","state":"FAILED"}\no-1\n');
    expect(selectionOf(options({}))).toBeUndefined();
    expect(selectionOf(options({ group: ['g'] }))).toEqual({ groupIds: ['g'] });
    expect(selectionOf(options({ orders: file('ids') }))).toEqual({ orderIds: ['o-1', 'o-2'] });
    expect(selectionOf(options({ all: true, depot: ['d'] }))).toEqual({
      query: { status: ['FAILED'], depotId: ['d'] },
    });
    expect(failureOf(() => selectionOf(options({ all: true, order: ['o-1'] })))).toMatchObject({ code: 'PO-100' });
  });

  test.each([
    ['has no ids', '\n\n', 'has no order ids'],
    ['is cut off', 'o-1\n{"orderId":"o-2', 'line 2 is cut off or no JSON'],
    ['has other lines', 'order,status\n', 'line 1: order,status is no order id'],
  ])('is refused when its file %s', (_, text, message) => {
    writeFileSync(file('bad'), text);
    const failure = failureOf(() => selectionOf(options({ orders: file('bad') })));
    expect(failure).toMatchObject({ code: 'PO-112', message: expect.stringContaining(message) });
  });

  test('of 50,000 orders is refused with the time it would take, unless it is asked for by number', () => {
    const orderIds = Array.from({ length: 50_000 }, (_, index) => `o-${index}`);
    const check = (most: number) => () => checkSize({ orderIds }, undefined as never, options({ most }));
    expect(failureOf(check(1_000))).toMatchObject({
      code: 'PO-110',
      message: '50000 orders are selected, about 1 h 23 min at 10 a second',
      remedy: expect.stringContaining('--most 50000'),
    });
    expect(check(50_000)).not.toThrow();
  });
});

describe('What operations and AWS refuse', () => {
  test('ends a command with a stable code and its exit code', () => {
    const coded = (error: unknown) => commandFailureOf(error);
    expect(coded(new OperationError('LOGIN_EXPIRED', 'expired', 'log in'))).toMatchObject({
      code: 'PO-209',
      exitCode: 3,
    });
    expect(coded(Object.assign(new Error('token'), { name: 'ExpiredTokenException' }))).toMatchObject({
      code: 'PO-209',
    });
    expect(coded(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }))).toMatchObject({ code: 'PO-200' });
    expect(coded(new OperationError('NOTHING_SELECTED', 'none', 'select'))).toMatchObject({
      code: 'PO-109',
      exitCode: 2,
    });
  });

  test('leaves a fault of the program as it is, and a failure with its code', () => {
    const fault = new TypeError('x is undefined');
    const failure = new CommandFailure('PO-101', 'cannot read', 'give a file', { cause: new Error('ENOENT') });
    expect([commandFailureOf(fault), commandFailureOf(failure)]).toEqual([fault, failure]);
  });
});
